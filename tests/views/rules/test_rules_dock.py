"""The rules in the view Process: listed, starred, and what breaks them leads to its version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from es_desktop.examples.story import WRONG_TOTAL
from es_desktop.models.rules.rules_model import EXCEPTIONS, KEPT
from es_desktop.models.window_view import EXPLORE
from es_desktop.views.rules.exceptions_dock import ExceptionsDock
from es_desktop.views.rules.rules_dock import RulesDock
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window
LEFT = Qt.MouseButton.LeftButton
TOTAL = "total = sum of lines (quantity × price)"


@pytest.fixture
def dock(driver: Driver, demo_store: Path) -> Iterator[RulesDock]:
    driver.open(demo_store)
    driver.act("view-process")
    dock = driver.window.docks.built(RulesDock)
    driver.settle()
    driver.workspace.process.ask("Order")
    finder = driver.workspace.rules
    assert dock.export.parentWidget().height() < dock.height() / 4  # while rules are found, and nothing is listed
    driver.qtbot.waitUntil(lambda: finder.entity_type == "Order" and not finder.is_finding)
    yield dock
    for each in driver.workspace.notes.notebook.rules:
        finder.keep(each, False)
    driver.act("view-explore")


def click(driver: Driver, dock: RulesDock, row: int, column: int) -> None:
    box = dock.table.visualRect(dock.table.model().index(row, column))
    driver.qtbot.mouseClick(dock.table.viewport(), LEFT, pos=box.center())


def test_a_rule_is_starred_and_its_exceptions_lead_to_their_version(dock: RulesDock, driver: Driver) -> None:
    finder, workspace = driver.workspace.rules, driver.workspace
    assert finder.rules[0].rule.sentence == TOTAL
    assert dock.title_bar.summary().endswith("rules, 0 kept")
    click(driver, dock, 0, KEPT)
    driver.settle()
    assert finder.rules[0].is_kept
    assert dock.title_bar.summary().endswith("rules, 1 kept")
    assert dock.title_bar.badge.text() == "1 exception"
    click(driver, dock, 0, EXCEPTIONS)
    exceptions = driver.window.docks.built(ExceptionsDock)
    assert driver.is_in_front(exceptions)
    assert exceptions.about.whole_text() == TOTAL
    assert exceptions.title_bar.summary() == "1 exception"
    exceptions.table.activated.emit(exceptions.table.model().index(0, 0))
    driver.settle()
    assert (workspace.selection.entity_id, workspace.selection.version) == (WRONG_TOTAL, 9)
    assert workspace.shown_view.name == EXPLORE
    dock.table.setCurrentIndex(dock.table.model().index(0, 1))
    dock.bring_forward(dock.table)
    driver.settle()
    driver.qtbot.keyClick(dock.table, Qt.Key.Key_Space)
    driver.settle()
    assert not finder.rules[0].is_kept


def test_an_exception_is_exported_as_a_test(dock: RulesDock, driver: Driver, tmp_path: Path) -> None:
    driver.answers.file = str(tmp_path / "test_total.py")
    dock.table.setCurrentIndex(dock.table.model().index(0, 1))
    driver.qtbot.mouseClick(dock.export, LEFT)
    driver.settle()
    assert "FAILS_WHERE = " in (tmp_path / "test_total.py").read_text("utf-8")
