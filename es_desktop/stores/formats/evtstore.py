"""evtstore (TypeScript) by knex and node-postgres: one table of events, versions from 1.

Tried on a file and a dump that release 12 wrote. An aggregate is identified by its stream, which has the name of its
type, and its id (see ``getEventsFor`` of the providers), so a stream is a scope. The event type is in the JSON of the
event, which may hold the state after it too; this is left out.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import func

from es_desktop.core import ValueDecodingError

from ..columnmap import ColumnMap
from ..engines.json_in_sql import text_in
from ..foreign import ForeignItem, ForeignMapper
from ..mappedtables import MappedTables
from ..payloads import as_payload, unpack
from .base import DeclaredFormat

_UNKNOWN: Final = "event"
"""The event type if the JSON cannot be read; the record carries the reason."""


def _type(tables: MappedTables) -> Any:
    # PostgreSQL cannot find a name in a text at the top level only.
    if tables.layout.dialect != "sqlite":
        return None
    return func.coalesce(text_in(tables["event"], "sqlite", "type"), _UNKNOWN)


def _topic(item: ForeignItem) -> str:
    try:
        return str(item.topic or as_payload(unpack(item.data)).get("type", _UNKNOWN))
    except (ValueDecodingError, RecursionError):
        return _UNKNOWN


EVTSTORE: Final = DeclaredFormat(
    "evtstore",
    ColumnMap(
        "*",
        stream="aggregate_id",
        version="version",
        type=_type,
        payload="event",
        time="timestamp",
        entity="stream",
        scope="stream",
        is_typed=True,
        order="position",
        needs=("event",),
    ),
    ForeignMapper(excluded=frozenset({"type", "__persisted"}), topic=_topic),
    scope_word="stream",
)
