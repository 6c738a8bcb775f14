"""The base of popups with a table in a card."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractItemView, QDialog, QFrame, QLayout, QTableView, QVBoxLayout, QWidget

from .rows import ROW_HEIGHT

MARGIN: Final = 6
"""Pixels between the card and its content, and between the popup and the edge of the window."""


class TablePopup(QDialog):
    """A popup with ``table``; it is deleted when it closes."""

    def __init__(self, name: str, parent: QWidget) -> None:
        """``name`` is the accessible name of the popup."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(name)
        self.table = QTableView(self)

    def show_rows(self, count: int) -> None:
        """Make the table as high as its header and ``count`` rows."""
        self.table.setFixedHeight((count + 1) * ROW_HEIGHT + 2)

    def lay_out(self, *parts: QWidget | QLayout, spacing: int, top: int = MARGIN) -> None:
        """Put the parts into the card, one below the other."""
        frame = QFrame(self)
        frame.setProperty("role", "card")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(MARGIN, top, MARGIN, MARGIN)
        inside.setSpacing(spacing)
        for part in parts:
            inside.addLayout(part) if isinstance(part, QLayout) else inside.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)

    def move_inside(self, window: QWidget, corner: QPoint) -> None:
        """Move the upper left corner to a point of the screen, or as near as it fits into ``window``."""
        room = window.geometry()
        left = max(room.left() + MARGIN, min(corner.x(), room.right() - self.width() - MARGIN))
        self.move(left, max(room.top() + MARGIN, min(corner.y(), room.bottom() - self.height() - MARGIN)))

    def open_inside(self, window: QWidget, corner: QPoint) -> None:
        """Open at a point of the screen inside ``window``, with the current row in the middle of the table."""
        self.move_inside(window, corner)
        self.open()
        self.table.scrollTo(self.table.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)
