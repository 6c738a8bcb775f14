"""A compact set of versions: each of a million events may write the same value."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator


class VersionSet:
    """Versions in ascending order, stored as ranges."""

    __slots__ = ("_firsts", "_lasts")

    def __init__(self) -> None:
        self._firsts = array("q")
        self._lasts = array("q")

    @property
    def last(self) -> int | None:
        """The highest version."""
        return self._lasts[-1] if self._lasts else None

    def add(self, version: int) -> None:
        """Add a version that is not lower than the highest one. Adding it again has no effect."""
        last = self.last
        if last is not None and last <= version <= last + 1:
            self._lasts[-1] = version
        else:
            self._firsts.append(version)
            self._lasts.append(version)

    def last_until(self, version: int) -> int | None:
        """Return the highest version that is at most ``version``; ``None`` if there is none."""
        index = bisect_right(self._firsts, version) - 1
        return None if index < 0 else min(version, self._lasts[index])

    def __iter__(self) -> Iterator[int]:
        for first, last in zip(self._firsts, self._lasts, strict=True):
            yield from range(first, last + 1)
