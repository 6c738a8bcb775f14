"""Akka and Pekko Persistence by JDBC, since 5.0: a journal of events from version 1, with snapshots.

Read from their sources; tried on tables made by hand. The serializer's number and its manifest say what a payload is.
"""

from __future__ import annotations

from typing import Final

from ..columnmap import ColumnMap
from ..foreign import ForeignItem, ForeignMapper, category_of, short_name
from ..payloads import Payload, as_payload
from ..payloads.akka import SerializedPayload
from .base import DeclaredFormat

DELETED: Final = ("events that are marked as deleted are shown like any other",)
_UNKNOWN: Final = "event"
"""The event type if the serializer names no class."""


def names(topic: str, item: ForeignItem | None) -> tuple[str, str]:
    """Return the name of an event's class, and the entity type in an id such as ``Cart|123`` or ``cart-123``."""
    name = "" if item is None else str(item.sequence_id)
    entity_type, separator, _ = name.partition("|")
    return short_name(topic) or _UNKNOWN, entity_type if separator else category_of(name)


def _payload(item: ForeignItem) -> Payload:
    return as_payload(SerializedPayload(item.data, int(item.metadata), str(item.topic)).tree())


OF_COLUMNS: Final = ForeignMapper(_payload, names, state_type=lambda item, payload: names("", item)[1])
"""For records with the serializer and the manifest in columns."""
AKKA_JDBC: Final = DeclaredFormat(
    "Akka or Pekko (JDBC)",
    (
        ColumnMap(
            "*",
            stream="persistence_id",
            version="sequence_number",
            type="event_ser_manifest",
            payload="event_payload",
            time="write_timestamp",
            metadata="event_ser_id",
            order="ordering",
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
    ),
    OF_COLUMNS,
    OF_COLUMNS,
    DELETED,
)
