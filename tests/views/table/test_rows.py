"""Tables of any length answer keys, the wheel, the scroll bar and clicks alike, whether or not Qt has all rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider, QApplication, QStyle, QStyleOptionSlider, QTableView
from pytestqt.qtbot import QtBot

from es_desktop.models.table.model import Column, RowsModel, TableModel
from es_desktop.views.style.copying import copy_rows
from es_desktop.views.style.rows import ROW_HEIGHT, RowDelegate
from es_desktop.views.style.table_setup import set_up_table
from es_desktop.views.table.rows import ScrollHint, choose_row, rows_of, selected_ranges

COUNT, MOST, HUGE = 3_000, 1_000, 4_000_000_000
NONE, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
LEFT = Qt.MouseButton.LeftButton
_Key, _Action = Qt.Key, QAbstractSlider.SliderAction


class Numbers(RowsModel[int]):
    """Rows in memory."""

    def __init__(self) -> None:
        super().__init__([Column("Number", str)], range(COUNT))

    def insert(self, first: int, count: int) -> None:
        self.beginInsertRows(QModelIndex(), first, first + count - 1)
        self.rows = [*self.rows[:first], *(-each for each in range(1, count + 1)), *self.rows[first:]]
        self.endInsertRows()

    def remove(self, first: int, count: int) -> None:
        self.beginRemoveRows(QModelIndex(), first, first + count - 1)
        self.rows = [*self.rows[:first], *self.rows[first + count :]]
        self.endRemoveRows()


class Made(TableModel[int]):
    """Four thousand million rows, in no memory."""

    def __init__(self) -> None:
        super().__init__([Column("Number", str)])

    def at(self, row: int) -> int:
        return row

    def count(self) -> int:
        return HUGE


class Hands:
    """A table in a window, and what a person does with it."""

    def __init__(self, qtbot: QtBot, model: Any, most: int | None) -> None:
        if most is not None:
            model.set_most_rows(most)
        self.model, self.table = model, QTableView()
        qtbot.addWidget(self.table)
        set_up_table(self.table, model, RowDelegate(self.table), "Numbers", stretch=[0])
        self.table.resize(300, 400)
        self.table.show()
        qtbot.waitExposed(self.table)
        self.table.setFocus()
        self.rows, self.bar = rows_of(self.table), self.table.verticalScrollBar()

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.table, key, modifiers)

    def click(self, y: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.mouseClick(self.table.viewport(), LEFT, modifiers, QPoint(40, y))

    def turn_wheel(self, notches: int) -> None:
        view = self.table.viewport()
        at = QPointF(view.rect().center())
        event = QWheelEvent(
            at, view.mapToGlobal(at), QPoint(), QPoint(0, -120 * notches), Qt.MouseButton.NoButton, NONE,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(view, event)

    def part(self, part: QStyle.SubControl) -> Any:
        option = QStyleOptionSlider()
        self.bar.initStyleOption(option)
        return self.bar.style().subControlRect(QStyle.ComplexControl.CC_ScrollBar, option, part, self.bar)

    def drag_to(self, share: float) -> None:
        """Drag the slider of the scroll bar to a share of its way."""
        slider = self.part(QStyle.SubControl.SC_ScrollBarSlider)
        groove = self.part(QStyle.SubControl.SC_ScrollBarGroove)
        start = slider.center()
        way = groove.height() - slider.height()
        QTest.mousePress(self.bar, LEFT, NONE, start)
        QTest.mouseMove(self.bar, QPoint(start.x(), groove.top() + start.y() - slider.top() + round(way * share)))
        QTest.mouseRelease(self.bar, LEFT, NONE, QPoint(start.x(), start.y()))

    @property
    def top(self) -> int:
        return self.rows.row_in_view(0)

    @property
    def bottom(self) -> int:
        return self.rows.row_in_view(self.table.viewport().height() - 1)

    def seen(self) -> tuple[object, ...]:
        """What a person sees, and what is chosen."""
        QApplication.processEvents()
        selection = self.rows.selection
        text = str(self.model.index_at(self.top).data())
        return self.rows.offset, self.bottom, text, selection.current_row, selection.rows, self.rows.is_at_end


STEPS: list[Callable[[Hands], object]] = [
    lambda it: it.press(_Key.Key_Down),
    *[lambda it: it.press(_Key.Key_PageDown)] * 3,
    lambda it: it.press(_Key.Key_Down, SHIFT),
    lambda it: it.press(_Key.Key_PageDown, SHIFT),
    lambda it: it.press(_Key.Key_Up, CONTROL),
    lambda it: it.press(_Key.Key_End),
    lambda it: it.press(_Key.Key_PageUp, SHIFT),
    lambda it: it.press(_Key.Key_Home),
    lambda it: it.press(_Key.Key_End, CONTROL | SHIFT),
    lambda it: it.press(_Key.Key_Up, SHIFT),
    lambda it: it.press(_Key.Key_Home, CONTROL),
    lambda it: it.press(_Key.Key_Space),
    lambda it: it.turn_wheel(5),
    *[lambda it: it.turn_wheel(60)] * 5,
    lambda it: it.click(100),
    lambda it: it.bar.triggerAction(_Action.SliderToMaximum),
    lambda it: it.click(100, SHIFT),
    lambda it: it.press(_Key.Key_Down, SHIFT),
    lambda it: it.click(200, CONTROL),
    lambda it: it.turn_wheel(-30),
    lambda it: it.bar.triggerAction(_Action.SliderPageStepSub),
    lambda it: it.bar.triggerAction(_Action.SliderSingleStepAdd),
    lambda it: it.press(_Key.Key_Down),
    lambda it: it.press(_Key.Key_A, CONTROL),
    lambda it: it.bar.triggerAction(_Action.SliderToMinimum),
    lambda it: it.click(50),
    lambda it: choose_row(it.table, 2_222),
    lambda it: choose_row(it.table, 5, scrolls=False),
    lambda it: it.rows.scroll_to(1_700, ScrollHint.PositionAtTop),
    lambda it: it.press(_Key.Key_Left),
    lambda it: it.rows.selection.add([7, 8, 9, 1_500, 1_501]),
    lambda it: it.rows.go_to(900, ScrollHint.PositionAtCenter),
    lambda it: it.rows.set_offset(55_555),
    lambda it: it.rows.scroll_to_end(),
    lambda it: choose_row(it.table, -1, scrolls=False),
    lambda it: it.rows.selection.clear(),
]


def test_a_table_does_the_same_with_a_window_of_its_rows(qtbot: QtBot) -> None:
    whole, part = Hands(qtbot, Numbers(), None), Hands(qtbot, Numbers(), MOST)
    for number, step in enumerate(STEPS):
        for hands in (whole, part):
            hands.table.activateWindow()
            hands.table.setFocus()
            step(hands)
        assert part.seen() == whole.seen(), f"step {number}"


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_the_slider_leads_to_the_same_row(qtbot: QtBot, share: float) -> None:
    tops = []
    for most in (None, MOST):
        hands = Hands(qtbot, Numbers(), most)
        QTest.mousePress(hands.bar, LEFT, NONE, hands.part(QStyle.SubControl.SC_ScrollBarSlider).center())
        hands.bar.setSliderPosition(round(hands.bar.maximum() * share))
        tops.append((hands.top, hands.part(QStyle.SubControl.SC_ScrollBarSlider).top()))
        QTest.mouseRelease(hands.bar, LEFT, NONE, QPoint(5, 5))
        QApplication.processEvents()
        assert hands.top == tops[-1][0], "it stays where it was left"
    assert tops[0] == pytest.approx(tops[1], abs=2)


def test_what_is_selected_is_copied_also_where_qt_has_not_all_of_it(qtbot: QtBot) -> None:
    texts = []
    for most in (None, MOST):
        hands = Hands(qtbot, Numbers(), most)
        hands.rows.scroll_to(10, ScrollHint.PositionAtTop)
        hands.click(10)
        hands.bar.triggerAction(_Action.SliderToMaximum)
        hands.click(hands.table.viewport().height() - 10, SHIFT)
        copy_rows(hands.table)
        texts.append(QGuiApplication.clipboard().text().split("\n"))
    assert texts[0] == texts[1] == ["Number", *map(str, range(10, COUNT))]


def test_rows_that_come_and_go_above_leave_what_is_in_view(qtbot: QtBot) -> None:
    hands = Hands(qtbot, Numbers(), MOST)
    choose_row(hands.table, 1_500)
    hands.press(_Key.Key_Down, SHIFT)
    hands.rows.scroll_to(2_400, ScrollHint.PositionAtTop)
    hands.rows.set_offset(hands.rows.offset + 7)
    for change, by in ((lambda: hands.model.insert(3, 40), 40), (lambda: hands.model.remove(2_000, 100), -60)):
        change()
        assert hands.rows.offset == (2_400 + by) * ROW_HEIGHT + 7
        assert str(hands.model.index_at(hands.top).data()) == "2400"
    assert (hands.rows.selection.current_row, selected_ranges(hands.table)) == (1_541, [range(1_540, 1_542)])
    hands.model.insert(hands.model.count(), 10)
    assert hands.rows.offset == 2_340 * ROW_HEIGHT + 7
    hands.model.remove(1_000, hands.model.count() - 1_000)
    assert selected_ranges(hands.table) == [] and hands.rows.selection.current_row is None


def test_every_row_of_four_thousand_million_is_reached(qtbot: QtBot) -> None:
    hands = Hands(qtbot, Made(), None)
    assert hands.top == 0
    hands.press(_Key.Key_End)
    assert hands.bottom == hands.rows.selection.current_row == HUGE - 1 and hands.rows.is_at_end
    hands.press(_Key.Key_PageUp)
    assert HUGE - 20 < (hands.rows.selection.current_row or 0) < HUGE - 1
    hands.drag_to(0.5)
    assert hands.top == pytest.approx(HUGE / 2, rel=0.01)
    hands.drag_to(1.0)
    assert hands.bottom == HUGE - 1
    hands.drag_to(0.0)
    assert hands.top == 0
    edge = hands.model.given_rows.stop
    choose_row(hands.table, edge - 5)
    for _ in range(3):
        hands.press(_Key.Key_PageDown)
    assert edge < (hands.rows.selection.current_row or 0) < edge + 50
    hands.press(_Key.Key_Home)
    assert (hands.top, selected_ranges(hands.table)) == (0, [range(1)])


def test_a_selection_is_kept_over_the_edge_of_the_window(qtbot: QtBot) -> None:
    hands = Hands(qtbot, Made(), None)
    hands.click(40)
    first = hands.rows.selection.current_row or 0
    hands.rows.set_offset(3_000_000_000 * ROW_HEIGHT)
    hands.click(100, CONTROL)
    other = 3_000_000_000 + 100 // ROW_HEIGHT
    assert selected_ranges(hands.table) == [range(first, first + 1), range(other, other + 1)]
    copy_rows(hands.table)
    assert QGuiApplication.clipboard().text() == f"Number\n{first}\n{other}"
    hands.rows.set_offset(0)
    assert hands.table.selectionModel().hasSelection() and hands.table.selectionModel().isRowSelected(first)
    hands.click(10, SHIFT)
    assert selected_ranges(hands.table) == [range(other + 1)], "what was clicked last is where it begins"
    said: list[str] = []
    copy_rows(hands.table, said=said.append)
    assert said == ["At most 20,000 rows are copied, not 3,000,000,004. Export what is seen instead."]


def test_a_screen_reader_is_given_the_number_of_the_row(qtbot: QtBot) -> None:
    hands = Hands(qtbot, Made(), None)
    hands.press(_Key.Key_End)
    table = QAccessible.queryAccessibleInterface(hands.table)
    assert table is not None
    cell = table.focusChild()
    assert cell is not None
    assert cell.text(QAccessible.Text.Name) == str(HUGE - 1)
    assert cell.text(QAccessible.Text.Description) == "row 4,000,000,000 of 4,000,000,000"
