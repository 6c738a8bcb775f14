"""A store that several applications share, and one whose records are encrypted, in the window."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QGuiApplication

from es_desktop.stores import OpenOptions
from es_desktop.views.store.connect_dialog import UnlockDialog
from es_desktop.views.store.store_dialog import StoreDialog
from es_desktop.views.style.dock_frame import Dock
from tests.cli.test_cli_several_stores import write_with_core
from tests.conftest import SAMPLES
from tests.stores.unusual import odd_files
from tests.stores.unusual.test_unusual_stores import filled
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window
KEY = "75zabIKMS3yFmeW//xAXIQ=="
"""Of the sample of release 9."""


def sample(name: str, folder: Path) -> Path:
    return Path(shutil.copyfile(SAMPLES / name, folder / name))


def types(driver: Driver) -> set[str]:
    model = driver.workspace.entities
    return {model.at(row).type for row in range(model.rowCount())}


# Several applications -------------------------------------------------------------------------------------------------


def test_the_applications_that_share_a_store_can_be_chosen(driver: Driver, tmp_path: Path) -> None:
    driver.open(sample("es-8.2.5-sqlalchemy-sqlite-two-apps.db", tmp_path))
    box = driver.window.docks.entities.scopes
    assert box.isVisible()
    assert [box.itemText(at) for at in range(box.count())] == ["all applications", "accounts", "audit"]
    assert types(driver) == {"Account", "Person"}
    box.setFocus()
    driver.qtbot.keyClick(box, Qt.Key.Key_End)
    driver.settle()
    assert types(driver) == {"Person"}
    assert box.currentText() == "audit"
    assert driver.workspace.selection.entity_id is not None, "one of what is left is shown"
    driver.qtbot.keyClick(box, Qt.Key.Key_Home)
    driver.settle()
    assert types(driver) == {"Account", "Person"}


def test_a_store_of_one_application_has_no_choice(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    assert not driver.window.docks.entities.scopes.isVisible()


def test_the_buttons_that_appear_on_hover_take_no_room_from_other_docks(driver: Driver, tmp_path: Path) -> None:
    driver.open(sample("es-8.2.5-sqlalchemy-sqlite-two-apps.db", tmp_path))
    driver.window.resize(1024, 700)
    for _ in range(2):
        driver.settle()  # tabs and titles have their places after the first layout, which is then done once more
    docks = [each for each in driver.window.findChildren(Dock) if each.title_bar.isVisible()]
    sizes = [each.size() for each in docks]
    for dock in docks:
        bar = dock.title_bar
        QCoreApplication.sendEvent(bar, QEnterEvent(QPointF(5, 5), QPointF(5, 5), QPointF(5, 5)))
        driver.settle()
        assert [each.size() for each in docks] == sizes, dock.windowTitle()
        QCoreApplication.sendEvent(bar, QEvent(QEvent.Type.Leave))


# Several stores -------------------------------------------------------------------------------------------------------


def test_of_several_stores_one_is_chosen_before_it_is_opened_and_another_later(driver: Driver, tmp_path: Path) -> None:
    workspace, box = driver.workspace, driver.window.docks.entities.scopes
    driver.open(filled(tmp_path / "two.db", odd_files.two_libraries))
    assert workspace.session is None
    dialog = driver.dialog(StoreDialog)
    model = dialog.table.model()
    texts = [[model.index(row, column).data() for column in range(4)] for row in range(model.rowCount())]
    assert texts == [["stored_events", "Python eventsourcing 9", "2", "3"], ["emt_messages", "Emmett", "2", "2"]]
    driver.press(Qt.Key.Key_Down)
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert types(driver) == {"cart"}
    assert box.isVisible()
    assert box.currentText().startswith("emt_messages")
    box.setFocus()
    driver.qtbot.keyClick(box, Qt.Key.Key_Home)
    driver.settle()
    assert types(driver) == {"Order"}
    driver.act("choose-store")
    dialog = driver.dialog(StoreDialog)
    assert dialog.chosen == "stored_events", "it is the one that is shown"
    driver.click_cell(dialog.table, 1, 1, double=True)
    driver.settle()
    assert types(driver) == {"cart"}
    driver.act("copy-address")
    assert "scope=emt_messages" in QGuiApplication.clipboard().text()


def test_a_recent_store_opens_as_it_was_shown_and_one_that_is_gone_is_forgotten(driver: Driver, tmp_path: Path) -> None:
    path, settings = filled(tmp_path / "two.db", odd_files.two_libraries), driver.window.settings
    driver.workspace.open(str(path), options=OpenOptions(scope="emt_messages"))
    driver.settle()
    driver.act("close")
    driver.settle()
    driver.window.start_page.recent_chosen.emit(settings.recent[0])
    driver.settle()
    assert types(driver) == {"cart"}
    driver.act("close")
    driver.settle()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE emt_messages")
    driver.window.start_page.recent_chosen.emit(settings.recent[0])
    driver.settle()
    assert types(driver) == {"Order"}


def test_of_several_stores_with_one_that_has_events_this_one_is_opened(driver: Driver, tmp_path: Path) -> None:
    driver.open(filled(tmp_path / "two.db", odd_files.two_libraries_of_which_one_is_empty))
    assert types(driver) == {"cart"}
    assert driver.window.docks.entities.scopes.isVisible()
    assert "stored_events" in driver.window.statusBar().facts.whole_text()


def test_a_store_that_another_program_made_with_the_core_is_written_when_that_is_allowed(
    driver: Driver, tmp_path: Path
) -> None:
    path = tmp_path / "theirs.db"
    write_with_core(f"sqlite:///{path}")
    before = path.read_bytes()
    driver.open(path)
    session = driver.workspace.session
    assert session is not None
    assert not session.is_writable
    assert "Allow changes" in session.why_read_only
    driver.act("allow-changes")
    driver.settle()
    assert path.read_bytes() != before
    assert driver.workspace.session is not None
    assert driver.workspace.session.is_writable
    assert not driver.window.actions_by_id["allow-changes"].isEnabled()


# Keys -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "key"),
    [("es-9.5.6-sqlite-aes-zlib.db", KEY), ("es-3.1.0-sqlalchemy-sqlite-aes.db", "0123456789abcdef")],
)
def test_a_key_opens_what_is_encrypted(
    own_driver: Driver, tmp_path: Path, name: str, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    driver = own_driver  # at its end nothing of the window may hold the key
    caplog.set_level(logging.DEBUG)
    store = sample(name, tmp_path)
    before = store.read_bytes()
    driver.open(store)
    chosen, version = driver.workspace.selection.entity_id, driver.workspace.selection.version
    assert "encrypted" in driver.window.statusBar().facts.whole_text()
    driver.act("unlock")
    dialog = driver.dialog(UnlockDialog)
    assert not dialog.agree_button.isEnabled()
    driver.type_into(dialog.key, key)
    driver.qtbot.keyClick(dialog.key, Qt.Key.Key_Return)
    driver.settle()
    workspace = driver.workspace
    assert (workspace.selection.entity_id, workspace.selection.version) == (chosen, version), "it stays where it was"
    assert workspace.facts is not None
    assert workspace.facts.encrypted == 0
    assert workspace.inspector.state_view is not None
    assert workspace.inspector.state_view.state
    assert not driver.window.actions_by_id["unlock"].isEnabled()
    driver.window.close()
    assert store.read_bytes() == before
    kept = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file() and each != store)
    assert key.encode() not in kept
    assert key not in caplog.text


def test_a_wrong_key_is_reported_and_changes_nothing(driver: Driver, tmp_path: Path) -> None:
    driver.open(sample("es-9.5.6-sqlite-aes-zlib.db", tmp_path))
    session = driver.workspace.session
    driver.act("unlock")
    dialog = driver.dialog(UnlockDialog)
    driver.type_into(dialog.key, "not the right on")
    driver.qtbot.keyClick(dialog.key, Qt.Key.Key_Return)
    driver.settle()
    assert [error.text for error in driver.answers.errors] == ["the key does not open the records of this store"]
    assert driver.workspace.session is session


def test_what_is_no_key_cannot_be_used_and_is_not_repeated(driver: Driver, tmp_path: Path) -> None:
    driver.open(sample("es-9.5.6-sqlite-aes-zlib.db", tmp_path))
    driver.act("unlock")
    dialog = driver.dialog(UnlockDialog)
    driver.type_into(dialog.key, "tiger-secret")
    assert not dialog.agree_button.isEnabled()
    assert dialog.result_line.text()
    assert "tiger" not in dialog.result_line.text()
    dialog.reject()


def test_a_store_that_can_be_read_needs_no_key(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    action = driver.window.actions_by_id["unlock"]
    assert not action.isEnabled()
    assert "No record of this store is encrypted" in action.toolTip()
