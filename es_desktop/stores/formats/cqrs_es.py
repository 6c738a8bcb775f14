"""cqrs-es (Rust) with its stores for PostgreSQL and SQLite: one table of events, versions from 1, latest snapshots.

Read from its source; tried on tables made by hand. An aggregate is known by its type and its id together, so a type is
a scope. An event is a variant of an enum: an object with the one name of the event, or the bare name.
"""

from __future__ import annotations

from typing import Final

from ..foreign import ForeignItem, ForeignMapper, as_sequences
from ..layout import Layout
from ..payloads import Payload, as_payload, unpacked
from .base import ForeignFormat, ForeignTables

_EVENTS: Final = ("aggregate_type", "aggregate_id", "sequence", "event_type", "event_version", "payload", "metadata")
_SNAPSHOTS: Final = ("aggregate_type", "aggregate_id", "last_sequence", "current_snapshot", "payload")


def _read(layout: Layout) -> ForeignTables | None:
    found = next(iter(layout.having(*_EVENTS)), None)
    if found is None:
        return None
    events = as_sequences(
        found,
        sequence_id="aggregate_id",
        position="sequence",
        topic="event_type",
        data="payload",
        entity_type="aggregate_type",
        metadata="metadata",
        scope="aggregate_type",
    )
    snapshots = None
    for kept in layout.having(*_SNAPSHOTS):
        snapshots = as_sequences(
            kept,
            sequence_id="aggregate_id",
            position="last_sequence",
            topic="aggregate_type",
            data="payload",
            scope="aggregate_type",
        )
    notes = ("the format keeps no times",)
    return ForeignTables(events, ForeignMapper(_payload), snapshots, ForeignMapper(), notes, scope_word="type")


def _payload(item: ForeignItem) -> Payload:
    tree = unpacked(item.data)
    if tree == item.topic:
        return {}
    if isinstance(tree, dict) and [*tree] == [item.topic]:
        tree = tree[item.topic]
    return as_payload(tree)


CQRS_ES: Final = ForeignFormat("cqrs-es (Rust)", _read)
