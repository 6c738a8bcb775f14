"""What a person prefers: one table of preferences, and the file that keeps what differs from its defaults."""
