"""python-event-sourcery on SQLAlchemy: events in streams with a category; versions from 1, with snapshots.

Tried on a file that release 0.6 wrote. A stream is identified by its category and its UUID or name (see ``Stream`` in
its models), so an id is made of both; a stream without a category has a plain UUID. Tenants are told apart.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import Any, Final

from sqlalchemy import ColumnElement, String, case, cast, func

from ..columnmap import ColumnMap, Join
from ..foreign import ForeignMapper, class_of_entity, short_name
from ..mappedtables import MappedTables
from .base import DeclaredFormat

_DEFAULT_TENANT: Final = "default"
"""For the empty name that the library gives it."""


def _stream(tables: MappedTables) -> Any:
    category, name = (cast(tables[f"stream.{each}"], String) for each in ("category", "name"))
    shown = func.coalesce(name, _uuid(tables))
    return case((category == "", shown), else_=category + "-" + shown)


def _uuid(tables: MappedTables) -> Any:
    """Return the UUID of a stream as a text with dashes; SQLite holds its 32 digits only."""
    uuid = tables["stream.uuid"]
    if tables.layout.dialect != "sqlite":
        return cast(uuid, String)
    cuts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    parts: list[ColumnElement[str]] = [func.substr(uuid, start, length, type_=String) for start, length in cuts]
    return reduce(lambda text, part: text + "-" + part, parts)


def _tenant(tables: MappedTables) -> Any:
    if "stream.tenant_id" not in tables:
        return None  # in releases without tenants
    tenant = cast(tables["stream.tenant_id"], String)
    return case((tenant == "", _DEFAULT_TENANT), else_=tenant)


def _event_map(plural: str, link: str) -> ColumnMap:
    """Return the map for table names with this ending, where ``link`` is the column that refers to a stream."""
    joins = {"stream": Join(f"*stream{plural}", {link: "id"}, needs=("uuid", "name", "category"))}
    snapshots = ColumnMap(
        f"*snapshot{plural}",
        stream=_stream,
        version="version",
        type="stream.category",
        payload="data",
        time="created_at",
        metadata="event_context",
        scope=_tenant,
        joins=joins,
        needs=("uuid", "name"),
    )
    return replace(
        snapshots, table=f"*event{plural}", type="name", entity="stream.category", order="id", snapshots=snapshots
    )


EVENT_SOURCERY: Final = DeclaredFormat(
    "python-event-sourcery",
    _event_map("s", "db_stream_id"),
    ForeignMapper(event_name=short_name, entity_name=lambda item: class_of_entity(item, "stream")),
    notes=("times are kept without a zone; they are taken for UTC",),
    scope_word="tenant",
    # In Django's table names and columns.
    other_maps=(_event_map("", "stream_id"),),
)
