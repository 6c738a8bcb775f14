"""Export, import and addresses in the window, by the keyboard, on real stores."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QRadioButton

from es_desktop.app.notes.address import Address
from es_desktop.app.store.session import create_session, open_session
from es_desktop.app.text.json_objects import event_json
from es_desktop.app.text.json_view import plain_json
from es_desktop.app.transfer.export import ExportFormat, ExportRequest, export_to_file
from es_desktop.models.notes.bookmarks import NOTE
from es_desktop.views.style.pill import Pill
from es_desktop.views.transfer import ExportDialog, ImportDialog
from tests.app.recording import event, store_of
from tests.views.driving import Driver, W

pytestmark = pytest.mark.one_window

KEY, CTRL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def opened(driver: Driver, dialog_class: type[W]) -> W:
    """The open dialog of a class, once it has the focus."""
    dialog = driver.dialog(dialog_class)
    driver.qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def shown(dialog: QDialog) -> str:
    return "\n".join(each.text() for each in dialog.findChildren(QLabel) if each.isVisible())


def choose(driver: Driver, type_name: str) -> None:
    driver.choose(type_name)
    driver.window.docks.entities.table.setFocus()


def press_until(driver: Driver, key: Qt.Key, radio: QRadioButton) -> None:
    """Press a key until a choice is the one."""
    for _ in range(12):
        if radio.isChecked():
            return
        driver.press(key)
    raise AssertionError(f"{radio.text()} cannot be reached by the keyboard")


# Export ---------------------------------------------------------------------------------------------------------------


def test_an_entity_is_exported_by_the_keyboard(driver: Driver, demo_store: Path, tmp_path: Path) -> None:
    driver.open(demo_store)
    choose(driver, "Order")
    entity = driver.workspace.selection.entity_id
    driver.answers.file = str(tmp_path / "mine.jsonl")
    driver.press(KEY.Key_E, CTRL)
    dialog = opened(driver, ExportDialog)
    assert dialog.this_entity.isChecked() and dialog.this_entity.hasFocus()
    for _ in range(2):
        driver.press(KEY.Key_Tab)
    assert dialog.formats[ExportFormat.CASE].hasFocus()
    press_until(driver, KEY.Key_Down, dialog.formats[ExportFormat.JSONL])
    driver.press(KEY.Key_Return)
    driver.settle()
    assert driver.answers.offered == f"order-{str(entity)[:8]}.jsonl"
    events = [json.loads(line) for line in (tmp_path / "mine.jsonl").read_text("utf-8").splitlines()[1:]]
    assert {each["sequence"] for each in events} == {str(entity)}
    assert "mine.jsonl was written: " in driver.last_message()
    assert driver.window.focusWidget() is driver.window.docks.entities.table


def test_selected_entities_go_into_a_case_that_opens_here(driver: Driver, demo_store: Path, tmp_path: Path) -> None:
    driver.open(demo_store)
    choose(driver, "Order")
    for _ in range(2):
        driver.press(KEY.Key_Down, SHIFT)
        driver.settle()
    chosen = driver.window.docks.entities.selected
    assert len(chosen) == 3
    driver.workspace.notes.set_bookmark(chosen[2], 1, "this one")
    driver.workspace.notes.set_bookmark(driver.workspace.entities.at(0).id, None, "another")
    driver.act("back")
    driver.settle()
    view = driver.workspace.selection.entity_id, driver.workspace.selection.version
    driver.answers.file = str(tmp_path / "case.esdb")
    driver.press(KEY.Key_E, CTRL)
    dialog = opened(driver, ExportDialog)
    assert dialog.selection.isChecked() and "3 entities" in shown(dialog)
    assert not dialog.formats[ExportFormat.PYTEST].isEnabled()
    driver.press(KEY.Key_Return)
    driver.settle()
    assert driver.answers.offered == "demo-3-entities.esdb"

    driver.open(tmp_path / "case.esdb")
    assert (driver.workspace.selection.entity_id, driver.workspace.selection.version) == view
    assert driver.workspace.entities.rowCount() == 3
    assert [each.note for each in driver.workspace.notes.notebook.bookmarks] == ["this one"]
    assert "a case: 3 entities of demo.esdb" in driver.window.statusBar().facts.toolTip() + str(  # type: ignore[attr-defined]
        driver.workspace.facts
    )


def test_a_case_is_only_read_and_its_notes_are_in_view(driver: Driver, demo_store: Path, tmp_path: Path) -> None:
    driver.open(demo_store)
    choose(driver, "Order")
    order = driver.workspace.selection.entity_id
    assert order is not None
    driver.workspace.notes.set_bookmark(order, 1, "look at the price")
    driver.answers.file = str(tmp_path / "case.esdb")
    driver.press(KEY.Key_E, CTRL)
    opened(driver, ExportDialog)
    driver.press(KEY.Key_Return)
    driver.settle()
    before = (tmp_path / "case.esdb").read_bytes()
    driver.open(tmp_path / "case.esdb")
    notes = driver.window.docks.notes
    assert driver.is_in_front(notes)
    assert notes.table.model().index(0, NOTE).data() == "look at the price"
    badge = next(each for each in driver.window.toolbar.findChildren(Pill) if each.isVisible())
    assert badge.text() == "READ ONLY" and "case" in badge.toolTip()
    assert "case" in driver.window.actions_by_id["snapshot"].toolTip()
    assert (tmp_path / "case.esdb").read_bytes() == before
    driver.window.docks.entities.raise_()
    driver.act("allow-changes")
    driver.settle()
    assert badge.text() == "WRITABLE"
    assert driver.is_in_front(driver.window.docks.entities), "it stays as it is shown"


def test_a_test_is_of_one_entity_at_one_version(driver: Driver, demo_store: Path, tmp_path: Path) -> None:
    driver.open(demo_store)
    choose(driver, "Order")
    driver.workspace.selection.go_to(4)
    driver.settle()
    driver.answers.file = str(tmp_path / "test_it.py")
    driver.act("export")
    dialog = opened(driver, ExportDialog)
    assert (dialog.limited.isChecked(), dialog.version.isEnabled()) == (False, False)
    dialog.formats[ExportFormat.PYTEST].setChecked(True)
    assert (dialog.limited.isChecked(), dialog.limited.isEnabled(), dialog.version.value()) == (True, False, 4)
    dialog.formats[ExportFormat.CSV].setChecked(True)
    assert (dialog.limited.isChecked(), dialog.limited.isEnabled()) == (False, True)
    dialog.limited.click()
    dialog.formats[ExportFormat.PYTEST].setChecked(True)
    dialog.version.setValue(3)
    driver.press(KEY.Key_Return)
    driver.settle()
    assert "STOP_BEFORE = 3" in (tmp_path / "test_it.py").read_text("utf-8")


def test_escape_and_no_file_export_nothing(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    before = sorted(demo_store.parent.iterdir())
    driver.press(KEY.Key_E, CTRL)
    opened(driver, ExportDialog)
    driver.press(KEY.Key_Escape)
    driver.settle()
    driver.press(KEY.Key_E, CTRL)
    opened(driver, ExportDialog)
    driver.press(KEY.Key_Return)
    driver.settle()
    assert driver.answers.offered is not None
    assert sorted(demo_store.parent.iterdir()) == before


def test_without_an_entity_the_whole_store_is_offered(driver: Driver, tmp_path: Path) -> None:
    create_session(str(tmp_path / "made.esdb")).close()
    driver.open(tmp_path / "made.esdb")
    driver.act("export")
    dialog = opened(driver, ExportDialog)
    assert dialog.whole_store.isChecked() and not dialog.this_entity.isEnabled()
    assert (dialog.request.entities, dialog.suggested_name) == (None, "made-copy.esdb")
    dialog.reject()


def test_the_selected_rows_survive_a_reload_of_the_list(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    dock = driver.window.docks.entities
    dock.table.setFocus()
    for row in (2, 5, 6):
        dock.table.selectionModel().setCurrentIndex(
            dock.table.model().index(row, 0),
            QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
        )
    driver.settle()
    chosen = set(dock.selected)
    assert len(chosen) == 4, "the first row was selected already"
    dock.table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    driver.settle()
    assert set(dock.selected) == chosen
    current = driver.workspace.selection.entity_id
    assert current in chosen
    dock.filter.setText(str(current)[:8])
    driver.settle()
    assert dock.selected == (current,)


def test_a_click_with_control_adds_a_row_and_takes_it_away(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    dock = driver.window.docks.entities

    def click(row: int) -> None:
        index = dock.table.model().index(row, 0)
        at = dock.table.visualRect(index).center()
        driver.qtbot.mouseClick(dock.table.viewport(), Qt.MouseButton.LeftButton, CTRL, at)
        driver.settle()

    ids = [driver.workspace.entities.at(row).id for row in range(4)]
    click(2)
    click(3)
    assert dock.selected == (ids[0], ids[2], ids[3])
    assert driver.workspace.selection.entity_id == ids[3]
    click(2)
    assert dock.selected == (ids[0], ids[3])
    click(1)
    picture, tokens = dock.table.viewport().grab().toImage(), driver.window.theme.tokens
    bars = [picture.pixelColor(1, dock.table.rowViewportPosition(row) + 8).name() for row in range(4)]
    assert (bars[0], bars[1], bars[3]) == (tokens.accent_soft, tokens.accent, tokens.accent_soft), "one is shown"
    driver.press(KEY.Key_A, CTRL)
    driver.settle()
    assert len(dock.selected) == driver.workspace.entities.rowCount() == 300


# Import ---------------------------------------------------------------------------------------------------------------


def exported(demo_store: Path, tmp_path: Path) -> Path:
    with closing(open_session(str(demo_store), writable=False)) as session:
        orders = tuple(each.id for each in session.entities() if each.type == "Order")[:2]
        export_to_file(session, tmp_path / "orders.jsonl", ExportRequest(ExportFormat.JSONL, orders))
    return tmp_path / "orders.jsonl"


def test_an_import_says_what_it_writes_and_shows_it(driver: Driver, demo_store: Path, tmp_path: Path) -> None:
    driver.answers.file = str(exported(demo_store, tmp_path))
    create_session(str(tmp_path / "made.esdb")).close()
    driver.open(tmp_path / "made.esdb")
    driver.press(KEY.Key_I, CTRL | SHIFT)
    dialog = opened(driver, ImportDialog)
    assert "of 2 entities will be written" in shown(dialog)
    assert "orders.jsonl → made.esdb" in shown(dialog)
    driver.press(KEY.Key_Escape)
    driver.settle()
    assert driver.workspace.entities.rowCount() == 0
    driver.press(KEY.Key_I, CTRL | SHIFT)
    dialog = opened(driver, ImportDialog)
    default = next(each for each in dialog.findChildren(QPushButton) if each.isDefault())
    assert default.text() == "Import"
    driver.press(KEY.Key_Return)
    driver.settle()
    assert driver.workspace.entities.rowCount() == 2
    assert " imported." in driver.last_message()
    driver.press(KEY.Key_I, CTRL | SHIFT)
    driver.settle()
    assert "orders.jsonl contains nothing new" in driver.last_message()


def test_conflicts_are_reported_and_nothing_is_written(driver: Driver, tmp_path: Path) -> None:
    other = store_of(tmp_path / "other.esdb", [event("a", at, '{"n":1}') for at in range(9)])
    with closing(open_session(str(other))) as session:
        export_to_file(session, tmp_path / "out.jsonl", ExportRequest(ExportFormat.JSONL))
    driver.open(store_of(tmp_path / "mine.esdb", [event("a", at) for at in range(7)]))
    driver.answers.file = str(tmp_path / "out.jsonl")
    driver.act("import")
    driver.settle()
    (text,) = driver.answers.errors
    assert text.text.startswith("7 records of out.jsonl have positions that are taken: position 0 of a, position 1")
    assert text.text.endswith("position 4 of a, …")
    assert driver.workspace.inspector.view is not None and driver.workspace.inspector.view.facts.version == 6


def test_nothing_is_imported_into_a_store_of_another_program(driver: Driver, sample: Path) -> None:
    driver.open(sample)
    action = driver.window.actions_by_id["import"]
    assert not action.isEnabled() and "made by another program" in action.toolTip()
    assert driver.window.actions_by_id["export"].isEnabled()


# Copies and addresses -------------------------------------------------------------------------------------------------


def test_the_event_is_copied_as_the_command_line_prints_it(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    choose(driver, "Order")
    driver.workspace.selection.go_to(2)
    driver.settle()
    driver.press(KEY.Key_E, CTRL | SHIFT)
    driver.settle()
    view = driver.workspace.inspector.view
    assert view is not None
    assert json.loads(QGuiApplication.clipboard().text()) == plain_json(event_json(view.event_at(2)[0]))


def test_the_address_of_a_view_opens_it_again(driver: Driver, demo_store: Path, tmp_path: Path) -> None:
    driver.open(demo_store)
    choose(driver, "Account")
    driver.workspace.selection.go_to(3)
    driver.settle()
    view = driver.workspace.selection.entity_id, 3
    driver.press(KEY.Key_L, CTRL | SHIFT)
    address = Address.parse(QGuiApplication.clipboard().text())
    assert address == Address(str(demo_store), str(view[0]), 3)
    driver.act("close")
    driver.settle()
    driver.act("open-address")
    driver.settle()
    assert driver.answers.offered == str(address)
    assert (driver.workspace.selection.entity_id, driver.workspace.selection.version) == view


def test_a_bad_address_is_reported_and_the_open_store_stays(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    QGuiApplication.clipboard().setText("esdb:/a.esdb?entity=x&at=last")
    driver.act("open-address")
    assert "which is not a number" in driver.answers.errors[0].text
    QGuiApplication.clipboard().setText("a text that is none")
    driver.act("open-address")
    driver.settle()
    assert driver.answers.offered == ""
    assert driver.workspace.session is not None and driver.workspace.session.absolute_name == str(demo_store)
