"""Python eventsourcing 9.5 on PostgreSQL, where an event has tags instead of an aggregate (DCB).

Tried on a dump of a database that release 9.5.6 wrote. A tag such as ``course:12``, or ``course-`` and a UUID as the
library itself makes them (``EnduringObject``), is an entity, and an event is in the timeline of each. There are no
versions: the events of an entity are numbered from 1 in the order of the store. Only a payload may have a time.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, func, select

from es_desktop.core import Topic

from ..columnmap import ColumnMap, FirstOf
from ..foreign import UUID_TEXT, ForeignItem, ForeignMapper
from ..layout import Layout, TableInfo
from ..payloads import Payload, as_payload, unpack
from .base import DeclaredFormat

_UUID: Final = "-".join("_" * length for length in (8, 4, 4, 4, 12))
_NO_ENTITY: Final = "without entity"


def _tags(layout: Layout, info: TableInfo) -> TableInfo | None:
    name = f"{info.name.lower().removesuffix('main')}tag"
    return layout.table_in_schema_of(info, name, "tag", "main_id")


def _numbered(layout: Layout, info: TableInfo) -> Select[Any]:
    """Select each event once for each of its entities, with its number among the events of the entity."""
    tags = _tags(layout, info)
    assert tags is not None, "only such a table fits"
    event, tag = info.selectable(), tags.selectable().c
    is_entity = tag.tag.like("_%:_%") | tag.tag.like(f"_%-{_UUID}")
    named = select(tag.tag, tag.main_id).where(is_entity).distinct().subquery("named")
    entity = func.coalesce(named.c.tag, _NO_ENTITY)
    version = func.row_number().over(partition_by=entity, order_by=event.c.id)
    rows = event.outerjoin(named, named.c.main_id == event.c.id)
    return select(*event.c, entity.label("entity"), version.label("version")).select_from(rows)


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
