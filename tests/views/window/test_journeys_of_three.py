"""A developer checks all snapshots of the demo, goes to the false one, and replaces it: by mouse, and by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from es_desktop.examples import FALSE_SNAPSHOT, FALSE_VERSION
from es_desktop.views.entity.change_dialog import ReplaceSnapshotDialog
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
CTRL, ALT, SHIFT = (getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("Control", "Alt", "Shift"))
DIFFERENCE = "balance 3832.98 → 3770.02"


def click(driver: Driver, widget: QWidget, at: QPoint | None = None) -> None:
    assert widget.isVisible() and widget.isEnabled()
    driver.qtbot.mouseClick(widget, LEFT, pos=widget.rect().center() if at is None else at)


def click_button(driver: Driver, top: QWidget, text: str) -> None:
    button = next(each for each in top.findChildren(QAbstractButton) if each.isVisible() and each.text() == text)
    driver.qtbot.waitUntil(button.isEnabled)
    click(driver, button)
    driver.settle()


def click_entries(driver: Driver, where: QWidget, *texts: str) -> None:
    """Click an entry in menus that lead from one to the next."""
    for text in texts:
        action = next(each for each in where.actions() if each.text().replace("&", "").split("\t")[0] == text)
        geometry = where.actionGeometry(action)  # type: ignore[attr-defined]
        assert action.isEnabled() and where.rect().contains(geometry.center())
        click(driver, where, geometry.center())
        inner = action.menu()
        if isinstance(inner, QMenu):
            driver.qtbot.waitUntil(inner.isVisible)
            where = inner
    driver.settle()


def sees_the_false_one(driver: Driver) -> None:
    docks, selection = driver.window.docks, driver.workspace.selection
    assert (selection.entity_id, selection.version) == (FALSE_SNAPSHOT, FALSE_VERSION)
    assert docks.state.title_bar.badge.text() == "false snapshot"


def sees_it_replaced(driver: Driver) -> None:
    """Nothing that is shown calls a snapshot false any more, and the values are right."""
    docks = driver.window.docks
    assert not driver.answers.errors
    assert docks.state.title_bar.badge.text() == "exact"
    assert docks.rebuild.title_bar.badge.text() == "same state"
    assert driver.state()["balance"].endswith("3770.02")
    assert docks.snapshots.hint.text().endswith("snapshots of the store checked: all are true.")
    assert docks.snapshots.found.model().rowCount() == 0
    assert not driver.window.actions_by_id["replace-snapshot"].isEnabled()
    driver.workspace.selection.go_to(driver.workspace.selection.last)
    driver.settle()
    assert "3627.94" in driver.state()["balance"] and docks.state.title_bar.badge.text() == "exact"


def test_a_false_snapshot_is_found_and_replaced_by_mouse_alone(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    docks = driver.window.docks
    click_entries(driver, driver.window.menuBar(), "Debug", "Snapshots", "Check every snapshot of the store")
    assert docks.snapshots.found.isVisible(), "the list opens by itself"
    driver.click_cell(docks.snapshots.found, 0, 2)
    driver.settle()
    sees_the_false_one(driver)
    table = docks.snapshots.found
    table.customContextMenuRequested.emit(table.visualRect(table.model().index(0, 2)).center())
    (menu,) = driver.dialogs(QMenu)
    click_entries(driver, menu, "Replace by a true snapshot…")
    dialog = driver.dialog(ReplaceSnapshotDialog)
    driver.qtbot.waitUntil(dialog.agree_button.isEnabled)
    assert DIFFERENCE in [each.text() for each in dialog.findChildren(type(dialog.result_line).__mro__[1])]
    click_button(driver, dialog, "Replace snapshot")
    sees_it_replaced(driver)


def test_a_false_snapshot_is_found_and_replaced_by_keyboard_alone(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.press(KEY.Key_V, CTRL | SHIFT)
    driver.settle()
    docks = driver.window.docks
    assert docks.snapshots.found.isVisible()
    for _ in range(80):
        if docks.snapshots.found.hasFocus():
            break
        driver.press(KEY.Key_Tab)
    driver.press(KEY.Key_Return)
    driver.settle()
    sees_the_false_one(driver)
    driver.press(KEY.Key_S, CTRL | ALT)
    dialog = driver.dialog(ReplaceSnapshotDialog)
    driver.qtbot.waitUntil(dialog.agree_button.isEnabled)
    driver.press(KEY.Key_Return)
    driver.settle()
    sees_it_replaced(driver)
