"""The menu of a value is the same wherever one is shown, and does the same there."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu, QWidget

from es_desktop.models.ask.found_model import FIXED
from es_desktop.models.compare.compare_model import RIGHT_COLUMN
from es_desktop.models.entity.timeline_model import CHANGED
from es_desktop.views.ask.answer_dock import AnswerDock
from es_desktop.views.ask.question_dock import QuestionDock
from es_desktop.views.entity.change_dialog import ChangeDialog
from es_desktop.views.entity.value_menu import ValueMenu
from tests.views.driving import Driver

pytestmark = [pytest.mark.one_window, pytest.mark.one_store]


def right_click(widget: QWidget, point: QPoint) -> None:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, widget.mapToGlobal(point))
    QApplication.sendEvent(widget, event)


def click_with_the_right_button(driver: Driver, view: QAbstractItemView, index: QModelIndex) -> None:
    view.scrollTo(index)
    point = view.visualRect(index).center()
    driver.qtbot.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=point)
    right_click(view.viewport(), point)


def menus(driver: Driver) -> dict[str, ValueMenu]:
    """The menus of the values of the open menu, by path."""
    open_menus = driver.dialogs(QMenu)
    assert len(open_menus) == 1
    menu = open_menus[0]
    found = [each for each in (menu, *menu.findChildren(ValueMenu)) if isinstance(each, ValueMenu)]
    return {each.accessibleName().removeprefix("Actions for "): each for each in found}


def texts(menu: QMenu) -> list[str]:
    return [each.text().replace("&", "").split("\t")[0] for each in menu.actions() if not each.isSeparator()]


def choose(menu: QMenu, text: str) -> None:
    next(each for each in menu.actions() if each.text().replace("&", "").startswith(text)).trigger()


def close(driver: Driver) -> None:
    for menu in driver.dialogs(QMenu):
        menu.close()
    QApplication.sendPostedEvents()


COMMON = [
    "Run to its next change",
    "Watch this value",
    "Find entities with this value",
    "Compare with the previous version",
    "Copy value as JSON",
    "Copy path",
]


def test_every_view_of_values_has_the_menu(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.choose("Order")
    docks, workspace = driver.window.docks, driver.workspace
    seen = {}

    def see(name: str, path: str) -> None:
        found = menus(driver)
        seen[name] = texts(found[path])
        assert all(len(texts(each)) <= 12 for each in found.values())
        close(driver)

    row = next(row for row in range(docks.timeline.table.model().rowCount()) if driver.timeline(3)[row] == "ItemAdded")
    click_with_the_right_button(driver, docks.timeline.table, docks.timeline.table.model().index(row, CHANGED))
    see("timeline", "total")
    driver.settle()
    driver.act("from-zero")
    driver.settle()
    docks.rebuild.raise_()
    index = (workspace.inspector.state_view.step_count if workspace.inspector.state_view else 0) - 1
    cards = docks.rebuild.cards
    right_click(cards.viewport(), cards.card_rect(index).center())
    see("steps", "total")
    driver.settle()
    driver.act("compare-before")
    driver.settle()
    table = docks.compare.table
    paths = [table.model().index(row, 0).data() for row in range(table.model().rowCount())]
    click_with_the_right_button(driver, table, table.model().index(paths.index("total"), RIGHT_COLUMN))
    see("compare", "total")
    docks.event.raise_()
    driver.settle()
    click_with_the_right_button(driver, docks.event.tree, docks.event.tree.model().index(0, 0))
    path = next(iter(menus(driver)))
    assert path == docks.event.tree.model().index(0, 0).data()
    see("event", path)
    workspace.search_requested.emit("total > 0")
    driver.settle()
    answers = docks.built(AnswerDock).table
    click_with_the_right_button(driver, answers, answers.model().index(0, FIXED))
    see("answer", "total")
    driver.settle()
    docks.log.raise_()
    driver.settle()
    click_with_the_right_button(driver, docks.log.table, docks.log.table.model().index(0, 5))
    found = menus(driver)
    seen["log"] = texts(next(iter(found.values())))
    close(driver)
    driver.settle()
    assert set(seen) == {"timeline", "steps", "compare", "event", "answer", "log"}
    for name, entries in seen.items():
        assert [each for each in entries if each in COMMON] == COMMON, name
    driver.act("compare-stop")


def test_the_entities_with_a_value_are_found_from_its_menu(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.choose("Order")
    docks = driver.window.docks
    docks.built(QuestionDock).as_of.setText("2020-01-01")
    docks.timeline.raise_()
    tree = docks.state.tree
    model = tree.model()
    row = next(row for row in range(model.rowCount()) if model.index(row, 0).data() == "channel")
    click_with_the_right_button(driver, tree, model.index(row, 0))
    choose(menus(driver)["channel"], "Find entities")
    close(driver)
    driver.settle()
    question, answer = docks.built(QuestionDock), docks.built(AnswerDock)
    assert question.line.text().startswith("channel == ") and question.as_of.text() == ""
    assert Driver.is_in_front(answer) and answer.table.model().rowCount() > 1 and answer.table.hasFocus()
    driver.workspace.search_requested.emit("total < 0")
    driver.settle()
    assert question.line.hasFocus(), "there are no rows to go to"


def test_a_value_is_run_to_watched_compared_and_copied_from_its_menu(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.choose("Order")
    selection, docks = driver.workspace.selection, driver.window.docks
    selection.go_to(0)
    driver.settle()
    writers = driver.workspace.inspector.history.blame.writers("total")
    table = docks.timeline.table

    def menu() -> ValueMenu:
        close(driver)
        click_with_the_right_button(driver, table, table.model().index(0, CHANGED))
        return menus(driver)["total"]

    choose(menu(), "Watch")
    driver.settle()
    assert [each.expression for each in driver.workspace.watchpoints.all] == ["total"]
    choose(menu(), "Copy value")
    assert QGuiApplication.clipboard().text().strip('"').startswith("0")
    choose(menu(), "Run to")
    driver.settle()
    assert selection.version == next(each for each in writers if each > 0)
    choose(menu(), "Compare")
    close(driver)
    driver.settle()
    assert driver.workspace.comparison.is_on and Driver.is_in_front(docks.compare)
    driver.act("compare-stop")
    driver.workspace.watchpoints.remove(0)
    driver.settle()


def test_of_many_values_some_have_a_menu_and_the_others_are_counted(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.choose("Order")
    table = driver.window.docks.timeline.table
    click_with_the_right_button(driver, table, table.model().index(0, CHANGED))
    menu = driver.dialogs(QMenu)[0]
    assert len([each for each in menu.actions() if not each.isSeparator()]) <= 12
    driver.qtbot.keyClick(menu, Qt.Key.Key_Escape)
    table.setFocus()
    driver.press(Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    assert driver.dialogs(QMenu), "by key, too"
    close(driver)


def test_shift_f10_opens_the_menu_of_what_has_the_focus(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.choose("Order")
    docks, shift = driver.window.docks, Qt.KeyboardModifier.ShiftModifier
    assert driver.workspace.lanes.paths == ("total", "status")
    for view in (docks.timeline.lanes, docks.rebuild.cards, docks.timeline.table):
        view.setFocus()
        driver.press(Qt.Key.Key_F10, shift)
        assert driver.dialogs(QMenu), view.accessibleName()
        close(driver)


def take(driver: Driver, path: str) -> None:
    tree = driver.window.docks.state.tree
    row = next(row for row in range(tree.model().rowCount()) if tree.model().index(row, 0).data() == path)
    tree.setFocus()
    tree.setCurrentIndex(tree.model().index(row, 0))


def test_the_chosen_value_is_watched_found_and_copied_by_key_or_palette(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.choose("Order")
    take(driver, "status")
    driver.press(Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    driver.settle()
    assert [each.expression for each in driver.workspace.watchpoints.all] == ["status"]
    driver.workspace.watchpoints.remove(0)
    driver.act("copy-path")
    assert QGuiApplication.clipboard().text() == "status"
    driver.act("copy-value")
    assert "status" not in QGuiApplication.clipboard().text()
    take(driver, "status")
    driver.press(Qt.Key.Key_F)
    driver.settle()
    assert driver.workspace.questioner.typed.text.startswith('status == "')
    assert driver.workspace.questioner.answers.rowCount() > 1


def test_e_begins_with_the_chosen_value(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.choose("Order")
    take(driver, "note")
    driver.press(Qt.Key.Key_E)
    dialog = driver.dialog(ChangeDialog)
    assert dialog.field.name == "note"
    assert dialog.editor is not None and dialog.editor.isAncestorOf(QApplication.focusWidget())
    dialog.close()
    driver.settle()
    take(driver, "total")
    driver.press(Qt.Key.Key_E)
    dialog = driver.dialog(ChangeDialog)
    assert dialog.field.name != "total", "no attribute that a person may set"
    dialog.close()


def test_home_and_end_move_in_the_list_that_has_the_focus(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.choose("Order")
    docks, selection = driver.window.docks, driver.workspace.selection
    selection.go_to(3)
    driver.settle()
    tree = docks.state.tree
    take(driver, "total")
    driver.press(Qt.Key.Key_Home)
    assert tree.currentIndex().row() == 0 and selection.version == 3
    driver.press(Qt.Key.Key_End)
    assert not tree.indexBelow(tree.currentIndex()).isValid() and selection.version == 3
    driver.act("compare-before")
    driver.settle()
    docks.compare.table.setFocus()
    driver.press(Qt.Key.Key_End)
    assert docks.compare.table.currentIndex().row() == docks.compare.table.model().rowCount() - 1
    assert selection.version == 3
    driver.act("compare-stop")
    docks.timeline.table.setFocus()
    driver.press(Qt.Key.Key_Home)
    assert selection.version == selection.first
    driver.press(Qt.Key.Key_End)
    assert selection.is_at_last
    table = docks.entities.table
    table.setFocus()
    driver.press(Qt.Key.Key_End)
    assert table.currentIndex().row() == table.model().rowCount() - 1
    driver.press(Qt.Key.Key_Home)
    assert table.currentIndex().row() == 0
    driver.settle()
