"""JSON that the program prints and exports, and payloads inside of it."""

from __future__ import annotations

import base64
import datetime as dt
import enum
import json
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

import msgspec

from es_desktop.core.json_text import JsonNumber, is_too_deep
from es_desktop.replay.diff import Absent, plain

from .times import calendar_time
from .values import format_value

_WRITERS: Final = ((",", ":"), (", ", ": "))
"""The separators of Python's own JSON."""
_CONTROLS: Final = {
    code: f"\\u{code:04x}"
    for code in (*range(0x7F, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
"""Characters that a terminal may obey, or that end a line for some readers; JSON may escape any character."""
MOST_EMBEDDED: Final = 8_000_000
"""Characters of a payload that is written as JSON inside a line of JSON."""
_LONG_NUMBER: Final = re.compile(r"(?:^|[:,\[ -])\d{19}")
"""A number that may exceed 64 bits."""
_MOST_LEVELS: Final = 200
"""Levels of nesting that any reader of JSON accepts."""
_MOST_BITS: Final = 14_000
"""Of an integer: Python writes none that is much longer."""


def to_json(value: Any, *, indent: int = 0) -> str:
    """Return a value as JSON text on one line, or on several with ``indent``; nothing in it controls a terminal."""
    try:
        encoded = msgspec.json.encode(plain_json(value), enc_hook=attrgetter("as_json"))
    except RecursionError:  # of a tree that is nested too deeply, or holds itself
        encoded = msgspec.json.encode(format_value(value))
    text = (msgspec.json.format(encoded, indent=indent) if indent else encoded).decode()
    return text if text.isprintable() else text.translate(_CONTROLS)


def plain_json(value: Any) -> Any:
    """Return a value as JSON types: a decimal or a time as text, an enum by its value, bytes in base64.

    A ``JsonNumber`` stays one, with all its digits. JSON has no NaN and no infinity: they are ``{"__float__": "NaN"}``,
    ``"Infinity"`` and ``"-Infinity"``, in the form that our own stores have.

    Raises ``RecursionError`` for a tree that is nested too deeply; any other value that fails becomes its type name.
    """
    if type(value) is str and value.isascii():  # most values are
        return value
    if type(value) is dict or isinstance(value, Mapping):
        return {str(plain_json(key)): plain_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain_json(item) for item in value]
    try:
        return _leaf(value)
    except RecursionError:
        raise
    except Exception:  # of a value of the user's, or a time zone
        return format_value(value)


def _leaf(value: Any) -> Any:
    match value:
        case Absent():
            return None
        case int() if not isinstance(value, enum.Enum) and value.bit_length() > _MOST_BITS:
            return format_value(value)
        case None | bool() | int() if not isinstance(value, enum.Enum):
            return value
        case enum.Enum():
            return value.value if isinstance(value.value, (str, int)) else value.name
        case str():
            # JSON text cannot contain a lone surrogate.
            return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case float():
            return value if math.isfinite(value) else {"__float__": format_value(value)}
        case JsonNumber():
            return value
        case Decimal():
            return str(value)
        case bytes():
            return base64.b64encode(value).decode()
        case dt.date() | dt.time():
            return value.isoformat()
        case dt.timedelta():
            return value.total_seconds()
    tree = plain(value)
    return str(value) if tree is value else plain_json(tree)


def iso_time(timestamp: float | None) -> str | None:
    """Return seconds since the epoch as ISO 8601 in UTC; ``None`` for no time, or one that no calendar has."""
    moment = utc_time(timestamp)
    return None if moment is None else moment.isoformat()


def utc_time(timestamp: float | None) -> dt.datetime | None:
    """Return seconds since the epoch as a time in UTC; ``None`` for no time, or one that no calendar has."""
    return None if timestamp is None else calendar_time(timestamp, dt.UTC)


def embeds(payload: str) -> bool:
    """Return whether a payload can be written as JSON inside a line of JSON.

    It can if a common writer of JSON makes exactly this text of its values. Then the text comes back unchanged, and has
    nothing that readers of JSON understand differently: numbers beyond 64 bits, NaN, lone surrogates, repeated keys.
    A very long payload is not tried, which would take several times its length.
    """
    if len(payload) > MOST_EMBEDDED or _LONG_NUMBER.search(payload):
        return False
    try:
        tree = msgspec.json.decode(payload)
        texts = (json.dumps(tree, ensure_ascii=payload.isascii(), separators=each) for each in _WRITERS)
        # Readers of JSON differ in how many levels they accept, whatever this Python can read.
        is_plain = not is_too_deep(tree, _MOST_LEVELS, payload)
        return is_plain and (msgspec.json.encode(tree).decode() == payload or payload in texts)
    except (msgspec.DecodeError, RecursionError):
        return False
