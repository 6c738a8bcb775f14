"""The look: colours, icons, tables, docks, and widgets that several features share."""
