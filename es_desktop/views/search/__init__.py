"""The lists of entities and events, finding, and activity."""
