"""evento (Rust) on SQLite and PostgreSQL: one table of events, versions from 1, numbered by ULIDs in the order of time.

Read from its source; tried on tables made by hand. Payloads are bitcode, which does not describe its fields. Its
table of snapshots holds the data of projections, not the states of aggregates, and is ignored.
"""

from __future__ import annotations

from typing import Any, Final

from es_desktop.core import ValueDecodingError

from ..columnmap import ColumnMap
from ..foreign import ForeignItem, ForeignMapper
from ..mappedtables import MappedTables
from ..payloads import Payload, as_payload
from .base import DeclaredFormat

_MILLISECONDS: Final = 1000.0


def _payload(item: ForeignItem) -> Payload:
    if not item.data:
        return as_payload(None)
    raise ValueDecodingError("the payload is bitcode, which only a program with its types can read")


def _entity(item: ForeignItem) -> str:
    """Return the entity type of a type such as ``examples/Order``, which starts with the name of its crate."""
    return str(item.entity_type).rpartition("/")[2]


def _time(tables: MappedTables) -> Any:
    if "timestamp_subsec" not in tables:
        return tables["timestamp"]
    return tables["timestamp"] + tables["timestamp_subsec"] / _MILLISECONDS


EVENTO: Final = DeclaredFormat(
    "evento (Rust)",
    ColumnMap(
        "*",
        stream="aggregator_id",
        version="version",
        type="name",
        payload="data",
        time=_time,
        entity="aggregator_type",
        scope="aggregator_type",
        is_typed=True,
        order="id",
        needs=("metadata", "timestamp"),
    ),
    ForeignMapper(_payload, entity_name=_entity),
    scope_word="type",
)
