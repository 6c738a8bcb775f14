"""Any other table, read by a column map that a person made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select

from es_desktop.core import StoreRefusedError

from ..columnmap import ColumnMap, Constant
from ..foreign import ForeignMapper
from ..layout import Layout, TableInfo
from ..mappedtables import MappedTables
from .base import ForeignTables, TableSet

NAME: Final = "Mapped tables"
_LAST_PART: Final = re.compile(r"[^.:#/\\]+$")
_UNNAMED: Final = Constant("Event")
"""The event type if the map has none."""


@dataclass(frozen=True, slots=True)
class MappedFormat:
    table_map: ColumnMap
    name: str = NAME
    is_ours: bool = False

    def find(self, layout: Layout) -> Iterator[TableSet]:
        """Yield the tables of the map. Raises ``StoreRefusedError`` if they do not exist."""
        found = replace(self.table_map, type=self.table_map.type or _UNNAMED, ids="as found", first_version=None)
        if found.order is None and layout.dialect == "sqlite":
            found = replace(found, order=lambda tables: tables.row_ids)
        events = MappedTables(layout, found, _named(layout, found.table))
        snapshots = None
        if found.snapshots is not None:
            kept = replace(found.snapshots, type=Constant(""), ids="as found")
            snapshots = MappedTables(layout, kept, _named(layout, kept.table))
        stream = events.value(found.stream)
        assert stream is not None, "a map has it"
        first = layout.read_rows(events.info, select(stream).select_from(events.source).limit(1)) or [(None,)]
        yield ForeignTables(events, _BY_MAP, _BY_MAP, snapshots, first_id=first[0][0])


def _named(layout: Layout, name: str) -> TableInfo:
    wanted = name.lower()
    for table in layout.tables:
        if wanted in (table.name.lower(), f"{table.schema}.{table.name}".lower()):
            return table
    there = ", ".join(table.name for table in layout.tables) or "none"
    raise StoreRefusedError(f"there is no table {name}", f"The tables that are there: {there}.")


def _event_type(topic: str) -> str:
    """Return the last part of a dotted topic."""
    found = _LAST_PART.search(topic)
    return found[0] if found else topic


_BY_MAP: Final = ForeignMapper(event_name=_event_type)
