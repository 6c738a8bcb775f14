"""Code that a person trusts with a store: the settings, and folding by it."""
