"""hirethunk/verbs on Laravel: events, the states that they belong to, and the latest snapshot of each state.

Read from its source; tried on tables made by hand. There are no versions: the events of a state are numbered from 1 in
the order of their ids, which grow with time. An event of several states is in the timeline of each.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, exists, func, select

from ..columnmap import ColumnMap, Join
from ..foreign import BY_CLASS, ForeignMapper, short_topic
from ..layout import Layout, TableInfo
from ..mappedtables import MappedTables
from .base import DeclaredFormat


def _numbered(layout: Layout, info: TableInfo) -> Select[Any]:
    """Select the links with the version of their events, but without the events: the database then sorts less data."""
    link = info.selectable().c
    state = (link.state_id, link.state_type)
    position = func.row_number().over(partition_by=state, order_by=link.event_id).label("position")
    return select(*state, link.event_id, position)


def _of_no_state(tables: MappedTables) -> Select[Any]:
    event_id = tables["event.id"]
    return select(event_id).where(~exists().where(tables.info.selectable().c.event_id == event_id))


def _position(tables: MappedTables) -> Any:
    """Return the number of events up to the last one in a snapshot."""
    link = tables.beside("*state_events").c
    is_of = (link.state_id == tables["state_id"]) & (link.state_type == tables["type"])
    return select(func.count(link.event_id)).where(is_of, link.event_id <= tables["last_event_id"]).scalar_subquery()


VERBS: Final = DeclaredFormat(
    "hirethunk/verbs",
    ColumnMap(
        "*state_events",
        stream="state_id",
        version="position",
        type="event.type",
        payload="event.data",
        time="event.created_at",
        entity="state_type",
        metadata="event.metadata",
        scope="state_type",
        is_typed=True,
        order="event.id",
        joins={"event": Join("*events", {"event_id": "id"}, needs=("id", "type", "data", "metadata", "created_at"))},
        needs=("id", "event_id", "state_id", "state_type"),
        rows=_numbered,
        left_out={"event of no state": _of_no_state},
        snapshots=ColumnMap(
            "*snapshots",
            stream="state_id",
            version=_position,
            type="type",
            payload="data",
            time="updated_at",
            scope="type",
            needs=("last_event_id",),
            where=lambda tables: tables["last_event_id"].is_not(None),
        ),
    ),
    BY_CLASS,
    ForeignMapper(state_type=short_topic),
    ("times are kept without a zone; they are taken for UTC",),
    scope_word="state type",
)
