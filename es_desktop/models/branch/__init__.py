"""Hypothetical branches in the window."""
