"""Marten on PostgreSQL, and Fisher, its sibling on SQLite: versions from 1, tenants and archived streams in one table.

Read from their sources; tried on tables made by hand. Snapshots are documents of projections there, and are not looked
at. An event may be kept as bytes beside an empty document.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Text, and_, cast, func, select

from ..classnames import camel_case, short_name
from ..foreign import ForeignItem, ForeignMapper, as_sequences
from ..layout import Layout, TableInfo
from .base import ForeignFormat, ForeignTables

_EVENTS: Final = ("seq_id", "id", "stream_id", "version", "data", "type", "timestamp", "tenant_id", "is_archived")
_STREAMS: Final = ("id", "type", "version", "timestamp", "created", "tenant_id", "is_archived")
_BYTES: Final = ("bdata", "data_binary")


def _read(layout: Layout) -> ForeignTables | None:
    found = next(iter(layout.having(*_EVENTS)), None)
    if found is None:
        return None
    table = found.selectable()
    events = as_sequences(
        table,
        sequence_id="stream_id",
        position="version",
        topic="type",
        data=_data(found, table, layout.dialect),
        time="timestamp",
        entity_type=_entity_type(layout, found, table),
        metadata="headers" if "headers" in found.lower else None,
        scope="tenant_id",
        order="seq_id",
    )
    notes = ("archived streams are shown like any other",)
    return ForeignTables(events, ForeignMapper(names=_names), notes=notes, scope_word="tenant")


def _data(found: TableInfo, table: FromClause, dialect: str) -> ColumnElement[Any]:
    kept: ColumnElement[Any] = table.c.data
    for name in _BYTES:
        if name in found.lower:
            document = kept if dialect == "sqlite" else func.convert_to(cast(kept, Text), "UTF8")
            return func.coalesce(table.c[name], document)
    return kept


def _entity_type(layout: Layout, found: TableInfo, table: FromClause) -> ColumnElement[Any] | None:
    streams = layout.beside(found, found.name.lower().removesuffix("events") + "streams", *_STREAMS)
    if streams is None:
        return None
    kinds = streams.selectable()
    same = and_(kinds.c.id == table.c.stream_id, kinds.c.tenant_id == table.c.tenant_id)
    return select(kinds.c.type).where(same).limit(1).scalar_subquery()


def _names(topic: str, item: ForeignItem | None) -> tuple[str, str]:
    """Read ``order_placed``, and an entity's type such as ``Shop.Order, Shop``."""
    entity = "" if item is None or not item.entity_type else str(item.entity_type).partition(",")[0]
    return camel_case(topic), short_name(entity) if entity else "stream"


MARTEN: Final = ForeignFormat("Marten or Fisher", _read)
