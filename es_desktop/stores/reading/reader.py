"""Reads a store of any table format: its sequences, their records, and counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from operator import itemgetter
from sys import getsizeof
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    Integer,
    Select,
    bindparam,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType

from es_desktop.core import (
    DatastoreError,
    EntityId,
    EventPlayer,
    EventSourcedSnapshotStrategy,
    EventStore,
    RecordedEvent,
    RecordedSnapshot,
)
from es_desktop.core.json_text import UnreadValue
from es_desktop.core.recorded import RecordedMapper
from es_desktop.stores.formats.base import SequenceTable, StoreTables
from es_desktop.stores.queries import EventKey, Selection
from es_desktop.system.limits import payload_bytes

from ..long_values import readable, without_long_values
from ..queries import Querying
from ..records import is_shown
from ..strategy import compared
from ..walking import pages

_STREAM_SIZE = 200
_LONG = 1_000_000
"""Bytes of a payload that is read by itself where records are copied."""
_OUTLINE_PAGE = 10_000
_PAGE_SIZE = 5000
"""Rows of a page of all records. If a format computes its numbers, each page costs as much as the whole table."""
_PAGE_BYTES = 50_000_000
"""Bytes after which such a page ends."""
_NOT_FOUND = "the index of a table does not lead to its rows"


@dataclass(frozen=True, slots=True)
class SequenceSummary:
    """One sequence: its first and last event and its counts."""

    sequence_id: EntityId
    first: RecordedEvent
    last: RecordedEvent
    events: int
    snapshots: int

    @property
    def has_gap(self) -> bool:
        """Whether an event is missing between the first and the last one; unknown, so false, if one has no number."""
        first, last = self.first.version, self.last.version
        return isinstance(first, int) and isinstance(last, int) and last - first >= self.events


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of sequences, events and snapshots of a store."""

    sequences: int
    events: int
    snapshots: int


