"""Comparing two states, or the histories of two entities."""
