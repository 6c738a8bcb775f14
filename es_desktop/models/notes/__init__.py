"""Notes and bookmarks of the open store."""
