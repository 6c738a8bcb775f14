"""Python interpreters that a person's code may run in: which is meant where none is named, and which are offered."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_NAMES: Final = ("python3", "python")
_ENVIRONMENTS: Final = (".venv", "venv", "env")
_IN_ENVIRONMENT: Final = Path("Scripts", "python.exe") if os.name == "nt" else Path("bin", "python")


def default_python() -> str:
    """Return the interpreter that runs this program; the packaged program has none, and takes the one on the path."""
    if not getattr(sys, "frozen", False):
        return sys.executable
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    return found or _NAMES[0]


def offered_pythons(folder: Path | None) -> list[str]:
    """Return interpreters to choose from, the likeliest first: those of environments in or beside a folder."""
    return list(dict.fromkeys([*_in_environments(folder), default_python(), *filter(None, map(shutil.which, _NAMES))]))


def _in_environments(folder: Path | None) -> Iterator[str]:
    for each in () if folder is None else (folder, folder.parent):
        for name in _ENVIRONMENTS:
            python = each / name / _IN_ENVIRONMENT
            if python.is_file():
                yield str(python)
