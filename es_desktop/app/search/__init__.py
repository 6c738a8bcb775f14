"""Finding entities and events of a store: lists, the log, the index, conditions on states."""
