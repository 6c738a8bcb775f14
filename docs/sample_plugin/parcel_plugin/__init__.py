"""A sample of a plugin: each module gives one thing, and is imported when that is needed."""
