"""Finds every store of a database, counts what each of them holds, and finds the one that a person names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, Select, false, func, select

from es_desktop.core import StoreRefusedError
from es_desktop.system.counts import count_text

from .columnmap import ColumnMap
from .formats import TableFormat, all_formats
from .formats.base import ForeignTables, TableSet
from .formats.esdb import EsdbTables
from .formats.mapped import MappedFormat
from .layout import TOO_LONG, Layout, PassedOver, TableInfo

_MOST_EVENTS: Final = 2_000_000
"""Events that are counted of one store of several."""
_MOST_WITH_IDS: Final = 200_000
"""Events of a store whose entities are counted too, which takes longer."""
_SUFFIX: Final = re.compile(r"_(stored_)?(events|event_store|messages|journal)(_tt_main)?$")
_MOST_NAMED: Final = 8
_MOST_COUNTED: Final = 200


@dataclass(frozen=True, slots=True)
class FoundStore:
    """One store of a database."""

    format: TableFormat
    tables: TableSet
    is_empty: bool
    weight: int = 0
    """The number of its events, if they were counted; more than any if that takes too long."""
    events: int | None = None
    """At most ``_MOST_EVENTS`` + 1; ``None`` if they were not counted."""
    entities: int | None = None
    """``None`` if they were not counted, because there are many events."""

    @property
    def table_name(self) -> str:
        """The table of its events, with its schema if that is not the default one. No other store has this name."""
        return self.tables.table.shown_name

    @property
    def counts_text(self) -> str:
        """Such as ``3 entities, 6 events``."""
        if self.is_empty:
            return "empty"
        if self.events is None:
            return "not counted"
        events = count_text(self.events, "event")
        if self.events > _MOST_EVENTS:
            events = f"more than {_MOST_EVENTS:,} events"
        if self.entities is None:
            return events
        return f"{count_text(self.entities, 'entity')}, {events}"

    def __str__(self) -> str:
        return f"{self.table_name} ({self.format.name}, {self.counts_text})"

    def names(self) -> Iterator[frozenset[str]]:
        """Yield the names that it can be chosen by, in lower case; those that are more likely unique come first."""
        info = self.tables.table
        schema = (info.schema or "").lower()
        for name in (info.name.lower(), _SUFFIX.sub("", info.name.lower())):
            yield frozenset({name, f"{schema}.{name}"} if schema else {name})
        yield frozenset({schema} if schema else ())
        yield frozenset({self.format.name.lower()})


@dataclass(frozen=True, slots=True)
class Detection:
    """The stores of a database, the one to open by default first, and what was passed over.

    First is one of ours; then those of the schemas that were named in ``search_path``; then those with events before
    empty ones, tables before views, and those with more events before those with fewer.
    """

    layout: Layout
    stores: tuple[FoundStore, ...]
    passed_over: tuple[PassedOver, ...]

    @property
    def needs_choice(self) -> bool:
        """Whether several stores hold events, and neither the ``search_path`` nor a mark of ours chooses one."""
        first = self.stores[0].tables
        if isinstance(first, EsdbTables) and first.is_marked:
            return False
        tables = [each.tables.table for each in self.stores if not each.is_empty and not each.tables.table.is_view]
        return len([each for each in tables if each.search_position is not None] or tables) > 1

    def notes(self, shown: FoundStore) -> tuple[str, ...]:
        """Return notes on the store that is shown: which others the database holds, and what was passed over."""
        others = [str(each) for each in self.stores if each.table_name != shown.table_name]
        notes = [str(each) for each in self.passed_over]
        if others:
            count = "another store" if len(others) == 1 else f"{len(others)} other stores"
            more = f"; and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
            named = "; ".join(others[:_MOST_NAMED]) + more
            notes.insert(0, f"{shown.table_name} is shown; the database holds {count}: {named}")
        return tuple(notes)

    def named(self, text: str) -> FoundStore | None:
        """Return the store with a name: of its table, schema, application or format, with its schema where needed.

        Returns ``None`` if there is none. Raises ``StoreRefusedError`` if there are several.
        """
        exact = [each for each in self.stores if each.table_name == text]
        likely = [exact]
        likely += [
            [each for each, names in zip(self.stores, some, strict=True) if text.lower() in names]
            for some in zip(*(each.names() for each in self.stores), strict=True)
        ]
        found = next(filter(None, likely), [])
        if len(found) > 1:
            names = ", ".join(each.table_name for each in found)
            raise StoreRefusedError(f"{text!r} is the name of {len(found)} stores", f"Choose one: {names}.")
        return found[0] if found else None


def detect(connection: Connection, *, counts: bool = True) -> Detection:
    """Return the stores of a database. An unreadable table hides no other one: each is read in its own savepoint.

    If there are several, their events are counted unless ``counts`` is false. The result stays valid after the
    connection is closed. Raises SQLAlchemy's ``DatabaseError`` if even the catalogue cannot be read.
    """
    layout = Layout(connection)
    found: dict[TableInfo, FoundStore] = {}
    for each in all_formats():
        for tables in each.find(layout):
            store = None if tables.table in found else _readable(layout, each, tables)
            if store is not None:
                found[tables.table] = store
    numbers = {each.number for each in found}
    stores = [store for table, store in found.items() if not table.parents & numbers]  # a parent includes its parts
    if len(stores) > 1 and counts:
        stores = [_counted(layout, each) for each in stores[:_MOST_COUNTED]] + stores[_MOST_COUNTED:]
    stores.sort(key=_rank)
    return Detection(layout, tuple(stores), tuple(layout.passed_over))


def store_by_map(detection: Detection, table_map: ColumnMap) -> FoundStore:
    """Return the store that a person's column map describes. Raises ``StoreRefusedError`` if it cannot be read."""
    found, layout = MappedFormat(table_map), detection.layout
    tables = next(found.find(layout))
    store = _readable(layout, found, tables)
    if store is None:
        raise StoreRefusedError(f"{tables.table.shown_name} cannot be read: {layout.passed_over[-1].reason}")
    return store


