"""Trusted code: its settings, and the fold that runs it."""
