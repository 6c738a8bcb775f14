"""Finding by state in the window: a condition, as of a time, of some types, and the state that a click leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from es_desktop.app.search.state_scan import StateHit
from es_desktop.models.runtime.tasks import Queue
from es_desktop.models.search.state_finder import AT, CHANGED, ID, NAME, TYPE, VALUES
from es_desktop.views.search.states_dock import StatesDock
from tests.models.working import Gate
from tests.views.driving import Driver

pytestmark = [pytest.mark.one_window, pytest.mark.one_store]

LEFT = Qt.MouseButton.LeftButton
CONDITION = 'status == "shipped" and total > 100'


def opened(driver: Driver, store: Path) -> StatesDock:
    """Open a store, and go to the line of its conditions."""
    driver.open(store)
    driver.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    dock = driver.window.docks.states
    assert driver.is_in_front(dock) and dock.line.hasFocus()
    return dock


@pytest.fixture
def dock(driver: Driver, demo_store: Path) -> Iterator[StatesDock]:
    dock = opened(driver, demo_store)
    yield dock
    dock.as_of.clear()


def find(driver: Driver, dock: StatesDock, condition: str) -> None:
    """Type a condition, and press Return."""
    driver.type_into(dock.line, condition)
    driver.qtbot.keyClick(dock.line, Qt.Key.Key_Return)
    driver.dismiss(dock.line.completer().popup())
    driver.settle()


def visible_labels(dock: StatesDock) -> list[QLabel]:
    labels = dock.content.findChildren(QLabel, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return [label for label in labels if label.isVisible()]


def hint_text(dock: StatesDock) -> str:
    return " ".join(label.text() for label in visible_labels(dock))


def cells(dock: StatesDock, column: int) -> list[str]:
    model = dock.table.model()
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def hit(driver: Driver, row: int) -> StateHit:
    return driver.workspace.states.model.at(row)


def test_it_says_what_can_be_typed(dock: StatesDock) -> None:
    assert hint_text(dock).startswith("Type a condition on the state and press Enter")
    assert not dock.table.isVisible()
    assert (dock.button.text(), dock.title_bar.summary()) == ("Find", "")


def test_entities_whose_state_meets_a_condition_are_listed(dock: StatesDock, driver: Driver) -> None:
    find(driver, dock, CONDITION)
    assert dock.title_bar.summary() == f"{len(cells(dock, ID))} of 300 entities"
    assert set(cells(dock, TYPE)) == {"Order"}
    assert [each for each in cells(dock, VALUES) if not re.fullmatch(r"status SHIPPED · total [0-9.]+", each)] == []
    assert dock.table.isVisible()
    assert dock.button.text() == "Find"


def test_a_condition_that_is_wrong_is_marked_where_it_is(dock: StatesDock, driver: Driver) -> None:
    driver.type_into(dock.line, "total >> 100 and")
    driver.qtbot.mouseClick(dock.button, LEFT)
    assert dock.line.error.isVisible()
    assert dock.line.error.text().startswith("Column ")
    assert dock.line.property("state") == "error"
    assert driver.workspace.states.search is None
    find(driver, dock, 'changed("status")')
    assert "looks back at the state before" in dock.line.error.text()
    assert driver.workspace.states.search is None
    find(driver, dock, "version > 100")
    assert not dock.line.error.isVisible()
    assert dock.line.property("state") == ""
    assert dock.table.model().rowCount() > 0


def test_states_are_as_of_a_time(dock: StatesDock, driver: Driver) -> None:
    find(driver, dock, "version >= 0")
    now = dock.table.model().rowCount()
    driver.type_into(dock.as_of, "2026-05-02")
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    search = driver.workspace.states.search
    end = datetime(2026, 5, 3).timestamp()
    assert search is not None and search.as_of is not None
    assert end - 1 < search.as_of < end
    assert 0 < dock.table.model().rowCount() < now
    assert any(hit(driver, row).version < hit(driver, row).entity.version for row in range(20))
    driver.type_into(dock.as_of, "in May")
    driver.press(Qt.Key.Key_Return)
    assert hint_text(dock).startswith("'in May' is no date or time")
    driver.type_into(dock.as_of, "1999-01-01")
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert hint_text(dock) == "No entity's state matches."
    assert not dock.table.isVisible()


def test_only_some_types_are_searched(driver: Driver, own_demo: Path) -> None:
    dock = opened(driver, own_demo)
    driver.pick(dock.types, "Ticket")
    find(driver, dock, "version >= 0")
    assert set(cells(dock, TYPE)) == {"Ticket"}
    driver.pick(dock.types, "Account")
    find(driver, dock, "version >= 0")
    assert set(cells(dock, TYPE)) == {"Ticket", "Account"}


def test_another_store_starts_without_a_search(dock: StatesDock, driver: Driver, sample: Path) -> None:
    driver.pick(dock.types, "Ticket")
    find(driver, dock, "version >= 0")
    driver.open(sample)
    assert dock.types.text().strip() == "Entity types"
    assert (dock.table.model().rowCount(), dock.title_bar.summary()) == (0, "")
    find(driver, dock, "version >= 0")
    assert dock.table.model().rowCount() > 0
    driver.act("close")
    driver.settle()
    dock.setFloating(True)
    assert dock.why_empty.text() == "No store is open."
    assert not dock.button.isEnabled()


def test_entities_that_cannot_be_evaluated_are_reported(driver: Driver, own_demo: Path) -> None:
    dock = opened(driver, own_demo)
    find(driver, dock, "total > 100")
    assert re.fullmatch(r"An entity could not be evaluated: .*\. \d+ of other types have no total\.", hint_text(dock))
    assert dock.table.isVisible()
    find(driver, dock, "total < 0")
    trouble, hint = (each.geometry() for each in visible_labels(dock))
    assert hint.top() - trouble.bottom() < 5, "one below the other"
    find(driver, dock, "version > 3")
    assert "Ticket f094cb8b fails at version 11" in hint_text(dock)
    driver.type_into(dock.as_of, "2026-08-01")
    find(driver, dock, "version > 3")
    assert hint_text(dock) == ""


def test_it_can_be_stopped(dock: StatesDock, driver: Driver) -> None:
    gate = Gate()
    driver.workspace.runner.run("Waiting", gate, queue=Queue.SEARCH, quiet=True)
    gate.wait_until_started()
    driver.type_into(dock.line, "version >= 0")
    driver.qtbot.mouseClick(dock.button, LEFT)
    assert (dock.button.text(), hint_text(dock), dock.bar.isVisible()) == ("Stop", "Searching…", True)
    driver.qtbot.mouseClick(dock.button, LEFT)
    assert (dock.button.text(), dock.bar.isVisible()) == ("Find", False)
    gate.opened.set()
    driver.settle()
    assert dock.table.model().rowCount() == 0


def test_what_was_found_before_it_was_stopped_stays(dock: StatesDock, driver: Driver) -> None:
    inserted = dock.table.model().rowsInserted
    stopping = inserted.connect(lambda *_: driver.qtbot.mouseClick(dock.button, LEFT))
    find(driver, dock, "version >= 0")
    inserted.disconnect(stopping)
    count = dock.table.model().rowCount()
    assert count > 0
    assert dock.title_bar.summary().endswith(", stopped") or count == 300


def test_a_click_goes_to_the_state(dock: StatesDock, driver: Driver) -> None:
    driver.type_into(dock.as_of, "2026-06-15")
    find(driver, dock, "balance > 100")
    row = next(row for row in range(50) if hit(driver, row).version < hit(driver, row).entity.version)
    driver.click_cell(dock.table, row, VALUES)
    driver.settle()
    found, selection = hit(driver, row), driver.workspace.selection
    assert (selection.entity_id, selection.version) == (found.entity.id, found.version)
    assert str(found.values["balance"]) in driver.state()["balance"]
    driver.act("first")
    driver.settle()
    driver.click_cell(dock.table, row, VALUES)
    driver.settle()
    assert selection.version == found.version, "a click on the row goes there again"
    dock.table.setFocus()
    driver.press(Qt.Key.Key_Down)
    driver.settle()
    assert selection.entity_id == hit(driver, row + 1).entity.id


def test_escape_goes_to_what_is_found(dock: StatesDock, driver: Driver) -> None:
    find(driver, dock, "version > 100")
    driver.press(Qt.Key.Key_Escape)
    assert dock.table.hasFocus()


def test_the_focus_is_in_what_is_seen(dock: StatesDock, driver: Driver) -> None:
    focused = driver.window.focusWidget
    dock.list_matches("total < 0")
    assert focused() is dock.line, "no table is shown yet"
    driver.settle()
    assert focused() is dock.line and not dock.table.isVisible()
    driver.press(Qt.Key.Key_Escape)
    assert focused() is driver.window.docks.timeline.table, "there are no rows to go to"
    dock.list_matches(CONDITION)
    driver.qtbot.waitUntil(dock.table.isVisible)
    assert focused() is dock.table
    driver.settle()


def test_less_important_columns_are_hidden_if_there_is_little_space(dock: StatesDock, driver: Driver) -> None:
    find(driver, dock, CONDITION)
    dock.setFloating(True)

    def columns(width: int) -> list[int]:
        dock.resize(width, 500)
        driver.qtbot.waitUntil(lambda: abs(dock.width() - width) < 2)
        driver.settle()
        return [column for column in range(6) if not dock.table.isColumnHidden(column)]

    assert columns(800) == [TYPE, ID, NAME, AT, VALUES, CHANGED]
    assert columns(620) == [TYPE, ID, NAME, AT, VALUES]
    assert columns(500) == [ID, NAME, AT, VALUES]
    assert columns(380) == [ID, AT, VALUES]
    assert dock.table.columnWidth(VALUES) > 100


def test_new_results_begin_with_the_first_unless_the_chosen_one_is_among_them(driver: Driver, dock: StatesDock) -> None:
    table, bar = dock.table, dock.table.verticalScrollBar()
    find(driver, dock, "total > 0")
    bar.setValue(bar.maximum())
    assert bar.value()
    find(driver, dock, "total > 10")
    assert bar.value() == 0 and not table.currentIndex().isValid()
    row = table.model().rowCount() - 1
    table.setCurrentIndex(table.model().index(row, 0))
    driver.settle()
    chosen = hit(driver, row).entity.id
    find(driver, dock, "total > 9")
    assert hit(driver, table.currentIndex().row()).entity.id == chosen
    assert table.visualRect(table.currentIndex()).intersects(table.viewport().rect())
