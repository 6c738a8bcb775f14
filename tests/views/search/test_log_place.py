"""The place in the log: a row leads to its entity, a time to a row, and events that arrive leave it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSlider

from es_desktop.app.entity.commands import Commands
from es_desktop.app.store.session import open_session
from es_desktop.app.text.times import editable_time
from es_desktop.examples import Account
from es_desktop.models.search.event_log import EVENT
from es_desktop.views.search.log_dock import LogDock
from tests.views.driving import Driver
from tests.views.search.log_in_window import CONTROL, EVENTS, logged, open_log

pytestmark = [pytest.mark.one_window, pytest.mark.one_store]


@pytest.fixture
def dock(driver: Driver, demo_store: Path) -> LogDock:
    return open_log(driver, demo_store)


def test_a_click_chooses_the_entity_at_that_event(dock: LogDock, driver: Driver) -> None:
    driver.pick(dock.types, "Paid")
    driver.settle()
    driver.click_cell(dock.table, 3, EVENT)
    driver.settle()
    selection, event = driver.workspace.selection, logged(driver, 3)
    assert (selection.entity_id, selection.version) == (event.entity_id, event.event.version)
    assert driver.is_in_front(dock)
    driver.act("first")
    driver.settle()
    assert selection.version == 0
    driver.click_cell(dock.table, 3, EVENT)
    driver.settle()
    assert selection.version == event.event.version, "a click on the row goes there again"


def test_a_double_click_brings_the_timeline_forward(dock: LogDock, driver: Driver) -> None:
    driver.click_cell(dock.table, 2, EVENT, double=True)
    driver.settle()
    assert driver.is_in_front(driver.window.docks.timeline) and not driver.is_in_front(dock)
    assert driver.workspace.selection.version == 2


def test_home_and_end_are_the_ends_of_the_log_while_it_has_the_focus(dock: LogDock, driver: Driver) -> None:
    selection = driver.workspace.selection
    dock.table.setFocus()
    driver.press(Qt.Key.Key_End)
    driver.settle()
    last = logged(driver, EVENTS - 1)
    assert dock.table.currentIndex().row() == EVENTS - 1
    assert (selection.entity_id, selection.version) == (last.entity_id, last.event.version)
    driver.press(Qt.Key.Key_Up)
    driver.settle()
    assert selection.version == logged(driver, EVENTS - 2).event.version
    driver.press(Qt.Key.Key_Home)
    driver.settle()
    assert (dock.table.currentIndex().row(), dock.table.rowAt(1)) == (0, 0)
    assert selection.entity_id == logged(driver, 0).entity_id
    driver.window.docks.timeline.raise_()
    driver.window.docks.timeline.table.setFocus()
    driver.press(Qt.Key.Key_End)
    driver.settle()
    assert selection.version == selection.last != 0, "elsewhere they are the ends of the entity's history"


def test_a_time_is_gone_to(dock: LogDock, driver: Driver) -> None:
    driver.window.docks.timeline.raise_()
    driver.pick(dock.types, "Paid")
    driver.settle()
    driver.answers.time_typed = "2026-05-02 12:00"
    driver.press(Qt.Key.Key_J, CONTROL)
    driver.settle()
    driver.qtbot.waitUntil(lambda: dock.table.currentIndex().row() > 0)
    driver.settle()
    assert driver.workspace.facts is not None
    assert driver.answers.offered == editable_time(driver.workspace.facts.first)
    moment, row = datetime(2026, 5, 2, 12).timestamp(), dock.table.currentIndex().row()
    before, after = logged(driver, row - 1).event.timestamp, logged(driver, row).event.timestamp
    assert before is not None and after is not None
    assert before < moment <= after
    assert driver.is_in_front(dock) and dock.table.hasFocus()
    assert dock.table.rowAt(1) == row, "with what comes after it"
    driver.answers.time_typed = "soon"
    driver.press(Qt.Key.Key_J, CONTROL)
    assert [error.text for error in driver.answers.errors] == ["'soon' is no date or time"]


def test_events_that_arrive_leave_the_place_and_are_led_to(driver: Driver, own_demo: Path) -> None:
    dock = open_log(driver, own_demo)
    table, tail, bar = dock.table, dock.tail, dock.table.verticalScrollBar()
    session = open_session(str(own_demo))
    commands = Commands(session)

    def write(count: int) -> None:
        before = table.model().rowCount()
        for number in range(count):
            commands.create(Account, {"owner": f"Owner {number}"})
        driver.qtbot.waitUntil(lambda: table.model().rowCount() == before + count)
        driver.settle()

    def says(text: str) -> None:
        driver.qtbot.waitUntil(lambda: (tail.new.text() if tail.new.isVisible() else "") == text)

    driver.click_cell(table, 3, EVENT)
    driver.settle()
    chosen, place = driver.workspace.selection.entity_id, bar.value()
    write(2)
    says("2 new ▾")
    assert (bar.value(), table.currentIndex().row(), driver.workspace.selection.entity_id) == (place, 3, chosen)
    write(1)
    says("3 new ▾")
    tail.new.click()
    driver.settle()
    assert not tail.new.isVisible()
    assert bar.value() == bar.maximum() and table.rowAt(table.viewport().height() - 2) == EVENTS + 2
    assert (table.currentIndex().row(), driver.workspace.selection.entity_id) == (3, chosen)
    write(1)
    says("1 new ▾")
    driver.act("follow-log")
    assert tail.follow.isChecked() and not tail.new.isVisible() and bar.value() == bar.maximum()
    write(2)
    driver.qtbot.waitUntil(lambda: bar.value() == bar.maximum() and not tail.new.isVisible())
    bar.triggerAction(QAbstractSlider.SliderAction.SliderPageStepSub)
    driver.qtbot.waitUntil(lambda: not tail.follow.isChecked())
    place = bar.value()
    write(1)
    says("1 new ▾")
    assert bar.value() == place
    driver.pick(dock.entity_types, "Account")
    driver.settle()
    assert not tail.new.isVisible(), "a search lists what is there"
    write(1)
    says("1 new ▾")
    session.close()
