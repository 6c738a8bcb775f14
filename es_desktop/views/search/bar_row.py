"""What a row of a bar list says, and how it looks: a name on a bar, and a number at the right."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from es_desktop.app.text.plain import elide
from es_desktop.views.style.rows import SWATCH_ROOM, paint_swatch
from es_desktop.views.style.theme import SMALL_POINTS, mono_font, ui_font
from es_desktop.views.style.tokens import LIGHT, Tokens, mix

ROW: Final = 23
"""Pixels of a row in height."""
_PAD: Final = 7
_GAP: Final = 8
_MARK: Final = 3
"""Pixels of the line at the left of a chosen row."""
_INK, _MARKED_INK = 0.15, 0.26
"""How much of its colour a bar has."""


@dataclass(frozen=True, slots=True)
class BarRow:
    """What a row says."""

    key: Hashable
    """What is told where the row is chosen."""
    label: str
    part: float
    """How far its bar reaches, from 0 to 1."""
    number: str
    tip: str
    detail: str = ""
    """Stands dim and in a fixed-width face behind the label."""
    hue: int | None = None
    """Of the swatch before the label, and of the bar; ``None`` for a row without a swatch."""
    tone: str = "accent"
    """Of the bar where there is no hue; see ``Tokens.tone``."""


class BarRowPainter:
    """Paints rows in the colours of a look."""

    def __init__(self) -> None:
        self.tokens: Tokens = LIGHT
        self._label, self._marked_label = ui_font(), ui_font(bold=True)
        self._number = ui_font(SMALL_POINTS)
        self._detail = mono_font(SMALL_POINTS)

    def paint(
        self, painter: QPainter, row: BarRow, box: QRect, is_marked: bool, is_hovered: bool, has_caret: bool
    ) -> None:
        """Paint a row into a box."""
        tokens, inner = self.tokens, box.adjusted(0, 1, 0, -1)
        ground = tokens.accent_soft if is_marked else tokens.hover if is_hovered else tokens.panel
        painter.fillRect(inner, QColor(ground))
        if row.part > 0:
            ink = tokens.tone(row.tone)[0] if row.hue is None else tokens.hue(row.hue)
            width = max(2.0, (box.width() - 2 * _MARK) * row.part)
            bar = QRectF(2 * _MARK, box.top() + 2, width, ROW - 4)
            painter.fillRect(bar, QColor(mix(ink, tokens.panel, _MARKED_INK if is_marked else _INK)))
        if is_marked:
            painter.fillRect(QRect(0, inner.top(), _MARK, inner.height()), QColor(tokens.accent))
        self._paint_texts(painter, row, box.adjusted(2 * _MARK + _PAD, 0, -_PAD, 0), is_marked)
        if has_caret:
            painter.setPen(QPen(QColor(tokens.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(inner.toRectF().adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_texts(self, painter: QPainter, row: BarRow, box: QRect, is_marked: bool) -> None:
        tokens, metrics = self.tokens, QFontMetrics(self._label)
        # All faces of a row stand on one line.
        baseline = box.top() + (box.height() + metrics.ascent() - metrics.descent()) // 2
        width = QFontMetrics(self._number).horizontalAdvance(row.number)
        painter.setFont(self._number)
        painter.setPen(QColor(tokens.text if is_marked else tokens.dim))
        painter.drawText(box.right() + 1 - width, baseline, row.number)
        left, right = box.left(), box.right() - width - _GAP
        if row.hue is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_swatch(painter, left, box, QColor(tokens.hue(row.hue)))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            left += SWATCH_ROOM
        face = self._marked_label if is_marked else self._label
        left += _GAP + self._paint_text(painter, QPoint(left, baseline), face, tokens.text, row.label, right)
        if row.detail:
            self._paint_text(painter, QPoint(left, baseline), self._detail, tokens.dim, row.detail, right)

    @staticmethod
    def _paint_text(painter: QPainter, at: QPoint, font: QFont, ink: str, text: str, right: int) -> int:
        """Paint what there is room for up to a pixel; return how wide that is."""
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(elide(text), Qt.TextElideMode.ElideRight, right - at.x())
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(at, shown)
        return metrics.horizontalAdvance(shown)
