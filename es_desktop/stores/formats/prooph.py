"""prooph: a registry of streams, and a table for each; versions are in the metadata, or are positions in a stream.

Read from the source of its store for PDO; tried on tables made by hand. A stream holds one aggregate, or many, or
events without one, which then belong to the stream. The library's own streams, ``$…``, are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Select, func, select

from ..columnmap import ColumnMap
from ..engines.json_in_sql import number_in, text_in
from ..foreign import BY_CLASS
from ..layout import Layout, TableInfo
from .base import DeclaredFormat

_REGISTRY: Final = {"no", "real_stream_name", "stream_name", "metadata", "category"}


def _registry(layout: Layout, info: TableInfo) -> TableInfo | None:
    return next((each for each in layout.tables if each.schema == info.schema and each.lower == _REGISTRY), None)


def _events(layout: Layout, info: TableInfo) -> Select[Any]:
    found = _registry(layout, info)
    assert found is not None, "the map fits"
    table, registry = info.selectable(), found.selectable()

    def header(name: str, read: Callable[..., Any] = text_in) -> Any:
        return read(table.c.metadata, layout.dialect, name, type_name=info.types.get("metadata", ""))

    is_this = registry.c.stream_name.in_([info.name, f"{info.schema}.{info.name}"])
    stream = select(registry.c.real_stream_name).where(is_this).limit(1).scalar_subquery()
    category = select(registry.c.category).where(is_this).limit(1).scalar_subquery()
    return select(
        *(table.c[name] for name in ("no", "event_name", "payload", "metadata", "created_at")),
        func.coalesce(stream, info.name).label("stream"),
        func.coalesce(header("_aggregate_id"), stream, info.name).label("sequence_id"),
        func.coalesce(header("_aggregate_version", number_in), table.c.no).label("position"),
        func.coalesce(header("_aggregate_type"), category, "stream").label("entity_type"),
    )


PROOPH: Final = DeclaredFormat(
    "prooph",
    ColumnMap(
        "*",
        stream="sequence_id",
        version="position",
        type="event_name",
        payload="payload",
        time="created_at",
        entity="entity_type",
        metadata="metadata",
        order=lambda tables: None if tables.others else tables["no"],
        needs=("no", "event_id", "event_name", "payload", "metadata", "created_at"),
        combines_tables=True,
        left_out={"event of the library itself ($…)": lambda tables: func.substr(tables["stream"], 1, 1) == "$"},
        fits=lambda layout, info: _registry(layout, info) is not None,
        rows=_events,
    ),
    BY_CLASS,
)
