"""The view Ask: questions about every version of every entity."""