class StoreReader:
    """Reads events and snapshots. No method leaves a transaction open; each raises ``DatastoreError``."""

    def __init__(self, engine: Engine, tables: StoreTables) -> None:
        self._database = Querying(engine)
        self._dialect = engine.dialect
        self._paged = without_long_values(tables, engine.dialect, _LONG)
        self._whole = tables
        tables = without_long_values(tables, engine.dialect)
        self._events = tables.events
        self._snapshots = tables.snapshots
        self._made: dict[tuple[bool, bool], tuple[Select[Any], int]] = {}
        self._keys = tables.events.strategy.keyed_reads()
        self.player = _player(tables)
        """The core's event player for these tables; it returns ``RecordedEvent`` and ``RecordedSnapshot``."""

    def counts(self) -> Counts:
        """Count sequences, events and snapshots; one pass over an index each."""
        sequence_id, *_ = self._events.strategy.columns
        events, sequences = self._database.one(
            select(func.count(), func.count(sequence_id.distinct())).select_from(self._events.strategy.table)
        )
        return Counts(sequences, events, self.snapshot_count())

    def snapshot_count(self) -> int:
        """Count the snapshots, those of entities without events too; one pass over an index."""
        table = None if self._snapshots is None else self._snapshots.strategy.table
        return 0 if table is None else int(self._database.one(select(func.count()).select_from(table))[0])

    def event_count(self) -> int:
        """Count the events; one pass over the smallest index."""
        (count,) = self._database.one(select(func.count()).select_from(self._events.strategy.table))
        return int(count)

    def has_more_events_than(self, count: int) -> bool:
        """Return whether there are more than ``count`` events, without counting the others."""
        some = select(literal(1)).select_from(self._events.strategy.table).limit(count + 1).subquery("some")
        (found,) = self._database.one(select(func.count()).select_from(some))
        return int(found) > count

    def sequences(self, only: EntityId | None = None, limit: int | None = None) -> Iterator[SequenceSummary]:
        """Yield all sequences, or only one, or the first ``limit``, in the order of their ids."""
        snapshots = self.snapshot_counts(only) if limit is None else {}
        statement, width = self._summaries(only is not None, limit is not None)
        given = {name: value for name, value in (("only", only), ("limit", limit)) if value is not None}
        read, before = self._events.mapper.to_recorded_event, None
        rows = self._database.stream(statement, given)
        for events, *items in list(rows) if given else rows:  # who reads one may stop there, and hold the connection
            if items[0] == before:  # of a damaged table, where several events have its first or its last version
                continue
            before, first_item, last_item = items[0], items[:width], items[width:]
            if first_item[0] is None or last_item[0] is None:
                raise DatastoreError(_NOT_FOUND, "Rescue what can be read.", is_damage=True)
            yield SequenceSummary(items[0], read(first_item), read(last_item), events, snapshots.get(items[0], 0))

    def events(
        self, entity_id: EntityId, gt: int | None = None, lte: int | None = None, limit: int | None = None
    ) -> list[RecordedEvent]:
        """Return the events of an entity within bounds, in ascending order."""
        return self.player.event_store.get_domain_events(entity_id, gt=gt, lte=lte, limit=limit)

    def record(self, entity_id: EntityId, version: int) -> Any:
        """Return the record of one event, to be looked at. Raises ``IndexError`` if there is none."""
        return self._events.strategy.get_item(entity_id, version)

    def records(self, entity_id: EntityId, lte: int | None = None) -> Iterator[Any]:
        """Yield the records of an entity's events, in ascending order."""
        return _with_whole(_items(self._paged.events, entity_id, lte), self._whole.events)

    def snapshot_records(self, entity_id: EntityId, lte: int | None = None) -> Iterator[Any]:
        """Yield the records of an entity's snapshots, in ascending order."""
        if self._paged.snapshots is None or self._whole.snapshots is None:
            return iter(())
        return _with_whole(_items(self._paged.snapshots, entity_id, lte), self._whole.snapshots)

    def shown_records(self) -> Iterator[Any]:
        """Yield the records of all events to be decoded: what would not be is an ``UnreadValue``."""
        return self._all_items(self._events)

    def all_records(self, *, by_sequence: bool = False) -> Iterator[Any]:
        """Yield the records of all events in the order of the table's key, or sequence by sequence.

        The key of our own stores grows with each record, so its order is the order of appending.
        """
        return _with_whole(self._all_items(self._paged.events, by_sequence=by_sequence), self._whole.events)

    def all_snapshot_records(self, *, with_events: bool = False) -> Iterator[Any]:
        """Yield the records of all snapshots, or of those whose entity has events, in the order of the table's key."""
        if self._paged.snapshots is None or self._whole.snapshots is None:
            return iter(())
        theirs, events = (each.strategy.columns[0] for each in (self._paged.snapshots, self._events))
        where = [type_coerce(theirs, NullType()).in_(select(events))] if with_events else []
        return _with_whole(self._all_items(self._paged.snapshots, *where), self._whole.snapshots)

    def outline(self, entity_id: EntityId) -> Iterator[tuple[Sequence[int], Sequence[str]]]:
        """Yield the versions and the event types of all events of an entity, in lists of many."""
        if not self._events.has_topics:
            events = map(self._events.mapper.to_recorded_event, _items(self._events, entity_id, None))
            while some := list(islice(events, _PAGE_SIZE)):
                yield [event.version for event in some], [event.type for event in some]
            return
        sequence_id, position, topic, *_ = self._events.strategy.columns
        selection, name_of = Selection([position, topic]), self._events.mapper.event_type
        statement = select(position, topic).where(sequence_id == entity_id).order_by(position).limit(_OUTLINE_PAGE)

        def read(after: Any) -> list[tuple[Any, Any]]:
            page = statement if after is None else statement.where(position > after)
            with self._database.connection() as connection:
                return list(zip(*selection.read(connection, page, {}), strict=True))

        for page in pages(read, itemgetter(0), _OUTLINE_PAGE):
            versions, topics = zip(*page, strict=True)
            yield versions, list(map(name_of, topics))

    def first_types(self, count: int) -> list[tuple[str, str]] | None:
        """Return the types of the first events of all, oldest first; ``None`` if no key of the table tells which.

        Each stands behind the kind of its entity: the topic of the first event of the sequence among them.
        """
        table = self._events.strategy.table
        if not self._events.has_topics or _number(self._events) not in list(table.primary_key):
            return None
        id_column, _, topic_column, *_ = self._events.strategy.columns
        columns = [type_coerce(id_column, NullType()), topic_column]  # ids are only compared
        statement = select(*columns).order_by(*_key(self._events)).limit(count)
        with self._database.connection() as connection:
            ids, topics = map(list, Selection(columns).read(connection, statement, {}))
        kinds: dict[Any, str] = {}
        names = {topic: self._events.mapper.event_type(topic) for topic in set(topics)}
        return [(kinds.setdefault(each, topic), names[topic]) for each, topic in zip(ids, topics, strict=True)]

    def snapshots(self, entity_id: EntityId) -> list[RecordedSnapshot]:
        """Return the snapshots of an entity, in ascending order; none that is at no version, as in a damaged store."""
        snapshots = self.player.snapshot_strategy
        found = [] if snapshots is None else snapshots.event_store.get_domain_events(entity_id)
        return [each for each in found if isinstance(each.version, int)]

    def events_at(self, keys: Sequence[EventKey]) -> list[RecordedEvent | None]:
        """Return the events under the keys, in their order; ``None`` for a key without an event."""
        with self._database.connection() as connection:
            found = self._keys.read(connection, keys)
        read = self._events.mapper.to_recorded_event
        events = {key: read(item) for key, item in found.items()}
        return [events.get(key) for key in keys]

    def number_range(self) -> range | None:
        """Return the numbers of all events, oldest first; ``None`` if they are not numbered without a gap."""
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
        return range(first, last + 1) if is_numbered else None

    @property
    def appends_at_end(self) -> bool:
        """Whether ``all_records`` yields newly appended records last."""
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
        statement = select(*strategy.selected).where(key >= first, key <= last).order_by(key)
        items = map(strategy.sequenced_item_class._make, self._database.stream(statement))
        read = self._events.mapper.to_recorded_event
        return [(item[0], read(item)) for item in items]

    def ids(self) -> Iterator[EntityId]:
        """Yield the id of every sequence."""
        sequence_id, *_ = self._events.strategy.columns
        for (found,) in self._database.stream(select(sequence_id).distinct()):
            yield found

    def require_absent(self, entity_id: EntityId) -> None:
        """Raise ``DatastoreError`` if there is a sequence that a read by its id has not found."""
        if entity_id in self.ids():
            raise DatastoreError(_NOT_FOUND, "Rescue what can be read.", is_damage=True)

    @cached_property
    def has_shown_ids(self) -> bool:
        """Whether a store of ours in SQLite had an id, when it was first asked, whose text is not what is stored."""
        sequence_id, *_ = self._events.strategy.columns
        raw = type_coerce(sequence_id, NullType())
        others = or_(func.typeof(raw) != "blob", func.length(raw) != 16)
        found = self._database.stream(select(sequence_id).where(others).distinct())
        return any(isinstance(each, str) and is_shown(each) for (each,) in found)

    def _summaries(self, is_one: bool, is_limited: bool) -> tuple[Select[Any], int]:
        """Return the statement of ``sequences``, with its parameters ``only`` and ``limit``, and the width of an item.

        It is kept: making it takes longer than reading one sequence by it.
        """
        if (is_one, is_limited) not in self._made:
            sequence_id, position, *_ = self._events.strategy.columns
            counts = (func.count().label("events"), func.min(position).label("first"), func.max(position).label("last"))
            grouped = select(sequence_id.label("sequence_id"), *counts).group_by(sequence_id)
            if is_one:
                grouped = grouped.where(sequence_id == bindparam("only"))
            if is_limited:
                grouped = grouped.order_by(sequence_id).limit(bindparam("limit"))
            spans = grouped.subquery("spans")
            first, last = (self._events.strategy.table.alias(name) for name in ("first", "last"))
            names = [str(column.key) for column in self._events.strategy.columns]
            at_first = (first.c[names[0]] == spans.c.sequence_id) & (first.c[names[1]] == spans.c.first)
            at_last = (last.c[names[0]] == spans.c.sequence_id) & (last.c[names[1]] == spans.c.last)
            # Rows of several long values are refused where SQLite sorts them.
            columns = [table.c[name] for table in (first, last) for name in names]
            items = [each.label(None) for each in readable(columns, self._whole, self._dialect, payload_bytes())]
            statement = (
                select(spans.c.events, *items)
                .outerjoin_from(spans, first, at_first)
                .outerjoin(last, at_last)
                .order_by(spans.c.sequence_id)
            )
            self._made[is_one, is_limited] = statement, len(names)
        return self._made[is_one, is_limited]

    def snapshot_counts(self, only: EntityId | None = None) -> dict[EntityId, int]:
        """Return how many snapshots each sequence has, or one; those without any are left out."""
        if self._snapshots is None:
            return {}
        sequence_id, *_ = self._snapshots.strategy.columns
        statement = select(sequence_id, func.count()).group_by(sequence_id)
        if only is not None:
            statement = statement.where(sequence_id == only)
        return dict(self._database.stream(statement))

    def _all_items(self, table: SequenceTable, *where: ColumnElement[bool], by_sequence: bool = False) -> Iterator[Any]:
        columns = table.strategy.selected
        key = table.strategy.columns[:2] if by_sequence else _key(table)
        make, width = table.strategy.sequenced_item_class._make, len(columns)
        statement = select(*columns, *key).where(*where).order_by(*key).limit(_PAGE_SIZE)

        is_last = False

        def read(after: Any) -> list[Any]:
            nonlocal is_last
            if is_last:  # what is appended meanwhile is not asked for
                return []
            page, is_last = self._page(
                statement if after is None else statement.where(compared(key, after, ColumnElement.__gt__))
            )
            return page

        for page in pages(read, lambda row: tuple(row[width:]), 1):
            yield from (make(row[:width]) for row in page)

    def _page(self, statement: Select[Any]) -> tuple[list[Any], bool]:
        """Return the first rows of a statement, as many as fit into memory, and whether there are no others."""
        page, length = list[Any](), 0
        with closing(self._database.stream(statement)) as rows:
            for row in rows:
                page.append(row)
                length += sum(map(getsizeof, row))
                if length >= _PAGE_BYTES:
                    return page, False
        return page, len(page) < _PAGE_SIZE


