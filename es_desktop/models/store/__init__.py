"""Opening and closing stores beside the window."""
