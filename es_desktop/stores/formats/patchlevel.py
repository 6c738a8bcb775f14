"""patchlevel/event-sourcing: the store of aggregates, and both layouts of the store of streams; versions from 1.

Read from its source; tried on tables made by hand. Snapshots are in a cache, not in the database. In a store of
streams the aggregate is in the name, ``order-123``; events without a version are numbered in their order.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import func

from ..columnmap import ColumnMap
from ..mappedtables import MappedTables, marked_if
from .base import DeclaredFormat


def _position(tables: MappedTables) -> Any:
    number = func.row_number().over(partition_by=tables["stream"], order_by=tables["id"])
    return func.coalesce(tables["playhead"], number)


_AGGREGATES: Final = ColumnMap(
    "*",
    stream="aggregate_id",
    version="playhead",
    type="event",
    payload="payload",
    time="recorded_on",
    entity="aggregate",
    metadata="custom_headers",
    scope="aggregate",
    is_typed=True,
    order="id",
    mark=marked_if(archived="archived"),
    needs=("archived",),
)
_STREAMS: Final = replace(
    _AGGREGATES,
    stream="stream",
    version=_position,
    entity=None,
    scope=None,
    is_typed=False,
    needs=("archived", "playhead"),
)
PATCHLEVEL: Final = DeclaredFormat(
    "Patchlevel",
    _AGGREGATES,
    notes=("archived events are shown, and marked",),
    scope_word="aggregate type",
    other_maps=(
        _STREAMS,
        replace(_AGGREGATES, type="event_name", payload="event_payload"),
        replace(_STREAMS, type="event_name", payload="event_payload"),
    ),
)
