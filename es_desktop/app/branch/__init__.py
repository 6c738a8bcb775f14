"""Hypothetical branches: the recorded history, edits of it, and saving the result."""
