"""Every row and every heading of every table and tree has a context menu, by mouse and by key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QHeaderView, QMenu, QTableView, QTreeView, QWidget

from es_desktop.models.search.event_log import EVENT, ID, PAYLOAD, TIME, TYPE, VERSION
from es_desktop.views.style.view_menu import menu_of
from tests.views.driving import Driver

pytestmark = [pytest.mark.one_window, pytest.mark.one_store]


def ask(widget: QWidget, point: QPoint) -> None:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, widget.mapToGlobal(point))
    QApplication.sendEvent(widget, event)


def header_of(view: QTableView | QTreeView) -> QHeaderView:
    return view.header() if isinstance(view, QTreeView) else view.horizontalHeader()


def plain(text: str) -> str:
    return text.replace("&", "").split("\t")[0]


def entries(menu: QMenu) -> dict[str, QMenu | None]:
    return {plain(each.text()): each.menu() for each in menu.actions() if not each.isSeparator()}


def open_menu(driver: Driver) -> QMenu:
    (menu,) = driver.dialogs(QMenu)
    return menu


def choose(driver: Driver, *way: str) -> None:
    """Choose an entry of the open menu, or of the menus inside."""
    menu = open_menu(driver)
    outer = menu
    for title in way[:-1]:
        inner = entries(menu)[title]
        assert inner is not None
        menu = inner
    next(each for each in menu.actions() if plain(each.text()) == way[-1]).trigger()
    driver.dismiss(outer)
    driver.settle()


def ask_heading(view: QTableView | QTreeView, column: int) -> None:
    header = header_of(view)
    ask(header.viewport(), QPoint(header.sectionViewportPosition(column) + 8, header.height() // 2))


def views(driver: Driver) -> Iterator[QTableView | QTreeView]:
    """Every table and tree of the window that has rows, brought to the front."""
    for dock in driver.every_dock():
        dock.show()
        dock.raise_()
        driver.settle()
        for view in (*dock.findChildren(QTableView), *dock.findChildren(QTreeView)):
            if view.isVisible() and view.model().rowCount():
                yield view


def test_every_row_and_heading_has_a_menu_with_letters(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.choose("Order")
    driver.act("bookmark-event")
    driver.workspace.watchpoints.add("status")
    driver.act("compare-before")
    driver.act("what-if")
    driver.settle()
    seen = []
    for view in views(driver):
        name = view.accessibleName()
        seen.append(name)
        index = view.model().index(0, 0)
        column = next(each for each in range(view.model().columnCount()) if not view.isColumnHidden(each))
        for is_heading in (False, True):
            if is_heading:
                ask_heading(view, column)
            else:
                ask(view.viewport(), view.visualRect(index.siblingAtColumn(column)).center())
            menu = open_menu(driver)
            shown = [each for each in menu.actions() if not each.isSeparator()]
            assert any(each.isEnabled() for each in shown), name
            assert len(shown) <= 12, (name, [each.text() for each in shown])
            letters = [each.text()[each.text().index("&") + 1].casefold() for each in shown if "&" in each.text()]
            assert len(letters) == len(set(letters)) >= len(shown) - 2, name
            driver.dismiss(menu)
    expected = {"Entities", "Bookmarks", "Events", "Events of the store", "State", "Payload of the event"}
    assert expected | {"Differences", "Snapshots", "Watchpoints"} <= set(seen), seen


def test_the_menu_of_a_heading_hides_and_shows_columns_for_good(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    dock = driver.window.docks.log
    dock.raise_()
    dock.setFloating(True)
    dock.resize(900, 500)
    driver.settle()
    table = dock.table
    ask_heading(table, TYPE)
    choose(driver, "Hide Type")
    assert table.isColumnHidden(TYPE)
    for width in (500, 900):
        dock.resize(width, 500)
        driver.settle()
    assert table.isColumnHidden(TYPE) and not table.isColumnHidden(VERSION)
    ask_heading(table, ID)
    choose(driver, "Columns", "Type")
    assert not table.isColumnHidden(TYPE)
    for column in (TYPE, ID, VERSION, EVENT, PAYLOAD):
        menu_of(table).show_column(column, False)
    ask_heading(table, TIME)
    hide = next(each for each in open_menu(driver).actions() if plain(each.text()) == "Hide Time")
    assert not hide.isEnabled(), "one column stays"
    driver.dismiss(open_menu(driver))
    for column in (TYPE, ID, VERSION, EVENT, PAYLOAD):
        menu_of(table).show_column(column, True)
    menu_of(table).asked.clear()


def test_times_are_switched_where_they_stand(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.window.docks.log.raise_()
    driver.settle()
    table = driver.window.docks.log.table
    for title in ("Time UTC", "Time"):
        ask_heading(table, TIME)
        choose(driver, "Times", "Times in UTC")
        assert table.model().headerData(TIME, Qt.Orientation.Horizontal) == title


def test_a_row_of_the_log_is_used_as_filter(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    dock, log = driver.window.docks.log, driver.workspace.log
    dock.bring_forward(dock.table)
    driver.settle()
    dock.table.setCurrentIndex(log.model.index(1, EVENT))
    driver.settle()
    driver.press(Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    choose(driver, "Filter", "Only Deposited")
    assert log.search.event_types == {"Deposited"}
    row = log.model.at(0)
    assert row is not None
    ask(dock.table.viewport(), dock.table.visualRect(log.model.index(0, PAYLOAD)).center())
    choose(driver, "Filter", "Only this entity")
    assert log.search.id_prefix == str(row.entity_id)
    ask_heading(dock.table, TIME)
    choose(driver, "Clear the filter")
    assert log.search.is_for_all
    ask_heading(dock.table, TIME)
    choose(driver, "Filter by it")
    assert dock.times.hasFocus()


def test_the_list_of_entities_is_sorted_by_the_menu(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    table = driver.window.docks.entities.table
    ask_heading(table, 0)
    choose(driver, "Sort ascending")
    assert (driver.workspace.entities.query.sort_by, driver.workspace.entities.query.descending) == ("type", False)
    ask(table.viewport(), table.visualRect(table.model().index(0, 0)).center())
    choose(driver, "Column", "Sort descending")
    assert driver.workspace.entities.query.descending
