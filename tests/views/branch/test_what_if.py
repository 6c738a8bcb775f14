"""What if, in the window: by keyboard alone, plainly marked, and never mixed with what was recorded."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton

from es_desktop.app.store.session import open_session
from es_desktop.models.branch.what_if_model import CHANGES, DIFFERS, EVENT, MARK, VERSION
from es_desktop.models.entity import timeline_model
from es_desktop.views.branch.hypothetical_event_dialog import HypotheticalEventDialog
from es_desktop.views.branch.what_if_dock import DifferencePane, WhatIfDock
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
MARKED = "HYPOTHETICAL – never written"


@pytest.fixture
def dock(driver: Driver, demo_store: Path) -> WhatIfDock:
    """The panel, with the order of the most events chosen, at version 4."""
    driver.open(demo_store)
    choose_order(driver)
    return driver.window.docks.what_if


def choose_order(driver: Driver, version: int = 4) -> None:
    model = driver.workspace.entities
    found = [model.at(row) for row in range(model.rowCount())]
    orders = [each for each in found if each.type == "Order" and not each.discarded]
    driver.workspace.choose(max(orders, key=lambda each: each.events).id, version)
    driver.settle()


def column(dock: WhatIfDock, column: int) -> list[str]:
    model = dock.table.model()
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def differences(pane: DifferencePane) -> list[str]:
    model = pane.table.model()
    return [" | ".join(str(model.index(row, c).data()) for c in range(3)) for row in range(model.rowCount())]


def summary(dock: WhatIfDock) -> str:
    return dock.title_bar.summary()


def dialog_of(driver: Driver) -> HypotheticalEventDialog:
    dialog = driver.dialog(HypotheticalEventDialog)
    driver.settle()
    return dialog


def test_by_keyboard_alone(driver: Driver, dock: WhatIfDock, demo_store: Path, tmp_path: Path) -> None:
    """Begin, skip, edit, insert, move, undo, save, open what was saved; the state in view stays the recorded one."""
    before, state = hashlib.sha256(demo_store.read_bytes()).hexdigest(), driver.state()
    driver.press(Qt.Key.Key_I, CTRL)
    driver.settle()
    assert dock.isVisible() and QApplication.focusWidget() is dock.table
    assert (dock.title_bar.badge.text(), dock.title_bar.badge.isVisible()) == (MARKED, True)
    assert dock.table.currentIndex().row() == 4
    assert "no edit yet" in summary(dock)

    driver.press(Qt.Key.Key_Delete)
    driver.settle()
    assert column(dock, MARK)[4] == "skipped" and column(dock, VERSION)[4:6] == ["–", "4"]
    assert "1 skipped · differs from 4 on · " in summary(dock)
    assert differences(dock.differences)[0].startswith("lines[3] | ")

    driver.press(Qt.Key.Key_Up)
    driver.press(Qt.Key.Key_F2)
    dialog = dialog_of(driver)
    assert dialog.windowTitle() == "What if event 3 had other data?"
    assert dialog.payload.hasFocus() and not dialog.types.isEnabled()
    text = dialog.payload.toPlainText()
    driver.type_into(dialog.payload, '{"sku": "X"')
    driver.qtbot.waitUntil(lambda: "line 1, column 12" in dialog.message)
    driver.press(Qt.Key.Key_Return, CTRL)
    assert dialog.isVisible(), "what cannot be read is not taken"
    dialog.payload.setPlainText(text.replace('"quantity": ', '"quantity": 10'))
    driver.qtbot.waitUntil(lambda: "Unlike in the history: lines[2].quantity" in dialog.message)
    driver.press(Qt.Key.Key_Return, CTRL)
    driver.settle()
    assert column(dock, MARK)[3] == "edited"
    assert column(dock, DIFFERS)[3].startswith("lines[2].quantity ")

    driver.press(Qt.Key.Key_Insert)
    dialog = dialog_of(driver)
    assert dialog.windowTitle() == "What if there had been an event after 3?"
    assert dialog.types.currentText() == "ItemAdded"
    dialog.types.setFocus()
    driver.qtbot.keyClicks(dialog.types, "Can")
    assert dialog.payload.toPlainText() == '{\n  "reason": ""\n}'
    driver.qtbot.waitUntil(lambda: "status OPEN → CANCELLED" in dialog.message)
    driver.press(Qt.Key.Key_Return, CTRL)
    driver.settle()
    assert column(dock, EVENT)[4] == "Cancelled" and dock.table.currentIndex().row() == 4
    assert "status OPEN → CANCELLED" in column(dock, CHANGES)[4]

    driver.press(Qt.Key.Key_Down, CTRL | SHIFT)
    driver.press(Qt.Key.Key_Down, CTRL | SHIFT)
    driver.settle()
    assert column(dock, EVENT)[6] == "Cancelled" and dock.table.currentIndex().row() == 6
    driver.press(Qt.Key.Key_Up, CTRL | SHIFT)
    driver.settle()
    assert column(dock, EVENT)[5] == "Cancelled"
    for _ in range(3):
        driver.press(Qt.Key.Key_Z, CTRL)
    driver.settle()
    assert column(dock, EVENT)[4] == "Cancelled"
    driver.press(Qt.Key.Key_Z, CTRL)
    driver.settle()
    assert "Cancelled" not in column(dock, EVENT)
    driver.press(Qt.Key.Key_Z, CTRL | SHIFT)
    driver.settle()
    assert column(dock, EVENT)[4] == "Cancelled"
    assert QApplication.focusWidget() is dock.table

    assert (driver.state(), hashlib.sha256(demo_store.read_bytes()).hexdigest()) == (state, before)
    rows, entity = [each for each in column(dock, VERSION) if each != "–"], driver.workspace.selection.entity_id
    driver.answers.store = str(tmp_path / "what-if.esdb")
    driver.act("what-if-save")
    driver.settle()
    driver.open(tmp_path / "what-if.esdb")
    assert driver.workspace.selection.entity_id == entity
    assert "Cancelled" in driver.timeline(timeline_model.EVENT)
    view = driver.workspace.inspector.view
    assert view is not None and view.facts.events == len(rows)
    assert (state["cancelled_because"], driver.state()["cancelled_because"]) == ("–", '""')
    assert not dock.title_bar.badge.isVisible(), "what was saved is a store like any other"


def test_an_event_of_the_timeline_is_skipped_from_there(driver: Driver, dock: WhatIfDock) -> None:
    """Without a branch, one is started, and the focus stays where it is."""
    driver.window.docks.timeline.table.setFocus()
    driver.press(Qt.Key.Key_X, CTRL | SHIFT)
    driver.settle()
    assert column(dock, MARK)[4] == "skipped"
    assert QApplication.focusWidget() is driver.window.docks.timeline.table
    driver.press(Qt.Key.Key_K)
    driver.press(Qt.Key.Key_X, CTRL | SHIFT)
    driver.settle()
    assert column(dock, MARK)[3:5] == ["skipped", "skipped"]
    assert driver.window.actions_by_id["what-if-skip"].isChecked()
    driver.press(Qt.Key.Key_X, CTRL | SHIFT)
    driver.settle()
    assert column(dock, MARK)[3:5] == ["", "skipped"]
    assert not driver.window.actions_by_id["what-if-skip"].isChecked()
    driver.press(Qt.Key.Key_Y, CTRL | SHIFT)
    assert dialog_of(driver).windowTitle() == "What if event 3 had other data?"
    driver.press(Qt.Key.Key_Escape)
    assert column(dock, MARK)[3:5] == ["", "skipped"]


def test_a_button_means_the_event_that_is_chosen_in_the_panel(driver: Driver, dock: WhatIfDock) -> None:
    driver.act("what-if")
    driver.settle()
    dock.table.selectRow(7)
    driver.window.docks.timeline.table.setFocus()
    button = next(each for each in dock.findChildren(QToolButton) if each.text() == "Skip")
    driver.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    driver.settle()
    assert [row for row, mark in enumerate(column(dock, MARK)) if mark] == [7]


def test_several_selected_events_are_skipped_at_once(driver: Driver, dock: WhatIfDock) -> None:
    driver.press(Qt.Key.Key_I, CTRL)
    driver.settle()
    driver.press(Qt.Key.Key_Down, SHIFT)
    driver.press(Qt.Key.Key_Down, SHIFT)
    driver.press(Qt.Key.Key_Delete)
    driver.settle()
    assert [row for row, mark in enumerate(column(dock, MARK)) if mark == "skipped"] == [4, 5, 6]
    driver.press(Qt.Key.Key_Z, CTRL)
    driver.settle()
    assert "skipped" not in column(dock, MARK)


def test_an_edit_that_cannot_be_applied_is_shown_before_and_after(driver: Driver, dock: WhatIfDock) -> None:
    driver.press(Qt.Key.Key_I, CTRL)
    driver.settle()
    driver.press(Qt.Key.Key_Return)
    dialog = dialog_of(driver)
    driver.type_into(dialog.payload, "{}")
    driver.qtbot.waitUntil(lambda: dialog.message.startswith("The event cannot be applied: AttributeError"))
    driver.press(Qt.Key.Key_Return, CTRL)
    driver.settle()
    assert "AttributeError" in column(dock, CHANGES)[4]
    assert "1 event cannot be applied" in summary(dock)
    driver.press(Qt.Key.Key_Delete)
    driver.settle()
    messages: list[str] = []
    driver.workspace.message.connect(messages.append)
    driver.press(Qt.Key.Key_F2)
    assert messages == ["The event is skipped. Restore it first."]


def test_the_difference_at_the_end_is_shown_as_well_as_that_at_the_row(driver: Driver, dock: WhatIfDock) -> None:
    driver.press(Qt.Key.Key_I, CTRL)
    driver.settle()
    assert dock.differences.note.text() == "The state after this event is the same as in the history."
    driver.press(Qt.Key.Key_Delete)
    driver.settle()
    at_row = differences(dock.differences)
    driver.qtbot.mouseClick(dock.choice.button(1), Qt.MouseButton.LeftButton)
    at_end = differences(dock.differences)
    assert at_row and at_end and at_row != at_end
    count = len(at_end)
    assert f"{count} difference" in summary(dock)
    driver.qtbot.mouseClick(dock.choice.button(0), Qt.MouseButton.LeftButton)
    assert differences(dock.differences) == at_row


def test_without_a_branch_the_panel_says_how_to_start_one(driver: Driver, dock: WhatIfDock) -> None:
    dock.show()
    dock.raise_()
    assert "Press Ctrl+I to start a branch" in dock.hint.text()
    for name in ("what-if-up", "what-if-undo", "what-if-redo", "what-if-save", "what-if-end"):
        assert not driver.window.actions_by_id[name].isEnabled()
    assert not dock.title_bar.badge.isVisible()
    driver.act("what-if")
    driver.act("what-if-skip")
    driver.settle()
    driver.act("what-if-end")
    driver.settle()
    assert not dock.table.isVisible() and not dock.title_bar.badge.isVisible()
    driver.act("what-if-skip")
    driver.settle()
    driver.workspace.choose_row(0)
    driver.settle()
    assert "Another entity has a branch" in dock.hint.text()
    choose_order(driver)
    assert "skipped" in column(dock, MARK)


def test_a_store_of_another_program_can_be_asked_too_and_stays_as_it_is(
    driver: Driver, sample: Path, tmp_path: Path
) -> None:
    before = sample.read_bytes()
    driver.open(sample)
    driver.workspace.choose_by_id("ccc273ce", 3)
    driver.settle()
    driver.press(Qt.Key.Key_I, CTRL)
    driver.settle()
    driver.press(Qt.Key.Key_Delete)
    driver.settle()
    dock = driver.window.docks.what_if
    assert column(dock, MARK)[3] == "skipped"
    driver.answers.store = str(tmp_path / "what-if.esdb")
    driver.act("what-if-save")
    driver.settle()
    count = len(column(dock, MARK)) - 1
    driver.act("close")
    driver.settle()
    assert sample.read_bytes() == before
    assert [each.name for each in sample.parent.iterdir()] == [sample.name]
    session = open_session(str(tmp_path / "what-if.esdb"))
    assert session.facts().events == count
    session.close()
