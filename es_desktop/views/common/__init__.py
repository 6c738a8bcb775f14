"""The panel that says what entities have in common."""
