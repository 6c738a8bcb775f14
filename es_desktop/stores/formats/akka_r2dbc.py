"""Akka and Pekko Persistence by R2DBC: a journal of events from version 1, ordered by time, with the latest snapshots.

Read from their sources; tried on tables made by hand. A journal may be spread over several tables.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, type_coerce

from ..columnmap import ColumnMap
from .akka_jdbc import OF_COLUMNS
from .base import DeclaredFormat

AKKA_R2DBC: Final = DeclaredFormat(
    "Akka or Pekko (R2DBC)",
    (
        ColumnMap(
            "*",
            stream="persistence_id",
            version="seq_nr",
            type="event_ser_manifest",
            payload="event_payload",
            time="db_timestamp",
            entity="entity_type",
            metadata="event_ser_id",
            order="db_timestamp",
            needs=("deleted",),
            # A deleted event leaves an empty row.
            where=lambda tables: type_coerce(tables["deleted"], Boolean).is_(False),
            combines_tables=True,
            snapshots=ColumnMap(
                "*",
                stream="persistence_id",
                version="seq_nr",
                type="ser_manifest",
                payload="snapshot",
                time="write_timestamp",
                metadata="ser_id",
                needs=("entity_type",),
                combines_tables=True,
            ),
        ),
    ),
    OF_COLUMNS,
    OF_COLUMNS,
    ("events that are deleted are left out",),
)
