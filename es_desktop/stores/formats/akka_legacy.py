"""Akka Persistence by JDBC before 5.0, or with its tables later on: a journal of messages from version 1, snapshots.

Read from its source; tried on tables made by hand. A message is an envelope of protobuf, which holds what the columns
of later journals do: what the event is called, what wrote it, and in newer releases when.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from es_desktop.core import ValueDecodingError

from ..foreign import ForeignItem, ForeignMapper, as_sequences
from ..layout import Layout
from ..payloads import Payload, as_payload
from ..payloads.akka import from_envelope, from_headed
from .akka_jdbc import DELETED, names
from .base import ForeignFormat, ForeignTables

_EVENTS: Final = ("ordering", "persistence_id", "sequence_number", "deleted", "tags", "message")
_SNAPSHOTS: Final = ("persistence_id", "sequence_number", "created", "snapshot")


def _read(layout: Layout) -> ForeignTables | None:
    found = next(iter(layout.having(*_EVENTS, exactly=True)), None)
    if found is None:
        return None
    events = as_sequences(
        found,
        sequence_id="persistence_id",
        position="sequence_number",
        topic=None,
        data="message",
        order="ordering",
    )
    snapshots = None
    for kept in layout.having(*_SNAPSHOTS, exactly=True):
        snapshots = as_sequences(
            kept,
            sequence_id="persistence_id",
            position="sequence_number",
            topic=None,
            data="snapshot",
            time="created",
        )
    return ForeignTables(events, _OF_ENVELOPES, snapshots, _OF_HEADED, notes=DELETED)


def _payload(item: ForeignItem) -> Payload:
    return as_payload(from_envelope(item.data).tree())


def _topic(item: ForeignItem) -> str:
    try:
        return from_envelope(item.data).manifest
    except ValueDecodingError:
        return ""


def _time(item: ForeignItem, payload: Mapping[str, Any]) -> Any:
    return from_envelope(item.data).time


def _snapshot(item: ForeignItem) -> Payload:
    return as_payload(from_headed(item.data).tree())


_OF_ENVELOPES: Final = ForeignMapper(_payload, names, time=_time, topic=_topic)
_OF_HEADED: Final = ForeignMapper(_snapshot, state_type=lambda item, payload: names("", item)[1])
AKKA_LEGACY: Final = ForeignFormat("Akka (JDBC before 5.0)", _read)
