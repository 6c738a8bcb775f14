"""Marten on PostgreSQL, and Fisher, its sibling on SQLite: versions from 1, tenants and archived streams in one table.

Read from their sources; tried on tables made by hand. Snapshots are documents of projections, and are ignored. An
event may be stored as bytes, with an empty document.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Text, cast, func

from ..columnmap import ColumnMap, FirstOf, Join
from ..foreign import ForeignItem, ForeignMapper, camel_case, short_name
from ..mappedtables import MappedTables
from .base import DeclaredFormat

_BYTES: Final = ("bdata", "data_binary")


def _data(tables: MappedTables) -> Any:
    document = tables["data"]
    packed = tables.value(FirstOf(_BYTES))
    if packed is None:
        return document
    return func.coalesce(
        packed, document if tables.layout.dialect == "sqlite" else func.convert_to(cast(document, Text), "UTF8")
    )


def _names(topic: str, item: ForeignItem | None) -> tuple[str, str]:
    """Return the names for a topic such as ``order_placed`` and an entity type such as ``Shop.Order, Shop``."""
    entity = "" if item is None or not item.entity_type else str(item.entity_type).partition(",")[0]
    return camel_case(topic), short_name(entity) if entity else "stream"


_STREAMS: Final = Join(
    "*streams",
    {"stream_id": "id", "tenant_id": "tenant_id"},
    needs=("id", "type", "version", "timestamp", "created", "tenant_id", "is_archived"),
    is_optional=True,
)
MARTEN: Final = DeclaredFormat(
    "Marten or Fisher",
    ColumnMap(
        "*events",
        stream="stream_id",
        version="version",
        type="type",
        payload=_data,
        time="timestamp",
        entity=FirstOf(("stream.type",)),
        metadata=FirstOf(("headers",)),
        scope="tenant_id",
        order="seq_id",
        joins={"stream": _STREAMS},
        needs=("id", "data", "is_archived"),
    ),
    ForeignMapper(names=_names),
    notes=("archived streams are shown like any other",),
    scope_word="tenant",
)
