"""The Notes dock."""
