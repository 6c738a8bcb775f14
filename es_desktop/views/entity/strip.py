"""The timeline strip: all events of an entity on one line, with snapshots and the chosen version."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from es_desktop.system.counts import count_text, format_number
from es_desktop.views.glossary.terms import with_term
from es_desktop.views.style.accessible import PRESS, Part, Slide
from es_desktop.views.style.painted import PaintedWidget
from es_desktop.views.style.tokens import Tokens

from .strip_paint import AXIS_Y, BAND, DIAMOND_Y, HEIGHT, StripContent, StripPainter, contains
from .strip_scale import Scale, nearest, sparse

PAD: Final = 20
_PART: Final = 6
"""Least width in pixels of what is read aloud: events that are closer to each other are one part."""


class TimelineStrip(PaintedWidget[StripContent, StripPainter]):
    """Shows events, snapshots and failures at their versions; a click or a drag chooses a version."""

    version_chosen = Signal(object)
    """The version that a person chose."""
    range_changed = Signal()
    """The scale changed: other versions are in view, or at other pixels (see ``x_of``)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        content, self._scale = StripContent(), Scale()
        super().__init__(content, StripPainter(content, self._scale), "Timeline of versions", parent)
        self._pressed: int | None = None
        self._margins = (PAD, PAD)
        self._starts: list[int] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_events(self, versions: Sequence[int], hues: array[int] | bytes) -> None:
        """Show events: their versions, ascending, and the hue index of the type of each.

        ``FAINT_HUE`` added to an index makes the event faint: its type is hidden, but it keeps its position.
        """
        self.content.versions, self.content.hues = versions, bytes(hues)
        self.content.hover = self._pressed = None
        self._bounds_changed()

    def set_snapshots(self, versions: list[int]) -> None:
        """Show a diamond at each of these versions, ascending."""
        self.content.snapshots = versions
        self._bounds_changed()

    def set_false_snapshots(self, versions: list[int]) -> None:
        """Draw a ring around the diamonds of these false snapshots."""
        self.content.false_snapshots = versions
        self._bounds_changed()

    def set_failed(self, versions: list[int]) -> None:
        """Mark these events, ascending, as failed."""
        self.content.failed = versions
        self.update()

    def set_flags(self, name: str, versions: Sequence[int], tone: str) -> None:
        """Mark these versions, ascending, in a tone of ``Tokens.tone``; replaces the marks with this name.

        ``describe`` names the mark. Without versions the marks are removed.
        """
        self.content.flags.set(name, versions, tone)
        self.update()

    def set_rebuild(self, base_version: int | None, first_version: int | None) -> None:
        """Hatch the versions up to the base; underline those from the base (or first event) to the chosen one."""
        self.content.base, self.content.first = base_version, first_version
        self.update()

    def set_position(self, version: int | None) -> None:
        """Show a version as chosen, and scroll to it."""
        self.content.position = version
        self.setAccessibleDescription("" if version is None else f"Version {format_number(version)}")
        if version is not None and self._scale.reveal(version):
            self._range_changed()
        self.update()

    def set_tokens(self, tokens: Tokens) -> None:
        self._painter.forget()
        super().set_tokens(tokens)

    @property
    def scale(self) -> Scale:
        """The scale, for widgets that draw in line with the strip; read only."""
        return self._scale

    def set_margins(self, left: int, right: int) -> None:
        """Leave this many pixels free at each side, where the lanes below have their names and values."""
        if (left, right) != self._margins:
            self._margins = (left, right)
            self._fit()

    def x_of(self, version: float) -> float:
        """Return the x of a version, in pixels."""
        return self._scale.x(version)

    def version_at(self, point: QPointF) -> int | None:
        """Return the version at a point: that of a flag or diamond near it, else of the nearest event."""
        flagged = self.content.flags.near(point, self._scale)
        if flagged is not None:
            return flagged
        wanted = self._scale.version(point.x())
        if self.content.snapshots and abs(point.y() - DIAMOND_Y) <= 9:
            snapshot = nearest(self.content.snapshots, wanted)
            if abs(self._scale.x(snapshot) - point.x()) <= 7:
                return snapshot
        return nearest(self.content.versions, wanted) if self.content.versions else None

    def describe(self, version: int) -> str:
        """Return a description of a version."""
        words = [f"Version {format_number(version)}"]
        if contains(self.content.snapshots, version):
            is_false = version in self.content.false_snapshots
            words.append("false snapshot" if is_false else "snapshot")
        if contains(self.content.failed, version):
            words.append("failed")
        if self.content.base is not None and version <= self.content.base:
            words.append("not read")
        words.extend(self.content.flags.at(version))
        return " · ".join(words)

    # What is read aloud: the events in view, those in the same few pixels together

    @property
    def _part_starts(self) -> list[int]:
        """The first version of each part, and the end of the last one."""
        if self._starts is None:
            versions, scale = self.content.versions, self._scale
            end = bisect_right(versions, scale.high)
            after = versions[end] if end < len(versions) else versions[-1] + 1 if versions else 0
            self._starts = [*sparse(versions, scale, _PART), after]
        return self._starts

    def part_count(self) -> int:
        return len(self._part_starts) - 1

    def part(self, index: int) -> Part:
        first, after = self._part_starts[index : index + 2]
        x, position = round(self._scale.x(first)), self.content.position
        return Part(
            self.describe(first) if after == first + 1 else self._describe_many(first, after),
            QRect(x - _PART // 2, AXIS_Y - BAND, max(_PART, round(self._scale.x(after)) - x), 2 * BAND),
            format_number(first),
            position is not None and first <= position < after,
            {PRESS: partial(self.version_chosen.emit, first)},
        )

    def _describe_many(self, first: int, after: int) -> str:
        content = self.content
        words = [f"Versions {format_number(first)} to {format_number(after - 1)}"]
        for versions, noun in ((content.versions, "event"), (content.snapshots, "snapshot")):
            words.append(count_text(_count(versions, first, after), noun))
        failed = _count(content.failed, first, after)
        return " · ".join([*words, f"{format_number(failed)} failed"] if failed else words)

    def slide(self) -> Slide:
        versions = self.content.versions
        ends = (versions[0], versions[-1]) if versions else (0, 0)
        return Slide(self.content.position or 0, *ends, self._slide_to)

    def _slide_to(self, version: int) -> None:
        if self.content.versions:
            self.version_chosen.emit(nearest(self.content.versions, version))

    def _bounds_changed(self) -> None:
        ends = [(line[0], line[-1]) for line in (self.content.versions, self.content.snapshots) if line]
        if ends:
            self._scale.set_bounds(min(low for low, _ in ends), max(high for _, high in ends))
        self._range_changed()

    def _fit(self) -> None:
        left, right = self._margins
        self._scale.left, self._scale.width = float(left), float(max(1, self.width() - left - right))
        self._range_changed()

    def _range_changed(self) -> None:
        self._painter.forget()
        self._starts = None
        self.update()
        self.range_changed.emit()

    def _choose(self, point: QPointF) -> None:
        version = self.version_at(point)
        if version is not None and version != self._pressed:
            self._pressed = version
            self.version_chosen.emit(version)

    def _zoom(self, event: QWheelEvent) -> None:
        self._scale.zoom(1.25 ** (event.angleDelta().y() / 120), event.position().x())
        self._range_changed()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.content.versions:
            self._painter.paint(painter, self.size(), self.devicePixelRatioF())
        else:
            painter.setPen(QColor(self._painter.tokens.faint))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "No events to show")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = None
            self._choose(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(event.position())
        self._set_hover(self.version_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._scale.reset()
        self._range_changed()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom(event)
        elif self._scale.is_zoomed:
            turned = event.angleDelta().y() or event.angleDelta().x()
            self._scale.pan(-turned / 120 * 0.12)
            self._range_changed()
        else:
            event.ignore()

    def tip_at(self, point: QPoint) -> str:
        version = self.version_at(QPointF(point))
        return "" if version is None else with_term(self.describe(version), self.part_at(point))

    def part_at(self, point: QPoint | None) -> str:
        """Return the part of the window at a point: a snapshot, the hatching, or the strip."""
        version = None if point is None else self.version_at(QPointF(point))
        if version is None or point is None:
            return "strip"
        base = self.content.base
        is_hatched = base is not None and version <= base
        at_snapshot = contains(self.content.snapshots, version) and abs(point.y() - DIAMOND_Y) <= 9
        return "strip.snapshot" if at_snapshot else "strip.hatching" if is_hatched else "strip"

    def sizeHint(self) -> QSize:
        return QSize(480, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, HEIGHT)


def _count(versions: Sequence[int], first: int, after: int) -> int:
    """Return how many of ascending versions are from ``first`` to before ``after``."""
    return bisect_left(versions, after) - bisect_left(versions, first)
