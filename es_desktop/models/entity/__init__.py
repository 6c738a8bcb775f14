"""The chosen entity: timeline, state, snapshots, commands."""
