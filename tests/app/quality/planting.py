"""Stores in which one thing is wrong, and the clean one that they are made from."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from es_desktop.app.quality.report import QualityReport, report_quality
from es_desktop.app.store.session import open_session
from tests.menagerie.keeping import emmett

NOW = datetime(2026, 12, 1, tzinfo=UTC).timestamp()
"""The time of the clock of all reports."""
Row = tuple[Any, ...]
"""The stream, the position, the type, the payload and the time of an event."""
_FIRST = datetime(2026, 1, 5, 9, tzinfo=UTC)


def at(hours: float) -> str:
    """Return a time so many hours after the first one, as the table has it."""
    return (_FIRST + timedelta(hours=hours)).strftime("%Y-%m-%d %H:%M:%S")


def order(number: int, *, start: float | None = None, price: object = 5, is_shipped: bool = True) -> list[Row]:
    """Return the events of an order; each begins a day after the one before."""
    begin = number * 24.0 if start is None else start
    stream = f"Order-{number}"
    rows: list[Row] = [
        (stream, 1, "Placed", {"customer": f"customer {number}"}, at(begin)),
        (stream, 2, "ItemAdded", {"sku": "lamp", "price": price}, at(begin + 1)),
    ]
    return [*rows, (stream, 3, "Shipped", {"carrier": "post"}, at(begin + 2))] if is_shipped else rows


def orders(count: int = 30) -> list[Row]:
    """Return the events of so many orders in which nothing is odd."""
    return [row for number in range(count) for row in order(number)]


def other_store(path: Path, rows: Sequence[Row]) -> Path:
    """Make a store of another library that takes any row."""
    with closing(sqlite3.connect(path)) as connection, connection:
        emmett(connection, rows)
    return path


Change = Callable[[list[Row]], list[Row]]


def changed(at_row: int, **fields: Any) -> Change:
    """Return what changes the fields of one row: ``stream``, ``position``, ``type``, ``payload``, ``time``."""
    names = ("stream", "position", "type", "payload", "time")

    def change(rows: list[Row]) -> list[Row]:
        row = tuple(fields.get(name, value) for name, value in zip(names, rows[at_row], strict=True))
        return [*rows[:at_row], row, *rows[at_row + 1 :]]

    return change


def report_of(path: Path, *, processes: int = 0, now: float = NOW) -> QualityReport:
    """Open a store and report its quality."""
    with closing(open_session(str(path), writable=False)) as session:
        return report_quality(session, processes=processes, now=now)


def found_in(report: QualityReport) -> dict[str, int]:
    """Return how many of each finding there are."""
    counts: dict[str, int] = {}
    for each in report.findings:
        counts[each.name] = counts.get(each.name, 0) + each.count
    return counts
