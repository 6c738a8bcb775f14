"""Python eventsourcing 9.5 on PostgreSQL, where an event has tags instead of an aggregate (DCB).

Tried on a dump of a database that release 9.5.6 wrote. A tag such as ``course:12``, or ``course-`` and a UUID as the
library itself makes them (``EnduringObject``), is an entity, and an event is in the timeline of each. There are no
versions: the events of an entity are numbered from 1 in the order of the store. Only a payload may have a time.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import CompoundSelect, func, literal, select, union_all

from es_desktop.core import Topic

from ..columnmap import ColumnMap, FirstOf
from ..foreign import ForeignItem, ForeignMapper
from ..layout import Layout, TableInfo
from ..naming import UUID_TEXT
from ..payloads import Payload, as_payload, unpack
from .base import DeclaredFormat

_UUID: Final = "-".join("_" * length for length in (8, 4, 4, 4, 12))
_NO_ENTITY: Final = "without entity"


def _tags(layout: Layout, info: TableInfo) -> TableInfo | None:
    name = f"{info.name.lower().removesuffix('main')}tag"
    return layout.table_in_schema_of(info, name, "tag", "main_id")


def _numbered(layout: Layout, info: TableInfo) -> CompoundSelect[Any]:
    """Select each event once for each of its entities, with its number among the events of the entity."""
    tags = _tags(layout, info)
    assert tags is not None, "only such a table fits"
    event, tag = info.selectable().c, tags.selectable().c
    is_entity = tag.tag.like("_%:_%") | tag.tag.like(f"_%-{_UUID}")
    # Numbered before the events are joined, so that the index of tags finds those of one entity.
    named = select(tag.tag, tag.main_id).where(is_entity).distinct().subquery("named").c
    version = func.row_number().over(partition_by=named.tag, order_by=named.main_id).label("version")
    numbered = select(named.tag, named.main_id, version).subquery("numbered").c
    with_entity = select(*event, numbered.tag.label("entity"), numbered.version).where(numbered.main_id == event.id)
    has_entity = select(tag.main_id).where(is_entity, tag.main_id == event.id).exists()
    number = func.row_number().over(order_by=event.id)
    others = select(*event, literal(_NO_ENTITY).label("entity"), number.label("version")).where(~has_entity)
    return union_all(with_entity, others)


def _payload(item: ForeignItem) -> Payload:
    return as_payload(unpack(item.data)) if item.data else {}


def _entity(item: ForeignItem) -> str:
    """Return the entity type in a tag such as ``course:12`` or ``course-`` and a UUID."""
    name, _, rest = str(item.sequence_id).partition(":")
    return name if rest else UUID_TEXT.sub("", name).rstrip("-")


EVENTSOURCING_DCB: Final = DeclaredFormat(
    "Python eventsourcing 9.5 (DCB)",
    ColumnMap(
        "*main",
        stream="entity",
        version="version",
        type="type",
        payload="data",
        metadata=FirstOf(("metadata",)),
        order="id",
        needs=("id", "type", "data", "tags"),
        fits=lambda layout, info: _tags(layout, info) is not None,
        rows=_numbered,
    ),
    ForeignMapper(
        _payload,
        lambda topic: Topic(topic).type,
        _entity,
        frozenset({"originator_topic"}),
        lambda item, attributes: attributes.get("timestamp"),
    ),
    notes=(
        "an event of several entities is in the timeline of each",
        f"events without a tag of an entity, such as course:12, are shown as {_NO_ENTITY!r}",
    ),
)
