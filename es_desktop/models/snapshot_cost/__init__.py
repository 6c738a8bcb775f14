"""Measuring what snapshots cost, beside the window."""
