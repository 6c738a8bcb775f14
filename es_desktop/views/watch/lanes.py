"""The lanes below the timeline strip: a small graph of each chosen value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QCoreApplication, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from es_desktop.app.watch.series import Lane
from es_desktop.models.workspace import Workspace
from es_desktop.system.counts import format_number
from es_desktop.views.entity.strip import PAD, TimelineStrip
from es_desktop.views.entity.value_menu import open_value_menu, value_in_view
from es_desktop.views.glossary.parts import set_part
from es_desktop.views.preferences.keys import with_keys
from es_desktop.views.style.accessible import PRESS, REMOVE, SHOW_MENU, Part
from es_desktop.views.style.painted import PaintedList
from es_desktop.views.style.theme import Theme
from es_desktop.views.style.tokens import Tokens

from .lane_paint import CROSS, ROW, LaneLabels, LaneLayout, LanePictures, NamedLane, paint_dashes

MOST: Final = 6
"""Most lanes in view at once."""


class LanesView(PaintedList):
    """Shows lanes in line with the strip; a click or a drag chooses a version. Hidden without lanes."""

    version_chosen = Signal(object)
    """The version that a person chose."""
    removed = Signal(object)
    """The path of the lane to remove."""
    menu_requested = Signal(object, object)
    """The path of a lane, and the point of the screen for its menu."""

    def __init__(self, strip: TimelineStrip, parent: QWidget | None = None) -> None:
        super().__init__(ROW, "Lanes of values", parent)
        self._strip = strip
        set_part(self, "lanes")
        self._lanes: list[NamedLane] = []
        self.lane_layout = LaneLayout(strip, self.verticalScrollBar())
        self._false: Mapping[str, Lane] = {}
        self._labels = LaneLabels()
        self._pictures = LanePictures()
        self._summaries: dict[str, str] = {}
        self._position: int | None = None
        self._current = 0
        self._most_height = MOST * ROW
        self._hover: QPoint | None = None
        self._pressed: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        strip.range_changed.connect(self._on_range)
        self.setVisible(False)

    def set_lanes(self, lanes: Sequence[NamedLane], absent: str = "working…") -> None:
        """Show these lanes: each one's path, and its lane; ``absent`` is shown for a missing one."""
        self._labels.absent = absent
        kept = {path for path, lane in self._lanes if any(lane is other for name, other in lanes if name == path)}
        self._pictures.forget(kept)
        self._summaries.clear()
        self._lanes = list(lanes)
        self.setVisible(bool(lanes))
        self._set_height()
        self._make_room()
        self._set_current(self._current)

    def set_false_lanes(self, lanes: Mapping[str, Lane]) -> None:
        """Draw what the lines would be from a false snapshot beside them, by their paths."""
        self._false = lanes
        self._changed()

    def _false_text(self, path: str) -> str:
        """Return the value at the chosen version that a false snapshot leads to; empty if it is right."""
        lane, false, at = dict(self._lanes).get(path), self._false.get(path), self._position
        if lane is None or false is None or at is None or at < false.first:
            return ""
        found = false.text_at(at)
        return "" if found == lane.text_at(at) else found

    def set_position(self, version: int | None) -> None:
        """Show a version as chosen."""
        self._position = version
        self._changed()

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self._labels.tokens = tokens
        self._on_range()

    def fit(self, most_height: int) -> None:
        """Limit the height to ``most_height`` pixels, but show at least one lane."""
        self._most_height = most_height
        self._set_height()

    @property
    def current_path(self) -> str | None:
        """The path of the lane that has the keyboard focus."""
        return self._lanes[self._current][0] if self._lanes else None

    # Layout

    def _set_height(self) -> None:
        shown = max(1, min(len(self._lanes), MOST, self._most_height // ROW))
        self.setFixedHeight(shown * ROW)
        self.set_height(len(self._lanes), shown * ROW)

    def _make_room(self) -> None:
        if self._lanes:
            self.lane_layout.make_room(*self._labels.widths(self._lanes), self.width())
        else:
            self._strip.set_margins(PAD, PAD)

    def _row_at(self, point: QPoint | None) -> int | None:
        return self.lane_layout.row_at(point, len(self._lanes))

    # Painting

    def _paint_lane(self, painter: QPainter, row: int) -> None:
        path, lane = self._lanes[row]
        top, width = self.lane_layout.top(row), self.viewport().width()
        if row == self._current and self.hasFocus():
            painter.fillRect(0, top + 4, 3, ROW - 8, QColor(self._labels.tokens.accent))
        is_hovered = row == self._row_at(self._hover)
        name, room = self.lane_layout.name(row), CROSS if is_hovered else 0
        self._labels.paint_name(painter, path, self._summary_in_view(path, lane), name, room)
        if lane is not None:
            self._paint_graph(painter, lane, top)
            if self._position is not None:
                box = self.lane_layout.value(row, width)
                self._labels.paint_value(painter, lane, self._position, box, self._false_text(path))
        if is_hovered and self._hover is not None:
            self._labels.paint_cross(painter, self.lane_layout.cross(row), self._hover)

    def _summary_in_view(self, path: str, lane: Lane | None) -> str:
        """Return the text of the range in view, cached as long as the graph."""
        if lane is None:
            return self._labels.summary(lane)
        if path not in self._summaries:
            self._summaries[path] = lane.summary(self._strip.scale.low, self._strip.scale.high)
        return self._summaries[path]

    def _paint_graph(self, painter: QPainter, lane: Lane, top: int) -> None:
        size = QSize(self.viewport().width(), ROW)
        scale, tokens = self._strip.scale, self._labels.tokens
        self._pictures.draw(lane, scale, self.lane_layout.plot(), size, self.devicePixelRatioF(), tokens)
        after = float(size.width()) if self._position is None else scale.x(self._position) + 1
        self._pictures.paint(painter, lane.path, top, round(min(max(0.0, after), size.width())))
        if self._position is not None and lane.is_line and self._false_text(lane.path):
            area = self.lane_layout.plot().translated(0, top)
            paint_dashes(painter, self._false[lane.path], lane, scale, area, tokens, self._position)

    def _paint_cursors(self, painter: QPainter) -> None:
        height, scale, tokens = self.viewport().height(), self._strip.scale, self._labels.tokens
        hovered = self.lane_layout.version_at(self._hover)
        if hovered is not None and hovered != self._position and scale.shows(hovered):
            painter.fillRect(round(scale.x(hovered)), 0, 1, height, QColor(tokens.outline))
        if self._position is not None and scale.shows(self._position):
            painter.fillRect(round(scale.x(self._position)) - 1, 0, 2, height, QColor(tokens.accent))

    # Input

    def _choose(self, point: QPoint) -> None:
        version = self.lane_layout.version_at(point)
        if version is not None and version != self._pressed:
            self._pressed = version
            self.version_chosen.emit(version)

    def part_count(self) -> int:
        return len(self._lanes)

    def part(self, index: int) -> Part:
        path, lane = self._lanes[index]
        position = self._position
        value = self._labels.summary(lane) if lane is None or position is None else lane.text_at(position)
        rect = QRect(0, self.lane_layout.top(index), self.viewport().width(), ROW)
        at = "" if position is None else f" at version {format_number(position)}"
        actions = {
            PRESS: partial(self._set_current, index),
            SHOW_MENU: partial(self._show_menu, index, rect.center()),
            REMOVE: partial(self.removed.emit, path),
        }
        false = self._false_text(path)
        value += f", {false} from the false snapshot" if false else ""
        return Part(f"{path}{at}: {value}", rect, value, index == self._current, actions)

    def _show_menu(self, row: int, point: QPoint) -> None:
        self._set_current(row)
        self.menu_requested.emit(self.current_path, self.viewport().mapToGlobal(point))

    def _set_current(self, row: int) -> None:
        self._current = max(0, min(row, len(self._lanes) - 1))
        bar, top = self.verticalScrollBar(), self._current * ROW
        bar.setValue(max(top + ROW - self.viewport().height(), min(bar.value(), top)))
        self._changed()

    def _changed(self) -> None:
        """Repaint, and update the accessible description."""
        has_text = bool(self._lanes) and self._position is not None
        self.setAccessibleDescription(self.part(self._current).name if has_text else "")
        self.speak_part(self._current)
        self.viewport().update()

    def tip_at(self, point: QPoint) -> str:
        row, version = self._row_at(point), self.lane_layout.version_at(point)
        if row is None:
            return ""
        path, lane = self._lanes[row]
        if self.lane_layout.cross(row).contains(point):
            return "Remove this lane (Del)"
        if lane is None or version is None:
            return f"{path}\n{self._labels.summary(lane)}"
        first, last = lane.span_at(version)
        span = (
            f"version {format_number(first)}"
            if first == last
            else f"versions {format_number(first)} to {format_number(last)}"
        )
        return f"{path}: {lane.text_at(version)}\n{span}"

    def set_pointer(self, point: QPoint | None) -> None:
        self._hover = point
        self.viewport().update()

    def _on_range(self) -> None:
        self._pictures.forget()
        self._summaries.clear()
        self.viewport().update()

    # Event handlers

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        for row in range(len(self._lanes)):
            if -ROW < self.lane_layout.top(row) < self.viewport().height():
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
        if self.lane_layout.cross(row).contains(point):
            self.removed.emit(self._lanes[row][0])
            return
        self._pressed = None
        self._choose(point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if event.buttons() & Qt.MouseButton.LeftButton and self._pressed is not None:
            self._choose(point)
        self.set_pointer(point)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.lane_layout.version_at(event.position().toPoint()) is not None:
            QCoreApplication.sendEvent(self._strip, event)  # the strip resets its zoom, and the lanes follow

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier or not self.verticalScrollBar().maximum():
            QCoreApplication.sendEvent(self._strip, event)  # the strip zooms and pans, and the lanes follow
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
            self._show_menu(row, self.lane_layout.cross(row).bottomLeft() if by_key else event.pos())

    def sizeHint(self) -> QSize:
        return QSize(480, ROW)


class EntityLanes(LanesView):
    """Shows the lanes of the chosen entity, and goes to versions that are chosen in them."""

    def __init__(self, workspace: Workspace, strip: TimelineStrip, theme: Theme, parent: QWidget) -> None:
        super().__init__(strip, parent)
        self._workspace = workspace
        self._theme = theme
        theme.follow(self)
        workspace.lanes.changed.connect(self._on_lanes)
        workspace.false_lanes.changed.connect(self._on_false_lanes)
        workspace.selection.version_changed.connect(self.set_position)
        self.version_chosen.connect(workspace.selection.go_to)
        self.removed.connect(workspace.lanes.remove)
        self.menu_requested.connect(self._on_menu_requested)

    def _on_lanes(self) -> None:
        lanes = self._workspace.lanes
        absent = "working…" if lanes.is_running else with_keys("cancelled ({refresh})")
        self.set_lanes([(path, lanes.get(path)) for path in lanes.paths], absent)

    def _on_false_lanes(self) -> None:
        found = ((path, self._workspace.false_lanes.get(path)) for path in self._workspace.lanes.paths)
        self.set_false_lanes({path: lane for path, lane in found if lane is not None})

    def _on_menu_requested(self, path: str, point: QPoint) -> None:
        open_value_menu(self._workspace, self._theme, [(path, value_in_view(self._workspace, path))], self, point)
