"""The offer to add the program to the menus of the desktop."""
