"""The lists of the window give the same answers whether Qt has all of their rows or a window of a hundred."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from es_desktop.app.search.lists import EventSearch
from es_desktop.models.search.entities_model import CHANGED, VERSION
from es_desktop.models.search.event_log import ALL
from es_desktop.models.table.row_window import MOST_ROWS, RowWindow
from es_desktop.views.table.rows import ScrollHint, choose_row, current_row, rows_of, selected_ranges
from tests.views.driving import Driver
from tests.views.search.log_in_window import logged, open_log

pytestmark = [pytest.mark.one_window, pytest.mark.one_store]
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
Answer = tuple[object, ...]


def in_log(driver: Driver, store: Path) -> Iterator[Answer]:
    dock, log = open_log(driver, store), driver.workspace.log
    table, selection = dock.table, driver.workspace.selection
    table.setFocus()
    for key in (Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_Up, Qt.Key.Key_Home, Qt.Key.Key_PageDown):
        driver.press(key)
        driver.settle()
        yield current_row(table), rows_of(table).row_in_view(1), selection.entity_id, selection.version
    middle = logged(driver, 2_500).event.timestamp
    assert middle is not None
    log.go_to_time(middle)
    driver.settle()
    yield current_row(table), rows_of(table).row_in_view(1)
    log.set_search(EventSearch(event_types=frozenset({"Paid"})))
    driver.settle()
    yield current_row(table), dock.title_bar.summary()
    choose_row(table, log.model.count() - 3)
    driver.settle()
    paid = selection.entity_id, selection.version
    log.set_search(ALL)
    driver.settle()
    row = current_row(table)
    assert row is not None
    yield row, rows_of(table).row_in_view(1), paid == (logged(driver, row).entity_id, logged(driver, row).event.version)


def in_entities(driver: Driver) -> Iterator[Answer]:
    dock, entities, workspace = driver.window.docks.entities, driver.workspace.entities, driver.workspace
    table = dock.table
    dock.bring_forward(table)
    table.setFocus()
    for key, modifier in ((Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_PageUp, SHIFT)):
        driver.press(key, modifier)
        driver.settle()
        yield current_row(table), rows_of(table).row_in_view(1), workspace.selection.entity_id, dock.selected
    QGuiApplication.clipboard().setText("")
    driver.press(Qt.Key.Key_C, CONTROL)
    driver.qtbot.waitUntil(lambda: bool(QGuiApplication.clipboard().text()))
    yield (QGuiApplication.clipboard().text(),)
    entities.sort(VERSION, Qt.SortOrder.DescendingOrder)
    driver.settle()
    yield current_row(table), rows_of(table).row_in_view(1), workspace.selection.entity_id, dock.selected
    entities.sort(CHANGED, Qt.SortOrder.DescendingOrder)
    entities.set_filter("order")
    driver.settle()
    yield current_row(table), dock.title_bar.summary()
    entities.set_filter("")
    driver.settle()
    yield current_row(table), selected_ranges(table)


def in_timeline(driver: Driver) -> Iterator[Answer]:
    workspace, dock = driver.workspace, driver.window.docks.timeline
    activity = workspace.overview.activity
    assert activity is not None
    workspace.choose(activity.longest[0].id)
    driver.settle()
    dock.raise_()
    table, timeline = dock.table, workspace.inspector.timeline
    table.setFocus()
    workspace.selection.go_to(workspace.selection.last)
    driver.settle()
    yield current_row(table), table.turn(-1), timeline.count()
    for version in (0, 17, 700, 1_000):
        workspace.selection.go_to(min(version, workspace.selection.last or 0))
        driver.settle()
        row = current_row(table)
        assert row is not None
        yield row, timeline.count(), str(timeline.index_at(row, 0).data()), table.turn(-1), timeline.count()
        table.toggle_run()
        driver.settle()
        yield current_row(table), timeline.count()
    rows_of(table).scroll_to(timeline.count() - 1, ScrollHint.PositionAtBottom)
    yield (rows_of(table).is_at_end,)


def test_the_lists_of_the_window_do_the_same(driver: Driver, demo_store: Path) -> None:
    workspace = driver.workspace
    models: list[RowWindow] = [workspace.log.model, workspace.entities, workspace.inspector.timeline]
    found = []
    for most in (MOST_ROWS, 100):
        for model in models:
            model.set_most_rows(most)
        driver.show_as_opened()
        entities = in_entities(driver)
        found.append([*in_log(driver, demo_store), *entities, *in_timeline(driver)])
    assert all(model.is_part for model in models)
    for model in models:
        model.set_most_rows(MOST_ROWS)
    for number, (whole, part) in enumerate(zip(*found, strict=True)):
        assert part == whole, f"answer {number}"
