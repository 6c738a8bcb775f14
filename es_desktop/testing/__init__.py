"""For people who test entities of their own on the core: given, when, then; and whether a store rebuilds."""

from .rebuilding import assert_rebuilds
from .scenario import Given, Outcome, given

__all__ = ["Given", "Outcome", "assert_rebuilds", "given"]
