"""Jobs from beginning to end on the real window, each by the mouse and by the keyboard.

A developer checks all snapshots of the demo, goes to the false one, and replaces it. An analyst lists the open orders
over 100 with their customers, and writes them to a spreadsheet.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget

from es_desktop.app.transfer.export import ExportFormat
from es_desktop.examples import FALSE_SNAPSHOT, FALSE_VERSION
from es_desktop.views.entity.change_dialog import ReplaceSnapshotDialog
from es_desktop.views.transfer.seen_dialog import SeenDialog
from tests.app.transfer.sheets import sheet_of
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
        texts_there = [each.text().replace("&", "").split("\t")[0] for each in where.actions()]
        assert text in texts_there
        action = where.actions()[texts_there.index(text)]
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


def read_orders(file: Path) -> dict[str, tuple[str, float]]:
    """Return status and total of each customer in a spreadsheet."""
    headings, *rows = sheet_of(file)
    at = {heading[1]: number for number, heading in enumerate(headings) if heading is not None}
    names = [str(row[at["Customer"]][1]) for row in rows]  # type: ignore[index]
    cells = [(row[at["status"]], row[at["total"]]) for row in rows]
    return {
        name: (status[1], float(total[1]))
        for name, (status, total) in zip(names, cells, strict=True)
        if status and total
    }


def are_the_open_orders(driver: Driver, file: Path) -> None:
    found = read_orders(file)
    assert {status for status, _ in found.values()} == {"open"} and min(total for _, total in found.values()) > 100
    assert f"{driver.window.docks.entities.table.model().rowCount()} of 300" in (
        driver.window.docks.entities.title_bar.summary()
    )
    assert "was written" in driver.window.statusBar().message.text()  # type: ignore[attr-defined]


def test_open_orders_over_100_become_a_spreadsheet_by_mouse(driver: Driver, demo_store: Path, tmp_path: Path) -> None:
    """The numbers and words of the filters are typed; all else is clicked."""
    driver.open(demo_store)
    dock = driver.window.docks.entities
    click(driver, dock.filter)
    driver.qtbot.keyClicks(QApplication.focusWidget(), "order")
    driver.settle()
    for path in ("status", "total"):
        click(driver, dock.columns_button)
        (menu,) = driver.dialogs(QMenu)
        click_entries(driver, menu, "Values", "Values of Order", path)
        driver.window.activateWindow()  # as a window manager does when a menu closes
        driver.qtbot.waitUntil(driver.window.isActiveWindow)
    driver.settle()
    header, model = dock.columns.header, dock.table.model()
    for line, text in ((model.columnCount() - 2, "=open"), (model.columnCount() - 1, "> 100")):
        click(driver, header.line(line))
        driver.qtbot.keyClicks(QApplication.focusWidget(), text)
        driver.settle()
    driver.qtbot.waitUntil(lambda: 0 < model.rowCount() < 60)
    driver.settle()
    driver.answers.file = str(tmp_path / "open.xlsx")
    click_entries(driver, driver.window.menuBar(), "Store", "Export, import and copy", "Export what is seen…")
    dialog = driver.dialog(SeenDialog)
    assert dialog.formats[ExportFormat.XLSX].isChecked() and dialog.list.name == "entities"
    click_button(driver, dialog, "Choose file…")
    are_the_open_orders(driver, tmp_path / "open.xlsx")


def test_open_orders_over_100_become_a_spreadsheet_by_keyboard(
    driver: Driver, demo_store: Path, tmp_path: Path
) -> None:
    driver.open(demo_store)
    dock = driver.window.docks.entities
    assert dock.table.hasFocus()
    header, model = dock.columns.header, dock.table.model()
    driver.press(KEY.Key_Slash)
    driver.qtbot.keyClicks(dock.filter, "order")
    driver.settle()
    for path in ("status", "total"):
        driver.qtbot.keyClick(dock.columns_button, KEY.Key_Space)
        (menu,) = driver.dialogs(QMenu)
        by_keys(driver, menu, "Values", "Values of Order", path)
        driver.dismiss(menu)
    driver.settle()
    for column, text in ((model.columnCount() - 2, "=open"), (model.columnCount() - 1, "> 100")):
        for _ in range(80):
            if header.line(column).hasFocus():
                break
            driver.press(KEY.Key_Tab)
        driver.qtbot.keyClicks(QApplication.focusWidget(), text)
        driver.settle()
    driver.qtbot.waitUntil(lambda: 0 < model.rowCount() < 60)
    driver.settle()
    driver.answers.file = str(tmp_path / "open.xlsx")
    driver.press(KEY.Key_E, CTRL | ALT)
    dialog = driver.dialog(SeenDialog)
    driver.qtbot.waitUntil(dialog.isActiveWindow)
    driver.press(KEY.Key_Return)
    driver.settle()
    are_the_open_orders(driver, tmp_path / "open.xlsx")


def by_keys(driver: Driver, menu: QMenu, *texts: str) -> None:
    """Go down menus to an entry, and press Enter."""
    for text in texts:
        for _ in range(40):
            action = menu.activeAction()
            if action is not None and action.text().replace("&", "") == text:
                break
            driver.qtbot.keyClick(menu, KEY.Key_Down)
        else:
            raise AssertionError(f"{text} is not in the menu")
        driver.qtbot.keyClick(menu, KEY.Key_Return)
        inner = action.menu()
        if isinstance(inner, QMenu):
            driver.qtbot.waitUntil(inner.isVisible)
            menu = inner
