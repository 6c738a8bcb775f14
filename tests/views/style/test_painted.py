"""What painted widgets share."""

from __future__ import annotations

import shiboken6
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QTableView, QWidget
from pytestqt.qtbot import QtBot

from es_desktop.views.style.painted import FocusRing, text_width


def test_a_text_is_measured_as_far_as_it_is_shown(qapp: QApplication) -> None:
    short, long, very_long = (text_width(QFont(), "x" * length) for length in (10, 10_000, 1_000_000))
    assert short < long == very_long


def test_a_view_that_has_the_focus_may_be_deleted(qtbot: QtBot) -> None:
    """A failure in a filter of events is one of the test."""
    window = QWidget()
    view = QTableView(window)
    ring = FocusRing(view)
    window.show()
    view.setFocus()
    qtbot.waitUntil(ring.isVisible)
    shiboken6.delete(view)
