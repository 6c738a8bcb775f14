"""The plugin of the documentation in the real window: all that it gives is used, listed, and switched off."""

from __future__ import annotations

import sqlite3
from base64 import b85encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox

from es_desktop.system.plugins import VARIABLE
from es_desktop.views.about.about_dialog import AboutDialog
from es_desktop.views.preferences.dialog import PreferencesDialog
from es_desktop.views.transfer import ExportDialog
from es_desktop.views.transfer.seen_dialog import SeenDialog
from tests.packages import importable, install_sample
from tests.views.driving import Driver
from tests.views.hands import Mouse

pytestmark = pytest.mark.one_window


@pytest.fixture(autouse=True)
def _sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(VARIABLE, "")
    with importable(tmp_path / "site"):
        install_sample(tmp_path / "site")
        yield


def offered(driver: Driver) -> tuple[ExportDialog, list[str]]:
    """The dialog of an export, and the formats in it."""
    driver.act("export")
    dialog = driver.dialog(ExportDialog)
    return dialog, [each.text() for each in dialog.formats.values()]


def about(driver: Driver) -> tuple[AboutDialog, str]:
    """The dialog, with the plugin chosen, and what it says of it."""
    driver.act("about")
    dialog = driver.dialog(AboutDialog)
    model = dialog.table.model()
    row = next(row for row in range(model.rowCount()) if model.index(row, 0).data() == "parcel-plugin")
    driver.click_cell(dialog.table, row, 0)
    return dialog, f"{model.index(row, 1).data()}, {model.index(row, 2).data()}\n{dialog.text.toPlainText()}"


def test_a_database_is_read_and_exported_and_what_is_seen_of_it(driver: Driver, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "log.db")) as connection, connection:
        connection.execute("CREATE TABLE parcel_log (parcel TEXT, step INT, happened TEXT, at TEXT, note BLOB)")
        row = ("p1", 1, "Sent", "2026-01-03T03:04:05Z", b85encode(b'{"stop":"Bergen"}'))
        connection.execute("INSERT INTO parcel_log VALUES (?, ?, ?, ?, ?)", row)
    driver.open(tmp_path / "log.db")
    driver.choose("Parcel")
    assert driver.state()["stop"] == "Bergen"
    mouse = Mouse(driver)
    dialog, formats = offered(driver)
    assert formats[0] == "Case" and formats[-1] == "Diary"
    mouse.button(dialog, "Diary")
    driver.answers.file = str(tmp_path / "diary.md")
    mouse.button(dialog, "Choose file…")
    assert driver.answers.offered == "parcel-p1.md"
    assert "diary.md was written: 1 event and 0 snapshots" in driver.last_message()
    assert (tmp_path / "diary.md").read_text("utf-8").startswith("# Parcel p1\n")
    driver.window.docks.entities.table.setFocus()
    driver.act("export-seen")
    seen = driver.dialog(SeenDialog)
    assert [each.text() for each in seen.formats.values()] == ["CSV", "Excel", "Parquet", "Diary"]
    mouse.button(seen, "Diary")
    driver.answers.file = str(tmp_path / "seen.md")
    mouse.button(seen, "Choose file…")
    assert driver.answers.offered == "entities.md" and "seen.md was written: 1 row" in driver.last_message()
    assert (tmp_path / "seen.md").read_text("utf-8").startswith("- Type: Parcel, Id: p1, ")


def test_a_parcel_is_changed_until_the_plugin_is_switched_off(driver: Driver, tmp_path: Path) -> None:
    driver.workspace.stores.create(str(tmp_path / "made.esdb"))
    driver.settle()
    assert driver.workspace.session is not None
    parcel = next(each for each in driver.workspace.session.models if each.__name__ == "Parcel")
    driver.workspace.commander.run("Making", lambda commands: commands.create(parcel, {"address": "Oslo"}))
    driver.settle()
    driver.choose("Parcel")
    mouse, dock = Mouse(driver), driver.window.docks.commands
    dock.raise_()
    driver.settle()
    mouse.click(dock.buttons["send"])
    dock.form.editor("stop").setFocus()
    driver.qtbot.keyClicks(QApplication.focusWidget(), "Bergen")
    driver.qtbot.waitUntil(dock.form.write_button.isEnabled)
    mouse.click(dock.form.write_button)
    assert driver.state()["address"] == "Oslo" and "stops" in driver.state()

    dialog, said = about(driver)
    assert said.startswith("1.0, plugin, in use\nparcel-plugin 1.0\n")
    assert "Model parcel: in use.\nDecoder base85: not needed yet." in said
    mouse.button(dialog, "Close")
    switch(driver, is_on=False)
    assert "stops" not in driver.state() and driver.state()["stop"].endswith("Bergen")
    assert "send" not in dock.buttons
    export, formats = offered(driver)
    assert "Store" in formats and "Diary" not in formats
    export.reject()
    dialog, said = about(driver)
    assert said.startswith("1.0, plugin, switched off\n")
    dialog.close()
    switch(driver, is_on=True)
    assert "stops" in driver.state()


def switch(driver: Driver, *, is_on: bool) -> None:
    driver.act("preferences")
    dialog, mouse = driver.dialog(PreferencesDialog), Mouse(driver)
    mouse.button(dialog, "Plugins")
    row = dialog.rows["plugins.parcel-plugin"]
    assert isinstance(row.editor, QCheckBox) and row.editor.isChecked() is not is_on
    row.editor.setFocus()
    driver.press(Qt.Key.Key_Space)
    driver.settle()
    mouse.button(dialog, "Close")
