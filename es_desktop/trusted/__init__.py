"""Runs a person's own code in a child process and talks to it. Nothing of that code is imported in this process."""

from .code import CodeOutcome, CodeState, OnOutcome, Record, TrustedCode
from .trust import LIMITS, CodeEndedError, CodeRefusedError, Limits, StateGoneError, Trust

__all__ = [
    "LIMITS",
    "CodeEndedError",
    "CodeOutcome",
    "CodeRefusedError",
    "CodeState",
    "Limits",
    "OnOutcome",
    "Record",
    "StateGoneError",
    "Trust",
    "TrustedCode",
]
