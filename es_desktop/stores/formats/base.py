"""What a table format is: how it is detected and read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Any, Final, Protocol

from sqlalchemy import Engine, Select, exists, func, select, type_coerce
from sqlalchemy.types import NullType

from es_desktop.core import DatastoreError, KnownClasses, Mapper, RecordedEvent, RecordedSnapshot
from es_desktop.system.counts import count_text

from ..columnmap import ColumnMap
from ..foreign import ForeignItem, ForeignMapper
from ..layout import Layout, TableInfo
from ..mappedtables import MappedTables, find_snapshot_table, find_tables, has_values
from ..naming import StreamTypes
from ..options import OpenOptions
from ..payloads import decoder_named
from ..queries import Querying
from ..soundrows import RowWatch, notes_of, rows_without_id, rules_of, sound_select
from ..strategy import SQLAlchemyActiveRecordStrategy

_PLAIN: Final = ForeignMapper()
_MOST_SCOPES: Final = 50
_MOST_NAMED: Final = 3
_MOST_IDS: Final = 20_000
"""Ids of streams that are read to name their entity types."""


class RecordMapper(Mapper, Protocol):
    """A mapper of the core that also decodes records of unknown classes, and never fails for damaged ones."""

    def event_type(self, topic: Any) -> str:
        """Return the event type of a topic."""

    def to_recorded_event(self, item: Any) -> RecordedEvent:
        """Return the event of a record, or the reason why it cannot be decoded. Never raises."""

    def to_recorded_snapshot(self, item: Any) -> RecordedSnapshot:
        """Return the snapshot of a record, or the reason why it cannot be decoded. Never raises."""

    def payload_text(self, item: Any) -> str:
        """Return the payload of a record as JSON text, decrypted and unpacked. Raises ``ValueDecodingError``."""


@dataclass(frozen=True, slots=True)
class SequenceTable:
    """A table of sequenced items: the strategy that reads its rows, and the mapper that decodes them."""

    strategy: SQLAlchemyActiveRecordStrategy
    mapper: RecordMapper
    order: str | None = None
    """The column that orders records across sequences; ``None`` for the primary key."""
    has_topics: bool = True
    """Whether a column holds the topic, so that the payload need not be decoded for it."""


@dataclass(frozen=True, slots=True)
class InSql:
    """Selects of SQLite that read events without a mapper; the file is attached as ``store``.

    Ids are those of our own stores: 16 bytes for a UUID, else text.
    """

    events: str
    """Selects ``n`` (a growing whole number), ``id, position, topic, time`` (seconds since the epoch) and ``text``."""
    snapshots: str
    """Selects ``id`` and ``snapshots``, the number of its snapshots."""


@dataclass(frozen=True, slots=True)
class StoreTables:
    """The tables of a store."""

    events: SequenceTable
    snapshots: SequenceTable | None
    notes: tuple[str, ...] = ()
    """Notes for a person: what is shown, and what is not."""
    case_notes: str | None = None
    """The notes of a case; ``None`` if the store is not one."""
    copy_notes: str | None = None
    """The notes of a working copy; ``None`` if the store is not one."""
    left_out: tuple[str, ...] = ()
    """Records of the tables that are not shown, in words."""
    unlisted: tuple[str, ...] = ()
    """Records that no list shows, and only an export of the whole store has, in words."""
    scopes: tuple[str, ...] = ()
    """The applications, tenants or partitions that share the tables, if there are several."""
    scope: str | None = None
    """The scope that is shown; ``None`` for all."""
    scope_word: str = "application"
    """The word for a scope."""
    scopes_overlap: bool = False
    """Whether two scopes have a sequence with the same id, so that they cannot be shown together."""
    has_core_event_types: bool = True
    """Whether ``Created``, ``AttributeChanged`` and ``Discarded`` have the meaning that they have in the core."""
    first_version: int = 1
    """See ``ColumnMap``."""
    is_outdated: Callable[[], bool] = lambda: False
    """Returns whether rows that others wrote have to be made sound in other ways. Always call it in one thread."""
    in_sql: InSql | None = None
    """Selects that read the events without a mapper, if the format allows it."""


class TableSet(Protocol):
    """The tables of one store of a format, found in a database."""

    @property
    def table(self) -> TableInfo:
        """The table of the events."""

    @property
    def events(self) -> Select[Any]:
        """The select that reads it."""

    def opened(self, engine: Engine, classes: KnownClasses, options: OpenOptions) -> StoreTables:
        """Return the tables with strategies and mappers to read them. Raises ``DatastoreError``."""


class TableFormat(Protocol):
    """A layout of tables that one library writes."""

    @property
    def name(self) -> str: ...

    @property
    def is_ours(self) -> bool:
        """Whether stores of this format may be written."""

    def find(self, layout: Layout) -> Iterator[TableSet]:
        """Yield the tables of each store of this format in a database."""


@dataclass(frozen=True, slots=True)
class ForeignTables:
    """The tables of a store of another program, and mappers for their records."""

    mapped: MappedTables
    mapper: ForeignMapper
    snapshot_mapper: ForeignMapper
    snapshots: MappedTables | None
    notes: tuple[str, ...] = ()
    scope_word: str = "application"
    """The word for a scope of the format."""
    first_id: Any = None
    """The first value of the stream column, for ids ``as found``."""
    left_out: tuple[tuple[str, Select[Any]], ...] = ()
    """More rows that are not read, as ``MappedTables.left_out`` yields them."""
    has_core_event_types: bool = False

    @property
    def table(self) -> TableInfo:
        return self.mapped.info

    @property
    def events(self) -> Select[Any]:
        return self.mapped.select(self.first_id)

    def opened(self, engine: Engine, classes: KnownClasses, options: OpenOptions) -> StoreTables:
        database = Querying(engine)
        rules = rules_of(database, self.mapped, self.first_id)
        watches = [RowWatch(database, self.mapped, self.first_id, rules)]
        events = sound_select(self.mapped, self.first_id, rules)
        scopes = _scopes(database, events)
        if rules.has_type_in_id and self.mapped.map.is_typed and options.scope in scopes:
            # Only one type is shown, so that its ids are enough.
            rules = replace(rules, has_type_in_id=False)
            events = sound_select(self.mapped, self.first_id, rules)
        overlap = _overlap(database, events, scopes)
        chosen = options.scope if options.scope in scopes else scopes[0] if overlap else None

        types = StreamTypes(partial(_ids, database, events))

        def table(found: MappedTables, statement: Select[Any], name: str, mapper: ForeignMapper) -> SequenceTable:
            if chosen is not None and has_values(statement, "scope"):
                statement = statement.where(statement.selected_columns["scope"] == chosen)
            strategy = SQLAlchemyActiveRecordStrategy(engine, statement.subquery(name), ForeignItem)
            order = "order" if has_values(statement, "order") else None
            unit, decoder = found.map.time_unit, decoder_named(found.map.decoder) or mapper.decoder
            given: dict[str, Any] = {"time_unit": unit, "decoder": decoder, "stream_type": types.type_of}
            reader = replace(mapper, keys=options.keys, **given)
            return SequenceTable(strategy, reader, order, has_topics=has_values(statement, "topic"))

        snapshots = None
        found_notes = [*notes_of(database, rules, events)]
        left_out = [*self.mapped.left_out(), *self.left_out]
        left_out += [("event without an id", rows_without_id(self.events))] if rules.leaves_out else []
        if self.snapshots is not None:
            left_out += self.snapshots.left_out("snapshot")
            their_rules = rules_of(database, self.snapshots, self.first_id, rules)
            watches.append(RowWatch(database, self.snapshots, self.first_id, their_rules, rules))
            kept = sound_select(self.snapshots, self.first_id, their_rules, self.mapped)
            snapshots = table(self.snapshots, kept, "snapshots", self.snapshot_mapper)
            left_out.append(("snapshot of an entity without events", snapshots_without_events(events, kept)))
        counted = [(what, database.count(rows)) for what, rows in left_out]
        if self.snapshots is not None and (their_rules.numbers or their_rules.leaves_out):
            every, own = (database.count(each) for each in (self.snapshots.select(self.first_id), kept))
            without_own = None if every is None or own is None else every - own
            counted.append(("snapshot without an id or a version of its own", without_own))
        words = counted_texts(counted)
        found_notes += _lost_ends(database, self.mapped, self.first_id)
        found_notes += with_verb(words, "left out")
        notes = [*self.notes, *self.mapped.notes, *found_notes]
        if scopes:
            shown = "all are shown" if chosen is None else f"{chosen} is shown"
            notes.append(f"{len(scopes)} {self.scope_word}s share the tables ({', '.join(scopes)}); {shown}")
        if not has_values(events, "order"):
            notes.append("the format keeps no order of events across entities")
        return StoreTables(
            events=table(self.mapped, events, "events", self.mapper),
            snapshots=snapshots,
            notes=tuple(notes),
            left_out=words,
            scopes=scopes,
            scope=chosen,
            scope_word=self.scope_word,
            scopes_overlap=overlap,
            has_core_event_types=self.has_core_event_types,
            is_outdated=lambda: any(each.is_outdated() for each in watches),
            first_version=_first_version(database, self.mapped, events),
        )


@dataclass(frozen=True, slots=True)
class ForeignFormat:
    """A format of another program whose tables are found by a function."""

    name: str
    find: Callable[[Layout], Iterator[ForeignTables]]
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class DeclaredFormat:
    """A format of another program, declared by column maps."""

    name: str
    map: ColumnMap
    mapper: ForeignMapper = _PLAIN
    snapshot_mapper: ForeignMapper = _PLAIN
    notes: tuple[str, ...] = ()
    scope_word: str = "application"
    """The word for a scope of the format."""
    other_maps: tuple[ColumnMap, ...] = ()
    """Those of other versions of the layout, for tables that no map before matches."""
    is_ours: bool = False

    def find(self, layout: Layout) -> Iterator[ForeignTables]:
        found: set[TableInfo] = set()
        for tables in chain.from_iterable(find_tables(layout, each) for each in (self.map, *self.other_maps)):
            if tables.info not in found:
                found.add(tables.info)
                snapshots = find_snapshot_table(tables)
                yield ForeignTables(tables, self.mapper, self.snapshot_mapper, snapshots, self.notes, self.scope_word)


def _lost_ends(database: Querying, mapped: MappedTables, first_id: Any) -> Iterator[str]:
    """Yield a note if streams have had later events than there are, by the table of streams."""
    head = mapped.value(mapped.map.head)
    if head is None:
        return
    rows = mapped.select(first_id).add_columns(head.label("head")).subquery("rows").c
    last, known = func.max(rows.position), func.max(rows.head)
    lost = select(rows.sequence_id, last, known).group_by(rows.sequence_id).having(known > last)
    count = database.count(lost)
    if count:
        named = [f"{id_} ends at {end}, and had {had}" for id_, end, had in database.stream(lost.limit(_MOST_NAMED))]
        more = f"; and {count - len(named):,} more" if count > len(named) else ""
        verb = "lacks its" if count == 1 else "lack their"
        yield f"{count_text(count, 'entity')} {verb} last events: {'; '.join(named)}{more}"


def _first_version(database: Querying, mapped: MappedTables, events: Select[Any]) -> int:
    if mapped.map.first_version is not None:
        return mapped.map.first_version
    (lowest,) = database.one(select(func.min(events.subquery("events").c.position)))
    return 0 if lowest == 0 else 1


def snapshots_without_events(events: Select[Any], snapshots: Select[Any]) -> Select[Any]:
    """Return a select of the snapshots of entities that have no events, which no list shows."""
    kept, found = snapshots.subquery("kept"), events.subquery("events")
    theirs, ours = (type_coerce(each.c.sequence_id, NullType()) for each in (found, kept))
    return select(kept.c.position).where(~exists().where(theirs == ours))


def counted_texts(counted: Iterable[tuple[str, int | None]]) -> tuple[str, ...]:
    """Return the counts of rows in words, without those that are 0; ``None`` is a number that is not known."""
    return tuple(_counted_text(*each) for each in counted if each[1] != 0)


def with_verb(words: Iterable[str], what: str) -> list[str]:
    """Return sentences such as ``3 events without an id are left out`` of what ``counted_texts`` returned."""
    return [f"{each} {'is' if each.startswith('1 ') else 'are'} {what}" for each in words]


def _counted_text(what: str, count: int | None) -> str:
    """Return ``3 events without an aggregate``; ``some …`` if they were not counted."""
    noun, space, rest = what.partition(" ")
    counted = count_text(2 if count is None else count, noun)
    rest = rest if count == 1 else rest.replace(" its ", " their ")
    return f"{counted if count is not None else counted.replace('2', 'some', 1)}{space}{rest}"


def _ids(database: Querying, events: Select[Any]) -> list[Any]:
    """Return the first ids of the streams; none if they cannot be read, which reading the events reports."""
    statement = select(events.subquery("events").c.sequence_id).distinct().limit(_MOST_IDS)
    try:
        return [each for (each,) in database.stream(statement)]
    except DatastoreError:
        return []


def _scopes(database: Querying, events: Select[Any]) -> tuple[str, ...]:
    if not has_values(events, "scope"):
        return ()
    found = events.subquery("events")
    statement = select(found.c.scope).distinct().order_by(found.c.scope).limit(_MOST_SCOPES)
    names = tuple(str(name) for (name,) in database.stream(statement))
    return names if len(names) > 1 else ()


def _overlap(database: Querying, events: Select[Any], scopes: tuple[str, ...]) -> bool:
    """Return whether two scopes have a sequence with the same id."""
    if not scopes:
        return False
    found = events.subquery("events")
    each = select(found.c.sequence_id, found.c.scope).distinct().subquery("each")
    shared = select(each.c.sequence_id).group_by(each.c.sequence_id).having(func.count() > 1).limit(1)
    return bool(list(database.stream(shared)))
