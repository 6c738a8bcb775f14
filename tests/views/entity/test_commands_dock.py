"""The commands of an entity in the window: the buttons, the form, the event before it is written, the refusals."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from es_desktop.app.entity.commands import Commands
from es_desktop.examples import Example, Order
from es_desktop.models.entity.state_model import NAME, VALUE
from es_desktop.views.entity.change_dialog import ChangeDialog
from es_desktop.views.entity.commands_dock import CommandsDock
from es_desktop.views.window.palette import Palette
from tests.app.storing import events_of
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window


@pytest.fixture
def order(driver: Driver, tmp_path: Path) -> Driver:
    """A new order in a new store, chosen."""
    driver.workspace.stores.create(str(tmp_path / "made.esdb"))
    driver.settle()
    driver.workspace.commander.run("Making", lambda commands: commands.create(Order, {"customer": "Zoë"}))
    driver.settle()
    driver.choose("Order")
    return driver


def dock_of(driver: Driver) -> CommandsDock:
    return driver.window.docks.commands


def press(driver: Driver, button: QPushButton) -> None:
    driver.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    driver.settle()


def type_into(driver: Driver, name: str, text: str) -> None:
    editor = dock_of(driver).form.editor(name)
    editor.setFocus()
    target = QApplication.focusWidget()
    assert target is not None
    driver.qtbot.keyClicks(target, text)


def write(driver: Driver) -> None:
    dock = dock_of(driver)
    driver.qtbot.waitUntil(dock.form.write_button.isEnabled)
    press(driver, dock.form.write_button)


def test_an_order_is_filled_and_paid_by_mouse_and_then_refuses_items(order: Driver, tmp_path: Path) -> None:
    dock = dock_of(order)
    dock.raise_()
    order.settle()
    assert {name for name, each in dock.buttons.items() if each.property("state") == "refused"} == {"ship"}
    press(order, dock.buttons["add_item"])
    assert not dock.form.write_button.isEnabled(), "a quantity is needed"
    for name, text in {"sku": "A", "name": "Apple", "quantity": "2", "price": "1.50"}.items():
        type_into(order, name, text)
    write(order)
    press(order, dock.buttons["pay"])
    type_into(order, "method", "card")
    write(order)
    entity_id = order.workspace.selection.entity_id
    assert [name for _, name in events_of(tmp_path / "made.esdb", entity_id)] == ["Created", "ItemAdded", "Paid"]
    refused = {name for name, each in dock.buttons.items() if each.property("state") == "refused"}
    assert refused == {"add_item", "remove_item", "change_quantity", "pay"}
    press(order, dock.buttons["add_item"])
    assert not dock.form.write_button.isVisible()
    order.workspace.selection.go_to(1)
    order.settle()
    assert dock.title_bar.summary() == "Zoë, at the end (2)"


def test_a_command_is_found_in_the_palette_and_run_by_keys(order: Driver, tmp_path: Path) -> None:
    order.act("palette")
    palette = order.dialog(Palette)
    order.qtbot.keyClicks(palette.line, "order cancel")
    order.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    order.settle()
    type_into(order, "reason", "changed my mind")
    dock = dock_of(order)
    order.qtbot.waitUntil(dock.form.write_button.isEnabled)
    order.press(Qt.Key.Key_Return)  # in the last line of a form that is complete
    order.settle()
    entity_id = order.workspace.selection.entity_id
    assert [name for _, name in events_of(tmp_path / "made.esdb", entity_id)] == ["Created", "Cancelled"]


def test_change_and_discard_are_in_the_same_list(order: Driver) -> None:
    dock = dock_of(order)
    dock.raise_()
    order.settle()
    press(order, dock.buttons["change_attribute"])
    order.dialog(ChangeDialog).reject()
    assert list(dock.buttons)[-1] == "ship", "what is refused comes last"


def test_what_was_typed_stays_when_something_else_is_written(order: Driver) -> None:
    dock, entity_id = dock_of(order), order.workspace.selection.entity_id
    dock.open_command("cancel")
    order.settle()
    type_into(order, "reason", "changed my mind")
    pay = {"method": "card"}
    order.workspace.commander.run("Paying", lambda commands: commands.run(entity_id, "pay", pay, 0))
    order.settle()
    order.qtbot.waitUntil(dock.form.write_button.isEnabled)
    assert dock.form.editor("reason").value() == "changed my mind"
    assert dock.buttons["cancel"].isChecked()
    write(order)
    assert dock.buttons["cancel"].property("state") == "refused"


def cell_of(driver: Driver, *names: str) -> QModelIndex:
    """The cell of a value of the state, with what is around it unfolded."""
    tree, parent = driver.window.docks.state.tree, QModelIndex()
    model = tree.model()
    for name in names:
        tree.expand(parent)
        parent = next(
            index
            for index in (model.index(row, NAME, parent) for row in range(model.rowCount(parent)))
            if index.data() == name
        )
    return parent.siblingAtColumn(VALUE)


def double_click(driver: Driver, *names: str) -> None:
    tree, cell = driver.window.docks.state.tree, cell_of(driver, *names)
    tree.scrollTo(cell)
    driver.window.activateWindow()  # as a window manager does when a dialog closes
    driver.qtbot.waitUntil(driver.window.isActiveWindow)
    for click in (driver.qtbot.mouseClick, driver.qtbot.mouseDClick):
        click(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualRect(cell).center())
    driver.settle()


def test_a_double_click_on_a_value_leads_to_the_form_of_what_changes_it(order: Driver) -> None:
    item = {"sku": "A", "name": "Apple", "quantity": 2, "price": Decimal("1.50")}
    order.workspace.commander.run_on_entity("Adding", lambda on, which, at: on.run(which, "add_item", item, at))
    order.settle()
    dock = dock_of(order)
    double_click(order, "lines", "[0]", "quantity")
    assert {name: dock.form.editor(name).value() for name in item} == item, "the value, and those beside it"
    assert dock.form.editor("quantity").isAncestorOf(QApplication.focusWidget())
    assert "Change quantity" in dock.explanation
    double_click(order, "status")
    assert dock.buttons["pay"].isChecked(), "the first that is not refused"
    assert dock.explanation.endswith("Also for status: Ship, Cancel.")
    double_click(order, "payment")
    assert dock.buttons["pay"].isChecked()
    double_click(order, "shipment")
    assert "Not now: an open order is not shipped" in dock.explanation


def test_return_edits_an_attribute_in_its_cell_and_at_an_earlier_version_asks_for_its_new_value(order: Driver) -> None:
    tree = order.window.docks.state.tree
    order.workspace.commander.run_on_entity("", lambda on, which, at: on.change_attribute(which, "note", "call", at))
    order.settle()
    tree.setCurrentIndex(cell_of(order, "note").siblingAtColumn(NAME))
    tree.setFocus()
    order.press(Qt.Key.Key_Return)
    assert isinstance(QApplication.focusWidget(), QLineEdit)
    order.press(Qt.Key.Key_Escape)
    order.workspace.selection.go_to(0)
    order.settle()
    double_click(order, "note")
    dialog = order.dialog(ChangeDialog)
    assert dialog.editor is not None
    assert (dialog.field.name, dialog.editor.value()) == ("note", "call"), "the value that there is now"
    dialog.reject()


def test_a_value_that_nothing_changes_says_so(order: Driver, qtbot: QtBot) -> None:
    order.workspace.commander.run("Making", lambda commands: commands.create(Example, {}))
    order.settle()
    order.choose("Example")
    assert "Double-click: Beat heart" in cell_of(order, "count_heartbeats").data(Qt.ItemDataRole.ToolTipRole)
    discard = order.workspace.commander.run_on_entity
    with qtbot.waitSignal(order.workspace.message) as message:
        order.window.docks.state.change_wanted.emit("unknown")
    assert message.args == ["unknown: no attribute or command of Example changes it."]
    discard("Discarding", Commands.discard)
    order.settle()
    with qtbot.waitSignal(order.workspace.message) as message:
        order.window.docks.state.change_wanted.emit("foo")
    assert message.args is not None
    assert message.args[0].startswith("The entity is discarded")


def open_for_reading(driver: Driver, path: Path) -> None:
    """Open a store again, as if another program had made it with the core."""
    driver.workspace.close_store()
    driver.settle()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 0")
    driver.open(path)


def test_the_events_of_a_long_entity_are_read_for_a_what_if_only_when_one_is_started(
    order: Driver, tmp_path: Path
) -> None:
    order.workspace.commander.run("Making", lambda commands: commands.create(Example, {}))
    order.settle()
    order.choose("Example")
    order.workspace.commander.run_on_entity(
        "", lambda on, which, at: on.run(which, "beat_heart", {"number_of_beats": 5_000}, at)
    )
    order.settle()
    open_for_reading(order, tmp_path / "made.esdb")
    order.choose("Example")
    dock = dock_of(order)
    assert "all 5,001 events are read" in dock.hint.text() and not dock.buttons
    order.act("what-if")
    order.settle()
    assert "beat_heart" in dock.buttons and not dock.hint.text()


def test_a_store_that_is_only_read_has_its_commands_as_a_what_if(order: Driver, tmp_path: Path) -> None:
    path, entity_id = tmp_path / "made.esdb", order.workspace.selection.entity_id
    open_for_reading(order, path)
    order.choose("Order")
    dock = dock_of(order)
    dock.open_command("pay")
    order.settle()
    assert dock.title_bar.summary() == "Zoë, what if · nothing is written"
    type_into(order, "method", "card")
    order.qtbot.waitUntil(dock.form.write_button.isEnabled)
    assert dock.form.write_button.text() == "Add event to the what-if"
    write(order)
    current = order.workspace.what_if.current
    assert current.branch is not None
    assert [each.type for each in current.branch.entries] == ["Created", "Paid"]
    assert dock.buttons["pay"].property("state") == "refused", "the commands go on from the what-if"
    press(order, dock.buttons["ship"])
    type_into(order, "carrier", "DHL")
    write(order)
    assert [each.type for each in current.branch.entries] == ["Created", "Paid", "Shipped"]
    double_click(order, "note")
    assert (dock.form.editor("name").value(), dock.form.editor("value").value()) == ("note", "")
    assert [name for _, name in events_of(path, entity_id)] == ["Created"]
    order.workspace.what_if.end()
    order.settle()
    assert dock.buttons["ship"].property("state") == "refused"


def test_in_a_small_window_the_commands_are_a_menu(order: Driver) -> None:
    button, docks = order.window.toolbar.commands, order.window.docks
    assert not button.isVisible() and docks.commands.isVisible(), "no second way to it"
    order.window.resize(1024, 700)
    order.act("reset-layout")
    order.settle()
    assert button.isVisible() and docks.commands.isHidden()
    menu = button.menu()
    menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
    order.settle()
    entries = {each.text().partition("\t")[0]: each for each in menu.actions()}
    assert not entries["Ship"].isEnabled()
    assert "\tan open order is not shipped" in entries["Ship"].text()
    entries["Pay"].trigger()
    menu.close()
    order.settle()
    assert docks.commands.isVisible() and docks.commands.form.editor("method").isVisible()
    order.window.resize(1440, 900)
    order.act("reset-layout")
    order.settle()
    assert docks.commands.isVisible() and not button.isVisible()
