"""VersionSet versions in little room: of a million events, one after another may write the same value."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator


class VersionSet:
    """Versions in ascending order, kept as ranges without a gap."""

    __slots__ = ("_firsts", "_lasts")

    def __init__(self) -> None:
        self._firsts = array("q")
        self._lasts = array("q")

    @property
    def last(self) -> int | None:
        """The highest of them."""
        return self._lasts[-1] if self._lasts else None

    def add(self, version: int) -> None:
        """Take in a version that is not below any that is there; once, however often it is added."""
        last = self.last
        if last is not None and last <= version <= last + 1:
            self._lasts[-1] = version
        else:
            self._firsts.append(version)
            self._lasts.append(version)

    def last_until(self, version: int) -> int | None:
        """Return the highest version that is not above another one."""
        place = bisect_right(self._firsts, version) - 1
        return None if place < 0 else min(version, self._lasts[place])

    def __iter__(self) -> Iterator[int]:
        for first, last in zip(self._firsts, self._lasts, strict=True):
            yield from range(first, last + 1)
