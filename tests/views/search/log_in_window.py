"""The log in the window, as tests read it and type into it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from es_desktop.app.entity.facts import LoggedEvent
from es_desktop.views.search.log_dock import LogDock
from tests.views.driving import Driver

CONTROL = Qt.KeyboardModifier.ControlModifier
EVENTS = 5_129
"""Of the demo store."""


def open_log(driver: Driver, store: Path) -> LogDock:
    """Open a store; return its log, in front and with its times."""
    driver.open(store)
    dock = driver.window.docks.log
    dock.raise_()
    driver.qtbot.waitUntil(dock.histogram.isVisible)
    driver.settle()
    dock.text.clear()  # the test before may have typed what cannot be searched for
    dock.table.scrollToTop()
    driver.settle()
    return dock


def shown(dock: LogDock, column: int) -> list[str]:
    """What a column shows in the rows that are in view."""
    table = dock.table
    last = table.rowAt(table.viewport().height() - 1)
    rows = range(table.rowAt(1), last + 1 if last >= 0 else table.model().rowCount())
    return [str(table.model().index(row, column).data()) for row in rows]


def hint(dock: LogDock) -> str:
    return dock.hint.text() if dock.hint.isVisible() else ""


def type_words(driver: Driver, line: QLineEdit, text: str) -> None:
    """Type, and wait until the search starts."""
    driver.type_into(line, text)
    log = driver.workspace.log
    driver.qtbot.waitUntil(lambda: text in (log.search.text, log.search.id_prefix))
    driver.settle()


def logged(driver: Driver, row: int) -> LoggedEvent:
    """The event of a row, once it is there."""
    model = driver.workspace.log.model
    driver.qtbot.waitUntil(lambda: model.at(row) is not None)
    found = model.at(row)
    assert found is not None
    return found
