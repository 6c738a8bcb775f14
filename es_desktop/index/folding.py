"""The texts of an index in the form that typed text is compared with: functions for its SQL."""

from __future__ import annotations

import re
from typing import Final

from es_desktop.system.text_match import folded

_ESCAPE: Final = re.compile(r"((?:\\u[0-9a-fA-F]{4})+)|\\.")
_IS_JSON: Final = re.compile(r"\s*[{\[\"]")


def folded_or_null(text: bytes | None) -> str | None:
    """Return a text in UTF-8 folded; ``None`` if SQLite compares it in the same way as it is."""
    return None if text is None or text.isascii() else folded(text.decode(errors="replace"))


def searched_text(payload: bytes | None) -> bytes | str | None:
    """Return the text of a payload that is searched: folded, and without the escapes of JSON."""
    if payload is None or (payload.isascii() and b"\\" not in payload):
        return payload  # most are: this is called for every event
    text = payload.decode(errors="replace")
    return folded(_ESCAPE.sub(_meant, text) if _IS_JSON.match(text) else text)


def _meant(escape: re.Match[str]) -> str:
    """Return what an escape of JSON stands for; a space for what separates words."""
    codes = escape[1]
    if not codes:
        return " "
    units = bytes.fromhex(codes.replace("\\u", ""))
    return units.decode("utf-16-be", "replace")
