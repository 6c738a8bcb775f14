"""CBOR (RFC 8949) as Jackson writes it: maps, lists, texts, bytes and numbers. Other tags are ignored."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from .cursor import Cursor

_INDEFINITE: Final = 31
_BREAK: Final = 0xFF
_FLOATS: Final = {25: (2, ">e"), 26: (4, ">f"), 27: (8, ">d")}
_SIMPLE: Final = {20: False, 21: True, 22: None, 23: None}
_MOST_SCALE: Final = 10_000
"""The largest exponent of a decimal number."""


def looks_like_cbor(data: bytes) -> bool:
    """Return whether bytes start like a CBOR map. No map of msgpack starts so."""
    return 0xA0 <= data[0] <= 0xBB or data[0] == 0xBF


def from_cbor(data: bytes) -> Any:
    """Return the plain tree of a document. Raises ``ValueDecodingError`` if it is not valid or bytes follow it."""
    cursor = Cursor(data, "CBOR")
    tree = _value(cursor, 0)
    if not cursor.is_at_end:
        raise cursor.damaged("followed by more")
    return tree


def _value(cursor: Cursor, level: int) -> Any:
    level = cursor.deeper(level)
    first = cursor.number(1)
    major, minor = first >> 5, first & 31
    match major:
        case 0:
            return _argument(cursor, minor)
        case 1:
            return -1 - _argument(cursor, minor)
        case 2:
            return _bytes(cursor, major, minor)
        case 3:
            try:
                return _bytes(cursor, major, minor).decode()
            except UnicodeDecodeError:
                raise cursor.damaged("damaged: a text is no UTF-8") from None
        case 4:
            return [_value(cursor, level) for _ in _members(cursor, minor)]
        case 5:
            return {_key(cursor, level): _value(cursor, level) for _ in _members(cursor, minor)}
        case 6:
            return _tagged(cursor, _argument(cursor, minor), _value(cursor, level))
    if minor in _FLOATS:
        size, form = _FLOATS[minor]
        return struct.unpack(form, cursor.take(size))[0]
    if minor not in _SIMPLE:
        raise cursor.damaged("not valid")
    return _SIMPLE[minor]


def _argument(cursor: Cursor, minor: int) -> int:
    if minor < 24:
        return minor
    if minor > 27:
        raise cursor.damaged("not valid")
    return cursor.number(1 << (minor - 24))


def _members(cursor: Cursor, minor: int) -> Iterator[None]:
    """Yield once for each member of a list or a map."""
    if minor != _INDEFINITE:
        for _ in range(_argument(cursor, minor)):
            yield
        return
    while cursor.peek() != _BREAK:
        yield
    cursor.take(1)


def _bytes(cursor: Cursor, major: int, minor: int) -> bytes:
    if minor != _INDEFINITE:
        return cursor.take(_argument(cursor, minor))
    found = bytearray()
    for _ in _members(cursor, minor):
        first = cursor.number(1)
        if first >> 5 != major:
            raise cursor.damaged("not valid")
        found += cursor.take(_argument(cursor, first & 31))
    return bytes(found)


def _key(cursor: Cursor, level: int) -> str:
    key = _value(cursor, level)
    # Encrypted bytes may look like a map by chance, but hardly like a map with texts as keys.
    if not isinstance(key, str):
        raise cursor.damaged("damaged: a name is no text")
    return key


def _tagged(cursor: Cursor, tag: int, value: Any) -> Any:
    """Return a value with the tags of large and decimal numbers applied; other tags are ignored."""
    if tag in (2, 3) and isinstance(value, bytes):
        number = cursor.large(value, "big")
        return number if tag == 2 else -1 - number
    if tag == 4 and isinstance(value, list) and [type(each) for each in value] == [int, int]:  # no booleans
        exponent, digits = value
        if abs(exponent) <= _MOST_SCALE:
            return Decimal(f"{digits}e{exponent}")
    return value
