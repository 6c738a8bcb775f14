"""EventSauce: a table of messages for each type of aggregate, in the layout of today or before 1.0; versions from 1.

Read from its source; tried on tables made by hand. Ids are UUIDs, as text or as bytes. What is not in a column is in
the headers of the message. If the aggregate type is not stored, it is the name of the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, cast, func, null, select, union_all

from es_desktop.core import ValueDecodingError

from ..foreign import ForeignItem, ForeignMapper, as_sequences, camel_case, seconds_of, short_name, text_in
from ..ids import BytesId
from ..layout import Layout, TableInfo
from ..payloads import Payload, as_payload, unpack
from .base import ForeignFormat, ForeignTables, by_schema

_MESSAGES: Final = {"event_id", "aggregate_root_id", "payload"}
_VERSIONS: Final = ("version", "aggregate_root_version")
_MOST_TABLES: Final = 100
_UNKNOWN: Final = "message"
"""The event type if the headers cannot be read; the record carries the reason."""


def _read(layout: Layout) -> Iterator[ForeignTables]:
    found = [table for table in layout.tables_with(*_MESSAGES) if not table.lower.isdisjoint(_VERSIONS)]
    for tables in by_schema(layout, found):
        yield _tables(tables[:_MOST_TABLES], layout.dialect)


def _tables(found: Sequence[TableInfo], dialect: str) -> ForeignTables:
    source = union_all(*(_messages_of(table, dialect) for table in found)).subquery("messages")
    events = as_sequences(
        source,
        id_type=BytesId("aggregate_root_id" in found[0].in_bytes),
        sequence_id="aggregate_root_id",
        position="position",
        topic="event_type",
        data="payload",
        time="time",
        entity_type="entity_type",
        order=source.c.id if len(found) == 1 and "id" in found[0].lower else None,
        where=source.c.aggregate_root_id.is_not(None),
    )
    return ForeignTables(found[0], events, ForeignMapper(payload=_payload, names=_names, time=_time))


def _messages_of(found: TableInfo, dialect: str) -> Select[Any]:
    table = found.selectable()
    columns = dict(table.c)

    def header(name: str) -> ColumnElement[Any]:
        """Return a value that is a column in the old layout and a header in the current one."""
        in_headers = text_in(table.c.payload, dialect, "headers", f"__{name}")
        return cast(columns.get(name, in_headers), Text)

    return select(
        columns.get("id", null()).label("id"),
        table.c.aggregate_root_id,
        next(columns[name] for name in _VERSIONS if name in columns).label("position"),
        func.coalesce(header("event_type"), _UNKNOWN).label("event_type"),
        cast(table.c.payload, Text).label("payload"),  # its type differs between tables
        header("time_of_recording").label("time"),
        func.coalesce(header("aggregate_root_type"), found.name).label("entity_type"),
    )


def _payload(item: ForeignItem) -> Payload:
    tree = unpack(item.data)
    return as_payload(
        tree["payload"] if isinstance(tree, Mapping) and "headers" in tree and "payload" in tree else tree
    )


def _names(topic: str, item: ForeignItem | None) -> tuple[str, str]:
    """Read a name such as ``shop.ordering.order_was_placed``, made by the library or by the application."""
    return _class_name(topic), "" if item is None else _class_name(str(item.entity_type))


def _class_name(name: str) -> str:
    return camel_case(short_name(name)) if "." in name else short_name(name)


def _time(item: ForeignItem, payload: Payload) -> float | None:
    try:
        return seconds_of(item.time)
    except ValueDecodingError:
        return None  # an application may format its times in any way


EVENTSAUCE: Final = ForeignFormat("EventSauce", _read)