def _with_whole(items: Iterator[Any], table: SequenceTable) -> Iterator[Any]:
    """Yield records with their long values, which are read one by one, so that a page of them is never in memory."""
    for item in items:
        is_long = any(isinstance(each, UnreadValue) for each in item[3:])
        yield table.strategy.get_item(item[0], item[1]) if is_long else item


def _player(tables: StoreTables) -> EventPlayer:
    """Return the core's event player for the tables. It has no mutator: ``replay`` folds the events."""
    events = EventStore(tables.events.strategy, RecordedMapper(tables.events.mapper.to_recorded_event))
    if tables.snapshots is None:
        return EventPlayer(events, _never)
    read = RecordedMapper(tables.snapshots.mapper.to_recorded_snapshot)
    strategy = EventSourcedSnapshotStrategy(EventStore(tables.snapshots.strategy, read))
    return EventPlayer(events, _never, snapshot_strategy=strategy)


def _number(table: SequenceTable) -> ColumnElement[Any] | None:
    """Return the column of whole numbers that orders all records, if there is one."""
    if table.order is not None:
        return table.strategy.table.c[table.order]
    key = list(table.strategy.table.primary_key)
    return key[0] if len(key) == 1 and isinstance(key[0].type, Integer) else None


def _never(entity: Any, event: Any) -> Any:
    raise TypeError("recorded events are folded by replay")


def _key(table: SequenceTable) -> list[ColumnElement[Any]]:
    """Return columns that order all records and whose values are unique together."""
    columns = table.strategy.columns
    if table.order is not None:
        return [table.strategy.table.c[table.order], *columns[:2]]
    return list(table.strategy.table.primary_key) or columns[:2]


def _items(table: SequenceTable, entity_id: EntityId, lte: int | None) -> Iterator[Any]:
    # In pages: an open query would block writers for as long as the caller takes to consume the records.
    def read(after: Any) -> list[Any]:
        return table.strategy.get_items(entity_id, gt=after, lte=lte, limit=_STREAM_SIZE)

    for page in pages(read, itemgetter(1), _STREAM_SIZE):
        yield from page
