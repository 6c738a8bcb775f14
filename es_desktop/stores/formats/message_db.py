"""message-db on PostgreSQL: one table of messages in streams such as ``account-123``, versions from 0.

Tried on a dump of message-db 1.3.0. Snapshots, as Eventide takes them, are messages in a stream beside that of the
entity: ``account:snapshot-123``, with its state and version inside. Streams of other kinds (``account:command-123``)
are shown as entities of that category.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import BigInteger, cast, func, type_coerce
from sqlalchemy.dialects.postgresql import JSONB

from es_desktop.core import ValueDecodingError

from ..foreign import ForeignItem, ForeignMapper, as_sequences, category_names
from ..layout import Layout
from .base import ForeignFormat, ForeignTables

_COLUMNS: Final = ("global_position", "position", "time", "stream_name", "type", "data", "metadata", "id")
_MARK: Final = ":snapshot-"


def _read(layout: Layout) -> ForeignTables | None:
    found = next(iter(layout.having(*_COLUMNS)), None)
    if found is None:
        return None
    table = found.selectable()
    is_snapshot = func.strpos(table.c.stream_name, _MARK) > 0
    events = as_sequences(
        table,
        sequence_id="stream_name",
        position="position",
        topic="type",
        data="data",
        time="time",
        metadata="metadata",
        order="global_position",
        where=~is_snapshot,
    )
    snapshots = as_sequences(
        table,
        sequence_id=func.replace(table.c.stream_name, _MARK, "-"),
        position=cast(type_coerce(table.c.data, JSONB)["entityVersion"].astext, BigInteger),
        topic="type",
        data="data",
        time="time",
        metadata="metadata",
        where=is_snapshot,
    )
    mapper = ForeignMapper(names=category_names)
    return ForeignTables(events, mapper, snapshots, ForeignMapper(state=_state, state_type=_state_type))


def _state(item: ForeignItem, payload: Mapping[str, Any]) -> Any:
    if "entityData" not in payload:
        raise ValueDecodingError("the message in the snapshot's stream has no entityData")
    return payload["entityData"]


def _state_type(item: ForeignItem, payload: Mapping[str, Any]) -> str:
    return str(item.sequence_id).partition("-")[0]


MESSAGE_DB: Final = ForeignFormat("message-db", _read)
