"""evento (Rust) on SQLite and PostgreSQL: one table of events, versions from 1, numbered by ULIDs in the order of time.

Read from its source; tried on tables made by hand. Payloads are bitcode, which says nothing of its fields. Its table of
snapshots holds what projections keep, not the states of aggregates, and is not looked at.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement

from es_desktop.core import ValueDecodingError

from ..foreign import ForeignItem, ForeignMapper, as_sequences
from ..layout import Layout
from ..payloads import Payload
from .base import ForeignFormat, ForeignTables

_EVENTS: Final = ("id", "name", "aggregator_type", "aggregator_id", "version", "data", "metadata", "timestamp")
_MILLISECONDS: Final = 1000.0


def _read(layout: Layout) -> ForeignTables | None:
    found = next(iter(layout.having(*_EVENTS)), None)
    if found is None:
        return None
    table = found.selectable()
    time: ColumnElement[Any] = table.c.timestamp
    if "timestamp_subsec" in found.lower:
        time = time + table.c.timestamp_subsec / _MILLISECONDS
    events = as_sequences(
        table,
        sequence_id="aggregator_id",
        position="version",
        topic="name",
        data="data",
        time=time,
        entity_type="aggregator_type",
        scope="aggregator_type",
        order="id",
    )
    return ForeignTables(events, ForeignMapper(_payload, _names), scope_word="type")


def _payload(item: ForeignItem) -> Payload:
    if not item.data:
        return {}
    raise ValueDecodingError("the payload is bitcode, which only a program with its types can read")


def _names(topic: str, item: ForeignItem | None) -> tuple[str, str]:
    """Read a type such as ``examples/Order``, which begins with the name of its crate."""
    return topic, "" if item is None else str(item.entity_type).rpartition("/")[2]


EVENTO: Final = ForeignFormat("evento (Rust)", _read)
