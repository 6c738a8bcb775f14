"""Conditions: expressions on a state that a person writes, which are data and never run as code."""

from .condition import Condition
from .grammar import ConditionError

__all__ = ["Condition", "ConditionError"]
