"""The state history of the open store, built beside the window."""
