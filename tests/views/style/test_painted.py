"""What painted widgets share."""

from __future__ import annotations

import shiboken6
from PySide6.QtWidgets import QTableView, QWidget
from pytestqt.qtbot import QtBot

from es_desktop.views.style.painted import FocusRing


def test_a_view_that_has_the_focus_may_be_deleted(qtbot: QtBot) -> None:
    """A failure in a filter of events is one of the test."""
    window = QWidget()
    view = QTableView(window)
    ring = FocusRing(view)
    window.show()
    view.setFocus()
    qtbot.waitUntil(ring.isVisible)
    shiboken6.delete(view)
