"""Where a person's own code runs: a child process, and what is said to it. Nothing of it is imported in this one."""

from .code import CodeOutcome, CodeState, Record, Tell, TrustedCode
from .errors import CodeEndedError, CodeRefusedError, StateGoneError
from .trust import LIMITS, Limits, Trust

__all__ = [
    "LIMITS",
    "CodeEndedError",
    "CodeOutcome",
    "CodeRefusedError",
    "CodeState",
    "Limits",
    "Record",
    "StateGoneError",
    "Tell",
    "Trust",
    "TrustedCode",
]
