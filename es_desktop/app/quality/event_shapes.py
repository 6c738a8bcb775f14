"""Makes the shape of a store from what a scan has counted."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from .shape import EventShape, SeenVersion, Shape, ShapeRow
from .shape_changes import changes_of
from .tally import EventKey, PathUse, Tally, Use


def shape_of(tally: Tally) -> Shape:
    """Return the shape from what was counted, whose shapes must be added up."""
    by_entity: dict[str, int] = {}
    for key, use in tally.types.items():
        by_entity[key.entity_type] = by_entity.get(key.entity_type, 0) + use.events
    keys = sorted(tally.types, key=lambda key: (-by_entity[key.entity_type], key.entity_type, -tally.types[key].events))
    types = tuple(_event_shape(key, tally) for key in keys)
    return Shape(types, tuple(sorted(changes_of(types), key=attrgetter("month", "entity_type", "event_type", "path"))))


def _event_shape(key: EventKey, tally: Tally) -> EventShape:
    use = tally.types[key]
    found = sorted(tally.paths.get(key, {}).items(), key=lambda item: -item[1].whole.events)
    rows = tuple(_row(key, path, path_use, use) for path, path_use in found)
    return EventShape(*key, use.events, use.first, use.last, use.months, rows, tuple(_versions(key, tally)))


def _row(key: EventKey, path: str, use: PathUse, of: Use) -> ShapeRow:
    types = dict(sorted(use.types.items(), key=lambda item: -item[1].events))
    counts = {name: each.events for name, each in types.items()}
    whole = use.whole
    return ShapeRow(
        *key, path, counts, whole.events, of.events, whole.first, whole.last, whole.months, of.months, types
    )


def _versions(key: EventKey, tally: Tally) -> Sequence[SeenVersion]:
    named = [((name, value), use) for (other, name, value), use in tally.versions.items() if other == key]
    topics = [(("topic", topic), use) for (other, topic), use in tally.topics.items() if other == key]
    found = [*named, *(topics if len(topics) > 1 else ())]
    return [
        SeenVersion(name, value, use.events, use.first, use.last) for (name, value), use in sorted(found, key=_first)
    ]


def _first(found: tuple[tuple[str, str], Use]) -> tuple[str, float, str]:
    (name, value), use = found
    time = None if use.first is None else use.first.time
    return name, float("-inf") if time is None else time, value
