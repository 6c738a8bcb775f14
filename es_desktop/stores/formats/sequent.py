"""sequent 8 (Ruby) on PostgreSQL: partitioned events, whose types stand in tables of their own; versions from 1.

Read from its source; tried on tables made by hand. A snapshot has the number of the event that comes after it, and is a
Ruby object, unless a program writes its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Select, and_

from es_desktop.core import ValueDecodingError

from ..classnames import class_names, short_name
from ..foreign import ForeignItem, ForeignMapper, as_sequences
from ..layout import Layout, TableInfo
from .base import ForeignFormat, ForeignTables

_EVENTS: Final = ("aggregate_id", "partition_key", "sequence_number", "created_at", "event_type_id", "event_json")
_AGGREGATES: Final = ("aggregate_id", "events_partition_key", "aggregate_type_id")
_SNAPSHOTS: Final = ("aggregate_id", "sequence_number", "created_at", "snapshot_type", "snapshot_json")
_MARSHAL: Final = ("BAh", "BAg")
"""How a Ruby object begins in base64."""


def _read(layout: Layout) -> ForeignTables | None:
    for found in layout.having(*_EVENTS):
        types, aggregate_types = (
            layout.beside(found, name, "id", "type") for name in ("event_types", "aggregate_types")
        )
        aggregates = layout.beside(found, "aggregates", *_AGGREGATES)
        if types is None or aggregate_types is None or aggregates is None:
            continue
        kept = layout.beside(found, "snapshot_records", *_SNAPSHOTS)
        return ForeignTables(
            _events(found, types, aggregates, aggregate_types),
            ForeignMapper(names=class_names),
            None if kept is None else _snapshots(kept, aggregates, aggregate_types),
            ForeignMapper(state=_state, state_type=lambda item, payload: short_name(str(item.topic))),
        )
    return None


def _events(found: TableInfo, types: TableInfo, aggregates: TableInfo, aggregate_types: TableInfo) -> Select[Any]:
    table, kind = found.selectable(), types.selectable()
    aggregate, entity = aggregates.selectable(), aggregate_types.selectable()
    is_of = and_(
        aggregate.c.aggregate_id == table.c.aggregate_id, aggregate.c.events_partition_key == table.c.partition_key
    )
    return as_sequences(
        table.join(aggregate, is_of)
        .join(kind, kind.c.id == table.c.event_type_id)
        .join(entity, entity.c.id == aggregate.c.aggregate_type_id),
        sequence_id=table.c.aggregate_id,
        position=table.c.sequence_number,
        topic=kind.c.type,
        data=table.c.event_json,
        time=table.c.created_at,
        entity_type=entity.c.type,
    )


def _snapshots(kept: TableInfo, aggregates: TableInfo, aggregate_types: TableInfo) -> Select[Any]:
    table, aggregate, entity = kept.selectable(), aggregates.selectable(), aggregate_types.selectable()
    return as_sequences(
        table.join(aggregate, aggregate.c.aggregate_id == table.c.aggregate_id).join(
            entity, entity.c.id == aggregate.c.aggregate_type_id
        ),
        sequence_id=table.c.aggregate_id,
        position=table.c.sequence_number - 1,
        topic=entity.c.type,
        data=table.c.snapshot_json,
        time=table.c.created_at,
    )


def _state(item: ForeignItem, payload: Mapping[str, Any]) -> Any:
    data = payload.get("data")
    if isinstance(data, str) and data.startswith(_MARSHAL):
        raise ValueDecodingError("the state is a Ruby object, which only a program with its classes can read")
    return payload


SEQUENT: Final = ForeignFormat("sequent (Ruby)", _read)
