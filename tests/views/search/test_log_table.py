"""The table of the log: how its columns share the room."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from es_desktop.models.search.event_log import EVENT, PAYLOAD
from tests.app.recording import store_of
from tests.index.indexing import timed_event
from tests.views.driving import Driver


def test_long_names_leave_room_for_what_is_in_the_events(driver: Driver, tmp_path: Path) -> None:
    long = "ThingsThatHaveVeryLongNames"
    records = [timed_event(f"e{at}", 0, f"shop#{long}.{long}Happened", 1e9 + at, "here") for at in range(3)]
    driver.open(store_of(tmp_path / "long.esdb", records))
    dock = driver.window.docks.log
    dock.raise_()
    driver.qtbot.waitUntil(dock.histogram.isVisible)
    dock.setFloating(True)
    for width in (900, 560, 340, 900):
        dock.resize(width, 500)
        driver.settle()
        assert dock.table.columnWidth(PAYLOAD) >= 80
        assert dock.table.columnWidth(EVENT) >= 100
        assert dock.table.horizontalHeader().length() <= dock.table.viewport().width()
    assert dock.table.columnWidth(EVENT) == 200, "as wide as before"
    driver.qtbot.waitUntil(lambda: driver.workspace.log.model.at(0) is not None)
    assert dock.table.model().index(0, EVENT).data(Qt.ItemDataRole.ToolTipRole) == f"{long}Happened"
