"""Where a person's own code runs: a child process, and what is said to it. Nothing of it is imported in this one."""

from .code import CodeFold, CodeOutcome, CodeState, Record, TrustedCode
from .errors import CodeEndedError, CodeRefusedError, StateGoneError
from .trust import LIMITS, Limits, Trust

__all__ = [
    "LIMITS",
    "CodeEndedError",
    "CodeFold",
    "CodeOutcome",
    "CodeRefusedError",
    "CodeState",
    "Limits",
    "Record",
    "StateGoneError",
    "Trust",
    "TrustedCode",
]
