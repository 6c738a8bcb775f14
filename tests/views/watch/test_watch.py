"""Watching in the window: add, mark, run, rename, turn off and remove, all by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from es_desktop.models.table.model import PATH_ROLE
from es_desktop.models.watch.watch_model import LAST, NEXT, NOW, ON, VERSION, WATCHED
from es_desktop.views.entity.strip_paint import FLAGS_Y
from es_desktop.views.style.tokens import LIGHT
from es_desktop.views.watch.expression_line import RunDialog
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def open_an_order(driver: Driver, store: Path) -> None:
    driver.open(store)
    driver.choose("Order")
    driver.go_to_history()


def write(driver: Driver, text: str) -> None:
    """Type a text where the focus is, and press Enter."""
    widget = focus()
    driver.qtbot.keyClicks(widget, text)
    popup = widget.completer().popup() if isinstance(widget, QLineEdit) and widget.completer() else None
    assert popup is None or not popup.currentIndex().isValid(), "nothing is chosen that was not asked for"
    driver.press(Qt.Key.Key_Return)
    driver.settle()


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def rows_of(driver: Driver, column: int) -> list[str]:
    model = driver.window.docks.watch.table.model()
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def crossings_shown(driver: Driver) -> list[int]:
    model = driver.window.docks.watch.crossings.model()
    return [int(model.index(row, VERSION).data()) for row in range(model.rowCount())]


def flagged(driver: Driver) -> list[int]:
    """The versions below which the strip has an amber flag."""
    strip = driver.window.docks.timeline.strip
    driver.workspace.selection.go_to(driver.workspace.selection.last)
    image = strip.grab().toImage()
    last = driver.workspace.selection.last or 0
    found = [v for v in range(last) if image.pixelColor(round(strip.x_of(v)), FLAGS_Y + 3).name() == LIGHT.amber]
    return [*found, *([last] if "crossing" in strip.describe(last) else [])]


def version(driver: Driver) -> int:
    found = driver.workspace.selection.version
    assert found is not None
    return found


def test_a_journey_along_watchpoints_by_keyboard_alone(driver: Driver, demo_store: Path) -> None:
    open_an_order(driver, demo_store)
    dock = driver.window.docks.watch
    assert not dock.isVisible() or not dock.line.hasFocus()
    driver.press(Qt.Key.Key_W)
    assert dock.line.hasFocus() and not dock.visibleRegion().isEmpty()
    assert dock.hint.isVisible() and "Press F8 to run to the next one" in dock.hint.text()
    write(driver, "status")
    assert dock.line.hasFocus() and dock.line.text() == ""
    write(driver, "total > 100")
    write(driver, "len(lines) > 3")
    assert not dock.hint.isVisible()
    assert rows_of(driver, WATCHED) == ["status", "total > 100", "len(lines) > 3"]
    together = list(driver.workspace.watchpoints.crossed_versions)
    assert flagged(driver) == together

    driver.press(Qt.Key.Key_Escape)
    assert focus() is driver.window.docks.timeline.table
    driver.press(Qt.Key.Key_Home)
    driver.settle()
    met = [version(driver)]
    for _ in together:
        driver.press(Qt.Key.Key_F8)
        driver.settle()
        met.append(version(driver))
    assert sorted({*met} | {0}) == sorted({*together} | {0})
    driver.press(Qt.Key.Key_F8, SHIFT)
    driver.settle()
    assert version(driver) == together[-2]
    assert any("→" in text for text in rows_of(driver, NOW))

    driver.press(Qt.Key.Key_W)
    driver.press(Qt.Key.Key_Tab)
    assert focus() is dock.table
    driver.press(Qt.Key.Key_Up)
    driver.press(Qt.Key.Key_Up)
    assert dock.table.chosen == 0
    only = crossings_shown(driver)
    assert set(only) < set(together)
    driver.press(Qt.Key.Key_Left)
    driver.settle()
    assert version(driver) == max(each for each in only if each < together[-2])
    driver.press(Qt.Key.Key_Tab)
    assert focus() is dock.crossings
    driver.press(Qt.Key.Key_Home)
    driver.press(Qt.Key.Key_Down)
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert version(driver) == only[1]
    for widget in (dock.crossings, dock.table):
        widget.setFocus()
        driver.press(Qt.Key.Key_Escape)
        assert focus() is driver.window.docks.timeline.table


def test_a_watchpoint_is_renamed_switched_and_removed_by_its_keys(driver: Driver, demo_store: Path) -> None:
    open_an_order(driver, demo_store)
    driver.press(Qt.Key.Key_W)
    write(driver, "status")
    write(driver, "total > 100")
    driver.press(Qt.Key.Key_Tab)
    table = driver.window.docks.watch.table
    assert (focus(), table.chosen) == (table, 1), "what was added last is the chosen one"
    driver.press(Qt.Key.Key_F2)
    assert isinstance(focus(), QLineEdit)
    write(driver, "big, w. space")
    driver.qtbot.waitUntil(lambda: rows_of(driver, WATCHED)[1] == "big, w. space · total > 100")
    assert focus() is table
    driver.press(Qt.Key.Key_Space)
    driver.settle()
    assert not driver.workspace.player.is_playing, "Space is the table's here"
    assert [each.is_on for each in driver.workspace.watchpoints.all] == [True, False]
    assert flagged(driver) == crossed(driver, 0)
    driver.press(Qt.Key.Key_Space)
    driver.settle()
    driver.press(Qt.Key.Key_Delete)
    driver.settle()
    assert rows_of(driver, WATCHED) == ["status"]
    assert table.chosen == 0
    driver.press(Qt.Key.Key_Delete)
    driver.settle()
    assert flagged(driver) == []
    assert driver.window.docks.watch.hint.isVisible()


def crossed(driver: Driver, row: int) -> list[int]:
    watchpoints = driver.workspace.watchpoints
    trace = watchpoints.trace(watchpoints.all[row])
    assert trace is not None
    return [each.version for each in trace.crossings]


def test_the_error_of_an_expression_is_shown_with_its_column(driver: Driver, demo_store: Path) -> None:
    open_an_order(driver, demo_store)
    dock = driver.window.docks.watch
    driver.press(Qt.Key.Key_W)
    write(driver, 'status = "PAID"')
    assert dock.line.error.isVisible()
    assert dock.line.error.text().startswith("Column 8: ") and "Compare with ==" in dock.line.error.text()
    assert dock.line.text() == 'status = "PAID"'
    assert driver.workspace.watchpoints.all == ()
    image = dock.line.grab().toImage()
    shown = (image.pixelColor(x, y).name() for x in range(20, 300) for y in range(8, image.height() - 3))
    assert LIGHT.red_text in shown
    driver.qtbot.keyClicks(dock.line, " or")
    assert dock.line.error.isVisible(), "it is still wrong"
    driver.type_into(dock.line, 'status == "PAID"')
    assert not dock.line.error.isVisible()
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert rows_of(driver, WATCHED) == ['status == "PAID"']


def test_names_of_the_state_are_offered_inside_an_expression(driver: Driver, demo_store: Path) -> None:
    open_an_order(driver, demo_store)
    line = driver.window.docks.watch.line
    driver.press(Qt.Key.Key_W)
    driver.qtbot.keyClicks(line, "1 < discou")
    popup = line.completer().popup()
    assert popup.isVisible()
    driver.qtbot.keyClick(popup, Qt.Key.Key_Down)
    driver.qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert line.text() == "1 < discount"
    assert driver.workspace.watchpoints.all == (), "Enter took the name, and nothing else"
    driver.qtbot.keyClicks(line, " + 1")
    assert not popup.isVisible()
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert rows_of(driver, WATCHED) == ["1 < discount + 1"]


def test_the_value_chosen_in_the_state_is_run_along_and_watched(driver: Driver, demo_store: Path) -> None:
    open_an_order(driver, demo_store)
    tree = driver.window.docks.state.tree
    messages: list[str] = []
    driver.workspace.message.connect(messages.append)
    driver.press(Qt.Key.Key_Period)
    assert messages == ["Choose a value in the State panel first."]
    driver.press(Qt.Key.Key_Home)
    driver.settle()
    index = next(
        tree.model().index(row, 0)
        for row in range(tree.model().rowCount())
        if tree.model().index(row, 0).data(PATH_ROLE) == "status"
    )
    tree.setFocus()
    tree.setCurrentIndex(index)
    driver.press(Qt.Key.Key_Period)
    driver.settle()
    paid = version(driver)
    assert "OPEN → PAID" in driver.state()["status"]
    driver.press(Qt.Key.Key_Period)
    driver.settle()
    assert version(driver) > paid
    driver.press(Qt.Key.Key_Comma)
    driver.settle()
    assert version(driver) == paid
    driver.press(Qt.Key.Key_W)
    assert driver.window.docks.watch.line.selectedText() == "status"
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert rows_of(driver, WATCHED) == ["status"]


def test_running_to_a_condition_is_asked_for_in_a_dialog(driver: Driver, demo_store: Path) -> None:
    open_an_order(driver, demo_store)
    driver.press(Qt.Key.Key_Home)
    driver.press(Qt.Key.Key_F8, SHIFT | CONTROL)
    dialog = driver.dialog(RunDialog)
    driver.qtbot.waitUntil(dialog.line.hasFocus)
    driver.qtbot.keyClicks(dialog.line, "total >")
    driver.qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    assert dialog.isVisible() and dialog.line.error.text().startswith("Column 8: ")
    driver.qtbot.keyClicks(dialog.line, " 100")
    assert not dialog.line.error.isVisible()
    driver.qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    driver.settle()
    stopped_at = version(driver)
    assert float(driver.state()["total"].split(" → ")[-1]) > 100
    driver.press(Qt.Key.Key_End)
    driver.settle()
    driver.press(Qt.Key.Key_F8, SHIFT | CONTROL)
    again = driver.dialog(RunDialog)
    assert again.line.text() == "total > 100", "what was run to before is offered"
    back = next(each for each in again.findChildren(QPushButton) if "back" in each.text())
    back.setFocus()
    driver.qtbot.keyClick(back, Qt.Key.Key_Space)
    driver.settle()
    assert version(driver) == stopped_at
    driver.press(Qt.Key.Key_F8, SHIFT | CONTROL)
    driver.qtbot.keyClick(driver.dialog(RunDialog).line, Qt.Key.Key_Escape)
    driver.qtbot.waitUntil(lambda: not [each for each in QApplication.topLevelWidgets() if isinstance(each, RunDialog)])
    assert driver.workspace.watchpoints.all == ()
    driver.act("theme-dark")
    driver.act("theme-light")


def test_the_mouse_goes_to_the_last_and_the_next_crossing_and_ticks(driver: Driver, demo_store: Path) -> None:
    open_an_order(driver, demo_store)
    driver.act("watch")
    write(driver, "status")
    dock = driver.window.docks.watch
    only = crossings_shown(driver)
    driver.workspace.selection.go_to(only[1])
    driver.settle()
    driver.click_cell(dock.table, 0, NEXT)
    driver.settle()
    assert version(driver) == only[2]
    driver.click_cell(dock.table, 0, LAST)
    driver.settle()
    assert version(driver) == only[1]
    driver.click_cell(dock.crossings, 0, VERSION)
    driver.settle()
    assert version(driver) == only[0]
    driver.click_cell(dock.table, 0, ON)
    assert not driver.workspace.watchpoints.all[0].is_on
    assert crossings_shown(driver) == []
    driver.click_cell(dock.table, 0, ON)
    driver.settle()
    assert driver.workspace.watchpoints.all[0].is_on
    assert crossings_shown(driver) == only


def test_everything_of_a_watchpoint_can_be_done_from_the_menu(driver: Driver, demo_store: Path) -> None:
    open_an_order(driver, demo_store)
    messages: list[str] = []
    driver.workspace.message.connect(messages.append)
    driver.act("remove-watchpoint")
    assert messages == ["Choose a watchpoint in the Watch panel first."]
    driver.act("watch")
    write(driver, "status")
    driver.workspace.selection.go_to(0)
    driver.act("next-of-watchpoint")
    driver.settle()
    assert version(driver) == crossings_shown(driver)[1]
    driver.act("previous-of-watchpoint")
    driver.settle()
    assert version(driver) == 0
    driver.act("rename-watchpoint")
    write(driver, "state")
    driver.qtbot.waitUntil(lambda: rows_of(driver, WATCHED) == ["state · status"])
    driver.act("switch-watchpoint")
    assert not driver.workspace.watchpoints.all[0].is_on
    driver.act("remove-watchpoint")
    assert rows_of(driver, WATCHED) == []


def test_what_is_watched_is_there_again_in_a_store_that_is_only_read(driver: Driver, sample: Path) -> None:
    driver.open(sample)
    driver.go_to_history()
    driver.press(Qt.Key.Key_W)
    write(driver, "version % 2 == 0")
    driver.act("close")
    driver.settle()
    assert rows_of(driver, WATCHED) == []
    driver.open(sample)
    assert rows_of(driver, WATCHED) == ["version % 2 == 0"]
    assert flagged(driver)
