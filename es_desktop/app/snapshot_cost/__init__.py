"""What snapshots cost and save, measured."""
