"""Rails Event Store 1 and 2: events, and the streams that they are in; versions from 0, as positions in a stream.

Tried on a file made by hand to the layout of release 2, and on tables made by hand. A stream without positions is
numbered in its order. Payloads are YAML or JSON, which may be packed in JSON once more. Snapshots of aggregates
are Ruby objects in separate streams, which only Ruby can decode: they are shown like other streams.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sqlalchemy import FromClause, func, select

from ..foreign import ForeignItem, ForeignMapper, as_sequences, short_name
from ..layout import Layout, TableInfo
from ..payloads import Payload, as_payload, unpack
from .base import ForeignFormat, ForeignTables

_EVENTS: Final = ("id", "event_type", "metadata", "data", "created_at")
_LINKS: Final = ("id", "stream", "position", "event_id", "created_at")
_INDEX: Final = "$by_"
"""The start of the names of streams that link to all events of a type or a cause."""
_ALL: Final = "all"
"""The stream of release 1 with all events."""
_ID_AT_END: Final = re.compile(r"[-_$:/]*([0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}|\d+)$", re.IGNORECASE)
_NOTES: Final = ("events in no stream of their own are left out", "links to all events of a type or cause are left out")


def _read(layout: Layout) -> Iterator[ForeignTables]:
    for links in layout.tables_with(*_LINKS, table="*_in_streams"):
        found = layout.table_in_schema_of(links, links.name.lower().removesuffix("_in_streams"), *_EVENTS)
        if found is not None:
            yield _tables(found, _numbered(links.selectable()))


def _numbered(link: FromClause) -> FromClause:
    """Return the links to show, with positions, but without the events: the database then sorts less data."""
    number = func.row_number().over(partition_by=link.c.stream, order_by=link.c.id) - 1
    position = func.coalesce(link.c.position, number).label("position")
    is_shown = (link.c.stream != _ALL) & (func.substr(link.c.stream, 1, len(_INDEX)) != _INDEX)
    return select(link.c.id, link.c.stream, link.c.event_id, position).where(is_shown).subquery("links")


def _tables(found: TableInfo, link: FromClause) -> ForeignTables:
    event = found.selectable()
    is_first_release = "event_id" not in found.lower
    same = link.c.event_id == (event.c.id if is_first_release else event.c.event_id)
    events = as_sequences(
        link.join(event, same),
        sequence_id=link.c.stream,
        position=link.c.position,
        topic=event.c.event_type,
        data=event.c.data,
        time=func.coalesce(event.c.valid_at, event.c.created_at) if "valid_at" in found.lower else event.c.created_at,
        metadata=event.c.metadata,
        order=link.c.id if is_first_release else event.c.id,
    )
    return ForeignTables(found, events, ForeignMapper(payload=_payload, names=_names), notes=_NOTES)


def _payload(item: ForeignItem) -> Payload:
    tree = unpack(item.data)
    return as_payload(unpack(tree) if isinstance(tree, str) and tree[:1] in "{[" else tree)


def _names(topic: str, item: ForeignItem | None) -> tuple[str, str]:
    """Return the names for a topic such as ``Ordering::Placed`` and a stream such as ``Ordering::Order$12``."""
    stream = "" if item is None else str(item.sequence_id)
    entity = stream.partition("$")[0] if "$" in stream else _ID_AT_END.sub("", stream)
    return short_name(topic), short_name(entity) or "stream"


RAILS_EVENT_STORE: Final = ForeignFormat("Rails Event Store", _read)
