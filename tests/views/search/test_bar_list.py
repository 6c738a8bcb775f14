"""The list of names with bars: what is chosen by clicks and keys, what scrolls into view, and what is painted."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from es_desktop.views.search.bar_list import ROW, BarList, BarRow
from es_desktop.views.style.tokens import DARK, LIGHT, Tokens

LEFT = Qt.MouseButton.LeftButton
NAMES = [f"Type{number:02}" for number in range(40)]


def row(name: str, part: float) -> BarRow:
    return BarRow(name, name, part, f"{round(1000 * part):,}", f"{name}: a part of all")


@pytest.fixture
def bars(qtbot: QtBot) -> BarList:
    bars = BarList("Events by type")
    qtbot.addWidget(bars)
    bars.resize(220, 5 * ROW)
    bars.set_rows([row(name, 1 / (1 + at)) for at, name in enumerate(NAMES)])
    bars.show()
    qtbot.waitExposed(bars)
    bars.activateWindow()
    bars.setFocus()
    qtbot.waitUntil(bars.hasFocus)
    return bars


@pytest.fixture
def emitted(bars: BarList) -> list[object]:
    emitted: list[object] = []
    bars.chosen.connect(emitted.append)
    return emitted


def click(qtbot: QtBot, bars: BarList, number: int) -> None:
    qtbot.mouseClick(bars.viewport(), LEFT, pos=bars.row_rect(number).center())


def ground(image: QImage, bars: BarList, number: int) -> str:
    """Return the colour of a row behind its number."""
    at = bars.row_rect(number).topRight() + QPoint(-2, 4)
    return image.pixelColor(at).name()


def test_a_click_emits_the_key_of_its_row(bars: BarList, emitted: list[object], qtbot: QtBot) -> None:
    click(qtbot, bars, 0)
    click(qtbot, bars, 3)
    assert emitted == ["Type00", "Type03"]
    assert bars.current == 3


def test_a_press_that_ends_elsewhere_is_no_click(bars: BarList, emitted: list[object], qtbot: QtBot) -> None:
    qtbot.mousePress(bars.viewport(), LEFT, pos=bars.row_rect(0).center())
    qtbot.mouseRelease(bars.viewport(), LEFT, pos=bars.row_rect(2).center())
    assert emitted == []


def test_below_the_last_row_there_is_nothing_to_choose(bars: BarList, emitted: list[object], qtbot: QtBot) -> None:
    bars.set_rows([row("Only", 1.0)])
    click(qtbot, bars, 2)
    assert emitted == []
    bars.set_rows([])
    qtbot.keyClick(bars, Qt.Key.Key_Return)
    assert emitted == []


def test_every_row_is_reached_by_keys(bars: BarList, emitted: list[object], qtbot: QtBot) -> None:
    for _ in NAMES:
        qtbot.keyClick(bars, Qt.Key.Key_Return)
        qtbot.keyClick(bars, Qt.Key.Key_Down)
        assert bars.viewport().rect().contains(bars.row_rect(bars.current))
    assert emitted == NAMES
    positions = []
    for key in (Qt.Key.Key_Up, Qt.Key.Key_PageUp, Qt.Key.Key_Home, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_End):
        qtbot.keyClick(bars, key)
        positions.append(bars.current)
    assert positions == [38, 34, 0, 0, 4, 39]
    qtbot.keyClick(bars, Qt.Key.Key_Space)
    assert emitted[-1] == "Type39"


def test_the_last_row_is_scrolled_to(bars: BarList, emitted: list[object], qtbot: QtBot) -> None:
    bars.verticalScrollBar().setValue(bars.verticalScrollBar().maximum())
    assert bars.row_rect(39).bottom() == bars.viewport().height() - 1
    click(qtbot, bars, 39)
    assert emitted == ["Type39"]


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.name)
def test_the_chosen_ones_are_marked(bars: BarList, emitted: list[object], tokens: Tokens) -> None:
    bars.set_tokens(tokens)
    bars.mark(frozenset({"Type01", "Type02"}))
    image = bars.viewport().grab().toImage()
    assert [ground(image, bars, number) for number in (1, 2, 3)] == [tokens.accent_soft] * 2 + [tokens.panel]
    assert emitted == []
    assert bars.marked == {"Type01", "Type02"}


def test_bars_are_as_long_as_their_parts(bars: BarList) -> None:
    image = bars.viewport().grab().toImage()

    def length(number: int) -> int:
        y = bars.row_rect(number).top() + 3
        colors = [image.pixelColor(x, y).name() for x in range(image.width())]
        return sum(color not in (LIGHT.panel, LIGHT.accent) for color in colors)

    whole, half = length(0), length(1)
    assert half == pytest.approx(whole / 2, abs=3)


def test_a_long_name_is_cut_before_its_number(bars: BarList) -> None:
    long = BarRow("key", "AVeryLongNameOfATypeOfEvents" * 4, 0.0, "1,204,000", "tip")
    bars.set_rows([row("short", 0.0), long, BarRow("bare", "", 0.0, "1,204,000", "tip")])
    image = bars.viewport().grab().toImage()
    width = bars.fontMetrics().horizontalAdvance("1,204,000")

    def numbers(number: int) -> QImage:
        box = bars.row_rect(number)
        return image.copy(box.right() - width, box.top() + 2, width, ROW - 4)

    assert numbers(1) == numbers(2)


def test_it_says_what_it_is_and_where_the_keys_are(bars: BarList, qtbot: QtBot) -> None:
    assert bars.accessibleName() == "Events by type"
    qtbot.keyClick(bars, Qt.Key.Key_Down)
    assert bars.accessibleDescription() == "Type01: a part of all"
    bars.set_rows([])
    assert bars.accessibleDescription() == "Nothing to list"
