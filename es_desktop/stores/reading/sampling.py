"""Samples of the tables of a database of no known format: their columns and first rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import func, select

from es_desktop.core import EntityId
from es_desktop.stores.formats.base import SequenceTable
from es_desktop.stores.layout import Layout

_MOST_TABLES: Final = 100
_ROWS: Final = 12


@dataclass(frozen=True, slots=True)
class TableSample:
    """A table that has rows, with its name in table maps."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def sample_tables(layout: Layout) -> tuple[TableSample, ...]:
    """Return the first tables that have rows; unreadable tables are passed over."""
    return tuple(islice(_samples(layout), _MOST_TABLES))


def _samples(layout: Layout) -> Iterator[TableSample]:
    for table in layout.tables:
        selectable = table.selectable()
        rows = layout.read_rows(table, select(selectable).limit(_ROWS))
        if rows:
            yield TableSample(table.shown_name, tuple(str(each.name) for each in selectable.c), tuple(map(tuple, rows)))


def first_duplicate(table: SequenceTable) -> tuple[EntityId, Any] | None:
    """Return a sequence id and a position that two records share; ``None`` if there are none."""
    strategy = table.strategy
    sequence_id, position, *_ = strategy.columns
    statement = select(sequence_id, position).group_by(sequence_id, position)
    try:
        found = strategy.session.execute(statement.having(func.count() > 1).limit(1)).first()
    finally:
        strategy.session.rollback()
    return None if found is None else (found[0], found[1])
