"""Our own stores: two tables in an SQLite file with our application id; cases and working copies have a third one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Engine,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    exc,
    func,
    insert,
    literal_column,
    or_,
    select,
    type_coerce,
)

from es_desktop.core import KnownClasses
from es_desktop.system.limits import payload_bytes

from ..engines.sqlite import APPLICATION_ID
from ..layout import Layout, TableInfo
from ..options import OpenOptions
from ..ourmapper import ORIGIN_FIRST, PAYLOAD_PATH, our_mapper
from ..queries import Querying, as_datastore_errors, counting
from ..records import EVENTS, MARKER, SNAPSHOTS, shown_version
from ..strategy import SQLAlchemyActiveRecordStrategy
from .base import (
    InSql,
    SequenceTable,
    StoreTables,
    TableSet,
    counted_texts,
    snapshots_without_events,
    with_verb,
)


class StoreNotes:
    """A table with one row that marks a store of ours; ``app`` defines the text of its notes.

    Older versions of this program ignore the table.
    """

    def __init__(self, name: str) -> None:
        self.name: Final = name
        self._table = Table(
            name, MetaData(), Column("id", Integer, primary_key=True), Column("notes", Text, nullable=False)
        )

    def write(self, engine: Engine, notes: str) -> None:
        """Write the notes of a new store of ours. Raises ``DatastoreError`` if it cannot be written."""
        with as_datastore_errors(), engine.begin() as connection:
            self._table.create(connection)
            connection.execute(insert(self._table), {"id": 1, "notes": notes})

    def read(self, engine: Engine, layout: Layout) -> str | None:
        """Return the notes of a store; ``""`` if they cannot be read, ``None`` if there is no such table."""
        if layout.named(self._table.name) is None:
            return None
        try:
            with engine.connect() as connection:
                found = connection.scalar(select(self._table.c.notes).limit(1))
        except exc.DatabaseError:
            return ""
        return found if isinstance(found, str) else ""


CASE_NOTES: Final = StoreNotes("case_notes")
COPY_NOTES: Final = StoreNotes("copy_notes")
"""The notes of a working copy: where it comes from."""


USER_VERSION = 1
"""The version of the layout; a store with a newer one is not opened."""


# Most payloads start with the time, and a prefix of a text is read faster than JSON. The rest is cut off as bytes,
# because ``substr`` of a text counts all its characters.
_TIME_FIRST: Final = '{"timestamp":'
_EVENTS: Final = f"store.{EVENTS.name}"
_MOST: Final = "MOST_BYTES"
"""In SQL: of a payload that is decoded, and searched."""
_EVENTS_IN_SQL: Final = f"""
    SELECT id AS n, sequence_id AS id, position, topic,
    CASE
        WHEN data GLOB '{_TIME_FIRST}[0-9]*' THEN nullif(CAST(substr(data, {len(_TIME_FIRST) + 1}, 24) AS REAL), 9e999)
        WHEN length(CAST(data AS BLOB)) > {_MOST} THEN NULL
        WHEN json_valid(data) THEN nullif(nullif(CASE json_type(data, '$.timestamp')
            WHEN 'object' THEN CAST(json_extract(data, '$.timestamp.__decimal__') AS REAL)
            WHEN 'text' THEN NULL
            WHEN 'array' THEN NULL
            ELSE CAST(json_extract(data, '$.timestamp') AS REAL)
        END, 9e999), -9e999)
    END AS time,
    CASE WHEN length(CAST(data AS BLOB)) > {_MOST} THEN ''
        WHEN data GLOB '{ORIGIN_FIRST}*' AND json_valid(data) THEN coalesce(json_extract(data, '{PAYLOAD_PATH}'), '')
        WHEN data GLOB '{_TIME_FIRST}*' THEN substr(CAST(data AS BLOB), instr(data, ',') + 1) ELSE data END AS text
    FROM {_EVENTS}
    """
_SNAPSHOTS_IN_SQL: Final = f"""
    SELECT sequence_id AS id, count(*) AS snapshots FROM store.{SNAPSHOTS.name} GROUP BY sequence_id
    """


_COLUMNS: Final = frozenset(EVENTS.columns.keys())


@dataclass(frozen=True, slots=True)
class EsdbTables:
    """The tables of our own store. A database holds one in each schema; the connection must find it by its names."""

    layout: Layout
    table: TableInfo
    is_marked: bool = True
    """Whether this program made it; another program with our core does not mark its tables."""
    has_snapshots: bool = True
    """Whether the snapshots can be read; if not, the events are shown without them."""
    is_case: bool = False

    @property
    def needs_permission(self) -> bool:
        """Whether it is written only if a person allows that: see ``OpenOptions.writes_any``."""
        return self.is_case or not self.is_marked

    @property
    def events(self) -> Select[Any]:
        return select(self.table.selectable().c.sequence_id)

    def opened(self, engine: Engine, classes: KnownClasses, options: OpenOptions) -> StoreTables:
        copy_notes = COPY_NOTES.read(engine, self.layout)
        mapper = our_mapper(classes)
        left_out, unlisted, is_sound = self._hidden_rows(engine)

        def table(rows: Table) -> SequenceTable:
            if is_sound:
                return SequenceTable(SQLAlchemyActiveRecordStrategy(engine, rows), mapper)
            read = _SOUND[rows].subquery(rows.name)
            return SequenceTable(SQLAlchemyActiveRecordStrategy(engine, read, written=rows), mapper)

        return StoreTables(
            events=table(EVENTS),
            snapshots=table(SNAPSHOTS) if self.has_snapshots else None,
            notes=(*with_verb(left_out, "left out"), *with_verb(unlisted, "in no list")),
            case_notes=CASE_NOTES.read(engine, self.layout),
            copy_notes=copy_notes,
            left_out=left_out,
            unlisted=unlisted,
            in_sql=InSql(_EVENTS_IN_SQL.replace(_MOST, str(payload_bytes())), _SNAPSHOTS_IN_SQL)
            if copy_notes is None and self.has_snapshots and is_sound
            else None,
        )

    def _hidden_rows(self, engine: Engine) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
        """Return the rows that are left out, and those that no list shows, in words, and whether each row is sound.

        Those that cannot be counted are not among them: reading them reports the damage.
        """
        database = Querying(engine)

        def counted(rows: Mapping[str, Select[Any]]) -> dict[str, int]:
            return {what: database.counted(each) or 0 for what, each in rows.items()}

        odd, orphans = {}, _ORPHANS
        if self.layout.dialect == "sqlite":  # a server keeps what the tables declare
            odd = counted({what: rows for what, rows in _ODD.items() if self.has_snapshots or "snapshot" not in what})
            orphans = _SOUND_ORPHANS
        of_nobody = {_ORPHAN: orphans} if self.has_snapshots else {}
        left_out = counted_texts((what, count) for what, count in odd.items() if what != _UNNUMBERED)
        return left_out, counted_texts(counted(of_nobody).items()), not any(odd.values())


_NO_VERSION: Final[ColumnElement[Any]] = literal_column(f"'{shown_version(None)}'")
_SOUND: Final[dict[Table, Select[Any]]] = {
    EVENTS: select(
        EVENTS.c.id,
        EVENTS.c.sequence_id,
        type_coerce(func.coalesce(EVENTS.c.position, _NO_VERSION), EVENTS.c.position.type).label("position"),
        EVENTS.c.topic,
        EVENTS.c.data,
    ).where(EVENTS.c.sequence_id.is_not(None)),
    SNAPSHOTS: select(SNAPSHOTS).where(
        SNAPSHOTS.c.sequence_id.is_not(None), func.typeof(SNAPSHOTS.c.position) == "integer"
    ),
}
"""The rows that are shown, where SQLite has others because a file was damaged, or its tables were changed.

