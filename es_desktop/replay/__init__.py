"""How did a state come to be? Steps, changes and writers, worked out from events; no Qt, no SQL."""
