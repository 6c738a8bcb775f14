"""The commands of an entity in the window: the buttons, the form, the event before it is written, the refusals."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from es_desktop.examples import Order
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
    editor = dock_of(driver).editor(name)
    editor.setFocus()
    target = QApplication.focusWidget()
    assert target is not None
    driver.qtbot.keyClicks(target, text)


def write(driver: Driver) -> None:
    dock = dock_of(driver)
    driver.qtbot.waitUntil(dock.write_button.isEnabled)
    press(driver, dock.write_button)


def test_an_order_is_filled_and_paid_by_mouse_and_then_refuses_items(order: Driver, tmp_path: Path) -> None:
    dock = dock_of(order)
    dock.raise_()
    order.settle()
    assert {name for name, each in dock.buttons.items() if each.property("state") == "refused"} == {"ship"}
    press(order, dock.buttons["add_item"])
    assert not dock.write_button.isEnabled(), "a quantity is needed"
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
    assert not dock.write_button.isVisible()
    order.workspace.selection.go_to(1)
    order.settle()
    assert dock.title_bar.summary() == "at the end (2)"


def test_a_command_is_found_in_the_palette_and_run_by_keys(order: Driver, tmp_path: Path) -> None:
    order.act("palette")
    palette = order.dialog(Palette)
    order.qtbot.keyClicks(palette.line, "order cancel")
    order.qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    order.settle()
    type_into(order, "reason", "changed my mind")
    dock = dock_of(order)
    order.qtbot.waitUntil(dock.write_button.isEnabled)
    dock.write_button.setFocus()
    order.qtbot.keyClick(dock.write_button, Qt.Key.Key_Space)
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
    order.qtbot.waitUntil(dock.write_button.isEnabled)
    assert dock.editor("reason").value() == "changed my mind"
    assert dock.buttons["cancel"].isChecked()
    write(order)
    assert dock.buttons["cancel"].property("state") == "refused"
