"""Any other table, read by a table map that a person made. It is only read, whoever wrote it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func, literal_column, select
from sqlalchemy.orm import Session, scoped_session
from sqlalchemy.types import TypeEngine

from es_desktop.core import KnownClasses, StoreRefusedError

from ..foreign import ForeignItem, ForeignMapper, as_sequences
from ..ids import BytesId, NumberId, TextId
from ..layout import Layout, TableInfo
from ..tablemap import SnapshotMap, TableMap
from .base import ForeignFormat, ForeignTables, OpenOptions, StoreTables

NAME: Final = "Mapped tables"
_LAST_PART: Final = re.compile(r"[^.:#/\\]+$")
_CATEGORY: Final = re.compile(r"[^\W\d]\w*(?=-)")
"""``Order`` of ``Order-17``."""
_UNNAMED: Final[ColumnElement[Any]] = literal_column("'Event'")
"""What every event is called where the table does not tell."""


@dataclass(frozen=True, slots=True)
class MappedFormat:
    """A format by a table map. It raises ``StoreRefusedError`` where the database has not what the map names."""

    table_map: TableMap
    name: str = NAME
    is_ours: bool = False

    def detect(self, layout: Layout) -> bool:
        _Place(layout, self.table_map.table)
        return True

    def tables(
        self, session: scoped_session[Session], layout: Layout, classes: KnownClasses, options: OpenOptions
    ) -> StoreTables:
        place = _Place(layout, self.table_map.table)
        try:
            first = session.execute(select(place.column(self.table_map.stream)).limit(1)).scalar()
        finally:
            session.rollback()
        id_type = _id_type(first)
        snapshots = self.table_map.snapshots
        found = ForeignTables(
            _events(place, self.table_map, id_type),
            ForeignMapper(names=_names),
            None if snapshots is None else _snapshots(_Place(layout, snapshots.table), snapshots, id_type),
        )
        return ForeignFormat(NAME, lambda _: found).tables(session, layout, classes, options)


class _Place:
    """A table that a map names, and its columns as queries need them."""

    def __init__(self, layout: Layout, name: str) -> None:
        self.info = _named(layout, name)
        self.table: Table = self.info.selectable()
        self.is_sqlite = layout.dialect == "sqlite"

    def column(self, name: str) -> ColumnElement[Any]:
        if name.lower() not in self.table.c:
            has = ", ".join(self.info.columns)
            raise StoreRefusedError(f"the table {self.info.name} has no column {name}", f"It has {has}.")
        found: ColumnElement[Any] = self.table.c[name.lower()]
        return found

    def optional(self, name: str | None) -> ColumnElement[Any] | None:
        return None if name is None else self.column(name)

    @property
    def rows(self) -> ColumnElement[Any] | None:
        """The order in which rows were written, as far as a database tells it."""
        if self.is_sqlite:
            return literal_column(f'"{self.info.name}".rowid') if self.info.has_rowid else None
        return literal_column(f'"{self.info.name}".ctid')


def _named(layout: Layout, name: str) -> TableInfo:
    wanted = name.lower()
    for table in layout.tables:
        if wanted in (table.name.lower(), f"{table.schema}.{table.name}".lower()):
            return table
    there = ", ".join(table.name for table in layout.tables) or "none"
    raise StoreRefusedError(f"there is no table {name}", f"The tables that are there: {there}.")


def _events(place: _Place, table_map: TableMap, id_type: TypeEngine[Any]) -> Any:
    stream = place.column(table_map.stream)
    time = place.optional(table_map.time)
    rows = place.rows
    version = place.optional(table_map.version)
    if version is None:
        order = [column for column in (time, rows) if column is not None]
        version = func.row_number().over(partition_by=stream, order_by=order or [stream])
    type_ = place.optional(table_map.type)
    return as_sequences(
        place.table,
        id_type=id_type,
        sequence_id=stream,
        position=version,
        topic=_UNNAMED if type_ is None else type_,
        data=place.column(table_map.payload),
        time=time,
        entity_type=place.optional(table_map.entity),
        order=rows if place.is_sqlite else None,
        where=stream.is_not(None),
    )


def _snapshots(place: _Place, snapshots: SnapshotMap, id_type: TypeEngine[Any]) -> Any:
    stream = place.column(snapshots.stream)
    return as_sequences(
        place.table,
        id_type=id_type,
        sequence_id=stream,
        position=place.column(snapshots.version),
        topic=literal_column("''"),
        data=place.column(snapshots.payload),
        time=place.optional(snapshots.time),
        where=stream.is_not(None),
    )


def _id_type(value: Any) -> TypeEngine[Any]:
    if isinstance(value, (bytes, memoryview)):
        return BytesId()
    return NumberId() if isinstance(value, int) else TextId()


def _names(topic: str, item: ForeignItem | None) -> tuple[str, str]:
    """Take the last part of a dotted name for the event's; the entity's type from a column, or from the stream."""
    kind = _LAST_PART.search(topic)
    entity = "" if item is None else str(item.entity_type or "")
    if item is not None and not entity and isinstance(item.sequence_id, str) and not _is_uuid(item.sequence_id):
        category = _CATEGORY.match(item.sequence_id)
        entity = category[0] if category else ""
    return kind[0] if kind else topic, entity


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
