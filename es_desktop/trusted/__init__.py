"""Runs a person's own code in a child process and talks to it. Nothing of that code is imported in this process."""

from .code import CodeOutcome, CodeState, OnOutcome, Record, TrustedCode
from .commands import CodeCommand, CodeParameter, Rehearsal
from .trust import LIMITS, CodeEndedError, CodeRefusedError, Limits, StateGoneError, Trust

__all__ = [
    "LIMITS",
    "CodeCommand",
    "CodeEndedError",
    "CodeOutcome",
    "CodeParameter",
    "CodeRefusedError",
    "CodeState",
    "Limits",
    "OnOutcome",
    "Record",
    "Rehearsal",
    "StateGoneError",
    "Trust",
    "TrustedCode",
]
