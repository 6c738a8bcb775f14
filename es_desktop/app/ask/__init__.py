"""Questions to the histories of entities: their language, their words, their meaning, and their answers."""
