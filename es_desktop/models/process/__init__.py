"""The process behind the entities of one type: what is asked of it, and its answers."""
