"""Watchpoints and lanes of the chosen entity."""
