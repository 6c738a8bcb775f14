"""The dialog of preferences, and what takes effect when one is set."""
