"""Depeche DB (Python) on PostgreSQL: a table of messages for each store, versions from 1.

Tried on a dump of a database that release 0.13 wrote. A serializer may name the type of a message in any way; that of
the library calls it ``__typename__``. The repository of the library names streams ``prefix-id``.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import func

from ..columnmap import ColumnMap, JsonField
from ..foreign import ForeignMapper
from ..mappedtables import MappedTables
from .base import DeclaredFormat

_TYPES: Final = ("__typename__", "type")


def _type(tables: MappedTables) -> Any:
    return func.coalesce(*(tables.value(JsonField("message", (name,))) for name in _TYPES), "message")


DEPECHE_DB: Final = DeclaredFormat(
    "Depeche DB",
    ColumnMap(
        "*",
        stream="stream",
        version="version",
        type=_type,
        payload="message",
        time="added_at",
        order="global_position",
        needs=("message_id", "message"),
    ),
    ForeignMapper(excluded=frozenset({"__typename__"})),
    notes=("times are kept without a zone; they are taken for UTC",),
)
