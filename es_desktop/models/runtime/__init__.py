"""Tasks beside the GUI thread."""
