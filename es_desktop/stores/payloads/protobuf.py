"""Messages of protobuf without their schema: fields with numbers, whose values are integers or bytes.

Source: https://protobuf.dev/programming-guides/encoding/.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .cursor import Cursor

_MOST_VARINT: Final = 10
"""Bytes of the longest varint."""


def fields_of(data: bytes) -> dict[int, int | bytes]:
    """Return the fields of a message by their numbers; the last value of each. Raises ``ValueDecodingError``."""
    cursor = Cursor(data, "a protobuf message")
    found: dict[int, int | bytes] = {}
    while not cursor.is_at_end:
        key = _varint(cursor)
        read = _READERS.get(key & 7)
        if read is None or not key >> 3:
            raise cursor.damaged("not valid")
        found[key >> 3] = read(cursor)
    return found


def _varint(cursor: Cursor) -> int:
    number = 0
    for index in range(_MOST_VARINT):
        byte = cursor.number(1)
        number |= (byte & 127) << (7 * index)
        if byte < 128:
            return number
    raise cursor.damaged("not valid")


_READERS: Final[dict[int, Callable[[Cursor], int | bytes]]] = {
    0: _varint,
    1: lambda cursor: cursor.take(8),
    2: lambda cursor: cursor.take(_varint(cursor)),
    5: lambda cursor: cursor.take(4),
}
