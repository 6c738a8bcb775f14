"""Axon Framework 4 in a relational database, by JPA or JDBC: domain events from version 0, with snapshots.

Read from its source; tried on tables made by hand. JPA writes the names of columns with underscores or without; JDBC in
mixed case. Payloads are XML of XStream, JSON or CBOR. On PostgreSQL they may be large objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Select

from es_desktop.core import ValueDecodingError

from ..classnames import short_name
from ..foreign import ForeignItem, ForeignMapper, as_sequences
from ..largeobjects import content_of
from ..layout import Layout, TableInfo
from ..payloads import Payload, as_payload, unpacked
from .base import ForeignFormat, ForeignTables

_SNAPSHOTS: Final = {
    "eventidentifier",
    "aggregateidentifier",
    "sequencenumber",
    "type",
    "payloadtype",
    "payloadrevision",
}
_REST: Final = {"payload", "metadata", "timestamp"}
_EVENTS: Final = {*_SNAPSHOTS, *_REST, "globalindex"}


def _read(layout: Layout) -> ForeignTables | None:
    events = next((table for table in layout.tables if columns_of(table).keys() >= _EVENTS), None)
    if events is None:
        return None
    kept = next((table for table in layout.tables if columns_of(table).keys() == {*_SNAPSHOTS, *_REST}), None)
    return ForeignTables(
        _sequences(events),
        ForeignMapper(payload, names),
        None if kept is None else _sequences(kept),
        ForeignMapper(payload, state_type=lambda item, _: short_name(str(item.topic))),
        notes=("an event that is of no aggregate is shown as an entity of its own",),
    )


def columns_of(found: TableInfo) -> Mapping[str, ColumnElement[Any]]:
    """Return the columns of a table by their names in lower case, without underscores."""
    return {name.replace("_", ""): column for name, column in found.selectable().c.items()}


def _sequences(found: TableInfo) -> Select[Any]:
    columns = columns_of(found)
    (table,) = {column.table for column in columns.values()}
    return as_sequences(
        table,
        sequence_id=columns["aggregateidentifier"],
        position=columns["sequencenumber"],
        topic=columns["payloadtype"],
        data=content_of(found, columns["payload"]),
        time=columns["timestamp"],
        entity_type=columns["type"],
        metadata=content_of(found, columns["metadata"]),
        order=columns.get("globalindex"),
    )


def payload(item: ForeignItem) -> Payload:
    """Return the attributes of a record. Raises ``ValueDecodingError``."""
    if item.data is None:
        raise ValueDecodingError("the payload is a large object that is not there")
    return as_payload(unpacked(item.data))


def names(topic: str, item: ForeignItem | None) -> tuple[str, str]:
    """Read the names of the classes of an event and of its aggregate."""
    entity = "" if item is None or not item.entity_type else short_name(str(item.entity_type))
    return short_name(topic), entity or "no aggregate"


AXON_4: Final = ForeignFormat("Axon Framework 4", _read)
