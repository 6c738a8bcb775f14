"""Large objects of PostgreSQL: a column may hold their numbers in place of bytes, as Hibernate's ``@Lob`` has it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, column, exists, func, table

from .layout import TableInfo

_KNOWN = table("pg_largeobject_metadata", column("oid"), schema="pg_catalog")


def content_of(found: TableInfo, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the bytes that a column of a table stands for; NULL where the large object is gone."""
    if str(getattr(value, "name", "")).lower() not in found.large_objects:
        return value
    is_there = exists().where(_KNOWN.c.oid == value)
    return case((is_there, func.lo_get(value)))
