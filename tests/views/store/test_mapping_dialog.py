"""A store of no known format in the window: its tables are mapped, and it opens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester

from es_desktop.app.store.opening import MapFolder, Opener, OpenOptions
from es_desktop.app.store.table_maps import map_from_toml
from es_desktop.stores import ColumnMap
from es_desktop.stores.columnmap import Constant, Template
from es_desktop.views.store.mapping_dialog import MappingDialog
from tests.strangers import EVENTS, MAP, make_file
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window


@pytest.fixture
def opener(tmp_path: Path) -> Opener:
    return Opener(maps=MapFolder(tmp_path / "maps"))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return make_file(tmp_path / "shop.db")


def begin(driver: Driver, store: Path) -> MappingDialog:
    driver.workspace.open(str(store))
    dialog = driver.dialog(MappingDialog)
    driver.settle()
    return dialog


def shown(dialog: MappingDialog, column: int) -> list[str]:
    return [dialog.rows.index(row, column).data() for row in range(dialog.rows.rowCount())]


def open_it(driver: Driver, dialog: MappingDialog) -> None:
    driver.qtbot.mouseClick(dialog.agree_button, Qt.MouseButton.LeftButton)
    driver.settle()


def test_an_unknown_store_opens_with_the_first_guess(own_driver: Driver, store: Path) -> None:
    dialog = begin(own_driver, store)
    assert dialog.table.currentText() == "shop_log"
    assert {role: box.currentText() for role, box in dialog.columns.boxes.items()} == {
        "stream": "subject",
        "version": "nr",
        "entity": "–",
        "type": "what",
        "time": "happened_at",
        "payload": "body",
    }
    QAbstractItemModelTester(dialog.rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert shown(dialog, 3)[:3] == ["OrderPlaced"] * 3
    assert "can be read" in dialog.result_line.text()
    open_it(own_driver, dialog)
    workspace = own_driver.workspace
    assert workspace.facts is not None
    assert (workspace.facts.entities, workspace.facts.events, workspace.facts.snapshots) == (3, EVENTS, 1)
    assert own_driver.answers.errors == []
    own_driver.act("close")
    own_driver.settle()
    own_driver.open(store)
    assert workspace.facts is not None, "it is opened in the same way again"


def test_what_is_chosen_shows_at_once(driver: Driver, store: Path) -> None:
    dialog = begin(driver, store)
    boxes = dialog.columns.boxes
    boxes["version"].setCurrentText("–")
    driver.settle()
    assert shown(dialog, 1)[:4] == ["1", "1", "1", "2"]
    boxes["type"].setCurrentText("–")
    driver.settle()
    assert set(shown(dialog, 3)) == {"Event"}
    boxes["version"].setCurrentText("what")
    driver.settle()
    assert "is none" in dialog.result_line.text()
    assert not dialog.agree_button.isEnabled()
    assert shown(dialog, 1) == []
    dialog.reject()
    driver.settle()
    assert driver.workspace.session is None


def test_another_table_offers_its_own_columns(driver: Driver, store: Path) -> None:
    dialog = begin(driver, store)
    dialog.table.setCurrentText("clients")
    driver.settle()
    assert not dialog.agree_button.isEnabled()
    assert "does not say which is the stream" in dialog.result_line.text()
    dialog.table.setCurrentText("shop_log")
    driver.settle()
    assert dialog.agree_button.isEnabled()
    dialog.reject()


def test_the_map_is_copied_for_the_command_line(driver: Driver, store: Path) -> None:
    dialog = begin(driver, store)
    driver.qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert map_from_toml(QGuiApplication.clipboard().text()) == map_from_toml(MAP)
    dialog.reject()


def test_a_map_can_be_changed_later_and_need_not_be_kept(driver: Driver, store: Path) -> None:
    dialog = begin(driver, store)
    dialog.keep.setChecked(False)
    open_it(driver, dialog)
    driver.act("map-tables")
    again = driver.dialog(MappingDialog)
    driver.settle()
    assert again.columns.boxes["version"].currentText() == "nr"
    again.columns.boxes["version"].setCurrentText("–")
    again.keep.setChecked(False)
    driver.settle()
    open_it(driver, again)
    assert driver.workspace.selection.last == 4
    driver.act("close")
    driver.settle()
    begin(driver, store).reject()


def test_what_only_toml_can_say_stays_in_a_map_that_is_changed(driver: Driver, store: Path) -> None:
    given = ColumnMap(
        "shop_log", Template("{subject}/{what}"), "body", version="nr", entity=Constant("Sale"), only={"nr": 1}
    )
    driver.workspace.open(str(store), options=OpenOptions(table_map=given))
    driver.settle()
    driver.act("map-tables")
    dialog = driver.dialog(MappingDialog)
    driver.settle()
    assert dialog.columns.boxes["stream"].currentText() == '{"template" = "{subject}/{what}"}'
    assert shown(dialog, 0) == ["Order-1/LineAdded", "Order-2/LineAdded", "Order-3/LineAdded"]
    dialog.columns.boxes["time"].setCurrentText("happened_at")
    driver.settle()
    driver.qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert map_from_toml(QGuiApplication.clipboard().text()) == replace(given, time="happened_at")
    dialog.reject()


def test_a_store_of_a_known_format_needs_no_map(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    assert not driver.window.actions_by_id["map-tables"].isEnabled()
