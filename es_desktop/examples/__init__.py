"""The models that ship with the program: the small one of the core's own tour, and those of the demo store."""

from .example import Example, create_new_example

__all__ = ["Example", "create_new_example"]
