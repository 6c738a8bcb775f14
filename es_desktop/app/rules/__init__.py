"""Rules that hold in the histories of a store, and what breaks them."""
