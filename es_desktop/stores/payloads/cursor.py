"""A cursor over the bytes of a payload, with limits for the depth of nesting and the size of numbers."""

from __future__ import annotations

from typing import Final, Literal

from es_desktop.core import ValueDecodingError
from es_desktop.core.json_text import too_deep

_MOST_LEVELS: Final = 100
_MOST_NUMBER: Final = 1024
"""Bytes of a whole number: Python formats none of more than 4300 digits."""


class Cursor:
    """Reads bytes from start to end. Each method raises ``ValueDecodingError`` if there are too few."""

    def __init__(self, data: bytes, what: str) -> None:
        self._data = data
        self._what = what
        """The encoding of the bytes, for errors."""
        self._at = 0

    @property
    def is_at_end(self) -> bool:
        return self._at == len(self._data)

    def peek(self) -> int:
        """Return the next byte without moving forward."""
        if self.is_at_end:
            raise self.damaged("cut off")
        return self._data[self._at]

    def take(self, count: int) -> bytes:
        """Return the next bytes."""
        end = self._at + count
        if end > len(self._data):
            raise self.damaged("cut off")
        found = self._data[self._at : end]
        self._at = end
        return found

    def number(self, count: int, *, signed: bool = False) -> int:
        """Return a whole number of ``count`` bytes in big-endian order."""
        return int.from_bytes(self.take(count), "big", signed=signed)

    def large(self, digits: bytes, order: Literal["big", "little"]) -> int:
        """Return the unsigned whole number in some bytes. Raises ``ValueDecodingError`` if it is too large."""
        if len(digits) > _MOST_NUMBER:
            raise self.damaged("damaged: a number is too large")
        return int.from_bytes(digits, order)

    def deeper(self, level: int) -> int:
        """Return the next level of nesting. Raises ``ValueDecodingError`` if it is too deep."""
        if level >= _MOST_LEVELS:
            raise too_deep(f"the payload is {self._what} that")
        return level + 1

    def damaged(self, how: str) -> ValueDecodingError:
        """Return the error for these bytes."""
        return ValueDecodingError(f"the payload is {self._what} that is {how}")
