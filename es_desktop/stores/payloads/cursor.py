"""A cursor over the bytes of a payload: it never reads beyond their end, nor nests deeper than anybody writes."""

from __future__ import annotations

from typing import Final, Literal

from es_desktop.core import ValueDecodingError

_MOST_LEVELS: Final = 100
_MOST_NUMBER: Final = 1024
"""Bytes of a whole number; Python shows none of more than 4300 digits."""


class Cursor:
    """Reads bytes from front to back. Every method raises ``ValueDecodingError`` where they are cut off."""

    def __init__(self, data: bytes, what: str) -> None:
        self._data = data
        self._what = what
        """What the bytes are, for the error that says that they are damaged."""
        self._at = 0

    @property
    def is_at_end(self) -> bool:
        return self._at == len(self._data)

    def peek(self) -> int:
        """Return the next byte without taking it."""
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
        """Return a whole number of so many bytes, the highest first."""
        return int.from_bytes(self.take(count), "big", signed=signed)

    def large(self, digits: bytes, order: Literal["big", "little"]) -> int:
        """Return the whole number of any number of bytes. Raises ``ValueDecodingError`` where it is too large."""
        if len(digits) > _MOST_NUMBER:
            raise self.damaged("damaged: a number is too large")
        return int.from_bytes(digits, order)

    def deeper(self, level: int) -> int:
        """Return the level below this one. Raises ``ValueDecodingError`` where that is too deep."""
        if level >= _MOST_LEVELS:
            raise self.damaged("nested too deep")
        return level + 1

    def damaged(self, how: str) -> ValueDecodingError:
        """Return the error that says what is wrong with the bytes."""
        return ValueDecodingError(f"the payload is {self._what} that is {how}")
