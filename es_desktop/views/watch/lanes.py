"""The lanes under the timeline strip: a small graph of each chosen value, in line with the strip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QWidget

from es_desktop.app.watch.series import Lane
from es_desktop.views.entity.strip import TimelineStrip
from es_desktop.views.style.plain_text import show_tip
from es_desktop.views.style.tokens import Tokens

from .lane_paint import LanePictures
from .lane_row import CROSS, ROW, LaneLabels, LanePlaces, NamedLane

MOST: Final = 6
"""Lanes that are in view at once; the others are scrolled to."""


class LanesView(QAbstractScrollArea):
    """Draws lanes, and lets a version be chosen in them as in the strip. Takes no room while there are none."""

    version_chosen = Signal(object)
    """The version that was pointed at."""
    removed = Signal(object)
    """The path of a lane that a person wants no longer."""
    menu_wanted = Signal(object, object)
    """The path of a lane, and the place on the screen for its menu."""

    def __init__(self, strip: TimelineStrip, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strip = strip
        self._lanes: list[NamedLane] = []
        self.places = LanePlaces(strip, self.verticalScrollBar())
        self._labels = LaneLabels()
        self._pictures = LanePictures(self._labels.names)
        self._summaries: dict[str, str] = {}
        self._position: int | None = None
        self._current = 0
        self._most_height = MOST * ROW
        self._hover: QPoint | None = None
        self._pressed: int | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Lanes of values")
        strip.range_changed.connect(self._on_range)
        self.setVisible(False)

    def set_lanes(self, lanes: Sequence[NamedLane], absent: str = "working…") -> None:
        """Show these lanes: each one's path, and its lane; ``absent`` is told where there is none."""
        self._labels.absent = absent
        kept = {path for path, lane in self._lanes if any(lane is other for name, other in lanes if name == path)}
        self._pictures.forget(kept)
        self._summaries.clear()
        self._lanes = list(lanes)
        self.setVisible(bool(lanes))
        self._set_height()
        self._make_room()
        self._set_current(self._current)

    def set_position(self, version: int | None) -> None:
        """Show a version as the chosen one."""
        self._position = version
        self._changed()

    def set_tokens(self, tokens: Tokens) -> None:
        """Take the colours of a look."""
        self._labels.tokens = tokens
        self._on_range()

    def fit(self, most_height: int) -> None:
        """Take no more than this height, but for one lane."""
        self._most_height = most_height
        self._set_height()

    @property
    def current_path(self) -> str | None:
        """The path of the lane that keys speak of."""
        return self._lanes[self._current][0] if self._lanes else None

    # Places

    def _set_height(self) -> None:
        shown = max(1, min(len(self._lanes), MOST, self._most_height // ROW))
        self.setFixedHeight(shown * ROW)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, len(self._lanes) - shown) * ROW)
        bar.setPageStep(shown * ROW)
        bar.setSingleStep(ROW)

    def _make_room(self) -> None:
        if self._lanes:
            names, values = self._labels.name_width(self._lanes), self._labels.value_width(self._lanes)
            self.places.make_room(names, values, self.width())
        else:
            self.places.free_room()

    def _row_at(self, point: QPoint | None) -> int | None:
        return self.places.row_at(point, len(self._lanes))

    # Painting

    def _paint_lane(self, painter: QPainter, row: int) -> None:
        path, lane = self._lanes[row]
        top, width = self.places.top(row), self.viewport().width()
        if row == self._current and self.hasFocus():
            painter.fillRect(0, top + 4, 3, ROW - 8, QColor(self._labels.tokens.accent))
        is_hovered = row == self._row_at(self._hover)
        name, room = self.places.name(row), CROSS if is_hovered else 0
        self._labels.paint_name(painter, path, self._told(path, lane), name, room)
        if lane is not None:
            self._paint_graph(painter, lane, top)
            if self._position is not None:
                self._labels.paint_value(painter, lane, self._position, self.places.value(row, width))
        if is_hovered and self._hover is not None:
            self._labels.paint_cross(painter, self.places.cross(row), self._hover)

    def _told(self, path: str, lane: Lane | None) -> str:
        """Return what a value ranges over in view, kept as long as its graph is."""
        if lane is None:
            return self._labels.summary(lane)
        if path not in self._summaries:
            self._summaries[path] = lane.summary(self._strip.scale.low, self._strip.scale.high)
        return self._summaries[path]

    def _paint_graph(self, painter: QPainter, lane: Lane, top: int) -> None:
        size = QSize(self.viewport().width(), ROW)
        scale, tokens = self._strip.scale, self._labels.tokens
        self._pictures.draw(lane, scale, self.places.plot(), size, self.devicePixelRatioF(), tokens)
        after = float(size.width()) if self._position is None else scale.x(self._position) + 1
        self._pictures.paint(painter, lane.path, top, round(min(max(0.0, after), size.width())))

    def _paint_cursors(self, painter: QPainter) -> None:
        height, scale, tokens = self.viewport().height(), self._strip.scale, self._labels.tokens
        hovered = self.places.version_at(self._hover)
        if hovered is not None and hovered != self._position and scale.shows(hovered):
            painter.fillRect(round(scale.x(hovered)), 0, 1, height, QColor(tokens.outline))
        if self._position is not None and scale.shows(self._position):
            painter.fillRect(round(scale.x(self._position)) - 1, 0, 2, height, QColor(tokens.accent))

    # What a person does

    def _choose(self, point: QPoint) -> None:
        version = self.places.version_at(point)
        if version is not None and version != self._pressed:
            self._pressed = version
            self.version_chosen.emit(version)

    def _set_current(self, row: int) -> None:
        self._current = max(0, min(row, len(self._lanes) - 1))
        bar, top = self.verticalScrollBar(), self._current * ROW
        bar.setValue(max(top + ROW - self.viewport().height(), min(bar.value(), top)))
        self._changed()

    def _changed(self) -> None:
        """Paint anew, and say in words what the current lane shows."""
        told = ""
        if self._lanes and self._position is not None:
            path, lane = self._lanes[self._current]
            value = self._labels.summary(lane) if lane is None else lane.text_at(self._position)
            told = f"{path} at version {self._position}: {value}"
        self.setAccessibleDescription(told)
        self.viewport().update()

    def _tip(self, point: QPoint) -> str:
        row, version = self._row_at(point), self.places.version_at(point)
        if row is None:
            return ""
        path, lane = self._lanes[row]
        if self.places.cross(row).contains(point):
            return "Remove this lane (Del)"
        if lane is None or version is None:
            return f"{path}\n{self._labels.summary(lane)}"
        first, last = lane.span_at(version)
        span = f"version {first:,}" if first == last else f"versions {first:,} to {last:,}"
        return f"{path}: {lane.text_at(version)}\n{span}"

    def _on_range(self) -> None:
        self._pictures.forget()
        self._summaries.clear()
        self.viewport().update()

    # Qt's own

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        for row in range(len(self._lanes)):
            if -ROW < self.places.top(row) < self.viewport().height():
                self._paint_lane(painter, row)
        self._paint_cursors(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()
        self._on_range()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        row = self._row_at(point)
        if event.button() != Qt.MouseButton.LeftButton or row is None:
            return
        self._set_current(row)
        if self.places.cross(row).contains(point):
            self.removed.emit(self._lanes[row][0])
            return
        self._pressed = None
        self._choose(point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = event.position().toPoint()
        if event.buttons() & Qt.MouseButton.LeftButton and self._pressed is not None:
            self._choose(self._hover)
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.places.version_at(event.position().toPoint()) is not None:
            QCoreApplication.sendEvent(self._strip, event)  # it shows everything again, and the lanes with it

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier or not self.verticalScrollBar().maximum():
            QCoreApplication.sendEvent(self._strip, event)  # it zooms and pans, and the lanes with it
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._set_current(self._current + (1 if event.key() == Qt.Key.Key_Down else -1))
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit(self.current_path)
        else:
            event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        row = self._current if by_key else self._row_at(event.pos())
        if row is not None:
            self._set_current(row)
            place = self.places.cross(row).bottomLeft() if by_key else event.pos()
            self.menu_wanted.emit(self.current_path, self.viewport().mapToGlobal(place))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            show_tip(event.globalPos(), self._tip(event.pos()), self)
            return True
        if event.type() == QEvent.Type.Leave:
            self._hover = None
            self.viewport().update()
        return super().viewportEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(480, ROW)
