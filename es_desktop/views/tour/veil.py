"""The veil of a tour: it dims the window but for what a step is about, and takes no clicks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygon
from PySide6.QtWidgets import QWidget

from es_desktop.models.guard import Guarded
from es_desktop.views.style.tokens import LIGHT, Tokens

MARGIN: Final = 12
"""Pixels between the card and the edges, and between the card and what it points at."""
_RING: Final = 4
_ARROW: Final = 9
_SHADOW: Final = 9
Layer = tuple[QRect, QPoint | None]
"""Where the card is, and the tip of its arrow."""


class Veil(Guarded, QWidget):
    """Covers the window; clicks and keys go through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._tokens = LIGHT
        self._shown: tuple[QRect | None, tuple[QRect, ...], QRect] = (None, (), QRect())

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self._tokens = tokens
        self.update()

    def show_around(self, target: QRect | None, lit: Sequence[QRect], card: QRect) -> None:
        """Ring what is meant, keep the ``lit`` parts bright, and draw the edge of the card; no target, no veil."""
        shown = (target, tuple(lit), card)
        if shown != self._shown:
            self._shown = shown
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        target, lit, card = self._shown
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._tokens
        if target is not None:
            ring = target.adjusted(-_RING, -_RING, _RING, _RING)
            veil = QPainterPath()
            veil.addRect(QRectF(self.rect()))
            bright = QPainterPath()
            for each in (ring, *lit):
                part = QPainterPath()
                part.addRoundedRect(QRectF(each), 8, 8)
                bright = bright.united(part)
            shade = QColor(0, 0, 0, 120) if tokens.is_dark else QColor(29, 36, 48, 85)
            painter.fillPath(veil.subtracted(bright), shade)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(QRectF(ring).adjusted(1, 1, -1, -1), 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        for grown in range(_SHADOW, 0, -1):
            painter.setBrush(QColor(0, 0, 0, 5))
            box = card.adjusted(-grown, -grown + 3, grown, grown + 3)
            painter.drawRoundedRect(QRectF(box), 10 + grown, 10 + grown)
        if target is not None:
            painter.setBrush(QColor(tokens.panel))
            painter.drawPolygon(arrow_to(target, card))


def arrow_to(target: QRect, card: QRect) -> QPolygon:
    """Return the arrow from the edge of a card towards a target that it does not cover."""
    middle = target.center()
    across = max(card.left() + 24, min(middle.x(), card.right() - 24))
    along = max(card.top() + 24, min(middle.y(), card.bottom() - 24))
    if target.bottom() < card.top():
        corners = (across - _ARROW, card.top() + 1), (across + _ARROW, card.top() + 1), (across, card.top() - _ARROW)
    elif target.top() > card.bottom():
        low = card.bottom()
        corners = (across - _ARROW, low), (across + _ARROW, low), (across, low + _ARROW)
    elif target.right() < card.left():
        corners = (card.left() + 1, along - _ARROW), (card.left() + 1, along + _ARROW), (card.left() - _ARROW, along)
    elif target.left() > card.right():
        right = card.right()
        corners = (right, along - _ARROW), (right, along + _ARROW), (right + _ARROW, along)
    else:
        return QPolygon()
    return QPolygon([QPoint(*each) for each in corners])


def place_card(size: QSize, room: QRect, target: QRect | None, lit: Sequence[QRect]) -> QRect:
    """Return where a card goes: beside its target, covering as little as possible of it and of the lit parts."""
    inside = room.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)

    def at(x: int, y: int) -> QRect:
        x = max(inside.left(), min(x, inside.right() - size.width() + 1))
        y = max(inside.top(), min(y, inside.bottom() - size.height() + 1))
        return QRect(QPoint(x, y), size)

    right, bottom = inside.right() - size.width() + 1, inside.bottom() - size.height() + 1
    corners = [at(right, bottom), at(inside.left(), bottom), at(right, inside.top()), at(*inside.topLeft().toTuple())]
    if target is None:
        return corners[0]
    gap = _RING + _ARROW + 3
    across, along = target.center().x() - size.width() // 2, target.center().y() - size.height() // 2
    beside = [
        at(across, target.bottom() + gap),
        at(across, target.top() - gap - size.height()),
        at(target.right() + gap, along),
        at(target.left() - gap - size.width(), along),
    ]

    def covered(place: QRect) -> int:
        parts = [(target.adjusted(-_RING, -_RING, _RING, _RING), 20), *((each, 1) for each in lit)]
        areas = ((each.intersected(place), weight) for each, weight in parts)
        return sum(max(0, each.width()) * max(0, each.height()) * weight for each, weight in areas)

    free = [each for each in beside if not each.intersects(target.adjusted(-_RING, -_RING, _RING, _RING))]
    return min(free or corners, key=covered)
