"""The interfaces of painted widgets for a screen reader: when they are made, what they answer, and when they end."""

from __future__ import annotations

import gc
import logging

import pytest
from PySide6.QtCore import QEvent, QRect
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from es_desktop.views.search.bar_list import BarList, BarRow
from es_desktop.views.style.accessible import Part, SpokenParts, offer_interfaces
from tests.views.accessible import nodes

ROUNDS = 60
"""Widgets that are made, read and deleted: a fault of lifetimes ended the process within ten."""


@pytest.fixture(autouse=True)
def offered() -> None:
    offer_interfaces()


def rows(count: int) -> list[BarRow]:
    return [BarRow(number, f"row {number}", 0.5, str(number), f"row {number}\nof many") for number in range(count)]


def test_parts_outlive_neither_their_widget_nor_their_rows(qtbot: QtBot) -> None:
    kept = []
    for round in range(ROUNDS):
        bars = BarList("Bars")
        bars.set_rows(rows(5))
        bars.show()
        read = list(nodes(bars))
        assert [each.name for each in read] == ["Bars", *(f"row {number}; of many" for number in range(5))]
        kept.append(read[-1].interface)
        bars.set_rows(rows(2))
        assert not kept[-1].isValid() and kept[-1].rect() == QRect() and kept[-1].actionInterface().actionNames() == []
        assert len(list(nodes(bars))) == 3
        if round % 4 == 0:
            gc.collect(1)  # what is new: all that a run of the tests has takes 3 seconds
        bars.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    del kept
    gc.collect(1)


def test_the_current_part_has_the_focus_and_a_point_finds_its_part(qtbot: QtBot) -> None:
    bars = BarList("Bars")
    qtbot.addWidget(bars)
    bars.set_rows(rows(5))
    bars.mark(frozenset({2}))
    bars.show()
    bars.activateWindow()
    bars.setFocus()
    qtbot.waitUntil(bars.hasFocus)
    interface = QAccessible.queryAccessibleInterface(bars)
    assert interface.focusChild().text(QAccessible.Text.Value) == "2"
    at = interface.child(3).rect().center()
    found = interface.childAt(at.x(), at.y())
    assert interface.indexOfChild(found) == 3 and found.parent().object() is bars
    assert interface.childAt(-5, -5) is None and interface.child(7) is None


class Broken(SpokenParts, QWidget):
    """Cannot say what it shows."""

    def part_count(self) -> int:
        return 1

    def part(self, index: int) -> Part:
        raise ValueError("no")


def test_what_cannot_be_said_is_logged_and_ends_nothing(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    widget = Broken()
    qtbot.addWidget(widget)
    widget.show()
    with caplog.at_level(logging.ERROR):
        assert [each.name for each in nodes(widget)] == ["", ""]
    assert "Broken could not be read aloud" in caplog.text
