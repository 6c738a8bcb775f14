"""Describes errors: the reason in a sentence, and the lines of the person's code that led to it."""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from typing import Any

_MOST_LINES = 60
_HERE = str(Path(__file__).parent) + os.sep
_LIBRARIES = f"{os.sep}site-packages{os.sep}"


class RefusedError(Exception):
    """A request cannot be done; ``lines`` is the traceback in the person's code, if the reason is there."""

    def __init__(self, text: str, lines: str = "") -> None:
        super().__init__(text)
        self.lines = lines


def describe_error(error: BaseException, folder: str) -> list[str]:
    """Return the reason and the traceback, from the first line in the person's folder on."""
    if isinstance(error, RefusedError):
        return [str(error), error.lines]
    frames = [each for each in traceback.extract_tb(error.__traceback__) if not _is_ours(each.filename)]
    theirs = [index for index, each in enumerate(frames) if _is_in(each.filename, folder)]
    lines = traceback.format_list(frames[theirs[0] if theirs else 0 :])
    if len(lines) > _MOST_LINES:
        left_out = f"  … {len(lines) - _MOST_LINES} more …\n"
        lines = [*lines[: _MOST_LINES // 2], left_out, *lines[-_MOST_LINES // 2 :]]
    return [_reason(error), "".join(lines)]


def text_of(value: Any) -> str:
    """Return ``str(value)``, or the name of its class if that fails."""
    try:
        return str(value)
    except Exception:
        return f"<{type(value).__name__}>"


def _reason(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"the code called sys.exit({error.code!r})"
    text = text_of(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _is_ours(filename: str) -> bool:
    return filename.startswith(("<frozen ", _HERE))


def _is_in(filename: str, folder: str) -> bool:
    path = str(Path(filename).absolute())
    return path.startswith(folder + os.sep) and _LIBRARIES not in path[len(folder) :]
