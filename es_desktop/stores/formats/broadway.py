"""Broadway on Doctrine DBAL: one table of events, versions from 0; ids are UUIDs, as text or as bytes, or other texts.

Read from its source; tried on a table made by hand. It keeps no snapshots in the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..classnames import class_names
from ..foreign import ForeignItem, ForeignMapper, as_sequences
from ..ids import BytesId
from ..layout import Layout
from ..payloads import Payload, as_payload, unpacked
from .base import ForeignFormat, ForeignTables

_EVENTS: Final = ("id", "uuid", "playhead", "payload", "metadata", "recorded_on", "type")
_WRAPPER: Final = {"class", "payload"}


def _read(layout: Layout) -> ForeignTables | None:
    found = next(iter(layout.having(*_EVENTS)), None)
    if found is None:
        return None
    events = as_sequences(
        found,
        id_type=BytesId("uuid" in found.in_bytes),
        sequence_id="uuid",
        position="playhead",
        topic="type",
        data="payload",
        time="recorded_on",
        metadata="metadata",
        order="id",
    )
    notes = ("the format names no type of aggregate",)
    return ForeignTables(events, ForeignMapper(payload=_payload, names=class_names), notes=notes)


def _payload(item: ForeignItem) -> Payload:
    tree = unpacked(item.data)
    return as_payload(tree["payload"] if isinstance(tree, Mapping) and tree.keys() == _WRAPPER else tree)


BROADWAY: Final = ForeignFormat("Broadway", _read)
