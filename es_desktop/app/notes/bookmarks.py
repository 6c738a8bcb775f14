"""Bookmarks with the entities that they mark: sorted, and the next one from a version."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.ids import matching_exact_id, short_id
from es_desktop.core import EntityId

from .notebook import Bookmark

_Order = tuple[bool, str, str]


@dataclass(frozen=True, slots=True)
class BookmarkRow:
    """A bookmark, and the entity that it marks."""

    bookmark: Bookmark
    entity: EntityFacts | None = None
    """``None`` if the store has no such entity, or is not read yet."""
    is_gone: bool = False
    """Whether the store was read, and no longer has the entity or event."""

    @property
    def order(self) -> _Order:
        """The sort key of the entity; entities that the store does not have come last."""
        return _order_of(self.bookmark.entity, self.entity)

    @property
    def title(self) -> str:
        """What is marked: ``Order 5f2c91d0 · event 17``."""
        version = self.bookmark.version
        name = short_id(self.bookmark.entity)
        where = "the entity" if version is None else f"event {version:,}"
        return f"{name if self.entity is None else f'{self.entity.type} {name}'} · {where}"


def bookmark_rows(bookmarks: Iterable[Bookmark], entities: Mapping[EntityId, EntityFacts] | None) -> list[BookmarkRow]:
    """Return the bookmarks sorted by entity: the entity as a whole, then its events in ascending order.

    ``entities`` are the entities of the store; ``None`` while they are not known.
    """
    rows = [_row_of(each, entities) for each in bookmarks]
    return sorted(rows, key=lambda each: (each.order, _version_order(each)))


def next_bookmark(
    rows: Sequence[BookmarkRow], entity: EntityFacts, versions: Sequence[int], version: int, direction: int
) -> BookmarkRow | None:
    """Return the bookmark after an entity's version, or before it for a negative ``direction``; ``None`` at the end.

    ``rows`` come from ``bookmark_rows``; ``versions`` are those of the entity's events, ascending. The bookmarks of the
    same entity come first, then those of the other entities. The bookmark of an entity as a whole counts only if none
    of its events is marked; a bookmark of an entity or event that is gone never counts.
    """
    stops = _stops(rows)
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


def _row_of(bookmark: Bookmark, entities: Mapping[EntityId, EntityFacts] | None) -> BookmarkRow:
    if entities is None:
        return BookmarkRow(bookmark)
    entity_id = matching_exact_id(bookmark.entity, entities)
    if entity_id is None:
        return BookmarkRow(bookmark, is_gone=True)
    entity = entities[entity_id]
    return BookmarkRow(bookmark, entity, bookmark.version is not None and bookmark.version > entity.version)


def _order_of(text: str, entity: EntityFacts | None) -> _Order:
    return entity is None, "" if entity is None else entity.type.casefold(), text


def _version_order(row: BookmarkRow) -> int:
    return -1 if row.bookmark.version is None else row.bookmark.version


def _stops(rows: Iterable[BookmarkRow]) -> dict[_Order, list[BookmarkRow]]:
    """Return the bookmarks that can be chosen, by the sort key of their entity."""
    found = {}
    there = (each for each in rows if each.entity is not None and not each.is_gone)
    for order, group in groupby(there, key=lambda each: each.order):
        marks = list(group)
        found[order] = [each for each in marks if each.bookmark.version is not None] or marks
    return found


def _is_in(versions: Sequence[int], version: int) -> bool:
    at = bisect_left(versions, version)
    return at < len(versions) and versions[at] == version
