"""Rows of tables and trees: selection, hover, tones, swatches and marks."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QHoverEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QTableView, QTreeView
from pytestqt.qtbot import QtBot

from es_desktop.views.style.rows import FLAG_ROLE, MARK_ROLE, ROW_HEIGHT, SWATCH_ROLE, TONE_ROLE, Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_view, width_for
from es_desktop.views.style.tokens import LIGHT


def make_model(rows: int = 4) -> QStandardItemModel:
    model = QStandardItemModel(rows, 3)
    for row in range(rows):
        for column in range(3):
            model.setData(model.index(row, column), f"{row} → {column}")
    return model


def show(qtbot: QtBot, view: QTableView | QTreeView, model: QStandardItemModel, **options: Any) -> RowDelegate:
    qtbot.addWidget(view)
    view.setModel(model)
    set_up_view(view)
    delegate = RowDelegate(view, **options)
    view.setItemDelegate(delegate)
    view.resize(420, 200)
    view.show()
    return delegate


@pytest.fixture
def table(qtbot: QtBot) -> QTableView:
    table = QTableView()
    show(qtbot, table, make_model())
    return table


def ground(view: QTableView | QTreeView, row: int, x: int = 290) -> str:
    y = view.visualRect(view.model().index(row, 0)).top() + 2
    return view.viewport().grab().toImage().pixelColor(x, y).name()


def colors(view: QTableView | QTreeView, index: QModelIndex) -> set[str]:
    image = view.viewport().grab(view.visualRect(index)).toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_a_text_of_megabytes_is_measured_as_far_as_it_is_shown(table: QTableView) -> None:
    widths = []
    for length in (10_000, 1_000_000):
        table.model().setData(table.model().index(0, 0), "x" * length)
        widths.append(table.sizeHintForColumn(0))
        widths.append(width_for(table, ["x" * length], most=10**9))
    assert widths[:2] == widths[2:]


def test_the_whole_selected_row_is_tinted_and_has_a_bar(table: QTableView) -> None:
    table.selectRow(1)
    assert ground(table, 1) == LIGHT.accent_soft
    assert ground(table, 1, x=1) == LIGHT.accent
    assert ground(table, 2, x=1) != LIGHT.accent


def test_the_whole_row_under_the_pointer_is_tinted_until_it_leaves(table: QTableView) -> None:
    point = QPointF(table.visualRect(table.model().index(2, 1)).center())
    QApplication.sendEvent(table.viewport(), QHoverEvent(QEvent.Type.HoverMove, point, point, QPointF()))
    assert [ground(table, 2, x) for x in (60, 160, 260)] == [LIGHT.hover] * 3
    QApplication.sendEvent(table.viewport(), QHoverEvent(QEvent.Type.HoverLeave, QPointF(-1, -1), point, point))
    assert ground(table, 2, 60) != LIGHT.hover


@pytest.mark.parametrize(("tone", "color"), [("failed", LIGHT.red_soft), ("changed", LIGHT.amber_soft)])
def test_a_tone_colours_the_row(table: QTableView, tone: str, color: str) -> None:
    for column in range(3):
        table.model().setData(table.model().index(3, column), tone, TONE_ROLE)
    assert ground(table, 3) == color
    table.selectRow(3)
    assert ground(table, 3) == LIGHT.accent_soft


def test_swatch_and_mark(table: QTableView) -> None:
    index = table.model().index(0, 1)
    assert LIGHT.hue(4) not in colors(table, index)
    table.model().setData(index, 4, SWATCH_ROLE)
    table.model().setData(index, True, MARK_ROLE)
    assert {LIGHT.hue(4), LIGHT.amber} <= colors(table, index)


def test_a_flag_does_not_cover_the_text(table: QTableView) -> None:
    index = table.model().index(0, 1)
    for side, halves in ((Qt.AlignmentFlag.AlignLeft, [False, True]), (Qt.AlignmentFlag.AlignRight, [True, False])):
        table.model().setData(index, side, Qt.ItemDataRole.TextAlignmentRole)
        table.model().setData(index, False, FLAG_ROLE)
        assert LIGHT.accent not in colors(table, index)
        table.model().setData(index, True, FLAG_ROLE)
        image = table.viewport().grab(table.visualRect(index)).toImage()
        blue = [x for x in range(image.width()) if image.pixelColor(x, image.height() // 2).name() == LIGHT.accent]
        assert [any(x < image.width() // 2 for x in blue), any(x > image.width() // 2 for x in blue)] == halves


def test_old_and_new_values_have_different_colours(qtbot: QtBot) -> None:
    table = QTableView()
    show(qtbot, table, make_model(), columns={1: Column(arrow=True), 2: Column(pill=True)})
    index = table.model().index(0, 1)
    assert LIGHT.amber_text not in colors(table, index)
    table.model().setData(index, "changed", TONE_ROLE)
    assert LIGHT.amber_text in colors(table, index)
    assert LIGHT.soft in colors(table, table.model().index(0, 2))


def test_rows_are_of_one_height_in_tables_and_trees(table: QTableView, qtbot: QtBot) -> None:
    assert table.rowHeight(0) == ROW_HEIGHT
    tree = QTreeView()
    model = make_model()
    model.item(0, 0).appendRow([QStandardItem("child"), QStandardItem(), QStandardItem()])
    show(qtbot, tree, model)
    tree.expandAll()
    assert tree.visualRect(model.index(0, 0)).height() == ROW_HEIGHT
    tree.setCurrentIndex(model.index(0, 0))
    assert ground(tree, 0, x=1) == LIGHT.accent


def test_a_click_on_the_arrow_of_a_tree_opens_it(qtbot: QtBot) -> None:
    tree = QTreeView()
    model = make_model()
    model.item(1, 0).appendRow(QStandardItem("child"))
    show(qtbot, tree, model)
    rect = tree.visualRect(model.index(1, 0))
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(rect.left() - 7, rect.center().y()))
    assert tree.isExpanded(model.index(1, 0))
