"""Counts what a scan of the records finds, in memory that does not grow with their number."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from math import isfinite
from typing import Any, Final, NamedTuple

from es_desktop.core import EntityId
from es_desktop.index.source import RawId, id_of_raw

from .payloads import MORE, OBJECT, Shape

_MOST_ROWS: Final = 200
"""Rows that are kept of each thing that is found."""
MOST_ROWS_OF_A_SHAPE: Final = 8
"""The same of each shape in one batch, where common ones would be most of what a process sends."""
_MOST_SHAPES: Final = 4_000
"""Shapes that are kept apart; then their paths are added up."""
_MOST_PATHS: Final = 2_000
"""Paths of one event type; those that come later count as one."""
_MOST_MONTHS: Final = 1_200
_MOST_REASONS: Final = 500
_MOST_LETTERS: Final = 200
_OTHERS: Final = "other reasons"
_NUMBER: Final = re.compile(r"\d+")
_DAY: Final = 86_400


class Seen(NamedTuple):
    """Where something was seen: an event of an entity."""

    raw_id: RawId
    version: int | None
    """``None`` if the event has no version, as in a damaged store."""
    time: float | None
    """In seconds since the epoch; ``None`` for none."""

    @property
    def entity_id(self) -> EntityId:
        """The id of the entity."""
        return id_of_raw(self.raw_id)


class EventKey(NamedTuple):
    """The type of an event together with that of its entity."""

    entity_type: str
    event_type: str


@lru_cache(4_096)
def _month_of_day(day: int) -> int | None:
    try:
        moment = datetime.fromtimestamp(day * _DAY, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.year * 12 + moment.month - 1


def month_of(time: float | None) -> int | None:
    """Return the month of a time in UTC, counted from the year 0; ``None`` without a time in the calendar."""
    return _month_of_day(int(time // _DAY)) if time is not None and isfinite(time) else None


def month_text(month: int) -> str:
    """Return a month such as ``2026-04``."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


def without_numbers(reason: str) -> str:
    """Return a reason, such as of an error, without its numbers: those that differ in them only are the same."""
    return _NUMBER.sub("N", reason[:_MOST_LETTERS])


@dataclass(slots=True)
class Use:
    """How often something was seen, when first and last, in which months, and the first rows of it."""

    events: int = 0
    first: Seen | None = None
    last: Seen | None = None
    months: dict[int, int] = field(default_factory=dict)
    """Events by month; those without a time in none."""
    rows: list[Seen] = field(default_factory=list)
    most: float = 0.0
    """The largest amount that was added, such as the bytes of the largest payload."""
    total: float = 0.0
    """All amounts together, such as the versions that are missing."""

    def add(self, seen: Seen, month: int | None, most_rows: int = _MOST_ROWS) -> None:
        """Count one event."""
        self.events += 1
        if month is not None:
            self.months[month] = self.months.get(month, 0) + 1
        if self.first is None or self.last is None:
            self.first = self.last = seen
        elif seen.time is not None:
            if self.first.time is None or seen.time < self.first.time:
                self.first = seen
            if self.last.time is None or seen.time >= self.last.time:
                self.last = seen
        if len(self.rows) < most_rows:
            self.rows.append(seen)

    def merge(self, other: Use) -> None:
        """Count what another one has counted, of other events."""
        self.events += other.events
        for month, count in other.months.items():
            if month in self.months or len(self.months) < _MOST_MONTHS:
                self.months[month] = self.months.get(month, 0) + count
        for seen in (other.first, other.last):
            if seen is None:
                continue
            if self.first is None or (seen.time is not None and _is_before(seen, self.first)):
                self.first = seen
            if self.last is None or (seen.time is not None and not _is_before(seen, self.last)):
                self.last = seen
        self.rows += other.rows[: max(0, _MOST_ROWS - len(self.rows))]
        self.most = max(self.most, other.most)
        self.total += other.total


def _is_before(seen: Seen, other: Seen) -> bool:
    return other.time is None or (seen.time is not None and seen.time < other.time)


@dataclass(slots=True)
class PathUse:
    """A path of an event type: the events that have it, and those of each type of value."""

    whole: Use = field(default_factory=Use)
    types: dict[str, Use] = field(default_factory=dict)


@dataclass(slots=True)
class EndUse:
    """The entities of one type whose last event is of one type."""

    entities: int = 0
    times: array[float] = field(default_factory=lambda: array("d"))
    """Of their last events."""
    lasted: Counter[int] = field(default_factory=Counter)
    """How long they had lasted then: entities by the seconds as a power of 2."""
    rows: list[Seen] = field(default_factory=list)
    """Their last events, the oldest ones."""

    def merge(self, other: EndUse) -> None:
        self.entities += other.entities
        self.times += other.times
        self.lasted.update(other.lasted)
        self.rows = sorted([*self.rows, *other.rows], key=_time_or_never)[:_MOST_ROWS]


