"""The columns of the list of entities."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QMenu

from es_desktop.models.search.entity_list import CHANGED, NAME
from es_desktop.views.style.rows import PAD
from es_desktop.views.style.theme import mono_font
from tests.menagerie.keeping import emmett
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window


def test_no_number_is_cut(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    table = driver.window.docks.entities.table
    model = table.model()
    titles = [str(model.headerData(column, table.horizontalHeader().orientation())) for column in range(7)]
    numbers = [titles.index(title) for title in ("Ver", "Events", "◆")]
    metrics = QFontMetrics(table.font())
    for column in numbers:
        table.setColumnHidden(column, False)
        texts = [str(model.index(row, column).data()) for row in range(model.rowCount())]
        assert max(map(len, texts)) >= 3
        assert max(map(metrics.horizontalAdvance, texts)) + 2 * PAD <= table.columnWidth(column)


def test_a_short_id_is_not_cut_where_there_is_room(driver: Driver, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ids.db")) as connection:
        emmett(connection, [(f"order/2025/{number}", 1, "Made", {}) for number in (1, 2)])
        connection.commit()
    driver.open(tmp_path / "ids.db")
    table = driver.window.docks.entities.table
    text = str(table.model().index(0, 1).data())
    assert text.startswith("order/2025/")
    assert QFontMetrics(mono_font()).horizontalAdvance(text) + 2 * PAD <= table.columnWidth(1)


def test_a_type_is_whole_beside_the_mark_of_a_discarded_entity(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    table = driver.window.docks.entities.table
    texts = {str(table.model().index(row, 0).data()) for row in range(table.model().rowCount())}
    assert any(text.endswith("Example") and text != "Example" for text in texts)
    assert max(map(QFontMetrics(table.font()).horizontalAdvance, texts)) + 2 * PAD <= table.columnWidth(0)


def test_an_entity_is_found_by_its_name(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    dock = driver.window.docks.entities
    assert not dock.table.isColumnHidden(NAME)
    driver.type_into(dock.filter, "grace eriksen")
    driver.qtbot.waitUntil(lambda: dock.title_bar.summary().endswith(" of 300"))
    driver.settle()
    names = [str(dock.table.model().index(row, NAME).data()) for row in range(dock.table.model().rowCount())]
    assert "Grace Eriksen" in names
    driver.type_into(dock.filter, " ")
    driver.qtbot.waitUntil(lambda: dock.title_bar.summary() == "300 · 5,129 events")


def test_a_person_chooses_what_names_an_entity(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    table = driver.window.docks.entities.table
    header = table.horizontalHeader()
    header.customContextMenuRequested.emit(QPoint(5, 5))
    (menu,) = driver.dialogs(QMenu)
    named = next(each for each in menu.findChildren(QMenu) if each.title() == "Name of every Account")
    paths = {each.text(): each for each in named.actions()}
    assert paths["owner"].isChecked() and not paths["currency"].isChecked()
    paths["currency"].trigger()
    driver.dismiss(menu)
    assert table.model().index(0, NAME).data() == "EUR"
    assert driver.workspace.notes.notebook.preferences_of("Account").name == "currency"


def test_without_names_the_times_have_their_place(driver: Driver, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ids.db")) as connection:
        emmett(connection, [("order-1", 1, "Made", {"number": 7})])
        connection.commit()
    driver.open(tmp_path / "ids.db")
    table = driver.window.docks.entities.table
    assert table.isColumnHidden(NAME) and not table.isColumnHidden(CHANGED)
