"""Forms that nobody has typed into yet: none of them complains, and what is said later is plain English."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from es_desktop.app.entity.commands import Commands
from es_desktop.app.store.session import create_session
from es_desktop.core import TimestampedVersionedEntity
from es_desktop.examples import Account, Example, Order, Ticket
from es_desktop.models.entity.state_model import VALUE
from es_desktop.views.branch.hypothetical_event_dialog import HypotheticalEventDialog
from es_desktop.views.entity.change_dialog import ChangeDialog, NewEntityDialog
from es_desktop.views.style.fields import ChoiceBox
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window


MODELS: dict[type[Any], dict[str, Any]] = {
    Order: {"customer": "Zoë"},
    Account: {"owner": "Zoë", "currency": "EUR"},
    Ticket: {"title": "It is broken"},
}


class Parcel(TimestampedVersionedEntity):
    """A parcel that is on its way."""

    def __init__(self, pieces: int, weight: Decimal, due: date, route: UUID, stops: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)


def complaints(part: QWidget) -> list[str]:
    """Return the red texts in a part of the window; no text there is one of Python."""
    labels = [each for each in part.findChildren(QLabel) if each.isVisibleTo(part)]
    texts = [each.text() for each in labels if each.property("role") in ("error", "dim")]
    assert not [each for each in texts if "''" in each or "None" in each]
    return [each.text() for each in labels if each.property("role") == "error" and each.text()]


def said(part: QWidget) -> str:
    return "\n".join(each.text() for each in part.findChildren(QLabel) if each.isVisibleTo(part))


def line_of(editor: QWidget) -> QLineEdit:
    line = editor.focusProxy()
    assert isinstance(line, QLineEdit)
    return line


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of an order, an account and a ticket."""
    path = tmp_path / "small.esdb"
    session = create_session(str(path))
    for model, arguments in MODELS.items():
        Commands(session).create(model, arguments)
    session.close()
    return path


@pytest.fixture
def new_parcel(qtbot: QtBot) -> NewEntityDialog:
    dialog = NewEntityDialog([Parcel])
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_no_command_complains_before_something_is_typed(driver: Driver, store: Path) -> None:
    driver.open(store)
    dock = driver.window.docks.commands
    dock.raise_()
    for model in MODELS:
        driver.choose(model.__name__)
        for name in [name for name, button in dock.buttons.items() if button.isCheckable()]:
            driver.qtbot.mouseClick(dock.buttons[name], Qt.MouseButton.LeftButton)
            driver.settle()
            assert (dock.command, complaints(dock.pane)) == (name, [])


def test_a_field_of_a_command_complains_once_it_was_edited_or_enter_was_pressed(driver: Driver, store: Path) -> None:
    driver.open(store)
    driver.choose("Order")
    dock = driver.window.docks.commands
    dock.open_command("add_item")
    driver.settle()
    quantity = line_of(dock.form.editor("quantity"))
    assert "Still needed: " in said(dock.pane) and "quantity" in said(dock.pane)
    driver.type_into(quantity, "two")
    driver.qtbot.waitUntil(lambda: complaints(dock.pane) == ["quantity: 'two' is not a whole number. Such as: 42"])
    for _ in "two":
        driver.qtbot.keyClick(quantity, Qt.Key.Key_Backspace)
    driver.qtbot.waitUntil(lambda: complaints(dock.pane) == ["quantity: a whole number is needed. Such as: 42"])
    dock.open_command("add_item")
    driver.settle()
    assert complaints(dock.pane) == []
    driver.qtbot.keyClick(line_of(dock.form.editor("quantity")), Qt.Key.Key_Return)
    driver.qtbot.waitUntil(lambda: complaints(dock.pane) == ["quantity: a whole number is needed. Such as: 42"])


def test_a_new_entity_says_what_is_needed_and_complains_when_it_is_tried(
    qtbot: QtBot, new_parcel: NewEntityDialog
) -> None:
    assert complaints(new_parcel) == []
    assert "Still needed: pieces, weight, due, route, stops" in said(new_parcel)
    assert not new_parcel.agree_button.isEnabled()
    qtbot.keyClicks(line_of(new_parcel.editor("pieces")), "3")
    assert "Still needed: weight, due, route, stops" in said(new_parcel) and complaints(new_parcel) == []
    qtbot.keyClick(line_of(new_parcel.editor("pieces")), Qt.Key.Key_Return)
    assert complaints(new_parcel) == ["weight: a decimal number is needed. Such as: 9.90"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("weight", "a decimal number is needed"),
        ("due", "a date is needed"),
        ("route", "an id is needed"),
        ("stops", "JSON is needed"),
    ],
)
def test_an_emptied_field_says_in_words_what_it_needs(
    qtbot: QtBot, new_parcel: NewEntityDialog, name: str, text: str
) -> None:
    line = new_parcel.editor(name).focusProxy()
    assert isinstance(line, QLineEdit | QPlainTextEdit)
    qtbot.keyClicks(line, "it's\\")
    assert len(complaints(new_parcel)) == 1
    assert "'it's\\' is not " in complaints(new_parcel)[0]
    qtbot.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(line, Qt.Key.Key_Delete)
    assert [each.partition(".")[0] for each in complaints(new_parcel)] == [f"{name}: {text}"]


@pytest.mark.parametrize("model", [Order, Account, Ticket, Example])
def test_no_form_of_a_new_entity_complains_when_it_opens(qtbot: QtBot, model: type[Any]) -> None:
    dialog = NewEntityDialog([model])
    qtbot.addWidget(dialog)
    dialog.show()
    assert complaints(dialog) == []


def test_no_attribute_complains_when_its_editor_opens(driver: Driver, store: Path) -> None:
    driver.open(store)
    for model in MODELS:
        driver.choose(model.__name__)
        driver.act("change")
        dialog = driver.dialog(ChangeDialog)
        attributes = dialog.findChildren(ChoiceBox)[0]
        for number in range(attributes.count()):
            attributes.setCurrentIndex(number)
            driver.settle()
            assert complaints(dialog) == [], attributes.currentText()
        dialog.reject()


def test_a_value_that_was_only_opened_in_place_is_not_refused(driver: Driver, store: Path) -> None:
    driver.open(store)
    driver.choose("Order")
    messages: list[str] = []
    driver.workspace.message.connect(messages.append)
    tree = driver.window.docks.state.tree
    model = tree.model()
    row = next(row for row in range(model.rowCount()) if model.index(row, 0).data() == "due")
    tree.edit(model.index(row, VALUE))
    driver.press(Qt.Key.Key_Tab)
    driver.settle()
    assert messages == [] and not driver.answers.errors


def test_an_inserted_event_is_called_wrong_only_after_it_was_edited(driver: Driver, store: Path) -> None:
    driver.open(store)
    driver.choose("Order")
    driver.act("what-if-insert")
    dialog = driver.dialog(HypotheticalEventDialog)
    driver.settle()
    for number in range(dialog.types.count()):
        dialog.types.setCurrentIndex(number)
        driver.settle()
        assert complaints(dialog) == [], dialog.types.currentText()
    dialog.payload.setFocus()
    target = QApplication.focusWidget()
    assert target is not None
    driver.qtbot.keyClicks(target, "{")
    driver.qtbot.waitUntil(lambda: len(complaints(dialog)) == 1)
    dialog.reject()
