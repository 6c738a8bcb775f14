"""Bookmarks beside the entities that they mark: in one order, and one after another."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.ids import id_written, short_id
from es_desktop.core import EntityId

from .notebook import Bookmark

_Order = tuple[bool, str, str]


@dataclass(frozen=True, slots=True)
class MarkedPlace:
    """A bookmark, and what there is at its place."""

    bookmark: Bookmark
    entity: EntityFacts | None = None
    """``None`` where the store has no such entity, or is not read yet."""
    is_gone: bool = False
    """The store was read, and has no such entity or event any more."""

    @property
    def order(self) -> _Order:
        """What its entity is sorted by; those that are not there come last."""
        return _order_of(self.bookmark.entity, self.entity)

    @property
    def title(self) -> str:
        """What is marked, in words: ``Order 5f2c91d0 · event 17``."""
        version = self.bookmark.version
        name = short_id(self.bookmark.entity)
        where = "the entity" if version is None else f"event {version:,}"
        return f"{name if self.entity is None else f'{self.entity.type} {name}'} · {where}"


def marked_places(bookmarks: Iterable[Bookmark], entities: Mapping[EntityId, EntityFacts] | None) -> list[MarkedPlace]:
    """Return the places of bookmarks by entity, the entity as a whole before its events in ascending order.

    ``entities`` is what the store holds; ``None`` while that is not known.
    """
    places = [_place_of(each, entities) for each in bookmarks]
    return sorted(places, key=lambda each: (each.order, _version_order(each)))


def further_place(
    places: Sequence[MarkedPlace], entity: EntityFacts, versions: Sequence[int], version: int, direction: int
) -> MarkedPlace | None:
    """Return the place after an entity's version, or before where ``direction`` is negative; ``None`` for no other.

    ``places`` are in their order, ``versions`` those of the entity's events, ascending. The marks on the entity's
    events come first, then those of other entities in their order. The mark on an entity as a whole is a stop only
    where none of its events is marked; what is gone never is.
    """
    stops = _stops(places)
    mine = _order_of(str(entity.id), entity)
    events = [
        each
        for each in stops.get(mine, [])
        if each.bookmark.version is not None and _is_in(versions, each.bookmark.version)
    ]
    marked = [each.bookmark.version or 0 for each in events]
    at = bisect_right(marked, version) if direction > 0 else bisect_left(marked, version) - 1
    if 0 <= at < len(events):
        return events[at]
    orders = list(stops)
    other = bisect_right(orders, mine) if direction > 0 else bisect_left(orders, mine) - 1
    if not 0 <= other < len(orders):
        return None
    return stops[orders[other]][0 if direction > 0 else -1]


def _place_of(bookmark: Bookmark, entities: Mapping[EntityId, EntityFacts] | None) -> MarkedPlace:
    if entities is None:
        return MarkedPlace(bookmark)
    entity_id = id_written(bookmark.entity, entities)
    if entity_id is None:
        return MarkedPlace(bookmark, is_gone=True)
    entity = entities[entity_id]
    return MarkedPlace(bookmark, entity, bookmark.version is not None and bookmark.version > entity.version)


def _order_of(text: str, entity: EntityFacts | None) -> _Order:
    return entity is None, "" if entity is None else entity.type.casefold(), text


def _version_order(place: MarkedPlace) -> int:
    return -1 if place.bookmark.version is None else place.bookmark.version


def _stops(places: Iterable[MarkedPlace]) -> dict[_Order, list[MarkedPlace]]:
    """Return where one can go, by entity in its order."""
    found = {}
    there = (each for each in places if each.entity is not None and not each.is_gone)
    for order, group in groupby(there, key=lambda each: each.order):
        marks = list(group)
        found[order] = [each for each in marks if each.bookmark.version is not None] or marks
    return found


def _is_in(versions: Sequence[int], version: int) -> bool:
    at = bisect_left(versions, version)
    return at < len(versions) and versions[at] == version
