"""Which versions of a line are those of a row's events: whatever marks events, marks their rows by this."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from es_desktop.app.entity.facts import Outline

from .event_rows import EventRow


def versions_among(outline: Outline, row: EventRow, versions: Sequence[int]) -> Sequence[int]:
    """Return which of some ascending versions are among the events of a row."""
    first, last = outline.versions[row.first], outline.versions[row.last]
    found = versions[bisect_left(versions, first) : bisect_right(versions, last)]
    if row.last - row.first + 1 == row.count:
        return found
    # Events of hidden types lie between those of the run.
    return [version for version in found if _kind_of(outline, version) == outline.kinds[row.first]]


def _kind_of(outline: Outline, version: int) -> int | None:
    event = bisect_left(outline.versions, version)
    return outline.kinds[event] if outline.versions[event] == version else None
