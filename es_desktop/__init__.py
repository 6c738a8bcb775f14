"""Event Stream Explorer: see what an event store holds, and how each state came to be."""

__version__ = "0.1.0"
