"""What snapshots cost, as figures and a plot."""
