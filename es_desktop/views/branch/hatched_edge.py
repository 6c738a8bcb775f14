"""A hatched strip along the side of what is hypothetical, so that nobody takes it for what was recorded."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from es_desktop.views.style.tokens import LIGHT, Tokens

_WIDTH: Final = 9
_PITCH: Final = 7


class HatchedEdge(QWidget):
    """Slanted amber lines on a pale ground, as high as there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = LIGHT
        self.setFixedWidth(_WIDTH)

    def set_tokens(self, tokens: Tokens) -> None:
        """Take the colours of a look."""
        self._tokens = tokens
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._tokens.amber_soft))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._tokens.amber), 1.4))
        painter.drawLines([QLineF(0, y, _WIDTH, y - _WIDTH) for y in range(0, self.height() + _WIDTH, _PITCH)])
