"""The log of a store: its events across sequences, by their numbers in the store or by their keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, Integer, func, select

from es_desktop.core import EntityId, RecordedEvent
from es_desktop.stores.formats.base import SequenceTable
from es_desktop.stores.prepared import EventKey, KeyedReads

from .querying import Querying


@dataclass(frozen=True, slots=True)
class NumberRange:
    """The first and last number of the events of a store, which are numbered without a gap."""

    first: int
    last: int


class StoreLog:
    """Reads events of any sequences. Each method raises ``DatastoreError``."""

    def __init__(self, engine: Engine, events: SequenceTable) -> None:
        self._database = Querying(engine)
        self._events = events
        self._keys = KeyedReads(events.strategy)

    def events_at(self, keys: Sequence[EventKey]) -> list[RecordedEvent | None]:
        """Return the events under the keys, in their order; ``None`` for a key without an event."""
        with self._database.connected() as connection:
            found = self._keys.read(connection, keys)
        read = self._events.mapper.to_recorded_event
        events = {key: read(item) for key, item in found.items()}
        return [events.get(key) for key in keys]

    def number_range(self) -> NumberRange | None:
        """Return the first and last number of all events; ``None`` if they are not numbered without a gap."""
        key = _number(self._events)
        if key is None:
            return None
        table = self._events.strategy.table
        bounds = (func.min(key), func.max(key), func.count())
        first, last, count = self._database.one(
            select(*(select(each).select_from(table).scalar_subquery() for each in bounds))
        )
        # Some stores are ordered by times, or by ids that are texts.
        is_numbered = isinstance(first, int) and last - first + 1 == count
        return NumberRange(first, last) if is_numbered else None

    @property
    def appends_at_end(self) -> bool:
        """Whether ``StoreReader.all_records`` yields newly appended records last."""
        key = _number(self._events)
        if key is None:
            return False
        first = self._database.stream(select(key).select_from(self._events.strategy.table).limit(1))
        return all(isinstance(number, int) for (number,) in first)

    def events_between(self, first: int, last: int) -> list[tuple[EntityId, RecordedEvent]]:
        """Return the events with the numbers ``first`` to ``last``, with the ids of their sequences."""
        key = _number(self._events)
        assert key is not None, "number_range() says whether there are such numbers"
        strategy = self._events.strategy
        statement = select(*strategy.columns).where(key >= first, key <= last).order_by(key)
        items = map(strategy.sequenced_item_class._make, self._database.stream(statement))
        read = self._events.mapper.to_recorded_event
        return [(item[0], read(item)) for item in items]


def _number(table: SequenceTable) -> ColumnElement[Any] | None:
    """Return the column of whole numbers that orders all records, if there is one."""
    if table.order is not None:
        return table.strategy.table.c[table.order]
    key = list(table.strategy.table.primary_key)
    return key[0] if len(key) == 1 and isinstance(key[0].type, Integer) else None
