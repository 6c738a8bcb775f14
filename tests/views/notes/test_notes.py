"""Bookmarks and notes in the window: made, written, visited and removed, by keyboard and by mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QToolButton

from es_desktop.models.table.model import FLAG_ROLE
from tests.views.driving import Driver
from tests.views.notes.noting import CTRL, NOTE, SHIFT, choose, chosen, dock_of, kept, rows, ticks, type_keys

pytestmark = pytest.mark.one_window


def test_a_journey_by_keyboard_alone(own_driver: Driver, demo_store: Path) -> None:
    """Bookmark, write, visit, jump, remove; each time the focus is where a person continues."""
    own_driver.open(demo_store)
    dock, selection = dock_of(own_driver), own_driver.workspace.selection
    account = choose(own_driver, "Account", 5)
    short = str(account.id)[:8]
    own_driver.press(Qt.Key.Key_B, CTRL)
    assert ticks(own_driver) == (True, False)
    own_driver.press(Qt.Key.Key_B, CTRL | SHIFT)
    assert ticks(own_driver) == (True, True)
    assert rows(own_driver) == [(short, "entity", ""), (short, "5", "")]

    own_driver.go_to_history()
    own_driver.press(Qt.Key.Key_J)
    own_driver.press(Qt.Key.Key_J)
    assert ticks(own_driver) == (False, True)
    own_driver.press(Qt.Key.Key_T, CTRL)
    assert QApplication.focusWidget() is dock.editor and dock.isVisible()
    assert ticks(own_driver) == (True, True), "a note needs a bookmark"
    type_keys(own_driver, "b is no shortcut in here")
    assert selection.version == 7
    own_driver.press(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is own_driver.window.docks.timeline.table
    assert rows(own_driver)[2] == (short, "7", "b is no shortcut in here")
    own_driver.settle()
    assert [each.note for each in kept(own_driver, demo_store)] == ["", "", "b is no shortcut in here"]

    order = choose(own_driver, "Order", 2)
    own_driver.press(Qt.Key.Key_T, CTRL | SHIFT)
    type_keys(own_driver, "Of the whole order.")
    own_driver.press(Qt.Key.Key_Escape)
    own_driver.press(Qt.Key.Key_Up, CTRL)
    own_driver.settle()
    assert (selection.entity_id, selection.version) == (account.id, 7)
    own_driver.press(Qt.Key.Key_Up, CTRL)
    assert selection.version == 5
    messages: list[str] = []
    own_driver.workspace.message.connect(messages.append)
    own_driver.press(Qt.Key.Key_Up, CTRL)
    assert (selection.version, messages) == (5, ["There are no more bookmarks in that direction."])
    own_driver.press(Qt.Key.Key_Down, CTRL)
    own_driver.press(Qt.Key.Key_Down, CTRL)
    own_driver.settle()
    assert (selection.entity_id, selection.version) == (order.id, order.version)
    assert dock.editor.toPlainText() == "Of the whole order.", "the dock is where the person is"

    own_driver.press(Qt.Key.Key_T, CTRL | SHIFT)
    own_driver.press(Qt.Key.Key_Backtab, SHIFT)
    assert QApplication.focusWidget() is dock.table
    own_driver.press(Qt.Key.Key_Up)
    assert selection.entity_id == order.id, "looking at a note is not going there"
    assert dock.editor.toPlainText() == "b is no shortcut in here"
    own_driver.press(Qt.Key.Key_Return)
    own_driver.settle()
    assert (selection.entity_id, selection.version) == (account.id, 7)
    own_driver.answers.agrees = False
    own_driver.press(Qt.Key.Key_Delete)
    assert len(rows(own_driver)) == 4, "the note would have gone with it"
    own_driver.answers.agrees = True
    own_driver.press(Qt.Key.Key_Delete)
    assert rows(own_driver)[2][2] == "Of the whole order."
    assert dock.editor.toPlainText() == "Of the whole order.", "the next one is chosen instead"
    own_driver.press(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is own_driver.window.docks.timeline.table
    own_driver.settle()
    assert len(kept(own_driver, demo_store)) == 3


def test_a_journey_by_mouse(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    dock, selection = dock_of(driver), driver.workspace.selection
    driver.workspace.inspector.timeline.set_collapses_runs(False)
    account = choose(driver, "Account", 0)
    for version in (3, 6):
        driver.click_cell(driver.window.docks.timeline.table, version, 3)
        driver.act("bookmark-event")
    choose(driver, "Order", 1)
    dock.raise_()
    driver.click_cell(dock.table, 0, NOTE)
    driver.qtbot.mouseClick(dock.editor.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, 12))
    type_keys(driver, "three")
    driver.click_cell(dock.table, 1, NOTE)
    assert (rows(driver)[0][2], dock.editor.toPlainText()) == ("three", ""), "it is kept when it is left"
    assert selection.entity_id != account.id
    driver.click_cell(dock.table, 0, NOTE, double=True)
    driver.settle()
    assert (selection.entity_id, selection.version) == (account.id, 3)
    remove = next(each for each in dock.table.actions() if each.text() == "Remove the bookmark")
    remove.trigger()
    assert [row[1] for row in rows(driver)] == ["6"]
    assert not ticks(driver)[0]
    driver.click_cell(dock.table, 0, NOTE)
    remove.trigger()
    assert rows(driver) == [] and not dock.table.isVisible() and not dock.editor.isVisible()
    assert QApplication.focusWidget() is driver.window.docks.timeline.table


def test_an_empty_dock_teaches_its_keys(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    dock = dock_of(driver)
    dock.raise_()
    assert not dock.table.isVisible()
    assert dock.hint.isVisible() and "Ctrl+B" in dock.hint.text() and "Ctrl+T" in dock.hint.text()
    assert "There are no bookmarks yet." in driver.window.actions_by_id["next-bookmark"].toolTip()
    assert not driver.window.actions_by_id["next-bookmark"].isEnabled()
    driver.act("bookmark-event")
    assert dock.table.isVisible() and not dock.hint.isVisible()
    assert driver.window.actions_by_id["next-bookmark"].isEnabled()


def test_bookmarks_show_in_the_list_of_entities_in_the_timeline_and_in_the_strip(
    driver: Driver, demo_store: Path
) -> None:
    driver.open(demo_store)
    account = choose(driver, "Account", 4)
    driver.press(Qt.Key.Key_B, CTRL)
    strip, entities = driver.window.docks.timeline.strip, driver.workspace.entities
    row = entities.row_of(account.id)
    assert row is not None and entities.index(row, 1).data(FLAG_ROLE) is True
    events = driver.window.docks.timeline.table.currentIndex().siblingAtColumn(0)
    assert events.data(FLAG_ROLE) is True
    assert "bookmarked" in strip.describe(4) and "bookmarked" not in strip.describe(3)
    choose(driver, "Order", 1)
    assert "bookmarked" not in strip.describe(4)
    choose(driver, "Account", 4)
    assert "bookmarked" in strip.describe(4)
    driver.press(Qt.Key.Key_B, CTRL)
    assert "bookmarked" not in strip.describe(4)


def only_marked_button(driver: Driver) -> tuple[QAction, QToolButton]:
    dock = driver.window.docks.entities
    buttons = dock.filter.findChildren(QToolButton)
    return dock.only_marked, next(each for each in buttons if each.defaultAction() is dock.only_marked)


def test_only_the_bookmarked_entities_are_listed_at_a_click(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    entities, everything = driver.workspace.entities, driver.workspace.entities.rowCount()
    switch, button = only_marked_button(driver)
    driver.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    driver.settle()
    assert entities.rowCount() == 0
    assert "No entity is bookmarked. Press Ctrl+Shift+B" in driver.window.docks.entities.empty.text()
    driver.press(Qt.Key.Key_B, CTRL | SHIFT)
    driver.settle()
    assert [entities.at(row).id for row in range(entities.rowCount())] == [chosen(driver).id]
    assert driver.window.actions_by_id["only-bookmarked"].isChecked()
    driver.act("only-bookmarked")
    driver.settle()
    assert entities.rowCount() == everything and not switch.isChecked()
    driver.act("only-bookmarked")
    driver.settle()
    assert switch.isChecked() and entities.rowCount() == 1
    driver.act("close")
    driver.settle()
    assert not switch.isChecked(), "another store starts with all of its entities"


def test_the_dock_follows_the_timeline_until_a_person_is_at_work_in_it(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    account = choose(driver, "Account", 3)
    notes, dock = driver.workspace.notes, dock_of(driver)
    for version in (3, 5):
        notes.set_bookmark(account.id, version, f"note {version}")
    driver.workspace.selection.go_to(5)
    assert dock.editor.toPlainText() == "note 5"
    driver.workspace.selection.go_to(4)
    assert dock.editor.toPlainText() == "note 5", "nothing is marked there"
    dock.bring_forward(dock.editor)
    type_keys(driver, " and more")
    driver.workspace.selection.go_to(3)
    assert dock.editor.toPlainText() == "note 5 and more"


def test_a_narrow_dock_gives_its_room_to_the_note(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.act("bookmark-event")
    dock = dock_of(driver)
    for width, hidden in ((220, [0, 4]), (372, [4]), (520, [])):
        dock.setFloating(True)
        dock.resize(width, 400)
        assert [column for column in range(5) if dock.table.isColumnHidden(column)] == hidden
        driver.window.grab()
        assert dock.table.columnWidth(NOTE) >= 60
