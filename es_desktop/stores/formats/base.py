"""What a table format is: how it is recognised, and the two seams through which it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from sqlalchemy import Null, Select, exc, func, select
from sqlalchemy.orm import Session, scoped_session

from es_desktop.core import DatastoreError, KnownClasses, Mapper, RecordedEvent, RecordedSnapshot

from ..columnmap import ColumnMap
from ..foreign import ForeignItem, ForeignMapper
from ..layout import Layout, TableInfo
from ..mappedtables import MappedTables, find_snapshot_table, find_tables
from ..options import OpenOptions
from ..querying import reason_of
from ..strategy import SQLAlchemyActiveRecordStrategy

_PLAIN: Final = ForeignMapper()


class RecordMapper(Mapper, Protocol):
    """The core's mapper, which also reads records that it has no class for, or that are damaged."""

    def event_type(self, topic: Any) -> str:
        """Return what events of a topic are called."""

    def to_recorded_event(self, item: Any) -> RecordedEvent:
        """Return what can be read of an event's record. Never raises."""

    def to_recorded_snapshot(self, item: Any) -> RecordedSnapshot:
        """Return what can be read of a snapshot's record. Never raises."""

    def payload_text(self, item: Any) -> str:
        """Return the payload of a record as JSON text, opened and unpacked. Raises ``ValueDecodingError``."""


@dataclass(frozen=True, slots=True)
class SequenceTable:
    """A table of sequenced items: how its rows are reached, and how they are decoded."""

    strategy: SQLAlchemyActiveRecordStrategy
    mapper: RecordMapper
    order: str | None = None
    """The column that orders records across sequences; the table's own key where there is none."""
    has_topics: bool = True
    """Whether a column holds the topic of a record, so that it need not be decoded for it."""


@dataclass(frozen=True, slots=True)
class InSql:
    """Selects of SQLite on events without their records being decoded; the file is attached as ``store``.

    Ids are those of our own stores: sixteen bytes for a UUID, text for anything else.
    """

    events: str
    """A select of ``n``, a whole number that grows, ``id, position, topic, time`` (in seconds) and ``text``."""
    snapshots: str
    """A select of each ``id`` and how many ``snapshots`` it has."""


@dataclass(frozen=True, slots=True)
class StoreTables:
    """The tables of a store."""

    events: SequenceTable
    snapshots: SequenceTable | None
    notes: tuple[str, ...] = ()
    """What a person should know about what is shown, and what is not."""
    case_notes: str | None = None
    """What a case says of itself; ``None`` where the store is none."""
    copy_notes: str | None = None
    """What a working copy says of where it comes from; ``None`` where the store is none."""
    scopes: tuple[str, ...] = ()
    """The applications, tenants or partitions that share the tables, where there are several."""
    scope: str | None = None
    """The one that is shown; ``None`` for all of them."""
    scope_word: str = "application"
    """What one of them is called."""
    scopes_overlap: bool = False
    """Whether two of them have a sequence of the same id, so that they cannot be shown together."""
    has_core_event_types: bool = True
    """Whether ``Created``, ``AttributeChanged`` and ``Discarded`` mean what they do in the core."""
    in_sql: InSql | None = None
    """How SQL alone reads the events, where a format lets it."""


class TableSet(Protocol):
    """The tables of one store of a format, as they were found in a database."""

    @property
    def table(self) -> TableInfo:
        """That of the events."""

    @property
    def events(self) -> Select[Any]:
        """What is read of it."""

    def opened(self, session: scoped_session[Session], classes: KnownClasses, options: OpenOptions) -> StoreTables:
        """Return how the tables are read. Raises ``DatastoreError`` where they cannot be."""


class TableFormat(Protocol):
    """A layout of tables that some library writes."""

    @property
    def name(self) -> str: ...

    @property
    def is_ours(self) -> bool:
        """Whether stores of this format may be written."""

    def find(self, layout: Layout) -> Iterator[TableSet]:
        """Yield the tables of every store of this format that a database holds, those with rows first."""


@dataclass(frozen=True, slots=True)
class ForeignTables:
    """The tables of a store of another program: selects of ``as_sequences``, and how their records are decoded."""

    table: TableInfo
    events: Select[Any]
    mapper: ForeignMapper
    snapshots: Select[Any] | None = None
    snapshot_mapper: ForeignMapper | None = None
    """Of the snapshots, where it is another one."""
    notes: tuple[str, ...] = ()
    notes_of_rows: tuple[tuple[str, Select[Any]], ...] = ()
    """Notes that hold where a select has rows."""
    has_core_event_types: bool = False
    scope_word: str = "application"
    """What a scope of the format is called."""

    def opened(self, session: scoped_session[Session], classes: KnownClasses, options: OpenOptions) -> StoreTables:
        scopes = _scopes(session, self.events)
        overlap = _overlap(session, self.events, scopes)
        chosen = options.scope if options.scope in scopes else scopes[0] if overlap else None
        snapshots = None
        if self.snapshots is not None:
            mapper = replace(self.snapshot_mapper or self.mapper, keys=options.keys)
            snapshots = _sequence_table(session, self.snapshots, mapper, chosen, "snapshots")
        return StoreTables(
            events=_sequence_table(session, self.events, replace(self.mapper, keys=options.keys), chosen, "events"),
            snapshots=snapshots,
            notes=(*self.notes, *_notes_of_rows(session, self), *_notes(self, scopes, chosen)),
            scopes=scopes,
            scope=chosen,
            scope_word=self.scope_word,
            scopes_overlap=overlap,
            has_core_event_types=self.has_core_event_types,
        )


