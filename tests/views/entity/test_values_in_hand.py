"""One chosen value: its writers, pinned, hidden, drawn as a lane. By keys and by mouse, in the real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from es_desktop.models.entity.state_model import NAME, SET_AT
from es_desktop.models.entity.writers_model import MOST, VERSION, WHAT
from es_desktop.models.runtime.tasks import Queue
from es_desktop.models.table.model import PATH_ROLE, TONE_ROLE
from es_desktop.views.entity.change_dialog import ChangeDialog
from es_desktop.views.entity.value_menu import ValueMenu
from es_desktop.views.entity.writers_popup import WritersPopup
from es_desktop.views.watch.lane_paint import ROW
from tests.models.working import Gate
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def go_to(driver: Driver, version: int) -> None:
    driver.workspace.selection.go_to(version)
    driver.settle()


@pytest.fixture
def order(driver: Driver, demo_store: Path) -> Iterator[Driver]:
    driver.workspace.preferences.draws_numbers = False  # no lanes but those of the test
    driver.open(demo_store)
    driver.choose("Order")
    yield driver
    driver.workspace.preferences.draws_numbers = True
    for menu in driver.dialogs(ValueMenu):
        menu.close()
    QApplication.sendPostedEvents()


def row_of(driver: Driver, path: str, parent: QModelIndex | None = None) -> QModelIndex:
    """The row of a path in the state's tree, unfolded down to it."""
    tree, parent = driver.window.docks.state.tree, parent or QModelIndex()
    model = tree.model()
    for row in range(model.rowCount(parent)):
        index = model.index(row, NAME, parent)
        found = str(index.data(PATH_ROLE))
        if found == path:
            return index
        if path.startswith(found) and path[len(found)] in ".[":
            tree.expand(index)
            return row_of(driver, path, index)
    raise AssertionError(f"there is no row of {path}")


def take(driver: Driver, path: str) -> None:
    """Choose a value, as clicking its name does."""
    tree = driver.window.docks.state.tree
    index = row_of(driver, path)
    tree.scrollTo(index)
    driver.qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualRect(index).center())
    tree.setFocus()


def names(driver: Driver) -> list[str]:
    model = driver.window.docks.state.tree.model()
    return [str(model.index(row, NAME).data()) for row in range(model.rowCount())]


def writers(driver: Driver, path: str) -> list[int]:
    return driver.workspace.inspector.history.blame.writers(path)


def menu_at(driver: Driver, path: str) -> ValueMenu:
    for menu in driver.dialogs(ValueMenu):
        menu.close()
    tree = driver.window.docks.state.tree
    index = row_of(driver, path)
    tree.scrollTo(index)
    right_click(tree.viewport(), tree.visualRect(index).center())
    return driver.dialogs(ValueMenu)[-1]


def right_click(widget: QWidget, point: QPoint) -> None:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, widget.mapToGlobal(point))
    QApplication.sendEvent(widget, event)


def plain(action: QAction) -> str:
    return action.text().replace("&", "")


def entry(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.findChildren(QAction) if plain(action).startswith(text))


def messages_of(driver: Driver) -> list[str]:
    messages: list[str] = []
    driver.workspace.message.connect(messages.append)
    return messages


# Why this value -------------------------------------------------------------------------------------------------------


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


# The menu -------------------------------------------------------------------------------------------------------------


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


# Hiding and pinning ---------------------------------------------------------------------------------------------------


def test_values_are_pinned_and_hidden_by_key_and_it_is_remembered(order: Driver, demo_store: Path) -> None:
    take(order, "lines[0].price")
    order.press(Qt.Key.Key_P)
    take(order, "total")
    order.press(Qt.Key.Key_P)
    for path in ("note", "channel"):
        take(order, path)
        order.press(Qt.Key.Key_H)
    take(order, "lines[1]")
    order.press(Qt.Key.Key_H)
    link, shown = order.window.docks.state.hidden_link, names(order)
    assert shown[:2] == ["lines[0].price", "total"] and not {"note", "channel"} & set(shown)
    assert link.isVisible() and link.text() == "3 values hidden · show"
    order.settle()
    order.act("close")
    order.settle()
    order.open(demo_store)
    order.choose("Order")
    assert names(order)[:2] == ["lines[0].price", "total"]
    assert not {"note", "channel"} & set(names(order))


