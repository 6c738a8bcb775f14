"""The card of a tour, and what it points at."""
