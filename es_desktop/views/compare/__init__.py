"""The Compare dock and its dialog."""
