"""Akka and Pekko Persistence by JDBC, since 5.0: a journal of events from version 1, with snapshots.

Read from their sources; tried on tables made by hand. A serializer's number and its manifest tell what a payload is.
"""

from __future__ import annotations

from typing import Final

from ..classnames import short_name
from ..foreign import ForeignItem, ForeignMapper, as_sequences, category_of
from ..layout import Layout
from ..payloads import Payload, as_payload
from ..payloads.akka import Serialized
from .base import ForeignFormat, ForeignTables

_PLACE: Final = ("persistence_id", "sequence_number")
_EVENTS: Final = (
    "ordering",
    *_PLACE,
    "deleted",
    "write_timestamp",
    "event_ser_id",
    "event_ser_manifest",
    "event_payload",
)
_SNAPSHOTS: Final = (*_PLACE, "created", "snapshot_ser_id", "snapshot_ser_manifest", "snapshot_payload")
DELETED: Final = ("events that are marked as deleted are shown like any other",)
_UNKNOWN: Final = "event"
"""What an event is called whose serializer names no class."""


def _read(layout: Layout) -> ForeignTables | None:
    found = next(iter(layout.having(*_EVENTS)), None)
    if found is None:
        return None
    events = as_sequences(
        found,
        sequence_id="persistence_id",
        position="sequence_number",
        topic="event_ser_manifest",
        data="event_payload",
        time="write_timestamp",
        metadata="event_ser_id",
        order="ordering",
    )
    snapshots = None
    for kept in layout.having(*_SNAPSHOTS):
        snapshots = as_sequences(
            kept,
            sequence_id="persistence_id",
            position="sequence_number",
            topic="snapshot_ser_manifest",
            data="snapshot_payload",
            time="created",
            metadata="snapshot_ser_id",
        )
    return ForeignTables(events, OF_COLUMNS, snapshots, notes=DELETED)


def names(topic: str, item: ForeignItem | None) -> tuple[str, str]:
    """Read the name of an event's class, and the type in an id such as ``Cart|123`` or ``cart-123``."""
    name = "" if item is None else str(item.sequence_id)
    kind, separator, _ = name.partition("|")
    return short_name(topic) or _UNKNOWN, kind if separator else category_of(name)


def _payload(item: ForeignItem) -> Payload:
    return as_payload(Serialized(item.data, int(item.metadata), str(item.topic)).tree())


OF_COLUMNS: Final = ForeignMapper(_payload, names, state_type=lambda item, payload: names("", item)[1])
"""Reads records whose serializer and manifest stand in columns."""
AKKA_JDBC: Final = ForeignFormat("Akka or Pekko (JDBC)", _read)
