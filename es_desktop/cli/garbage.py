"""The garbage collector of a command: what is loaded stays, and commands make few reference cycles."""

from __future__ import annotations

import gc
from typing import Final

_NEW_OBJECTS: Final = 20_000
"""Its threshold: higher than usual."""


def collect_garbage() -> None:
    """Begin to collect garbage, where the program has not yet, but never what was loaded until now."""
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(_NEW_OBJECTS)
        gc.enable()
