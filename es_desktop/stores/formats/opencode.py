"""opencode: the events of its sessions in its SQLite file, versions from 0.

Read from its published tables (``packages/core/src/event/sql.ts``); tried on tables made by hand. The number after the
name of an event is the version of its layout. Older releases have no column for the time.
"""

from __future__ import annotations

import re
from typing import Any, Final

from sqlalchemy import func

from ..columnmap import ColumnMap
from ..foreign import ForeignItem, ForeignMapper
from ..layout import Layout, TableInfo
from ..mappedtables import MappedTables
from ..payloads import Payload, as_payload, unpack
from .base import DeclaredFormat

_ENTITIES: Final = {"ses": "session", "wrk": "workspace", "msg": "message", "prt": "part", "pty": "terminal"}
_VERSION: Final = re.compile(r"\.\d+$")


def _has_sequences(layout: Layout, info: TableInfo) -> bool:
    return layout.table_in_schema_of(info, "event_sequence", "aggregate_id", "seq") is not None


def _time(tables: MappedTables) -> Any:
    return func.nullif(tables["created"], 0) if "created" in tables else None


def _order(tables: MappedTables) -> Any:
    return tables.row_ids if tables.layout.dialect == "sqlite" else _time(tables)


def _payload(item: ForeignItem) -> Payload:
    return {name: value for name, value in as_payload(unpack(item.data)).items() if value != item.sequence_id}


def _entity(item: ForeignItem) -> str:
    prefix = str(item.sequence_id).partition("_")[0]
    return _ENTITIES.get(prefix, prefix)


OPENCODE: Final = DeclaredFormat(
    "opencode",
    ColumnMap(
        "event",
        stream="aggregate_id",
        version="seq",
        type="type",
        payload="data",
        time=_time,
        order=_order,
        time_unit="ms",
        needs=("id",),
        first_version=0,
        fits=_has_sequences,
    ),
    ForeignMapper(_payload, lambda topic: _VERSION.sub("", topic), _entity),
)
