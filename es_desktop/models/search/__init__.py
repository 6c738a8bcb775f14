"""Lists of entities and events, and finding in them."""
