"""The version of the program, which every part of it may import."""

__version__ = "0.1.0"
