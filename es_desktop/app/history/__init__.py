"""The state history: what every version of every entity was, and what changed it."""
