"""Axon Framework 4, by JPA or JDBC, and the aggregate-based storage of 5: domain events from version 0.

Read from its source; tried on tables made by hand. JPA writes the names of columns with underscores or without; JDBC in
mixed case. Payloads are XML of XStream, JSON or CBOR. On PostgreSQL they may be large objects. Only 4 has snapshots.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from es_desktop.core import ValueDecodingError

from ..columnmap import ColumnMap
from ..foreign import ForeignItem, ForeignMapper, class_of_entity, short_name, short_topic
from ..payloads import Payload, as_payload, unpack
from .base import DeclaredFormat


def _payload(item: ForeignItem) -> Payload:
    if item.data is None:
        raise ValueDecodingError("the payload is a large object that is not there")
    return as_payload(unpack(item.data))


def _entity(item: ForeignItem) -> str:
    return class_of_entity(item, "no aggregate")


_SNAPSHOTS: Final = ColumnMap(
    "*",
    stream="aggregateidentifier",
    version="sequencenumber",
    type="payloadtype",
    payload="payload",
    time="timestamp",
    entity="type",
    metadata="metadata",
    needs=("eventidentifier", "payloadrevision"),
    first_version=0,
    ignores_underscores=True,
    has_no_other_columns=True,
)
AXON_4: Final = DeclaredFormat(
    "Axon Framework 4",
    replace(_SNAPSHOTS, order="globalindex", has_no_other_columns=False, snapshots=_SNAPSHOTS),
    ForeignMapper(_payload, short_name, _entity),
    ForeignMapper(_payload, state_type=short_topic),
    ("an event that is of no aggregate is shown as an entity of its own",),
)
AXON_5: Final = DeclaredFormat(
    "Axon Framework 5",
    ColumnMap(
        "*",
        stream="aggregateidentifier",
        version="aggregatesequencenumber",
        type="type",
        payload="payload",
        time="timestamp",
        entity="aggregatetype",
        metadata="metadata",
        order="globalindex",
        needs=("identifier", "version"),
        first_version=0,
        ignores_underscores=True,
        left_out={"event without an aggregate": lambda tables: tables["aggregateidentifier"].is_(None)},
    ),
    ForeignMapper(_payload, short_name, _entity),
)
