"""The terms of the window, explained where they stand."""
