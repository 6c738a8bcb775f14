"""The one way to ask in a dialog: keys, focus, size, and that no dialog goes past it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from es_desktop.views.style.form_dialog import FormDialog
from es_desktop.views.style.theme import Theme

VIEWS = Path(__file__).parents[3] / "es_desktop" / "views"


@pytest.fixture
def dialog(theme: Theme) -> Iterator[FormDialog]:
    dialog = FormDialog("Ask", "Agree")
    yield dialog
    dialog.close()
    dialog.deleteLater()


def press(widget: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(widget, key)


def opened(qtbot: QtBot, dialog: FormDialog) -> FormDialog:
    dialog.open()
    qtbot.waitActive(dialog)
    return dialog


def test_return_agrees_and_escape_leaves(qtbot: QtBot, dialog: FormDialog) -> None:
    line = QLineEdit(dialog)
    dialog.add_form().row("Name", line)
    line.setFocus()
    with qtbot.waitSignal(dialog.accepted):
        press(opened(qtbot, dialog), Qt.Key.Key_Return)
    with qtbot.waitSignal(dialog.rejected):
        press(opened(qtbot, dialog), Qt.Key.Key_Escape)


def test_what_cannot_be_agreed_to_is_not(qtbot: QtBot, dialog: FormDialog) -> None:
    dialog.agree_button.setEnabled(False)
    press(opened(qtbot, dialog), Qt.Key.Key_Return)
    dialog.agree()
    assert dialog.isVisible()


def test_return_does_not_do_what_is_dangerous(qtbot: QtBot, theme: Theme) -> None:
    dialog = FormDialog("Ask", "Destroy", is_dangerous=True)
    qtbot.addWidget(dialog)
    assert not dialog.agree_button.isDefault() and dialog.agree_button.property("role") == "danger"
    with qtbot.waitSignal(dialog.rejected), qtbot.assertNotEmitted(dialog.accepted):
        press(opened(qtbot, dialog), Qt.Key.Key_Return)


def test_tab_goes_through_the_rows_and_then_to_the_buttons(qtbot: QtBot, dialog: FormDialog) -> None:
    lines = [QLineEdit(dialog), QLineEdit(dialog)]
    for line in lines:
        dialog.add_form().row("Name", line)
    lines[0].setFocus()
    opened(qtbot, dialog)
    seen = []
    for _ in range(5):
        seen.append(dialog.focusWidget())
        press(dialog.focusWidget() or dialog, Qt.Key.Key_Tab)
    assert seen == [*lines, dialog.agree_button, dialog.leave_button, lines[0]]


def test_a_dialog_is_as_high_as_it_needs(qtbot: QtBot, dialog: FormDialog) -> None:
    dialog.add_form().row("Name", QLineEdit(dialog), QPushButton("…", dialog))
    opened(qtbot, dialog)
    low = dialog.height()
    assert dialog.buttons.geometry().bottom() < low < 140
    page = QPlainTextEdit(dialog)
    dialog.add(page, stretch=1)
    dialog.add_result()
    dialog.make_room()
    assert dialog.height() > low
    dialog.resize(dialog.width(), 600)
    qtbot.waitUntil(lambda: page.height() > 300)  # what stretches takes the room


def test_no_dialog_has_buttons_of_its_own() -> None:
    found = [
        path.relative_to(VIEWS).as_posix()
        for path in VIEWS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "QDialogButtonBox"
    ]
    assert found == ["style/form_dialog.py"]


def test_all_that_is_opened_is_opened_in_the_one_place_that_deletes_it() -> None:
    opened = [
        f"{file.name}:{node.lineno}"
        for file in VIEWS.rglob("*.py")
        if file.name != "dialogs.py"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in ("exec", "exec_")
        or (node.func.attr == "open" and not node.args)
        or (node.func.attr == "popup" and node.args)
    ]
    assert opened == []
