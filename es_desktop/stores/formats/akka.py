"""Akka and Pekko Persistence in relational databases: their journals by JDBC, of today and before 5.0, and by R2DBC.

Read from their sources; tried on tables made by hand. Versions from 1, with snapshots. A serializer's number and its
manifest tell what a payload is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Boolean, FromClause, select, type_coerce, union_all

from es_desktop.core import ValueDecodingError

from ..classnames import short_name
from ..foreign import ForeignItem, ForeignMapper, as_sequences, category_of
from ..ids import TextId
from ..layout import Layout, TableInfo
from ..payloads import Payload, as_payload
from ..payloads.akka import Serialized, from_envelope, from_headed
from .base import ForeignFormat, ForeignTables

_PLACE: Final = ("persistence_id", "sequence_number")
_JDBC: Final = ("ordering", *_PLACE, "deleted", "write_timestamp", "event_ser_id", "event_ser_manifest", "event_payload")
_JDBC_SNAPSHOTS: Final = (*_PLACE, "created", "snapshot_ser_id", "snapshot_ser_manifest", "snapshot_payload")
_LEGACY: Final = ("ordering", *_PLACE, "deleted", "tags", "message")
_LEGACY_SNAPSHOTS: Final = (*_PLACE, "created", "snapshot")
_R2DBC: Final = ("entity_type", "persistence_id", "seq_nr", "db_timestamp", "event_ser_id", "event_ser_manifest")
_R2DBC_REST: Final = ("event_payload", "deleted")
_R2DBC_SNAPSHOTS: Final = ("entity_type", "persistence_id", "seq_nr", "write_timestamp", "ser_id", "ser_manifest", "snapshot")
_DELETED: Final = ("events that are marked as deleted are shown like any other",)
_UNKNOWN: Final = "event"
"""What an event is called whose serializer names no class."""


def _read_jdbc(layout: Layout) -> ForeignTables | None:
    found = next(iter(layout.having(*_JDBC)), None)
    if found is None:
        return None
    table = found.selectable()
    events = as_sequences(
        table,
        TextId(),
        sequence_id=table.c.persistence_id,
        position=table.c.sequence_number,
        topic=table.c.event_ser_manifest,
        data=table.c.event_payload,
        time=table.c.write_timestamp,
        metadata=table.c.event_ser_id,
        order=table.c.ordering,
    )
    snapshots = None
    for kept in layout.having(*_JDBC_SNAPSHOTS):
        table = kept.selectable()
        snapshots = as_sequences(
            table,
            TextId(),
            sequence_id=table.c.persistence_id,
            position=table.c.sequence_number,
            topic=table.c.snapshot_ser_manifest,
            data=table.c.snapshot_payload,
            time=table.c.created,
            metadata=table.c.snapshot_ser_id,
        )
    return ForeignTables(events, _MAPPER, snapshots, notes=_DELETED)


def _read_legacy(layout: Layout) -> ForeignTables | None:
    found = next(iter(layout.having(*_LEGACY, exactly=True)), None)
    if found is None:
        return None
    table = found.selectable()
    events = as_sequences(
        table,
        TextId(),
        sequence_id=table.c.persistence_id,
        position=table.c.sequence_number,
        topic=None,
        data=table.c.message,
        order=table.c.ordering,
    )
    snapshots = None
    for kept in layout.having(*_LEGACY_SNAPSHOTS, exactly=True):
        table = kept.selectable()
        snapshots = as_sequences(
            table,
            TextId(),
            sequence_id=table.c.persistence_id,
            position=table.c.sequence_number,
            topic=None,
            data=table.c.snapshot,
            time=table.c.created,
        )
    return ForeignTables(events, _OF_ENVELOPES, snapshots, _OF_HEADED, notes=_DELETED)


def _read_r2dbc(layout: Layout) -> ForeignTables | None:
    columns = (*_R2DBC, *_R2DBC_REST)
    found = layout.having(*columns)
    if not found:
        return None
    table = _together(found, columns)
    events = as_sequences(
        table,
        TextId(),
        sequence_id=table.c.persistence_id,
        position=table.c.seq_nr,
        topic=table.c.event_ser_manifest,
        data=table.c.event_payload,
        time=table.c.db_timestamp,
        entity_type=table.c.entity_type,
        metadata=table.c.event_ser_id,
        order=table.c.db_timestamp,
        where=type_coerce(table.c.deleted, Boolean).is_(False),
    )
    kept = layout.having(*_R2DBC_SNAPSHOTS)
    snapshots = None
    if kept:
        table = _together(kept, _R2DBC_SNAPSHOTS)
        snapshots = as_sequences(
            table,
            TextId(),
            sequence_id=table.c.persistence_id,
            position=table.c.seq_nr,
            topic=table.c.ser_manifest,
            data=table.c.snapshot,
            time=table.c.write_timestamp,
            metadata=table.c.ser_id,
        )
    # A deleted event leaves a row behind that holds nothing.
    return ForeignTables(events, _MAPPER, snapshots, notes=("events that are deleted are left out",))


def _together(found: Sequence[TableInfo], columns: Sequence[str]) -> FromClause:
    """Return the rows of one table, or of the several that a journal is spread over."""
    tables = [table.selectable() for table in found]
    if len(tables) == 1:
        return tables[0]
    return union_all(*(select(*(table.c[name] for name in columns)) for table in tables)).subquery("journal")
