"""The scale of the timeline strip: versions to pixels, zooming, panning, and the steps of labels."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

CLOSEST = 6.0
"""Least versions in view at the highest zoom."""


@dataclass(slots=True)
class Scale:
    """Maps a range of versions to a range of pixels."""

    first: int = 0
    last: int = 1
    """The first and the last of all versions."""
    low: float = 0.0
    high: float = 1.0
    """The first and the last version in view."""
    left: float = 0.0
    width: float = 1.0

    @property
    def is_zoomed(self) -> bool:
        return self.low > self.first or self.high < self.last

    def x(self, version: float) -> float:
        """Return the pixel of a version."""
        return self.left + (version - self.low) / (self.high - self.low) * self.width

    def version(self, x: float) -> float:
        """Return the version at a pixel, as a fraction."""
        return self.low + (x - self.left) / self.width * (self.high - self.low)

    def shows(self, version: float) -> bool:
        """Return whether a version is in view."""
        return self.low <= version <= self.high

    def set_bounds(self, first: int, last: int) -> None:
        """Set the first and the last version; a zoomed view stays if it is still inside them."""
        keep = self.is_zoomed and first == self.first and self.high <= last
        # A single version needs a range too.
        self.first, self.last = first, max(last, first + 1)
        if not keep:
            self.reset()

    def reset(self) -> None:
        """Show everything."""
        self.low, self.high = float(self.first), float(self.last)

    def zoom(self, factor: float, x: float) -> None:
        """Zoom in by ``factor``, and keep the version at pixel ``x`` where it is."""
        whole = self.last - self.first
        span = self.high - self.low
        wanted = min(float(whole), max(min(CLOSEST, whole), span / factor))
        under = self.version(min(max(x, self.left), self.left + self.width))
        self._show_range(under - (under - self.low) * wanted / span, wanted)

    def pan(self, part: float) -> None:
        """Move the view by a part of its width."""
        span = self.high - self.low
        self._show_range(self.low + part * span, span)

    def reveal(self, version: float) -> bool:
        """Bring a version into view; return whether the view moved."""
        if self.shows(version) or not self.first <= version <= self.last:
            return False
        span = self.high - self.low
        self._show_range(version - span / 2, span)
        return True

    def _show_range(self, low: float, span: float) -> None:
        self.low = min(max(low, float(self.first)), self.last - span)
        self.high = self.low + span


def nearest(versions: Sequence[int], wanted: float) -> int:
    """Return the member of a non-empty ascending sequence that is nearest to ``wanted``."""
    index = bisect_left(versions, wanted)
    if index == 0:
        return versions[0]
    if index == len(versions) or wanted - versions[index - 1] <= versions[index] - wanted:
        return versions[index - 1]
    return versions[index]


def nice_step(span: float, most: float) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50… that cuts ``span`` into at most ``most`` parts."""
    least = max(1.0, span / max(1.0, most))
    power = 10 ** math.floor(math.log10(least))
    return int(next(power * digit for digit in (1, 2, 5, 10) if power * digit >= least))


def sparse(versions: Sequence[int], scale: Scale, min_gap: float) -> Iterator[int]:
    """Yield the versions in view, without those less than ``min_gap`` pixels after the one before."""
    index = bisect_left(versions, scale.low)
    while index < len(versions) and versions[index] <= scale.high:
        yield versions[index]
        index = max(index + 1, bisect_left(versions, scale.version(scale.x(versions[index]) + min_gap), index))
