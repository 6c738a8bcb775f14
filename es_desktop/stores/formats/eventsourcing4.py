"""Python eventsourcing 2 to 8 on SQLAlchemy: sequenced items, and stored events of every layout.

Read from files that 3.0.0, 3.1.0, 5.1.1, 6.3.0, 7.2.4 and 8.2.5 wrote. Versions start at 0; the time is in the payload.
What 4 to 8 add to each event for its chain of hashes, and to each state, is left aside. From 6 on several applications
share a table. Before 4 the tables are of exactly four columns, and told apart by their names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Select, func

from es_desktop.core.values import restored

from ..eventsourcing_records import mappers
from ..foreign import as_sequences
from ..ids import BytesId, HexId
from ..layout import Layout, TableInfo
from .base import ForeignFormat, ForeignTables

_ITEMS: Final = ("sequence_id", "position", "topic", "data")
_STORED: Final = ("originator_id", "originator_version", "state")
_ASIDE: Final = frozenset(
    {"timestamp", "originator_topic", "originator_id", "originator_version", "entity_id", "entity_version"}
    | {"__event_hash__", "__event_topic__", "__previous_hash__", "__event_hash_method_name__"}
)
_NO_PART_OF_A_STATE: Final = frozenset(
    {"_id", "_version", "_is_discarded", "_created_on", "_last_modified_on", "_last_modified"}
    | {"___version__", "___created_on__", "___last_modified__", "__is_discarded__", "__head__", "__pending_events__"}
)


def _read(layout: Layout) -> ForeignTables | None:
    events = _events_of(layout)
    if events is None:
        return None
    snapshots = next((each for each in layout.tables if _is_snapshots(each) and not each.is_empty), None)
    events_mapper, snapshots_mapper = mappers(restored, _ASIDE, _NO_PART_OF_A_STATE)
    return ForeignTables(
        _sequences(events),
        events_mapper,
        None if snapshots is None else _sequences(snapshots),
        snapshots_mapper,
        notes=tuple(_notes(layout)),
        tells_core_kinds=True,
    )


def _events_of(layout: Layout) -> TableInfo | None:
    """Return the table of events: a library may have made several, of which an application fills one."""
    found = [each for each in layout.tables if _is_events(each)]
    return next((each for each in found if not each.is_empty), next(iter(found), None))


def _is_events(table: TableInfo) -> bool:
    if "snapshot" in table.name.lower() or "timestamp" in table.name.lower():
        return False
    if table.lower >= {*_ITEMS, "id"} or (table.lower == {*_ITEMS} and "integer" in table.name.lower()):
        return True
    # Without a name of the type of event the four columns are those of release 9.
    return table.lower >= {*_STORED} and bool(table.lower & {"event_type", "pipeline_id"})


def _is_snapshots(table: TableInfo) -> bool:
    return "snapshot" in table.name.lower() and (table.lower >= {*_ITEMS} or table.lower >= {*_STORED})


def _notes(layout: Layout) -> Iterator[str]:
    for table in layout.tables:
        if table.lower >= {*_ITEMS} and "timestamp" in table.name.lower() and not table.is_empty:
            yield f"{table.name} holds records in order of time, such as log messages; they belong to no entity"


def _sequences(found: TableInfo) -> Select[Any]:
    table = found.selectable()
    columns = table.c
    is_item = "sequence_id" in found.lower
    orders = ("notification_id", "id")
    scopes = ("application_name", "application_id")
    return as_sequences(
        table,
        HexId() if "uid" in found.lower else BytesId(),
        sequence_id=columns.sequence_id if is_item else columns.originator_id,
        position=columns.position if is_item else columns.originator_version,
        topic=columns.event_type if "event_type" in found.lower else columns.topic,
        data=columns.data if is_item else columns.state,
        scope=next((columns[name] for name in scopes if name in found.lower), None),
        # Events that are no notifications have no number.
        order=next((func.coalesce(columns[name], 0) for name in orders if name in found.lower), None),
    )


EVENTSOURCING_4: Final = ForeignFormat("Python eventsourcing 2 to 8 (SQLAlchemy)", _read)
