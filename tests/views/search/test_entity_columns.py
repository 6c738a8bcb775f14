"""The columns of the list of entities."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QMenu

from es_desktop.models.runtime.tasks import Queue
from es_desktop.models.search.entities_model import CHANGED, NAME, TYPE
from es_desktop.models.table.model import FOUND_ROLE
from es_desktop.views.style.rows import PAD
from es_desktop.views.style.theme import mono_font
from tests.menagerie.keeping import emmett
from tests.patience import PATIENCE
from tests.views.driving import Driver
from tests.views.hands import name_of

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


def test_ids_that_differ_at_their_ends_are_whole_in_each_size(driver: Driver, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ids.db")) as connection:
        emmett(connection, [(f"tenant/eu/{number:040d}-Ω", 1, "Made", {}) for number in range(3)])
        connection.commit()
    driver.open(tmp_path / "ids.db")
    table = driver.window.docks.entities.table
    for width, height in ((1440, 900), (1024, 700)):
        driver.window.resize(width, height)
        driver.window.docks.restore_default()
        driver.settle()
        texts = {str(table.model().index(row, 1).data()) for row in range(3)}
        widest = max(map(QFontMetrics(mono_font()).horizontalAdvance, texts))
        assert (len(texts), widest + 2 * PAD <= table.columnWidth(1)) == (3, True)


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
    name = dock.table.model().index(names.index("Grace Eriksen"), NAME)
    assert name.data(FOUND_ROLE)("Grace Eriksen") == [(0, 5), (6, 13)], "what was searched for is marked"
    assert name.siblingAtColumn(CHANGED).data(FOUND_ROLE) is None
    ground = driver.window.theme.tokens.found
    image = dock.table.viewport().grab(dock.table.visualRect(name)).toImage()
    assert any(image.pixelColor(x, image.height() // 2 - 6).name() == ground for x in range(image.width()))
    driver.type_into(dock.filter, " ")
    driver.qtbot.waitUntil(lambda: dock.title_bar.summary() == "300 · 5,129 events")


def test_a_name_is_found_whatever_its_accents(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    dock = driver.window.docks.entities
    driver.type_into(dock.filter, "KRAMEREI")
    driver.qtbot.waitUntil(lambda: dock.title_bar.summary() == "1 of 300")
    name = dock.table.model().index(0, NAME)
    assert name.data() == "Krämerei am Markt"
    assert name.data(FOUND_ROLE)(name.data()) == [(0, 8)]
    driver.type_into(dock.filter, " ")
    driver.qtbot.waitUntil(lambda: dock.title_bar.summary() == "300 · 5,129 events")


def test_a_person_chooses_what_names_an_entity(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    table = driver.window.docks.entities.table
    header = table.horizontalHeader()
    header.customContextMenuRequested.emit(QPoint(5, 5))
    (menu,) = driver.dialogs(QMenu)
    named = next(each for each in menu.findChildren(QMenu) if name_of(each.title()) == "Name of every Account")
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


def test_columns_of_values_have_filters_and_a_cell_can_be_one(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    dock = driver.window.docks.entities
    driver.workspace.entities.set_types(frozenset({"Order"}))
    driver.settle()
    driver.qtbot.mouseClick(dock.columns_button, Qt.MouseButton.LeftButton)
    for path in ("status", "total"):
        (menu,) = driver.dialogs(QMenu)
        values = next(each for each in menu.findChildren(QMenu) if name_of(each.title()) == "Values of Order")
        next(each for each in values.actions() if each.text() == path).trigger()
    driver.dismiss(menu)
    model, header = dock.table.model(), dock.columns.header
    status, total = model.columnCount() - 2, model.columnCount() - 1
    assert [header.visualIndex(each) for each in (status, total)] == [NAME + 1, NAME + 2]
    assert dock.table.isColumnHidden(TYPE), "it stands beside the title"
    driver.type_into(header.line(total), "> 100")
    driver.qtbot.waitUntil(lambda: dock.title_bar.summary().endswith(" of 300"))
    driver.settle()
    rows = range(model.rowCount())
    driver.qtbot.waitUntil(lambda: "…" not in {model.index(row, total).data() for row in rows})
    assert all(float(str(model.index(row, total).data())) > 100 for row in rows)
    dock.table.customContextMenuRequested.emit(dock.table.visualRect(model.index(0, status)).center())
    (menu,) = driver.dialogs(QMenu)
    value = str(model.index(0, status).data())
    menu.actions()[0].trigger()
    driver.dismiss(menu)
    driver.settle()
    assert header.line(status).text() == f"={value}"
    driver.qtbot.waitUntil(lambda: {model.index(row, status).data() for row in range(model.rowCount())} == {value})
    driver.qtbot.mouseClick(dock.clear_button, Qt.MouseButton.LeftButton)
    driver.settle()
    assert model.rowCount() == 300
    assert not header.line(status).text() and not dock.clear_button.isVisible()


def test_a_filter_that_is_not_valid_says_why(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    dock = driver.window.docks.entities
    dock.columns.set_filter(CHANGED, "soon")
    line = dock.columns.header.line(CHANGED)
    assert line.property("state") == "error" and "no date or time" in line.toolTip()
    dock.columns.set_filter(CHANGED, "2026-08")
    assert line.property("state") == "on"
    driver.settle()
    assert 0 < dock.table.model().rowCount() < 300


def test_the_filters_of_a_store_are_not_those_of_the_next(driver: Driver, demo_store: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ids.db")) as connection:
        emmett(connection, [("order-1", 1, "Made", {"number": 7})])
        connection.commit()
    driver.open(demo_store)
    dock = driver.window.docks.entities
    driver.type_into(dock.filter, "grace")
    dock.columns.set_filter(NAME, "grace")
    driver.settle()
    driver.open(tmp_path / "ids.db")
    assert dock.table.model().rowCount() == 1
    assert not dock.filter.text() and not dock.columns.header.line(NAME).text()


def test_the_values_of_types_without_a_read_row_can_be_columns_too(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    states, columns = driver.workspace.listing.states, driver.window.docks.entities.columns
    gate = Event()
    driver.workspace.runner.run("Waiting", lambda job: gate.wait(PATIENCE), queue=Queue.ROWS)
    columns.open_menu(driver.window.mapToGlobal(QPoint(10, 10)))
    (menu,) = (each for each in driver.dialogs(QMenu) if each.actions())
    values = next(each for each in menu.findChildren(QMenu) if name_of(each.title()) == "Values")
    assert name_of(values.actions()[-1].text()) == "Reading…" and not values.actions()[-1].isEnabled()
    before = values.actions()[:-1]
    gate.set()
    driver.qtbot.waitUntil(lambda: states.paths is not None)
    types = {"Order", "Account", "Ticket", "Example"}
    assert {name_of(each.text()) for each in values.actions()} == {f"Values of {each}" for each in types}
    assert values.actions()[: len(before)] == before, "a person may be in these"
    inner = next(each for each in values.findChildren(QMenu) if name_of(each.title()) == "Values of Ticket")
    assert "status" in {name_of(each.text()) for each in inner.actions()}
    menu.close()


def test_a_new_filter_begins_with_the_first_row_unless_the_chosen_one_is_there(
    driver: Driver, demo_store: Path
) -> None:
    driver.open(demo_store)
    driver.workspace.selection.choose_entity(None)
    dock = driver.window.docks.entities
    bar, model = dock.table.verticalScrollBar(), dock.table.model()
    for change in (
        lambda: driver.workspace.entities.set_types(frozenset({"Order"})),
        lambda: dock.table.sortByColumn(NAME, Qt.SortOrder.AscendingOrder),
        lambda: dock.columns.set_filter(NAME, "a"),
        driver.workspace.entities.clear_filters,
    ):
        bar.setValue(bar.maximum())
        assert bar.value()
        change()
        driver.settle()
        assert bar.value() == 0
    dock.table.selectRow(model.rowCount() - 1)
    driver.settle()
    chosen = driver.workspace.selection.entity_id
    driver.workspace.entities.set_filter("a")
    driver.settle()
    driver.workspace.entities.set_filter("")
    driver.settle()
    assert driver.workspace.listing.ids_at([dock.table.currentIndex().row()]) == (chosen,)
    assert dock.table.visualRect(dock.table.currentIndex()).intersects(dock.table.viewport().rect())
