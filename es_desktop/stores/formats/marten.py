"""Marten on PostgreSQL, and Fisher, its sibling on SQLite: versions from 1, tenants and archived streams in one table.

Read from their sources; tried on tables made by hand. Snapshots are documents of projections, and are ignored. An
event may be stored as bytes, with an empty document.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Text, cast, func

from ..columnmap import ColumnMap, FirstOf, Join
from ..foreign import ForeignItem, ForeignMapper, camel_case, class_of_entity
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


def _entity(item: ForeignItem) -> str:
    """Return the class of an entity type such as ``Shop.Order, Shop``."""
    return class_of_entity(item, "stream")


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
    ForeignMapper(event_name=camel_case, entity_name=_entity),
    notes=("archived streams are shown like any other",),
    scope_word="tenant",
)
