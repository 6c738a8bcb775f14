"""The program in the menus of a person's desktop, and what a double click on a store does."""
