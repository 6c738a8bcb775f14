"""The table of the log on as many made-up events as one likes: any row is scrolled to and painted.

``python -m tests.benchmarks.reaching COUNT`` prints seconds of the processor, as nothing is waited for: the longest and
the usual one, as JSON.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Sequence
from random import Random
from typing import Final
from uuid import UUID

import msgspec
from PySide6.QtWidgets import QApplication

from es_desktop.app.entity.facts import LoggedEvent
from es_desktop.core import RecordedEvent
from es_desktop.models.search.event_log import PAYLOAD, LogModel
from es_desktop.views.search.log_table import LogTable
from es_desktop.views.style.theme import Theme
from es_desktop.views.table.rows import ScrollHint, rows_of

_ROWS: Final = 50
_EVENTS_EACH: Final = 8
"""Events of one entity."""


def made_event(number: int) -> LoggedEvent:
    """Return the event with a number."""
    entity, version = divmod(number, _EVENTS_EACH)
    topic = "shop#Cart.Filled" if version else "shop#Cart.Opened"
    return LoggedEvent(UUID(int=entity), RecordedEvent(version, topic, 1e9 + number / 100, {"note": f"event {number}"}))


def made_log(count: int) -> LogModel:
    """Return a log of so many events, which are made where they are shown."""
    model = LogModel()

    def give(page: int, numbers: Sequence[int]) -> None:
        model.set_page(page, [made_event(number) for number in numbers])

    model.page_wanted.connect(give)
    model.set_numbers(range(1, count + 1))
    return model


def main() -> None:
    count = int(sys.argv[1])
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    model = made_log(count)
    table = LogTable(model, Theme(app, "light"), lambda: None)
    table.resize(1024, 700)
    table.show()
    table.grab()
    chance, seconds = Random(1), []
    for row in (count - 1, *(chance.randrange(count) for _ in range(_ROWS - 1))):
        began = time.process_time()
        rows_of(table).scroll_to(row, ScrollHint.PositionAtCenter)
        table.grab()
        seconds.append(time.process_time() - began)
        assert str(row + 1) in str(model.index_at(row, PAYLOAD).data()), "the row is there"
    print(msgspec.json.encode({"longest": max(seconds), "median": statistics.median(seconds)}).decode())


if __name__ == "__main__":
    main()
