"""An open store as what an index is filled from: by SQL alone where its format lets it, else a record at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from es_desktop.core import EntityId, RecordedEvent, SequencedItem
from es_desktop.index import AttachedSource, Source, StagedRow, StreamedSource, TopicNames
from es_desktop.index.ids import raw_id

if TYPE_CHECKING:
    from es_desktop.stores import OpenedStore


def index_source(store: OpenedStore) -> Source:
    """Return what an index of a store is filled from."""
    in_sql, uri = store.tables.in_sql, store.attachable
    if in_sql is None or uri is None:
        return _streamed(store)
    return AttachedSource(uri, in_sql.events, in_sql.snapshots, lambda topic: _topic_names(store, topic))


def _topic_names(store: OpenedStore, topic: str) -> TopicNames:
    event = store.tables.events.mapper.to_recorded_event(SequencedItem("", 0, topic, "{}"))
    return TopicNames(event.type, event.entity_type)


def _streamed(store: OpenedStore) -> StreamedSource:
    tables, reader = store.tables, store.reader

    def rows(left_out: int) -> Iterator[StagedRow]:
        return map(row, islice(reader.all_records(), left_out, None))

    def row(item: Any) -> StagedRow:
        event = tables.events.mapper.to_recorded_event(item)
        return StagedRow(
            raw_id(_id_of(item[0])),
            event.version,
            event.topic,
            event.entity_type,
            event.timestamp,
            "" if event.error is not None else _text(event),
            event.is_encrypted,
        )

    def topic_names(topic: str) -> TopicNames:
        return TopicNames(tables.events.mapper.event_type(topic), None)

    snapshots = ((raw_id(_id_of(found)), count) for found, count in reader.snapshot_counts().items())
    return StreamedSource(lambda: snapshots, rows, topic_names, grows_at_its_end=store.log.grows_at_its_end)


def _id_of(found: Any) -> EntityId:
    return found if hasattr(found, "bytes") else str(found)


def _text(event: RecordedEvent) -> str:
    """Return what a person may look for: names and values as they are shown, and no escapes of JSON."""
    try:
        return msgspec.json.encode(event.data, enc_hook=str).decode()
    except (TypeError, ValueError, RecursionError):  # names that JSON has not, or a tree that is too deep for it
        return ""
