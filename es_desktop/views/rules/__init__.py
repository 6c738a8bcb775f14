"""The rules of the open store, and the entities that break them."""
