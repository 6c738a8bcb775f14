"""The quality report of the open store: made in a task, and listed."""
