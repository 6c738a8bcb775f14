"""The docks and dialogs of the chosen entity."""
