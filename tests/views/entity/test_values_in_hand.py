"""One chosen value: its writers, and its menu. By keys and by mouse, in the real window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from es_desktop.models.entity.state_model import NAME, SET_AT
from es_desktop.models.entity.writers_model import MOST, VERSION, WHAT
from es_desktop.models.runtime.tasks import Queue
from es_desktop.models.table.model import PATH_ROLE
from es_desktop.views.entity.change_dialog import ChangeDialog
from es_desktop.views.entity.value_menu import ValueMenu
from es_desktop.views.entity.writers_popup import WritersPopup
from tests.models.working import Gate
from tests.views.driving import Driver
from tests.views.entity.state_rows import (
    entry,
    go_to,
    menu_at,
    messages_of,
    plain,
    right_click,
    row_of,
    take,
    writers,
)

pytestmark = [pytest.mark.one_window, pytest.mark.one_store]

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_y_lists_who_set_a_nested_value_and_enter_goes_there(order: Driver) -> None:
    last = order.workspace.selection.last
    take(order, "lines[2].price")
    order.press(Qt.Key.Key_Y)
    popup = order.dialog(WritersPopup)
    order.settle()
    found = writers(order, "lines[2].price")
    model = popup.table.model()
    assert [int(model.index(row, VERSION).data()) for row in range(model.rowCount())] == found
    assert " → " in model.index(0, WHAT).data()
    assert popup.table.currentIndex().row() == len(found) - 1, "the one that holds now is chosen"
    order.qtbot.keyClick(popup.table, Qt.Key.Key_Home)
    order.qtbot.keyClick(popup.table, Qt.Key.Key_J)
    assert order.workspace.selection.version == last, "while the list is open, keys are for the list"
    popup.table.setCurrentIndex(model.index(0, 0))
    order.qtbot.keyClick(popup.table, Qt.Key.Key_Return)
    order.settle()
    assert order.workspace.selection.version == found[0]
    assert not order.dialogs(WritersPopup)
    assert row_of(order, "lines[2].price").siblingAtColumn(SET_AT).data() == str(found[0])
    assert order.window.docks.state.tree.currentIndex().data(PATH_ROLE) == "lines[2].price", "it stays current"


def test_escape_closes_the_list_and_nothing_happened(order: Driver) -> None:
    before = order.workspace.selection.version
    take(order, "total")
    order.press(Qt.Key.Key_Y)
    popup = order.dialog(WritersPopup)
    order.qtbot.keyClick(popup.table, Qt.Key.Key_Escape)
    assert not order.dialogs(WritersPopup)
    order.settle()
    assert order.workspace.selection.version == before


def test_a_click_in_the_list_goes_there(order: Driver) -> None:
    take(order, "total")
    order.press(Qt.Key.Key_Y)
    popup = order.dialog(WritersPopup)
    order.settle()
    order.click_cell(popup.table, 1, WHAT)
    order.settle()
    assert order.workspace.selection.version == writers(order, "total")[1]


def test_of_very_many_writers_some_are_left_out_and_their_number_is_shown(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.choose("Account")
    go_to(driver, 500)
    take(driver, "balance")
    driver.act("why")
    popup = driver.dialog(WritersPopup)
    driver.settle()
    count = len(writers(driver, "balance"))
    assert popup.table.model().rowCount() == MOST
    earlier, later = driver.workspace.writers.earlier, driver.workspace.writers.later
    assert earlier + MOST + later == count
    assert popup.hint.text().startswith(f"{earlier:,} earlier and {later:,} later events are not listed.")
    popup.close()


def test_who_set_it_appears_once_the_events_are_read(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    gate = Gate()
    driver.workspace.runner.run("Long reading", gate, queue=Queue.WALK)
    gate.wait_until_started()
    row = next(row for row in range(300) if driver.workspace.entities.at(row).type == "Order")
    driver.workspace.choose_row(row)
    driver.qtbot.waitUntil(lambda: driver.workspace.inspector.state_view is not None)
    take(driver, "total")
    messages = messages_of(driver)
    driver.act("go-to-writer")
    assert "still being read" in messages[-1]
    driver.act("why")
    popup = driver.dialog(WritersPopup)
    assert "still being read" in popup.hint.text()
    assert popup.table.model().rowCount() == 0
    gate.opened.set()
    driver.settle()
    assert popup.table.model().rowCount() > 0
    assert "Press Enter to go to the event" in popup.hint.text()
    popup.close()


def test_ctrl_return_goes_to_the_event_that_set_the_value(order: Driver) -> None:
    take(order, "customer")
    order.press(Qt.Key.Key_Return, CONTROL)
    order.settle()
    assert order.workspace.selection.version == writers(order, "customer")[-1] == 0


def test_without_a_chosen_value_one_is_asked_for(own_driver: Driver, demo_store: Path) -> None:
    order = own_driver
    order.workspace.preferences.draws_numbers = False
    order.open(demo_store)
    order.choose("Order")
    messages = messages_of(order)
    state = order.window.docks.state
    state.tree.setCurrentIndex(QModelIndex())
    order.window.docks.event.raise_()
    for action in ("why", "go-to-writer", "pin", "hide", "lane"):
        state.tree.setCurrentIndex(QModelIndex())
        order.act(action)
        assert messages[-1].startswith("Choose a value in the State panel first")
    assert QApplication.focusWidget() is state.tree
    order.settle()
    assert order.workspace.preferences.current.lanes == ()


def test_the_menu_of_a_value_names_its_writer_and_goes_there(order: Driver) -> None:
    found = writers(order, "total")
    go_to(order, found[3])
    menu = menu_at(order, "total")
    assert plain(entry(menu, "Set at")).startswith(f"Set at {found[3]} · Item")
    order.settle()
    assert plain(entry(menu, "All writers")) == f"All writers ({len(found)})…\tY"
    entry(menu, "All writers").trigger()
    popup = order.dialog(WritersPopup)
    order.settle()
    model = popup.table.model()
    assert [int(model.index(row, VERSION).data()) for row in range(model.rowCount())] == found
    assert popup.table.currentIndex().row() == 3
    assert all(" → " in model.index(row, WHAT).data() for row in range(model.rowCount()))
    order.click_cell(popup.table, 1, VERSION)
    order.settle()
    assert order.workspace.selection.version == found[1]


def test_the_menu_is_opened_and_used_by_keys_at_the_current_row(order: Driver) -> None:
    take(order, "customer")
    order.press(Qt.Key.Key_F10, SHIFT)
    menu = order.dialogs(ValueMenu)[-1]
    assert menu.accessibleName() == "Actions for customer"
    order.qtbot.keyClick(menu, Qt.Key.Key_Escape)
    assert not menu.isVisible()
    order.press(Qt.Key.Key_F10, SHIFT)
    menu = order.dialogs(ValueMenu)[-1]
    order.qtbot.keyClick(menu, Qt.Key.Key_Down)
    assert plain(menu.activeAction()).startswith("Set at 0 · Created")
    order.qtbot.keyClick(menu, Qt.Key.Key_Return)
    order.settle()
    assert order.workspace.selection.version == 0


def test_a_value_and_its_path_are_copied(order: Driver) -> None:
    entry(menu_at(order, "lines[0].price"), "Copy path").trigger()
    assert QGuiApplication.clipboard().text() == "lines[0].price"
    entry(menu_at(order, "lines[0]"), "Copy value").trigger()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("{\n") and '"sku"' in copied


def test_a_value_is_watched_from_its_menu(order: Driver) -> None:
    entry(menu_at(order, "lines[0].price"), "Watch").trigger()
    order.settle()
    assert len(order.workspace.watchpoints.all) == 1
    assert not order.answers.errors


def test_an_earlier_value_is_restored_from_its_menu(order: Driver) -> None:
    assert not any("Restore" in action.text() for action in menu_at(order, "note").actions()), "it is the last one"
    go_to(order, 0)
    entry(menu_at(order, "note"), "Restore").trigger()
    dialog = order.dialog(ChangeDialog)
    assert dialog.field.name == "note"
    dialog.close()
    assert not any("Restore" in action.text() for action in menu_at(order, "total").actions()), "nobody may set it"


def test_the_row_of_what_is_too_much_has_no_menu(order: Driver) -> None:
    state = order.window.docks.state
    order.workspace.inspector.state.set_state({"items": list(range(1200))}, (), {})
    rest = order.workspace.inspector.state.index(1000, NAME, order.workspace.inspector.state.index(0, NAME))
    state.tree.expandAll()
    state.tree.scrollTo(rest)
    right_click(state.tree.viewport(), state.tree.visualRect(rest).center())
    assert not order.dialogs(ValueMenu)
    order.workspace.refresh()  # the state of the store again, for the other tests
    order.settle()
