"""Reads of many sequences at once: their first and last positions, events and snapshots, each by one select."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Engine, Select, bindparam, column, func, literal, select, values

from es_desktop.core import EntityId, RecordedEvent, RecordedSnapshot
from es_desktop.stores.formats.base import StoreTables
from es_desktop.stores.queries import EventKey, Selection

from ..long_values import without_long_values
from ..queries import Querying
from ..walking import pages


class Span(NamedTuple):
    """The number of events of one sequence, and its first and last position."""

    sequence_id: EntityId
    events: int
    first: int
    last: int


class BatchReader:
    """Reads hundreds of sequences by one statement. No transaction stays open. Raises ``DatastoreError``."""

    def __init__(self, engine: Engine, tables: StoreTables) -> None:
        self._database = Querying(engine)
        tables = without_long_values(tables, engine.dialect)
        self._events = tables.events
        self._snapshots = tables.snapshots
        self._selection = Selection(self._events.strategy.selected)
        self._snapshot_reads = None if self._snapshots is None else self._snapshots.strategy.keyed_reads()

    def spans(self, after: EntityId | None, limit: int) -> list[Span]:
        """Return up to ``limit`` sequences in the order of their ids, from the first id greater than ``after``."""
        sequence_id, position, *_ = self._events.strategy.columns
        statement = (
            select(sequence_id, func.count(), func.min(position), func.max(position))
            .group_by(sequence_id)
            .order_by(sequence_id)
            .limit(limit)
        )
        if after is not None:
            statement = statement.where(sequence_id > literal(after, sequence_id.type))
        return list(map(Span._make, self._rows(statement)))

    def all_spans(self, size: int) -> Iterator[Sequence[Span]]:
        """Yield all sequences in the order of their ids, in pages of ``size``."""
        return pages(lambda after: self.spans(after, size), itemgetter(0), size)

    def events(self, after: Mapping[EntityId, int | None]) -> Iterator[tuple[EntityId, list[RecordedEvent]]]:
        """Yield each sequence with its events after the given position (``None``: all events), in ascending order.

        Sequences without such an event are left out.
        """
        read = self._events.mapper.to_recorded_event
        for sequence_id, items in groupby(self._items(after), itemgetter(0)):
            yield sequence_id, list(map(read, items))

    def snapshot_versions(self, sequence_ids: Sequence[EntityId]) -> dict[EntityId, list[int]]:
        """Return the versions of the snapshots of each sequence, ascending. Sequences without any are left out.

        So is a snapshot at no version, as in a damaged store.
        """
        if self._snapshots is None:
            return {}
        sequence_id, position, *_ = self._snapshots.strategy.columns
        wanted = sequence_id.in_(sequence_ids)
        statement = select(sequence_id, position).where(wanted).order_by(sequence_id, position)
        found: dict[EntityId, list[int]] = {}
        for each, version in self._rows(statement):
            if isinstance(version, int):
                found.setdefault(each, []).append(version)
        return found

    def snapshots_at(self, keys: Sequence[EventKey]) -> dict[EventKey, RecordedSnapshot]:
        """Return the snapshots that exist under the given keys, of any sequences."""
        if self._snapshots is None or self._snapshot_reads is None:
            return {}
        read = self._snapshots.mapper.to_recorded_snapshot
        with self._database.connection() as connection:
            found = self._snapshot_reads.read(connection, keys)
        return {key: read(item) for key, item in found.items()}

    def _items(self, after: Mapping[EntityId, int | None]) -> Iterator[Any]:
        columns, (sequence_id, position, *_) = self._events.strategy.selected, self._events.strategy.columns
        whole = [each for each, position in after.items() if position is None]
        parts = [(each, position) for each, position in after.items() if position is not None]
        if whole:
            wanted = sequence_id.in_(bindparam("wanted", expanding=True))
            statement = select(*columns).where(wanted).order_by(sequence_id, position)
            yield from self._selected(statement, {"wanted": whole})
        if parts:
            names = column("sequence_id", sequence_id.type), column("position", BigInteger)
            keys = values(*names, name="keys").data(parts).cte("wanted")
            is_after = (keys.c.sequence_id == sequence_id) & (position > keys.c.position)
            joined = select(*columns).join_from(keys, self._events.strategy.table, is_after)
            yield from self._selected(joined.order_by(sequence_id, position), {})

    def _selected(self, statement: Select[Any], parameters: Mapping[str, Any]) -> Iterator[Any]:
        with self._database.connection() as connection:
            found = self._selection.read(connection, statement, parameters)
        return map(self._events.strategy.sequenced_item_class._make, zip(*found, strict=True))

    def _rows(self, statement: Select[Any]) -> Sequence[Any]:
        with self._database.connection() as connection:
            return connection.execute(statement).all()