def test_what_is_hidden_is_shown_faint_and_hidden_no_longer(order: Driver) -> None:
    take(order, "note")
    order.press(Qt.Key.Key_H)
    tree, link = order.window.docks.state.tree, order.window.docks.state.hidden_link
    assert tree.currentIndex().isValid() and QApplication.focusWidget() is tree, "the next row is current"
    order.qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert row_of(order, "note").data(TONE_ROLE) == "faint"
    assert link.text() == "1 hidden value · hide again"
    assert order.window.actions_by_id["show-hidden"].isChecked()
    order.press(Qt.Key.Key_H, SHIFT)
    assert "note" not in names(order)
    assert not order.window.actions_by_id["show-hidden"].isChecked()
    order.press(Qt.Key.Key_H, SHIFT)
    take(order, "note")
    order.press(Qt.Key.Key_H)
    assert row_of(order, "note").data(TONE_ROLE) is None
    assert not link.isVisible()
    order.press(Qt.Key.Key_H, SHIFT)
    assert not order.window.actions_by_id["show-hidden"].isChecked(), "as before"


def test_the_choice_is_kept_for_a_store_that_is_only_read(driver: Driver, sample: Path) -> None:
    before = sample.read_bytes()
    driver.open(sample)
    path, other = names(driver)[1], names(driver)[0]
    take(driver, path)
    driver.press(Qt.Key.Key_P)
    take(driver, other)
    driver.press(Qt.Key.Key_H)
    take(driver, path)
    driver.press(Qt.Key.Key_L)
    driver.settle()
    driver.open(sample)
    assert names(driver)[0] == path
    assert other not in names(driver)
    assert driver.workspace.lanes.paths[-1] == path, "after the one that was there without being asked for"
    assert sample.read_bytes() == before
    assert not driver.answers.errors


# Lanes ----------------------------------------------------------------------------------------------------------------


def test_l_draws_a_value_under_the_strip_and_dragging_there_scrubs(order: Driver) -> None:
    lanes, strip = order.window.docks.timeline.lanes, order.window.docks.timeline.strip
    assert not lanes.isVisible()
    for path in ("total", "status"):
        take(order, path)
        order.press(Qt.Key.Key_L)
    order.settle()
    assert lanes.isVisible() and lanes.height() == 2 * ROW
    viewport = lanes.viewport()
    order.qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(round(strip.x_of(3)), 20))
    order.qtbot.mouseMove(viewport, QPoint(round(strip.x_of(6)), 20))
    order.qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(round(strip.x_of(6)), 20))
    order.settle()
    assert order.workspace.selection.version == 6
    shown = order.workspace.inspector.state_view
    assert shown is not None
    assert lanes.accessibleDescription() == f"total at version 6: {shown.state['total']:,.2f}"
    order.press(Qt.Key.Key_Left)
    assert order.workspace.selection.version == 5, "arrows step, as everywhere in the timeline"


def test_a_lane_is_removed_by_the_same_key_by_delete_and_from_its_menu(order: Driver) -> None:
    lanes = order.window.docks.timeline.lanes
    for path in ("total", "status", "gift", "priority"):
        take(order, path)
        order.press(Qt.Key.Key_L)
    order.settle()
    take(order, "total")
    order.press(Qt.Key.Key_L)
    assert order.workspace.lanes.paths == ("status", "gift", "priority")
    lanes.setFocus()
    order.press(Qt.Key.Key_L)
    assert order.workspace.lanes.paths == ("gift", "priority")
    order.press(Qt.Key.Key_Delete)
    assert order.workspace.lanes.paths == ("priority",)
    right_click(lanes.viewport(), QPoint(20, 20))
    entry(order.dialogs(ValueMenu)[-1], "Remove the lane").trigger()
    assert order.workspace.lanes.paths == ()
    assert not lanes.isVisible()


def test_lanes_share_the_room_with_the_table(order: Driver) -> None:
    timeline = order.window.docks.timeline
    for path in ("total", "status", "gift", "priority", "note", "customer", "due", "channel"):
        order.workspace.preferences.toggle("lanes", path)
    order.settle()
    assert timeline.table.height() > timeline.lanes.height()
    order.window.resize(1024, 700)
    order.settle()
    assert timeline.lanes.height() >= ROW
    assert timeline.table.height() >= 3 * 26
