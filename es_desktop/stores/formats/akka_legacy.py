"""Akka Persistence by JDBC before 5.0, or with its tables later on: a journal of messages from version 1, snapshots.

Read from its source; tried on tables made by hand. A message is a protobuf envelope with what later
journals have in columns: the manifest, the serializer, and in newer releases the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from es_desktop.core import ValueDecodingError

from ..columnmap import ColumnMap
from ..foreign import ForeignItem, ForeignMapper
from ..payloads import Payload, as_payload
from ..payloads.akka import from_envelope, from_snapshot
from .akka_jdbc import DELETED, names
from .base import DeclaredFormat


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
    return as_payload(from_snapshot(item.data).tree())


AKKA_LEGACY: Final = DeclaredFormat(
    "Akka (JDBC before 5.0)",
    (
        ColumnMap(
            "*",
            stream="persistence_id",
            version="sequence_number",
            payload="message",
            order="ordering",
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
    ),
    ForeignMapper(_payload, names, time=_time, topic=_topic),
    ForeignMapper(_snapshot, state_type=lambda item, payload: names("", item)[1]),
    DELETED,
)
