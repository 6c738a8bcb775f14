"""What the smallest window and a wide one show: what changed, whole names, whole headings, signs beside their texts."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage
from PySide6.QtWidgets import QMenu, QPushButton, QTabBar, QTableView

from es_desktop.app.search.lists import EventSearch
from es_desktop.models.compare.compare_model import LEFT_COLUMN, PATH_COLUMN
from es_desktop.models.entity.state_model import NAME
from es_desktop.models.entity.timeline_model import CHANGED, EVENT
from es_desktop.models.table.model import TONE_ROLE, Column, RowsModel
from es_desktop.views.style.row_shapes import ARROW_ROOM, SWATCH_ROOM
from es_desktop.views.style.rows import PAD, RowDelegate
from es_desktop.views.style.table_setup import set_up_table, share_width
from es_desktop.views.style.theme import Theme, ui_font
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window

SMALL = 1024, 700
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def order(driver: Driver, demo_store: Path) -> Driver:
    """The order of the demo with the most events, in the smallest window."""
    driver.window.resize(*SMALL)
    driver.window.docks.restore_default()
    driver.open(demo_store)
    driver.choose("Order")
    return driver


def changed_rows(driver: Driver, parent: QModelIndex | None = None) -> list[QModelIndex]:
    """Return the rows of the state that the step changed and that are not expanded, from the top."""
    tree, parent = driver.window.docks.state.tree, QModelIndex() if parent is None else parent
    found = []
    for row in range(tree.model().rowCount(parent)):
        index = tree.model().index(row, NAME, parent)
        if index.data(TONE_ROLE) == "changed":
            found += (changed_rows(driver, index) if tree.isExpanded(index) else []) or [index]
    return found


def test_the_first_value_that_changed_is_in_view_at_every_version(order: Driver) -> None:
    selection, tree = order.workspace.selection, order.window.docks.state.tree
    last = selection.last
    assert last is not None
    moves = set()
    for version in range(1, min(last, 14) + 1):
        selection.go_to(version)
        order.settle()
        rows = changed_rows(order)
        if rows:
            assert tree.viewport().rect().contains(tree.visualRect(rows[0])), version
        moves.add(tree.verticalScrollBar().value())
    assert len(moves) > 1, "some of what changed is below the first rows"


def test_the_state_stays_where_a_person_scrolled_to_until_another_version_is_chosen(order: Driver) -> None:
    tree, bar = order.window.docks.state.tree, order.window.docks.state.tree.verticalScrollBar()
    order.qtbot.mouseClick(bar, LEFT, pos=QPoint(3, 3))
    for way in (bar.SliderAction.SliderToMaximum, bar.SliderAction.SliderToMinimum):
        bar.triggerAction(way)
        place = bar.value()
        order.workspace.refresh()
        order.settle()
        order.window.docks.event.raise_()
        order.settle()
        order.window.docks.state.raise_()
        order.settle()
        assert tree.verticalScrollBar().value() == place


def test_no_event_type_and_no_heading_of_the_timeline_is_cut_in_the_smallest_window(order: Driver) -> None:
    table = order.window.docks.timeline.table
    model, metrics = table.model(), QFontMetrics(ui_font(bold=True))
    for row in range(model.rowCount()):
        room = table.columnWidth(EVENT) - 2 * PAD - SWATCH_ROOM - ARROW_ROOM
        assert metrics.horizontalAdvance(str(model.index(row, EVENT).data())) <= room
    title = str(model.headerData(CHANGED, Qt.Orientation.Horizontal))
    assert metrics.horizontalAdvance(title) < table.columnWidth(CHANGED)


def test_a_path_of_a_comparison_is_whole_where_the_other_columns_are_short(order: Driver) -> None:
    docks, workspace = order.window.docks, order.workspace
    docks.compare.raise_()
    order.act("compare-before")
    workspace.selection.go_to(1)
    order.settle()
    table, metrics = docks.compare.table, QFontMetrics(ui_font())
    rows = range(table.model().rowCount())
    assert rows
    for column in (LEFT_COLUMN, PATH_COLUMN):
        texts = [str(table.model().index(row, column).data()) for row in rows]
        assert all(texts), "a value that is not there is shown as –, as in the state"
    longest = max(metrics.horizontalAdvance(each) for each in texts)
    assert longest + 2 * PAD <= table.columnWidth(PATH_COLUMN)
    workspace.comparison.stop()


def test_the_range_of_the_log_is_whole_in_the_smallest_window(order: Driver) -> None:
    dock = order.window.docks.log
    dock.raise_()
    order.settle()
    times = dock.times
    assert "2026" in times.placeholderText()
    assert times.fontMetrics().horizontalAdvance(times.placeholderText()) <= times.width() - 56, (
        "a button to clear it has space, too"
    )
    activity = order.workspace.overview.activity
    assert activity is not None
    order.workspace.log.set_search(EventSearch(since=activity.totals.first_time, until=activity.totals.last_time))
    order.settle()
    assert dock.text.width() >= 90, "there is room for words beside it"


@pytest.mark.parametrize(
    ("room", "wanted", "widths"),
    [
        (300, [80, 60, 100], [80, 60, 160]),
        (240, [170, 20, 100], [120, 20, 100]),
        (90, [170, 120, 100], [30, 30, 30]),
        (0, [10, 10], [0, 0]),
    ],
)
def test_columns_share_a_width_and_the_widest_give_way(room: int, wanted: list[int], widths: list[int]) -> None:
    assert share_width(room, wanted) == widths


def test_the_sign_of_a_failed_row_has_its_own_space_and_the_words_stay_red(driver: Driver, theme: Theme) -> None:
    table = QTableView(driver.window)
    tone = {TONE_ROLE: lambda row: row}
    model: RowsModel[str] = RowsModel((Column("Entity", lambda row: "HHHH"),), ("failed", "ok"), row_roles=tone)
    delegate = RowDelegate(table, theme=theme)
    set_up_table(table, model, delegate, "Checks", widths={0: 120})
    driver.qtbot.addWidget(table)

    def columns_of_ink(row: int) -> list[int]:
        """Return the columns of pixels in which the sign or the text of the selected cell is painted."""
        table.selectRow(row)
        image = QImage(120, 26, QImage.Format.Format_ARGB32)
        image.fill(QColor(theme.tokens.panel))
        table.setFixedSize(140, 100)
        table.show()
        table.viewport().render(image, QPoint(), QRect(0, table.rowViewportPosition(row), 120, 26))
        middle = range(6, 20)
        ground = image.pixelColor(118, 13)
        return [x for x in range(4, 110) if any(image.pixelColor(x, y) != ground for y in middle)]

    failed, plain = columns_of_ink(0), columns_of_ink(1)
    gaps = [after - before for before, after in pairwise(failed) if after - before > 1]
    assert gaps and failed[0] < plain[0] - 1, "the sign is left of the text"
    sign_end = next(before for before, after in pairwise(failed) if after - before > 1)
    text_start = next(each for each in failed if each > sign_end)
    assert text_start - sign_end >= 3, "the sign does not touch the first letter"


def more_tabs(driver: Driver) -> list[QPushButton]:
    area = driver.window.docks.area
    return [each for each in area.findChildren(QPushButton) if each.text() == "⋯" and each.isVisible()]


def shown_tabs(driver: Driver) -> set[str]:
    bars = [each for each in driver.window.docks.area.findChildren(QTabBar) if each.isVisible()]
    return {bar.tabText(at) for bar in bars for at in range(bar.count()) if bar.isTabVisible(at)}


def test_tabs_that_have_no_room_beside_a_title_are_in_a_menu(order: Driver) -> None:
    docks = order.window.docks
    order.qtbot.waitUntil(lambda: bool(more_tabs(order)))
    for dock in (docks.timeline, docks.state):
        assert dock.title_bar.parentWidget() is docks.area, "the head takes no row of its own"
    assert {"Timeline", "Log", "State"} <= shown_tabs(order) and "Compare" not in shown_tabs(order)
    order.qtbot.mouseClick(max(more_tabs(order), key=lambda each: each.mapToGlobal(QPoint()).x()), LEFT)
    menu = order.dialog(QMenu)
    entry = next(each for each in menu.actions() if each.text().replace("&", "") == "Compare")
    order.qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry).center())
    order.settle()
    order.qtbot.waitUntil(lambda: "Compare" in shown_tabs(order))
    assert order.is_in_front(docks.compare)
    docks.state.raise_()
    order.qtbot.waitUntil(lambda: "Compare" not in shown_tabs(order))
    order.window.resize(1440, 900)
    docks.restore_default()
    order.qtbot.waitUntil(lambda: not more_tabs(order))
    assert {"Compare", "Event", "Activity", "Log"} <= shown_tabs(order)
