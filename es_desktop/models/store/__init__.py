"""Opening and closing stores."""
