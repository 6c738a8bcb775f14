"""Trusted code in the window."""
