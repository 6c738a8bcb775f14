"""The Watch dock and the lanes."""
