"""A store that several applications share, and one whose records are encrypted, in the window."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from es_desktop.views.store.connect_dialog import UnlockDialog
from tests.conftest import SAMPLES
from tests.views.driving import Driver

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


# Keys -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "key"),
    [("es-9.5.6-sqlite-aes-zlib.db", KEY), ("es-3.1.0-sqlalchemy-sqlite-aes.db", "0123456789abcdef")],
)
def test_a_key_opens_what_is_encrypted(
    driver: Driver, tmp_path: Path, name: str, key: str, caplog: pytest.LogCaptureFixture
) -> None:
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
