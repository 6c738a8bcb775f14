"""patchlevel/event-sourcing: the store of aggregates, and both layouts of the store of streams; versions from 1.

Read from its source; tried on tables made by hand. Snapshots are kept in a cache, outside of the database. In a store
of streams the aggregate is in the name, ``order-123``; what has no version there is numbered in its order.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, func

from ..foreign import ForeignMapper, as_sequences, bare_names, category_names
from ..layout import Layout, TableInfo
from .base import ForeignFormat, ForeignTables

_SHARED: Final = ("id", "playhead", "recorded_on", "archived", "custom_headers")
_NAMES: Final = (("event", "payload"), ("event_name", "event_payload"))
"""What the columns of an event are called, in older releases and in newer ones."""


def _read(layout: Layout) -> ForeignTables | None:
    for event, payload in _NAMES:
        for found in layout.having(*_SHARED, event, payload):
            if found.lower >= {"aggregate", "aggregate_id"} or "stream" in found.lower:
                return _tables(found, event, payload)
    return None


def _tables(found: TableInfo, event: str, payload: str) -> ForeignTables:
    table = found.selectable()
    is_of_streams = "stream" in found.lower
    position: ColumnElement[Any] = table.c.playhead
    if is_of_streams:
        place = func.row_number().over(partition_by=table.c.stream, order_by=table.c.id)
        position = func.coalesce(position, place)
    events = as_sequences(
        table,
        sequence_id="stream" if is_of_streams else "aggregate_id",
        position=position,
        topic=event,
        data=payload,
        time="recorded_on",
        entity_type=None if is_of_streams else "aggregate",
        metadata="custom_headers",
        scope=None if is_of_streams else "aggregate",
        order="id",
    )
    mapper = ForeignMapper(names=category_names if is_of_streams else bare_names)
    notes = ("archived events are shown like any other",)
    return ForeignTables(events, mapper, notes=notes, scope_word="aggregate type")


PATCHLEVEL: Final = ForeignFormat("Patchlevel", _read)
