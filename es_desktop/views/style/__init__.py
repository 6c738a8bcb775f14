"""Theme, icons, table set-up, docks, and widgets that several features share."""
