"""What the program can do: open a store, read it, change it. No Qt, no SQL."""
