"""SQLite's JSONB: a tree of elements, each with a type and the size of its content.

https://www.sqlite.org/jsonb.html. SQLite reads it from release 3.45 on; here it is read with any release.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from .cursor import Cursor

_ARRAY, _OBJECT = 11, 12
_WHAT: Final = "JSONB"
_CONSTANTS: Final = {0: None, 1: True, 2: False}
_ESCAPE: Final = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|\r\n|.)", re.DOTALL)
_ESCAPED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}
_LINE_ENDS: Final = ("\r\n", "\n", "\r", "\u2028", "\u2029")

ReadJson = Callable[[str], Any]
"""Returns the value of a JSON text. Raises ``ValueDecodingError``."""


def looks_like_jsonb(data: bytes) -> bool:
    """Return whether bytes are a JSONB array or object by their header, which holds their length."""
    if data[0] & 15 not in (_ARRAY, _OBJECT):
        return False
    size, length = data[0] >> 4, 0
    if size > 11:
        length = 1 << (size - 12)
        size = int.from_bytes(data[1 : 1 + length], "big")
    return len(data) == 1 + length + size


def from_jsonb(data: bytes, read_json: ReadJson) -> Any:
    """Return the plain tree of a document. Raises ``ValueDecodingError``."""
    cursor = Cursor(data, _WHAT)
    tree = _value(cursor, 0, read_json)
    if not cursor.is_at_end:
        raise cursor.damaged("followed by more")
    return tree


def _value(cursor: Cursor, level: int, read_json: ReadJson) -> Any:
    level = cursor.deeper(level)
    first = cursor.number(1)
    element, size = first & 15, first >> 4
    content = cursor.take(size if size < 12 else cursor.number(1 << (size - 12)))
    if element in _CONSTANTS and not content:
        return _CONSTANTS[element]
    if element in (_ARRAY, _OBJECT):
        inner, members = Cursor(content, _WHAT), []
        while not inner.is_at_end:
            members.append(_value(inner, level, read_json))
        if element == _ARRAY:
            return members
        if len(members) % 2 or not all(isinstance(name, str) for name in members[::2]):
            raise cursor.damaged("damaged: a name is no text")
        return dict(zip(members[::2], members[1::2], strict=True))
    try:
        return _scalar(element, content.decode(), read_json)
    except (ValueError, OverflowError, RecursionError):
        raise cursor.damaged("damaged") from None


def _scalar(element: int, text: str, read_json: ReadJson) -> Any:
    match element:
        case 3 | 5:
            return read_json(text)
        case 4:
            return int(text, 0)  # hexadecimal
        case 6:
            return float(text)  # such as ``.5``
        case 7 | 10:
            return text
        case 8:
            return read_json(f'"{text}"')
        case 9:
            return _ESCAPE.sub(_unescaped, text)
    raise ValueError("no such type")


def _unescaped(found: re.Match[str]) -> str:
    """Return the character of an escape of JSON5; a line end after a backslash is no part of the text."""
    escape = found[1]
    if escape[0] in "xu" and len(escape) > 1:
        return chr(int(escape[1:], 16))
    return "" if escape in _LINE_ENDS else _ESCAPED.get(escape, escape)
