"""The map of a process: zoom, pan, a choice by pointer and keys, and what a screen reader says of it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from es_desktop.app.process.layout import Layout
from es_desktop.app.process.selections import Part
from es_desktop.models.process.process_finder import ShownProcess
from es_desktop.views.style.accessible import PRESS
from es_desktop.views.style.accessible import Part as SpokenPart
from es_desktop.views.style.painted import PaintedWidget

from .map_paint import MapContent, MapPainter, MapPart, map_parts, part_at

_LEAST, _MOST = 0.2, 3.0
_READABLE: Final = 0.8
"""The zoom from which on the words of a map can be read."""
_STEP: Final = 1.2
_PAN: Final = 60.0
_WHEEL: Final = 0.5
"""Pixels that a wheel moves the map for an eighth of a degree."""
_PAST: Final = 40.0
"""Pixels of the map that stay in view, however far it is moved."""


class MapView(PaintedWidget[MapContent, MapPainter]):
    """Shows a map. A click or Space chooses a part, a double click or Enter opens its entities."""

    chosen = Signal(object)
    """A ``Part`` that a person chose; ``None`` for none."""
    opened = Signal(object)
    """A ``Part`` whose entities a person wants to see."""
    zoomed = Signal()
    """The zoom changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        content = MapContent()
        super().__init__(content, MapPainter(content), "Map of the process", parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._parts = list[MapPart]()
        self._zoom = 1.0
        self._corner = QPointF(0.0, 0.0)
        """The place of the top left corner of the layout in the widget."""
        self._least = _READABLE
        self._is_arranged = True
        """Whether the map was not moved, and so follows the size of the widget."""
        self._pressed: QPoint | None = None
        self._is_dragged = False

    @property
    def zoom(self) -> float:
        """How large the map is shown; 1 is its own size."""
        return self._zoom

    def show_process(self, shown: ShownProcess | None, hues: dict[str, int]) -> None:
        """Show another map; one of the same type and way of counting keeps its zoom."""
        before = self.content.shown
        is_same = before is not None and shown is not None and before.process.query == shown.process.query
        self.content.shown, self.content.hues = shown, hues
        self.content.hover = self.content.focus = None
        self._parts = [] if shown is None else map_parts(shown)
        if not is_same:
            self._least = _READABLE
        if not is_same or self._is_arranged:
            self._arrange()
        self.update()

    def show_chosen(self, part: Part | None) -> None:
        """Mark a part as chosen."""
        self.content.chosen = part
        self.update()

    # Zoom and pan

    def fit(self) -> None:
        """Show the whole map, not larger than it is."""
        self._least = _LEAST
        self._arrange()

    def _arrange(self) -> None:
        """Show the whole map, or its top with the start in the middle where it would be smaller than ``_least``."""
        layout = self._layout()
        self._is_arranged = True
        if layout is not None:
            whole = min(1.0, self.width() / layout.width, self.height() / layout.height)
            self._zoom = zoom = max(self._least, whole)
            room = self.width() - layout.width * zoom
            left = room / 2 if room >= 0 else min(0.0, max(room, self.width() / 2 - layout.nodes[0].centre.x * zoom))
            self._corner = QPointF(left, max(0.0, (self.height() - layout.height * zoom) / 2))
        self.zoomed.emit()
        self.update()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Show the map larger or smaller; what is ``at`` a point of the widget stays there."""
        point = QPointF(self.rect().center()) if at is None else at
        zoom = max(_LEAST, min(_MOST, self._zoom * factor))
        self._corner = point + (self._corner - point) * (zoom / self._zoom)
        self._zoom, self._is_arranged = zoom, False
        self._keep_in_view()
        self.zoomed.emit()
        self.update()

    def _pan(self, by: QPointF) -> None:
        self._corner += by
        self._is_arranged = False
        self._keep_in_view()
        self.update()

    def _keep_in_view(self) -> None:
        layout = self._layout()
        if layout is not None:
            x = _between(self._corner.x(), _PAST - layout.width * self._zoom, self.width() - _PAST)
            y = _between(self._corner.y(), _PAST - layout.height * self._zoom, self.height() - _PAST)
            self._corner = QPointF(x, y)

    def _layout(self) -> Layout | None:
        return None if self.content.shown is None else self.content.shown.layout

    def _transform(self) -> QTransform:
        return QTransform.fromTranslate(self._corner.x(), self._corner.y()).scale(self._zoom, self._zoom)

    def _number_at(self, point: QPointF) -> int | None:
        inverse, _ = self._transform().inverted()
        return part_at(self._parts, inverse.map(point))

    # What a screen reader says

    def part_count(self) -> int:
        return len(self._parts)

    def part(self, index: int) -> SpokenPart:
        found = self._parts[index]
        return SpokenPart(
            found.text.replace("\n", ", "),
            self._place_of(index),
            is_chosen=found.part == self.content.chosen,
            actions={PRESS: lambda: self.chosen.emit(found.part)},
        )

    def tip_at(self, point: QPoint) -> str:
        number = self._number_at(QPointF(point))
        return "" if number is None else self._parts[number].text

    def _place_of(self, number: int) -> QRect:
        return self._transform().mapRect(self._parts[number].path.boundingRect()).toAlignedRect()

    # Events

    def sizeHint(self) -> QSize:
        return QSize(480, 360)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._painter.paint(QPainter(self), self._transform(), self._parts)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_arranged:
            self._arrange()
        else:
            self._keep_in_view()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(_STEP if turned.y() > 0 else 1 / _STEP, event.position())
        else:
            self._pan(QPointF(turned.x() * _WHEEL, turned.y() * _WHEEL))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._is_dragged = event.position().toPoint(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            moved = point - self._pressed
            if self._is_dragged or moved.manhattanLength() > 4:
                self._is_dragged, self._pressed = True, point
                self._pan(QPointF(moved))
            return
        number = self._number_at(event.position())
        self.setCursor(Qt.CursorShape.ArrowCursor if number is None else Qt.CursorShape.PointingHandCursor)
        self._set_hover(number)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._pressed is not None and not self._is_dragged:
            number = self._number_at(event.position())
            self.content.focus = number
            self._choose(None if number is None else self._parts[number].part)
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        number = self._number_at(event.position())
        if number is None:
            self.fit()
        else:
            self.opened.emit(self._parts[number].part)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, keys = event.key(), Qt.Key
        if key in (keys.Key_Plus, keys.Key_Equal):
            self.zoom_by(_STEP)
        elif key == keys.Key_Minus:
            self.zoom_by(1 / _STEP)
        elif key == keys.Key_0:
            self.fit()
        elif key in _MOVES and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._pan(QPointF(*_MOVES[key]) * _PAN)
        elif key in _STEPS and self._parts:
            self._go(_STEPS[key])
        elif key in (keys.Key_Return, keys.Key_Enter, keys.Key_Space) and self.content.focus is not None:
            part = self._parts[self.content.focus].part
            (self._choose if key == keys.Key_Space else self.opened.emit)(part)
        elif key == keys.Key_Escape and self.content.chosen is not None:
            self._choose(None)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.content.focus is None and self._parts and event.reason() == Qt.FocusReason.TabFocusReason:
            self.content.focus = 0
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _choose(self, part: Part | None) -> None:
        self.chosen.emit(None if part == self.content.chosen else part)

    def _go(self, step: int) -> None:
        """Move the focus to the next part in the order of reading, and bring it into view."""
        last = len(self._parts) - 1
        at = self.content.focus
        self.content.focus = (0 if step > 0 else last) if at is None else min(max(at + step, 0), last)
        place = self._place_of(self.content.focus)
        if not self.rect().contains(place):
            self._pan(QPointF(self.rect().center() - place.center()))
        self.speak_part(self.content.focus)
        self.update()


_MOVES: Final[dict[int, tuple[int, int]]] = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_STEPS: Final[dict[int, int]] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


def _between(value: float, least: float, most: float) -> float:
    return max(min(value, most), min(least, most))
