"""The table of the log: how its columns share the room."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from es_desktop.app.text.time_format import TimeFormat, time_format
from es_desktop.models.search.event_log import EVENT, PAYLOAD, TIME
from es_desktop.views.style.rows import PAD
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


def test_a_time_is_never_cut(driver: Driver, tmp_path: Path) -> None:
    times = (1e9, 1e9 + 0.123, 1.7e9, 3e11)  # the last one is beyond the calendar
    records = [timed_event(f"e{at}", 0, "shop#Cart.Filled", time, "here") for at, time in enumerate(times)]
    driver.open(store_of(tmp_path / "old.esdb", records))
    dock, actions = driver.window.docks.log, driver.window.actions_by_id
    dock.raise_()
    dock.setFloating(True)

    def widest() -> int:
        table = dock.table
        texts = [str(table.model().index(row, TIME).data()) for row in range(len(times))]
        assert all(texts)
        return max(map(table.fontMetrics().horizontalAdvance, texts)) + 2 * PAD

    for width in (900, 400):
        dock.resize(width, 500)
        driver.settle()
        driver.qtbot.waitUntil(lambda: widest() <= dock.table.columnWidth(TIME))
        assert dock.table.horizontalHeader().length() <= dock.table.viewport().width()
    usual = dock.table.columnWidth(TIME)
    for switch in ("utc", "milliseconds", "offset"):
        actions[f"times-{switch}"].trigger()
    driver.qtbot.waitUntil(lambda: usual < widest() <= dock.table.columnWidth(TIME))
    assert dock.table.model().index(1, TIME).data() == "2001-09-09 01:46:40.123 UTC"
    assert dock.table.model().headerData(TIME, Qt.Orientation.Horizontal) == "Time UTC"
    assert time_format() == TimeFormat(utc=True, milliseconds=True, offset=True)
    for switch in ("utc", "milliseconds", "offset"):
        assert actions[f"times-{switch}"].isChecked()
        actions[f"times-{switch}"].trigger()
    assert dock.table.columnWidth(TIME) == usual
