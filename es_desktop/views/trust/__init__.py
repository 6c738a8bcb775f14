"""The dialog that asks for trust."""
