"""message-db on PostgreSQL: one table of messages in streams such as ``account-123``, versions from 0.

Tried on a dump of message-db 1.3.0. Snapshots of Eventide are messages in another stream of the entity:
``account:snapshot-123``, with its state and version. Streams of other types (``account:command-123``) are shown as
entities of that category.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import func

from es_desktop.core import ValueDecodingError

from ..columnmap import ColumnMap, JsonField
from ..foreign import ForeignItem, ForeignMapper
from ..mappedtables import MappedTables
from .base import DeclaredFormat

_MARK: Final = ":snapshot-"


def _is_snapshot(tables: MappedTables) -> Any:
    return func.strpos(tables["stream_name"], _MARK) > 0


def _state(item: ForeignItem, payload: Mapping[str, Any]) -> Any:
    if "entityData" not in payload:
        raise ValueDecodingError("the message in the snapshot's stream has no entityData")
    return payload["entityData"]


_MESSAGES: Final = ColumnMap(
    "*",
    stream="stream_name",
    version="position",
    type="type",
    payload="data",
    time="time",
    metadata="metadata",
    order="global_position",
    needs=("id",),
    first_version=0,
    where=lambda tables: ~_is_snapshot(tables),
)
_SNAPSHOTS: Final = ColumnMap(
    "*",
    stream=lambda tables: func.replace(tables["stream_name"], _MARK, "-"),
    version=JsonField("data", ("entityVersion",), is_number=True),
    type="type",
    payload="data",
    time="time",
    metadata="metadata",
    needs=("global_position", "position", "stream_name", "id"),
    where=_is_snapshot,
)
MESSAGE_DB: Final = DeclaredFormat(
    "message-db",
    replace(_MESSAGES, snapshots=_SNAPSHOTS),
    snapshot_mapper=ForeignMapper(state=_state, state_type=lambda item, payload: ""),
)
