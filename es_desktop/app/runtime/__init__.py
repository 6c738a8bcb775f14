"""Errors, processes, files and folders, and the display."""