def by_schema(layout: Layout, tables: Sequence[TableInfo]) -> list[list[TableInfo]]:
    """Return those of some tables that can be looked at, of each schema by themselves: each schema is one store."""
    may_be_read = [each for each in tables if layout.has_rows(each) is not None]
    schemas = dict.fromkeys(each.schema for each in may_be_read)
    return [[each for each in may_be_read if each.schema == schema] for schema in schemas]


@dataclass(frozen=True, slots=True)
class ForeignFormat:
    """A format of another program whose tables have to be worked out by a function."""

    name: str
    read: Callable[[Layout], Iterator[ForeignTables]]
    """Yields the tables of each store of a database."""
    is_ours: bool = False

    def find(self, layout: Layout) -> Iterator[TableSet]:
        return self.read(layout)


@dataclass(frozen=True, slots=True)
class DeclaredFormat:
    """A format of another program whose tables are declared by column maps: of each layout that it ever had."""

    name: str
    maps: tuple[ColumnMap, ...]
    mapper: ForeignMapper = _PLAIN
    snapshot_mapper: ForeignMapper = _PLAIN
    notes: tuple[str, ...] = ()
    scope_word: str = "application"
    """What a scope of the format is called."""
    is_ours: bool = False

    def find(self, layout: Layout) -> Iterator[TableSet]:
        for column_map in self.maps:
            for tables in find_tables(layout, column_map):
                yield mapped_tables(tables, self.mapper, self.snapshot_mapper, self.notes, self.scope_word)


def mapped_tables(
    tables: MappedTables,
    mapper: ForeignMapper,
    snapshot_mapper: ForeignMapper,
    notes: tuple[str, ...] = (),
    scope_word: str = "application",
    *,
    first_id: Any = None,
    snapshots: MappedTables | None = None,
) -> ForeignTables:
    """Return the tables of a map. ``first_id`` is a value of its stream's column, which shows how ids are kept.

    The snapshots are looked for beside the events where they are not given.
    """
    found = tables.map.snapshots
    if snapshots is None and found is not None:
        snapshots = find_snapshot_table(tables.layout, found, tables)
    return ForeignTables(
        tables.info,
        tables.select(first_id),
        _timed(mapper, tables.map),
        None if snapshots is None else snapshots.select(first_id),
        None if snapshots is None else _timed(snapshot_mapper, snapshots.map),
        notes,
        scope_word=scope_word,
    )


def _timed(mapper: ForeignMapper, column_map: ColumnMap) -> ForeignMapper:
    return replace(mapper, time_unit=column_map.time_unit) if column_map.time_unit else mapper


_MOST_SCOPES: Final = 50


def _sequence_table(
    session: scoped_session[Session], statement: Select[Any], mapper: ForeignMapper, scope: str | None, name: str
) -> SequenceTable:
    if scope is not None and _has(statement, "scope"):
        statement = statement.where(statement.selected_columns["scope"] == scope)
    strategy = SQLAlchemyActiveRecordStrategy(session, statement.subquery(name), ForeignItem)
    order = "order" if _has(statement, "order") else None
    return SequenceTable(strategy, mapper, order, has_topics=_has(statement, "topic"))


def _has(statement: Select[Any], column: str) -> bool:
    element = statement.selected_columns[column]
    return not isinstance(getattr(element, "element", element), Null)


def _scopes(session: scoped_session[Session], events: Select[Any]) -> tuple[str, ...]:
    if not _has(events, "scope"):
        return ()
    found = events.subquery("events")
    statement = select(found.c.scope).distinct().order_by(found.c.scope).limit(_MOST_SCOPES)
    names = tuple(str(name) for (name,) in _rows(session, statement))
    return names if len(names) > 1 else ()


def _overlap(session: scoped_session[Session], events: Select[Any], scopes: tuple[str, ...]) -> bool:
    """Tell whether two scopes have a sequence of the same id."""
    if not scopes:
        return False
    found = events.subquery("events")
    each = select(found.c.sequence_id, found.c.scope).distinct().subquery("each")
    shared = select(each.c.sequence_id).group_by(each.c.sequence_id).having(func.count() > 1).limit(1)
    return bool(list(_rows(session, shared)))


def _rows(session: scoped_session[Session], statement: Select[Any]) -> Iterator[Any]:
    try:
        yield from session.execute(statement).all()
    except exc.DatabaseError as error:
        raise DatastoreError(f"the store cannot be read: {reason_of(error)}") from error
    finally:
        session.rollback()


def _notes_of_rows(session: scoped_session[Session], found: ForeignTables) -> Iterator[str]:
    for note, rows in found.notes_of_rows:
        if list(_rows(session, rows.limit(1))):
            yield note


def _notes(found: ForeignTables, scopes: tuple[str, ...], chosen: str | None) -> Iterator[str]:
    if scopes:
        shown = "all are shown" if chosen is None else f"{chosen} is shown"
        yield f"{len(scopes)} {found.scope_word}s share the tables ({', '.join(scopes)}); {shown}"
    if not _has(found.events, "order"):
        yield "the format keeps no order of events across entities"
