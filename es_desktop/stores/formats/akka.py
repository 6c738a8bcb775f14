"""Akka and Pekko Persistence, by JDBC since 5.0, JDBC before, or R2DBC: events from version 1, with snapshots.

Read from their sources; tried on tables made by hand. The serializer's number and its manifest say what a payload is.
The older journal has them in a protobuf envelope, as it has the time in newer releases. With R2DBC events are ordered
by time, and a journal may be spread over several tables.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, type_coerce

from es_desktop.core import ValueDecodingError

from ..columnmap import ColumnMap
from ..foreign import ForeignItem, ForeignMapper, short_name
from ..mappedtables import marked_if
from ..payloads import Payload, as_payload
from ..payloads.akka import SerializedPayload, from_envelope, from_snapshot
from .base import DeclaredFormat

_DELETED: Final = ("deleted events are shown, and marked",)
_MARK: Final = marked_if(deleted="deleted")
_UNKNOWN: Final = "event"
"""The event type if the serializer names no class."""


def _entity(item: ForeignItem, payload: object = None) -> str:
    """Return the entity type in an id such as ``Cart|123``; empty for one such as ``cart-123``."""
    entity_type, separator, _ = str(item.sequence_id).partition("|")
    return entity_type if separator else ""


def _event_type(manifest: str) -> str:
    return short_name(manifest) or _UNKNOWN


def _payload(item: ForeignItem) -> Payload:
    return as_payload(SerializedPayload(item.data, int(item.metadata), str(item.topic)).tree())


def _topic_in_envelope(item: ForeignItem) -> str:
    try:
        return from_envelope(item.data).manifest
    except ValueDecodingError:
        return ""


_READER: Final = ForeignMapper(_payload, _event_type, _entity, state_type=_entity)
AKKA_JDBC: Final = DeclaredFormat(
    "Akka or Pekko (JDBC)",
    ColumnMap(
        "*",
        stream="persistence_id",
        version="sequence_number",
        type="event_ser_manifest",
        payload="event_payload",
        time="write_timestamp",
        metadata="event_ser_id",
        order="ordering",
        mark=_MARK,
        needs=("deleted",),
        snapshots=ColumnMap(
            "*",
            stream="persistence_id",
            version="sequence_number",
            type="snapshot_ser_manifest",
            payload="snapshot_payload",
            time="created",
            metadata="snapshot_ser_id",
        ),
    ),
    _READER,
    _READER,
    _DELETED,
)
AKKA_LEGACY: Final = DeclaredFormat(
    "Akka (JDBC before 5.0)",
    ColumnMap(
        "*",
        stream="persistence_id",
        version="sequence_number",
        payload="message",
        order="ordering",
        mark=_MARK,
        needs=("deleted", "tags"),
        has_no_other_columns=True,
        snapshots=ColumnMap(
            "*",
            stream="persistence_id",
            version="sequence_number",
            payload="snapshot",
            time="created",
            has_no_other_columns=True,
        ),
    ),
    ForeignMapper(
        lambda item: as_payload(from_envelope(item.data).tree()),
        _event_type,
        _entity,
        time=lambda item, payload: from_envelope(item.data).time,
        topic=_topic_in_envelope,
    ),
    ForeignMapper(lambda item: as_payload(from_snapshot(item.data).tree()), state_type=_entity),
    _DELETED,
)
AKKA_R2DBC: Final = DeclaredFormat(
    "Akka or Pekko (R2DBC)",
    ColumnMap(
        "*",
        stream="persistence_id",
        version="seq_nr",
        type="event_ser_manifest",
        payload="event_payload",
        time="db_timestamp",
        entity="entity_type",
        metadata="event_ser_id",
        order="db_timestamp",
        needs=("deleted",),
        # It leaves an empty row.
        left_out={"event with the mark deleted": lambda tables: type_coerce(tables["deleted"], Boolean).is_not(False)},
        combines_tables=True,
        snapshots=ColumnMap(
            "*",
            stream="persistence_id",
            version="seq_nr",
            type="ser_manifest",
            payload="snapshot",
            time="write_timestamp",
            metadata="ser_id",
            needs=("entity_type",),
            combines_tables=True,
        ),
    ),
    _READER,
    _READER,
)
