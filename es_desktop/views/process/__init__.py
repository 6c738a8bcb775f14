"""The view Process: the map of an entity type, its variants, conformance, and the entities of a part of it."""