def _readable(layout: Layout, format: TableFormat, tables: TableSet) -> FoundStore | None:
    """Return the store if its events can be read."""
    if tables.table.is_view and layout.dialect == "sqlite":  # it may never end; a server limits each statement
        ends = select(func.count()).select_from(tables.events.subquery())
        if layout.read_rows(tables.table, ends) is None:
            return None
    if format.is_ours and layout.dialect == "sqlite":  # damage is reported when it is read
        return FoundStore(format, tables, is_empty=False)
    if not _may_be_read(layout, tables.table, tables.events):
        return None
    if isinstance(tables, ForeignTables) and tables.snapshots is not None:
        snapshots = tables.snapshots
        if not _may_be_read(layout, snapshots.info, snapshots.select(tables.first_id)):
            tables = replace(tables, snapshots=None)
    return FoundStore(format, tables, is_empty=not layout.has_rows(tables.table))


def _may_be_read(layout: Layout, table: TableInfo, rows: Select[Any]) -> bool:
    """Return whether rows of a table can be read; if not, the table is added to those that were passed over."""
    # The first statement checks tables, columns and permissions without the cost of a row.
    return layout.read_rows(table, rows.where(false())) is not None and layout.has_rows(table) is not None


def _counted(layout: Layout, store: FoundStore) -> FoundStore:
    rows = store.tables.events
    ids = rows.with_only_columns(rows.selected_columns["sequence_id"], maintain_column_froms=True)
    some, all_ids = (ids.limit(most).subquery("some") for most in (_MOST_EVENTS + 1, _MOST_WITH_IDS))
    counted = layout.count(select(func.count()).select_from(some))
    events, entities = None if counted == TOO_LONG else counted, None
    if events is not None and events <= _MOST_WITH_IDS:
        entities = layout.count(select(func.count(all_ids.c.sequence_id.distinct())))
    entities = None if entities == TOO_LONG else entities
    is_empty = store.is_empty or events == 0
    return replace(store, weight=counted or 0, events=events, entities=entities, is_empty=is_empty)


def _rank(store: FoundStore) -> tuple[Any, ...]:
    table, is_ours = store.tables.table, store.format.is_ours
    place = table.search_position
    is_last = store.is_empty and not is_ours
    return place is None, is_last, not is_ours, table.is_view, place or 0, -store.weight
