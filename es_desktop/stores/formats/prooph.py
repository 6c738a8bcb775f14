"""prooph: a registry of streams, and a table for each; versions are in the metadata, or are positions in a stream.

Read from the source of its store for PDO; tried on tables made by hand. A stream holds one aggregate, or many, or
events without one, which then belong to the stream. The library's own streams, ``$…``, are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import JSON, FromClause, Select, func, select, type_coerce, union_all

from ..foreign import ForeignMapper, as_sequences, class_names
from ..layout import Layout, TableInfo
from .base import ForeignFormat, ForeignTables, by_schema

_REGISTRY: Final = {"no", "real_stream_name", "stream_name", "metadata", "category"}
_EVENTS: Final = ("no", "event_id", "event_name", "payload", "metadata", "created_at")
_MOST_STREAMS: Final = 400
"""SQLite allows at most 500 terms in a compound select."""


def _read(layout: Layout) -> Iterator[ForeignTables]:
    registries = {each.schema: each for each in layout.tables_with(*_REGISTRY, exactly=True)}
    found = [each for each in layout.tables_with(*_EVENTS) if each.schema in registries]
    for tables in by_schema(layout, found):
        yield _tables(tables, registries[tables[0].schema])


def _tables(found: Sequence[TableInfo], registry: TableInfo) -> ForeignTables:
    shown = found[:_MOST_STREAMS]
    source = union_all(*(_events_of(table, registry.selectable()) for table in shown)).subquery("streams")
    events = as_sequences(
        source,
        sequence_id="sequence_id",
        position="position",
        topic="event_name",
        data="payload",
        time="created_at",
        entity_type="entity_type",
        metadata="metadata",
        order=source.c.no if len(shown) == 1 else None,
        where=func.substr(source.c.stream, 1, 1) != "$",
    )
    return ForeignTables(shown[0], events, ForeignMapper(names=class_names), notes=tuple(_notes(shown, found)))


def _events_of(found: TableInfo, registry: FromClause) -> Select[Any]:
    table = found.selectable()
    headers = type_coerce(table.c.metadata, JSON())
    is_this = registry.c.stream_name.in_([found.name, f"{found.schema}.{found.name}"])
    stream = select(registry.c.real_stream_name).where(is_this).limit(1).scalar_subquery()
    category = select(registry.c.category).where(is_this).limit(1).scalar_subquery()
    return select(
        *(table.c[name] for name in ("no", "event_name", "payload", "metadata", "created_at")),
        func.coalesce(stream, found.name).label("stream"),
        func.coalesce(headers["_aggregate_id"].as_string(), stream, found.name).label("sequence_id"),
        func.coalesce(headers["_aggregate_version"].as_integer(), table.c.no).label("position"),
        func.coalesce(headers["_aggregate_type"].as_string(), category, "stream").label("entity_type"),
    )


def _notes(shown: Sequence[TableInfo], found: Sequence[TableInfo]) -> Iterator[str]:
    if len(shown) < len(found):
        yield f"{len(shown)} of {len(found)} streams are shown"


PROOPH: Final = ForeignFormat("prooph", _read)
