"""The docks of entities, log and activity."""
