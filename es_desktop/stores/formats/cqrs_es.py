"""cqrs-es (Rust) with its stores for PostgreSQL and SQLite: one table of events, versions from 1, latest snapshots.

Read from its source; tried on tables made by hand. An aggregate is identified by its type and its id, so a type is
a scope. An event is a variant of an enum: an object with the one name of the event, or the bare name.
"""

from __future__ import annotations

from typing import Final

from ..columnmap import ColumnMap
from ..foreign import ForeignItem, ForeignMapper
from ..payloads import Payload, as_payload, unpack
from .base import DeclaredFormat


def _payload(item: ForeignItem) -> Payload:
    tree = unpack(item.data)
    if tree == item.topic:
        return {}
    if isinstance(tree, dict) and [*tree] == [item.topic]:
        tree = tree[item.topic]
    return as_payload(tree)


CQRS_ES: Final = DeclaredFormat(
    "cqrs-es (Rust)",
    ColumnMap(
        "*",
        stream="aggregate_id",
        version="sequence",
        type="event_type",
        payload="payload",
        entity="aggregate_type",
        metadata="metadata",
        scope="aggregate_type",
        is_typed=True,
        needs=("event_version",),
        snapshots=ColumnMap(
            "*",
            stream="aggregate_id",
            version="last_sequence",
            type="aggregate_type",
            payload="payload",
            scope="aggregate_type",
            needs=("current_snapshot",),
        ),
    ),
    ForeignMapper(_payload),
    notes=("the format keeps no times",),
    scope_word="type",
)
