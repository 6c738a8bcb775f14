"""Large objects of PostgreSQL: columns with their numbers instead of bytes, as Hibernate's ``@Lob`` writes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, column, exists, func, table

from .layout import TableInfo

_KNOWN = table("pg_largeobject_metadata", column("oid"), schema="pg_catalog")


def content_of(found: TableInfo, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the bytes of the large object that a column refers to, NULL if it does not exist; else the column."""
    if str(getattr(value, "name", "")).lower() not in found.large_objects:
        return value
    is_there = exists().where(_KNOWN.c.oid == value)
    return case((is_there, func.lo_get(value)))
