"""Why a step failed: the reason in a sentence, and where in the model's code it came from."""

from __future__ import annotations

import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_OURS: Final = tuple(str(Path(__file__).parents[1] / folder) for folder in ("replay", "core"))


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an event could not be applied."""

    reason: str
    traceback: str = ""
    """The model's lines that led to it, innermost last; empty where no code of a model ran."""


def failure_of(error: Exception) -> Failure:
    """Return what an exception of a model tells: its type and text, and the model's lines without ours around them."""
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    first = next((place for place, frame in enumerate(frames) if not frame.filename.startswith(_OURS)), len(frames))
    # The same lines fail for many events: one text serves them all.
    return Failure(reason, sys.intern("".join(traceback.format_list(frames[first:]))))
