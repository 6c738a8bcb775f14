"""hirethunk/verbs on Laravel: events, the states that they belong to, and the latest snapshot of each state.

Read from its source; tried on tables made by hand. There are no versions: the events of a state are numbered from 1 in
the order of their ids, which grow with time. An event of several states is in the timeline of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import FromClause, Select, func, select

from ..foreign import ForeignMapper, as_sequences, class_names, short_name
from ..layout import Layout, TableInfo
from .base import ForeignFormat, ForeignTables

_EVENTS: Final = ("id", "type", "data", "metadata", "created_at")
_LINKS: Final = ("id", "event_id", "state_id", "state_type")
_SNAPSHOTS: Final = ("state_id", "type", "data", "last_event_id", "updated_at")
_NOTES: Final = ("events of no state are left out", "times are kept without a zone; they are taken for UTC")


def _read(layout: Layout) -> Iterator[ForeignTables]:
    for links in layout.tables_with(*_LINKS, table="*state_events"):
        # The tables share a prefix.
        prefix = links.name.lower().removesuffix("state_events")
        found = layout.table_in_schema_of(links, f"{prefix}events", *_EVENTS)
        if found is not None:
            yield _tables(found, links, layout.table_in_schema_of(links, f"{prefix}snapshots", *_SNAPSHOTS))


def _tables(found: TableInfo, links: TableInfo, kept: TableInfo | None) -> ForeignTables:
    event, link = found.selectable(), _numbered(links.selectable())
    events = as_sequences(
        link.join(event, link.c.event_id == event.c.id),
        sequence_id=link.c.state_id,
        position=link.c.position,
        topic=event.c.type,
        data=event.c.data,
        time=event.c.created_at,
        entity_type=link.c.state_type,
        metadata=event.c.metadata,
        scope=link.c.state_type,
        order=event.c.id,
    )
    return ForeignTables(
        found,
        events,
        ForeignMapper(names=class_names),
        None if kept is None else _snapshots(kept.selectable(), links.selectable()),
        ForeignMapper(state_type=lambda item, payload: short_name(str(item.topic))),
        _NOTES,
        scope_word="state type",
    )


def _numbered(link: FromClause) -> FromClause:
    """Return the links with the version of their events, but without the events: the database then sorts less data."""
    state = (link.c.state_id, link.c.state_type)
    position = func.row_number().over(partition_by=state, order_by=link.c.event_id).label("position")
    return select(*state, link.c.event_id, position).subquery("links")


def _snapshots(kept: FromClause, link: Any) -> Select[Any]:
    same = (link.c.state_id == kept.c.state_id) & (link.c.state_type == kept.c.type)
    known = select(func.count()).select_from(link).where(same, link.c.event_id <= kept.c.last_event_id)
    return as_sequences(
        kept,
        sequence_id="state_id",
        position=known.scalar_subquery(),
        topic="type",
        data="data",
        time="updated_at",
        scope="type",
        where=kept.c.last_event_id.is_not(None),
    )


VERBS: Final = ForeignFormat("hirethunk/verbs", _read)
