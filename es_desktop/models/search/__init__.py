"""Lists of entities and of events, and searching them."""
