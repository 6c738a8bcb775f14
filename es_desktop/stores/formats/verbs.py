"""hirethunk/verbs on Laravel: events, the states that each of them is of, and the latest snapshot of each state.

Read from its source; tried on tables made by hand. There are no versions: the events of a state are numbered from 1 in
the order of their ids, which grow with time. An event of several states is in the timeline of each.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import FromClause, Select, func, select

from ..classnames import class_names, short_name
from ..foreign import ForeignMapper, as_sequences
from ..ids import TextId
from ..layout import Layout, TableInfo
from .base import ForeignFormat, ForeignTables

_EVENTS: Final = {"id", "type", "data", "metadata", "created_at"}
_LINKS: Final = ("id", "event_id", "state_id", "state_type")
_SNAPSHOTS: Final = ("state_id", "type", "data", "last_event_id", "updated_at")
_NOTES: Final = ("events of no state are left out", "times are kept without a zone; they are taken for UTC")


def _read(layout: Layout) -> ForeignTables | None:
    links = next(iter(layout.having(*_LINKS)), None)
    found = None if links is None else _events_of(layout, links)
    if links is None or found is None:
        return None
    link, event = links.selectable(), found.selectable()
    events = as_sequences(
        link.join(event, link.c.event_id == event.c.id),
        TextId(),
        sequence_id=link.c.state_id,
        position=func.row_number().over(partition_by=(link.c.state_id, link.c.state_type), order_by=link.c.event_id),
        topic=event.c.type,
        data=event.c.data,
        time=event.c.created_at,
        entity_type=link.c.state_type,
        metadata=event.c.metadata,
        scope=link.c.state_type,
        order=event.c.id,
    )
    kept = next(iter(layout.having(*_SNAPSHOTS)), None)
    return ForeignTables(
        events,
        ForeignMapper(names=class_names),
        None if kept is None else _snapshots(kept.selectable(), link),
        ForeignMapper(state_type=lambda item, payload: short_name(str(item.topic))),
        _NOTES,
        scope_word="state type",
    )


def _events_of(layout: Layout, links: TableInfo) -> TableInfo | None:
    """Return the table of events, which shares its prefix with that of the links."""
    name = links.name.lower().replace("state_events", "events")
    return next((each for each in layout.having(*_EVENTS) if each.name.lower() == name), None)


def _snapshots(kept: FromClause, link: Any) -> Select[Any]:
    same = (link.c.state_id == kept.c.state_id) & (link.c.state_type == kept.c.type)
    known = select(func.count()).select_from(link).where(same, link.c.event_id <= kept.c.last_event_id)
    return as_sequences(
        kept,
        TextId(),
        sequence_id=kept.c.state_id,
        position=known.scalar_subquery(),
        topic=kept.c.type,
        data=kept.c.data,
        time=kept.c.updated_at,
        scope=kept.c.type,
        where=kept.c.last_event_id.is_not(None),
    )


VERBS: Final = ForeignFormat("hirethunk/verbs", _read)
