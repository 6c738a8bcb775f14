"""Measuring what snapshots cost and save."""
