"""Notes, bookmarks and addresses of a store, kept outside of it."""
