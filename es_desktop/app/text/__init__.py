"""Values, times, sizes and JSON as text for a person."""