def _time_or_never(seen: Seen) -> float:
    return float("inf") if seen.time is None else seen.time


@dataclass(slots=True)
class Tally:
    """What was found in some entities. It can be pickled, and merged with that of others."""

    entities: int = 0
    events: int = 0
    snapshots: int = 0
    last_time: float | None = None
    types: dict[EventKey, Use] = field(default_factory=dict)
    shapes: dict[tuple[EventKey, str, Shape], Use] = field(default_factory=dict)
    """Events by their topic, and by the paths and types of their payload; until they are added up."""
    paths: dict[EventKey, dict[str, PathUse]] = field(default_factory=dict)
    """The paths of the shapes that are no longer kept apart."""
    versions: dict[tuple[EventKey, str, str], Use] = field(default_factory=dict)
    """Versions of schemas: by event type, where it stands, and which it is."""
    topics: dict[tuple[EventKey, str], Use] = field(default_factory=dict)
    found: dict[tuple[str, EventKey, str], Use] = field(default_factory=dict)
    """What is odd: by the name of the finding, the types, and the reason without its numbers."""
    reasons: dict[str, str] = field(default_factory=dict)
    """A whole reason for each without its numbers."""
    having: Counter[EventKey] = field(default_factory=Counter)
    """Entities that have an event of a type."""
    beginning: Counter[EventKey] = field(default_factory=Counter)
    """Entities whose first event is of a type."""
    ends: dict[EventKey, EndUse] = field(default_factory=dict)

    def find(self, name: str, key: EventKey, seen: Seen, reason: str = "", amount: float = 0.0) -> None:
        """Count something odd; events with the same ``reason`` but for its numbers count together."""
        bare = without_numbers(reason) if reason else ""
        if bare and len(self.reasons) >= _MOST_REASONS and bare not in self.reasons:
            bare = reason = _OTHERS
        if bare:
            self.reasons.setdefault(bare, reason[:_MOST_LETTERS])
        use = use_of(self.found, (name, key, bare))
        use.add(seen, month_of(seen.time))
        use.most = max(use.most, amount)
        use.total += amount

    def merge(self, other: Tally) -> None:
        """Add what another one has counted."""
        self.entities += other.entities
        self.events += other.events
        self.snapshots += other.snapshots
        if other.last_time is not None:
            self.last_time = max(other.last_time, self.last_time or other.last_time)
        for ours, theirs in (
            (self.types, other.types),
            (self.shapes, other.shapes),
            (self.versions, other.versions),
            (self.topics, other.topics),
            (self.found, other.found),
        ):
            _merge_uses(ours, theirs)
        for key, paths in other.paths.items():
            for path, use in paths.items():
                self._add_path(key, path, use.whole, use.types)
        for bare, reason in other.reasons.items():
            self.reasons.setdefault(bare, reason)
        self.having.update(other.having)
        self.beginning.update(other.beginning)
        for key, end in other.ends.items():
            self.ends.setdefault(key, EndUse()).merge(end)
        if len(self.shapes) > _MOST_SHAPES:
            self.add_up_shapes()

    def add_up_shapes(self) -> None:
        """Replace the shapes by the sums of their paths, types and topics."""
        for (key, topic, shape), use in self.shapes.items():
            use_of(self.types, key).merge(use)
            use_of(self.topics, (key, topic)).merge(use)
            by_path: dict[str, dict[str, Use]] = {}
            for path, type_name in shape:
                by_path.setdefault(path, {})[type_name] = use
            for path, types in by_path.items():
                self._add_path(key, path, use, types)
        self.shapes = {}

    def _add_path(self, key: EventKey, path: str, whole: Use, types: Mapping[str, Use]) -> None:
        paths = self.paths.setdefault(key, {})
        if path not in paths and len(paths) >= _MOST_PATHS:
            path, types = MORE, {OBJECT: whole}
        found = paths.setdefault(path, PathUse())
        found.whole.merge(whole)
        _merge_uses(found.types, types)


def _merge_uses(ours: dict[Any, Use], theirs: Mapping[Any, Use]) -> None:
    for key, use in theirs.items():
        use_of(ours, key).merge(use)


def use_of(uses: dict[Any, Use], key: Any) -> Use:
    """Return what counts a key, which it has from now on."""
    found = uses.get(key)
    if found is None:
        found = uses[key] = Use()
    return found
