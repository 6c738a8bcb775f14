"""The docks of entities, log, activity, and finding by state."""
