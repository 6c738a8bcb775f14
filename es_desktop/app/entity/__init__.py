"""One entity: its facts, states, fields, snapshots, and the commands that change it."""