An event is shown also if its version is no whole number, or NULL, which no comparison finds. Nothing says of which
version such a snapshot is.
"""
_UNNUMBERED: Final = "event without a version"
_ORPHAN: Final = "snapshot of an entity without events"
_ODD: Final[dict[str, Select[Any]]] = {  # each counts
    "event without an id": counting(select(EVENTS).where(EVENTS.c.sequence_id.is_(None))),
    _UNNUMBERED: counting(select(EVENTS).where(EVENTS.c.position.is_(None))),
    "snapshot without an id or a version": counting(
        select(SNAPSHOTS).where(or_(SNAPSHOTS.c.sequence_id.is_(None), func.typeof(SNAPSHOTS.c.position) != "integer"))
    ),
}

_ORPHANS, _SOUND_ORPHANS = (
    counting(snapshots_without_events(select(EVENTS), kept)) for kept in (select(SNAPSHOTS), _SOUND[SNAPSHOTS])
)


class EsdbFormat:
    """The format that this program writes, and every program with its core (``SQLAlchemyDatastore.setup_tables``).

    Files of this program have its application id, and databases a table that marks them. Other tables are known by
    their columns, and by the type of their ids, because Python eventsourcing has tables of the same names.
    """

    name = "es-desktop store"
    is_ours = True

    def find(self, layout: Layout) -> Iterator[TableSet]:
        tables = (each for each in layout.tables if each.name == EVENTS.name)
        for each in (each for each in tables if each.lower >= _COLUMNS):
            is_marked = layout.application_id == APPLICATION_ID or bool(layout.table_in_schema_of(each, MARKER.name))
            if is_marked or _is_of_our_core(layout, each):
                kept = TableInfo(SNAPSHOTS.name, tuple(_COLUMNS), each.schema)
                has_snapshots = layout.read_rows(kept, select(kept.selectable()).limit(1)) is not None
                is_case = layout.named(CASE_NOTES.name) is not None
                yield EsdbTables(layout, each, is_marked, has_snapshots, is_case)


def _is_of_our_core(layout: Layout, events: TableInfo) -> bool:
    snapshots = layout.table_in_schema_of(events, SNAPSHOTS.name, *_COLUMNS)
    if snapshots is None or not events.lower == snapshots.lower == _COLUMNS or events.is_view:
        return False
    id_types = {"blob"} if layout.dialect == "sqlite" else {"text", "character varying"}
    return all(layout.declared_types(each)["sequence_id"] in id_types for each in (events, snapshots))
