"""Code that a person trusts to fold the events of a store."""
