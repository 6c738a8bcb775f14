"""Paints the rows of rules: a star for those that are kept, and exceptions in red, like a link."""

from __future__ import annotations

from math import cos, pi, sin
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionViewItem, QTableView

from es_desktop.models.guard import Guarded
from es_desktop.models.rules.rules_model import EXCEPTIONS, KEPT, NO_EXCEPTIONS, RulesModel
from es_desktop.views.style.rows import PAD, RowDelegate

ROW_HEIGHT: Final = 32
"""Of a rule, in pixels."""
_Index = QModelIndex | QPersistentModelIndex
_OUTER, _INNER = 6.2, 2.7
"""Radii of a star, in pixels."""


def star(middle: QPointF) -> QPolygonF:
    """Return the five points of a star, and those between them."""
    points = []
    for number in range(10):
        radius, angle = (_OUTER if number % 2 == 0 else _INNER), number * pi / 5 - pi / 2
        points.append(QPointF(middle.x() + radius * cos(angle), middle.y() + radius * sin(angle)))
    return QPolygonF(points)


class RuleTable(Guarded, QTableView):
    """A table whose rows can be starred by Space, and opened by Enter."""

    starred = Signal(object)
    """The index of the row to star, or no longer."""
    opened = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self.starred.emit(self.currentIndex())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit()
        else:
            super().keyPressEvent(event)


class RuleDelegate(RowDelegate):
    """Paints the rows of a ``RulesModel``."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        model = index.model()
        if index.column() == KEPT and isinstance(model, RulesModel):
            opt: Any = option  # PySide's stubs leave the fields of style options out.
            rect: QRect = opt.rect
            is_kept = model.row_at(index).is_kept
            color = QColor(self._tokens.accent if is_kept else self._tokens.dim)
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(color, 1.2))
            painter.setBrush(color if is_kept else QColor(0, 0, 0, 0))
            painter.drawPolygon(star(QPointF(rect.left() + rect.width() / 2, rect.center().y() + 0.5)))
            painter.restore()

    def _paint_text(
        self, painter: QPainter, box: QRect, text: str, index: _Index, tone: object, selected: bool
    ) -> None:
        if index.column() != EXCEPTIONS:
            super()._paint_text(painter, box, text, index, tone, selected)
            return
        is_none = text == NO_EXCEPTIONS
        font, metrics = self._face("plain" if is_none else "plain bold")
        painter.setFont(font)
        painter.setPen(self._colors["dim" if is_none else "red_text"])
        room = box.width() + (0 if is_none else PAD)
        painter.drawText(box.left(), self._baseline(box), metrics.elidedText(text, self._view.textElideMode(), room))
