"""The journey from a store that is only read to a copy of it, where everything can be changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from es_desktop.views.entity.change_dialog import ChangeDialog
from tests.conftest import SAMPLES
from tests.stores.inspection import files_in
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window

EMMETT = "emmett-sqlite-0.42.4.db"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "theirs").mkdir()
    return Path(shutil.copyfile(SAMPLES / EMMETT, tmp_path / "theirs" / EMMETT))


def test_from_a_store_that_is_only_read_to_a_change_in_its_copy(driver: Driver, store: Path, tmp_path: Path) -> None:
    before = files_in(store.parent)
    driver.open(store)
    actions = driver.window.actions_by_id
    assert not actions["change"].isEnabled()
    assert "work on a copy of it" in actions["change"].toolTip()
    driver.answers.file = str(tmp_path / "copy.esdb")
    driver.act("copy-store")
    driver.qtbot.waitUntil(lambda: getattr(driver.workspace.session, "is_writable", False))
    driver.settle()
    assert driver.answers.offered == "emmett-sqlite-0.42.4-copy.esdb"
    assert not actions["copy-store"].isEnabled()
    view = driver.workspace.inspector.view
    assert view is not None
    shown, types = driver.state(), driver.timeline(3)
    driver.go_to_history()
    driver.press(Qt.Key.Key_E)
    dialog = driver.dialog(ChangeDialog)
    name = dialog.field.name
    assert name in shown
    assert dialog.editor is not None
    driver.type_into(dialog.editor.focusProxy() or dialog.editor, "777")
    driver.qtbot.waitUntil(lambda: dialog.agree_button.isEnabled() and "777" in str(dialog.value))
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert {key: value for key, value in driver.state().items() if key != name} == {
        key: value for key, value in shown.items() if key != name
    }
    assert "777" in driver.state()[name]
    assert len(driver.timeline(3)) == len(types) + 1
    actions["snapshot"].trigger()
    driver.settle()
    assert driver.workspace.inspector.view is not None
    assert driver.workspace.inspector.view.snapshot_versions[-1:] == [driver.workspace.selection.last]
    assert files_in(store.parent) == before
    assert not driver.crashes
    assert not driver.answers.errors


def test_the_chosen_entity_alone_is_copied(driver: Driver, store: Path, tmp_path: Path) -> None:
    driver.open(store)
    driver.answers.file = str(tmp_path / "one.esdb")
    driver.act("copy-entities")
    driver.qtbot.waitUntil(lambda: getattr(driver.workspace.session, "is_writable", False))
    driver.settle()
    assert driver.workspace.entities.rowCount() == 1
