"""EventSauce: a table of messages for each type of aggregate, in the layout of today or before 1.0; versions from 1.

Read from its source; tried on tables made by hand. Ids are UUIDs, as text or as bytes. What is not in a column is in
the headers of the message. If the aggregate type is not stored, it is the name of the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, cast, func, null, select

from ..columnmap import ColumnMap
from ..engines.json_in_sql import text_in
from ..foreign import ForeignItem, ForeignMapper, camel_case, short_name, text_of
from ..layout import Layout, TableInfo
from ..payloads import Payload, as_payload, unpack
from .base import DeclaredFormat

_VERSIONS: Final = ("version", "aggregate_root_version")
_UNKNOWN: Final = "message"
"""The event type if the headers cannot be read; the record carries the reason."""


def _messages(layout: Layout, info: TableInfo) -> Select[Any]:
    columns = dict(info.selectable().c)
    payload = columns["payload"]

    def header(name: str) -> ColumnElement[Any]:
        """Return a value that is a column in the old layout and a header in the current one."""
        type_name = info.types.get("payload", "")
        found = text_in(payload, layout.dialect, "headers", f"__{name}", type_name=type_name)
        return cast(columns.get(name, found), Text)

    return select(
        columns.get("id", null()).label("id"),
        columns["aggregate_root_id"],
        next(columns[name] for name in _VERSIONS if name in columns).label("position"),
        func.coalesce(header("event_type"), _UNKNOWN).label("event_type"),
        cast(payload, Text).label("payload"),  # its type differs between tables
        header("time_of_recording").label("time"),
        func.coalesce(header("aggregate_root_type"), info.name).label("entity_type"),
    )


def _payload(item: ForeignItem) -> Payload:
    tree = unpack(item.data)
    return as_payload(
        tree["payload"] if isinstance(tree, Mapping) and "headers" in tree and "payload" in tree else tree
    )


def _class_name(name: str) -> str:
    """Return the class of a name such as ``shop.ordering.order_was_placed``."""
    return camel_case(short_name(name)) if "." in name else short_name(name)


EVENTSAUCE: Final = DeclaredFormat(
    "EventSauce",
    ColumnMap(
        "*",
        stream="aggregate_root_id",
        version="position",
        type="event_type",
        payload="payload",
        time="time",
        entity="entity_type",
        order=lambda tables: tables["id"] if not tables.others and "id" in tables.info.lower else None,
        ids="bytes",
        needs=("event_id", "aggregate_root_id", "payload"),
        left_out={"message without an aggregate": lambda tables: tables["aggregate_root_id"].is_(None)},
        combines_tables=True,
        fits=lambda layout, info: not info.lower.isdisjoint(_VERSIONS),
        rows=_messages,
    ),
    ForeignMapper(_payload, _class_name, lambda item: _class_name(text_of(item.entity_type))),
)
