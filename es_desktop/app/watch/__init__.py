"""Watchpoints on an entity, and the values of paths over its versions."""
