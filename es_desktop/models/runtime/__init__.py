"""Tasks: work outside the GUI thread."""
