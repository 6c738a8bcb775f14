"""The tour that runs, and what it sees of the workspace."""
