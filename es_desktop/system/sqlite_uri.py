"""The URI by which SQLite opens a file: https://www.sqlite.org/uri.html."""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import Final
from urllib.parse import quote

_VERBATIM: Final = "\\\\?\\"
"""What begins a Windows path that Windows takes as it is written, with its backslashes."""


def uri_of(path: Path, mode: str) -> str:
    """Return the URI that opens a file in a mode: ``ro``, ``rw``, or ``rwc`` to make one that is not there."""
    return f"{file_uri(path.resolve())}?mode={mode}"


def file_uri(path: PurePath) -> str:
    """Return the URI of an absolute path. It names no host, as SQLite takes none: the path of a share has it."""
    text = str(path) if str(path).startswith(_VERBATIM) else path.as_posix()
    # As bytes: a file name on Linux need not be text.
    return f"file://{'' if text.startswith('/') else '/'}{quote(os.fsencode(text), safe='/:')}"
