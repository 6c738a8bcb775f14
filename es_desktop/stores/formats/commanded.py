"""Commanded's EventStore (Elixir) on PostgreSQL: events, and links that say where in which stream; versions from 1.

Read from its source; tried on tables made by hand. The stream ``$all``, whose number is 0, gives every event its place
in the store. Payloads are JSON, or terms of Erlang.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import and_, func

from ..classnames import short_name
from ..foreign import ForeignItem, ForeignMapper, as_sequences, category_of
from ..layout import Layout, TableInfo
from ..payloads import Payload, as_payload, unpacked
from ..payloads.erlang import from_erlang, looks_like_a_term
from .base import ForeignFormat, ForeignTables

_LINKS: Final = ("event_id", "stream_id", "stream_version", "original_stream_id", "original_stream_version")
_EVENTS: Final = ("event_id", "event_type", "data", "metadata", "created_at")
_STREAMS: Final = ("stream_id", "stream_uuid", "stream_version")
_SNAPSHOTS: Final = ("source_uuid", "source_version", "source_type", "data", "created_at")
_ALL: Final = 0


def _read(layout: Layout) -> ForeignTables | None:
    for links in layout.having(*_LINKS):
        events, streams = layout.beside(links, "events", *_EVENTS), layout.beside(links, "streams", *_STREAMS)
        if events is not None and streams is not None:
            return _tables(links, events, streams, layout.beside(links, "snapshots", *_SNAPSHOTS))
    return None


def _tables(links: TableInfo, events: TableInfo, streams: TableInfo, kept: TableInfo | None) -> ForeignTables:
    link, event, stream = links.selectable(), events.selectable(), streams.selectable()
    everywhere = links.selectable().alias("everywhere")
    is_of_all = and_(everywhere.c.event_id == link.c.event_id, everywhere.c.stream_id == _ALL)
    source = (
        link.join(event, event.c.event_id == link.c.event_id)
        .join(stream, stream.c.stream_id == link.c.stream_id)
        .outerjoin(everywhere, is_of_all)
    )
    told = as_sequences(
        source,
        sequence_id=stream.c.stream_uuid,
        position=link.c.stream_version,
        topic=event.c.event_type,
        data=event.c.data,
        time=event.c.created_at,
        metadata=event.c.metadata,
        order=func.coalesce(everywhere.c.stream_version, 0),
        where=link.c.stream_id == link.c.original_stream_id,  # an event may be linked to other streams
    )
    snapshots = None
    if kept is not None:
        snapshots = as_sequences(
            kept,
            sequence_id="source_uuid",
            position="source_version",
            topic="source_type",
            data="data",
            time="created_at",
        )
    notes = ("deleted streams are shown like any other",) if "deleted_at" in streams.lower else ()
    return ForeignTables(told, ForeignMapper(_payload, _names), snapshots, _OF_SNAPSHOTS, notes)


def _payload(item: ForeignItem) -> Payload:
    return as_payload(from_erlang(item.data) if looks_like_a_term(item.data) else unpacked(item.data))


def _names(topic: str, item: ForeignItem | None) -> tuple[str, str]:
    return short_name(topic), "" if item is None else category_of(item.sequence_id)


_OF_SNAPSHOTS: Final = ForeignMapper(_payload, state_type=lambda item, payload: short_name(str(item.topic)))
COMMANDED: Final = ForeignFormat("Commanded EventStore", _read)
