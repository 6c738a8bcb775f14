"""Reading a store of any table format: by entity, by the order of the store, many at a time."""
