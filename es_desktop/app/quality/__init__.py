"""The shape of a store's data over time, and its quality: what is odd, missing or false in it, and where."""
