"""What the program needs of the system: errors, processes, places, the display."""
