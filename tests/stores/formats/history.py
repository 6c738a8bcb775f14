"""The events of a few orders, which each handmade store holds; and a function that creates a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_OID, NAMESPACE_URL, uuid5

from sqlalchemy import Connection

ADA, GRACE, EDSGER = (str(uuid5(NAMESPACE_URL, name)) for name in ("ada", "grace", "edsger"))
ITEMS = {ADA: 2, GRACE: 3, EDSGER: 4}
"""The orders, and how many items are added to each."""
STATE = {"customer": "Ada", "items": 1}
"""Of the first order at its second event, as snapshots have it."""


@dataclass(frozen=True)
class SampleEvent:
    """One event of the history that every store holds."""

    number: int
    order: str
    version: int
    type: str
    data: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(uuid5(NAMESPACE_OID, str(self.number)))

    @property
    def time(self) -> str:
        return f"2025-03-01 09:{self.number:02}:00"

    @property
    def json(self) -> str:
        return json.dumps(self.data)

    @property
    def snake(self) -> str:
        return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in self.type).lstrip("_")


def history() -> list[SampleEvent]:
    """Return the events of three orders, in turns: each is placed, has its items added, and one is paid."""
    events = []
    for turn in range(5):
        data = {"sku": f"S{turn}", "price": "9.50"} if turn else {"customer": "Ada"}
        events += [(order, turn + 1, data) for order, items in ITEMS.items() if turn <= items]
    found = [
        SampleEvent(number, order, version, "ItemAdded" if version > 1 else "OrderPlaced", data)
        for number, (order, version, data) in enumerate(events, start=1)
    ]
    return [*found, SampleEvent(len(found) + 1, ADA, ITEMS[ADA] + 2, "OrderPaid", {"total": 19})]


def last_of(order: str) -> int:
    """Return the version of the last event of an order."""
    return max(each.version for each in history() if each.order == order)


def make(connection: Connection, table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Make a table and fill it; ``columns`` as a statement says them, one for each value of a row."""
    found = list(rows)
    connection.exec_driver_sql(f'CREATE TABLE "{table}" ({columns})')
    if not found:
        return
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    connection.exec_driver_sql(f'INSERT INTO "{table}" VALUES ({", ".join([mark] * len(found[0]))})', found)
