"""Says what the program is, and what it consists of."""
