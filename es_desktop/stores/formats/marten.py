"""Marten on PostgreSQL, and Fisher, its sibling on SQLite: versions from 1, tenants and archived streams in one table.

Read from their sources; tried on tables made by hand. Snapshots are documents of projections, and are ignored. An
event may be stored as bytes, with an empty document.

What Marten does not apply, this program does not apply either. ``Compacted<T>`` (JasperFx.Events/Compacted.cs,
``MaybeFastForward``) holds the whole state of its stream, and replaces what came before; its version is that of the
last event that it stands for. Events with ``is_skipped`` are left out by projections, which make the states (Marten 8.6
and later, ``EnableEventSkippingInProjectionsOrSubscriptions``). Events of the type ``tombstone``
(Marten/Events/Operations/EstablishTombstoneStream.cs) only fill gaps of the sequence that a failed transaction left.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Text, cast, func

from ..columnmap import ColumnMap, FirstOf, Join
from ..foreign import ForeignItem, ForeignMapper, camel_case, class_of_entity
from ..mappedtables import MappedTables, marked_if
from ..payloads import Payload, as_payload, unpack
from .base import DeclaredFormat

_BYTES: Final = ("bdata", "data_binary")


def _data(tables: MappedTables) -> Any:
    document = tables["data"]
    packed = tables.value(FirstOf(_BYTES))
    if packed is None:
        return document
    if tables.layout.dialect != "sqlite":
        # The bytes of the text, whatever they are: ``convert_to`` fails for those that are not UTF-8.
        document = func.decode(func.replace(cast(document, Text), "\\", r"\\"), "escape")
    return func.coalesce(packed, document)


_SKIPPED: Final = "skipped"


def _passed_over(item: ForeignItem) -> str:
    return "skipped: projections leave it out" if item.mark == _SKIPPED else ""


def _is_compacted(item: ForeignItem) -> bool:
    return str(item.topic).lower().startswith(("compacted_", "compacted<"))


def _payload(item: ForeignItem) -> Payload:
    found = as_payload(unpack(item.data))
    if not _is_compacted(item):
        return found
    state = next((value for name, value in found.items() if name.lower() == "snapshot"), None)
    return as_payload(state)


def _entity(item: ForeignItem) -> str:
    """Return the class of an entity type such as ``Shop.Order, Shop``."""
    return class_of_entity(item, "stream")


_STREAMS: Final = Join(
    "*streams",
    {"stream_id": "id", "tenant_id": "tenant_id"},
    needs=("id", "type", "version", "timestamp", "created", "tenant_id", "is_archived"),
    is_optional=True,
)
MARTEN: Final = DeclaredFormat(
    "Marten or Fisher",
    ColumnMap(
        "*events",
        stream="stream_id",
        version="version",
        type="type",
        payload=_data,
        time="timestamp",
        entity=FirstOf(("stream.type",)),
        head=FirstOf(("stream.version",)),
        metadata=FirstOf(("headers",)),
        mark=marked_if(is_skipped=_SKIPPED, is_archived="archived"),
        scope="tenant_id",
        order="seq_id",
        joins={"stream": _STREAMS},
        needs=("id", "data", "is_archived"),
        left_out={"tombstone": lambda tables: func.coalesce(tables["type"], "") == "tombstone"},
    ),
    ForeignMapper(_payload, camel_case, entity_name=_entity, passed_over=_passed_over, is_whole_state=_is_compacted),
    notes=("archived streams are shown, and marked",),
    scope_word="tenant",
)
