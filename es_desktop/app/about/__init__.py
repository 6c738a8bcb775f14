"""What the program consists of."""
