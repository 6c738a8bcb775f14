"""The What if dock and its dialogs."""
