"""Paints a directly-follows map: nodes, edges as wide as they are frequent, and their words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from es_desktop.app.process.broken_rules import RuleBreak, is_wrong_way
from es_desktop.app.process.layout import LOOP_WIDTH, START, LaidEdge, LaidNode
from es_desktop.app.process.process_map import ProcessEdge, ProcessNode
from es_desktop.app.process.selections import OfEdge, OfType, Part
from es_desktop.app.process.words import broken_words, edge_text, edge_words, node_counts, node_text, start_words
from es_desktop.models.process.process_finder import ShownProcess
from es_desktop.views.style.painted import paint_text
from es_desktop.views.style.theme import SMALL_POINTS, ui_font
from es_desktop.views.style.tokens import LIGHT, Tokens, mix

_WIDEST: Final = 8.0
_THINNEST: Final = 1.3
_ARROW: Final = 7.0
_PAD: Final = 10.0
_SWATCH: Final = 8.0
_LINE: Final = 16.0
_DASH, _DASH_GAP = 5.0, 3.0
"""Pixels of the line of an edge at which a kept rule is broken."""
_Words = tuple[str, QFont, str]
"""A text, its font and its colour."""
_REACH: Final = 6.0
"""How near to an edge, in pixels, the pointer is on it."""


@dataclass(slots=True)
class MapContent:
    """What a map view shows."""

    shown: ShownProcess | None = None
    hues: Mapping[str, int] = field(default_factory=dict)
    chosen: Part | None = None
    hover: int | None = None
    """The number of the part under the pointer."""
    focus: int | None = None
    """The number of the part that the keyboard is at, while the view has the focus."""


@dataclass(frozen=True, slots=True)
class MapPart:
    """A node or an edge that can be chosen."""

    part: Part
    node: LaidNode | None
    edge: LaidEdge | None
    text: str
    """What a screen reader says, and the tip."""
    path: QPainterPath
    """Its shape in pixels of the layout."""
    broken: tuple[RuleBreak, ...] = ()
    """The kept rules that are broken at an edge."""


def map_parts(shown: ShownProcess) -> list[MapPart]:
    """Return the parts of a map in the order of reading: each node, and then the edges that leave it."""
    layout = shown.layout
    if layout is None:
        return []
    nodes = {each.type: each for each in shown.map.nodes}
    edges = {(each.before, each.after): each for each in shown.map.edges}
    entity_type = shown.process.query.entity_type
    found = []
    for laid in layout.nodes:
        if laid.type == START:
            continue
        box = QPainterPath()
        box.addRect(box_of(laid))
        found.append(MapPart(OfType(laid.type), laid, None, node_text(nodes[laid.type], shown.map), box))
        for each in layout.edges:
            if each.before == laid.type:
                edge = each.before, each.after
                broken = shown.process.broken.get(edge, ())
                text = edge_text(edges[edge], entity_type, broken)
                found.append(MapPart(OfEdge(*edge), None, each, text, edge_path(each), broken))
    return found


def box_of(node: LaidNode) -> QRectF:
    """Return the rectangle of a node."""
    return QRectF(node.centre.x - node.width / 2, node.centre.y - node.height / 2, node.width, node.height)


def edge_path(edge: LaidEdge) -> QPainterPath:
    """Return the line of an edge: a curve through its points, upright at both ends."""
    if edge.is_loop:
        (start,) = edge.points
        path = QPainterPath(QPointF(start.x, start.y - 9))
        far = start.x + LOOP_WIDTH - 4
        path.cubicTo(QPointF(far, start.y - 20), QPointF(far, start.y + 20), QPointF(start.x + _ARROW, start.y + 9))
        return path
    path = QPainterPath(QPointF(*edge.points[0]))
    for first, second, end in edge.curves:
        path.cubicTo(QPointF(*first), QPointF(*second), QPointF(*end))
    return path


def part_at(parts: Sequence[MapPart], point: QPointF) -> int | None:
    """Return the number of the part at a point of the layout; nodes come first."""
    for number, each in enumerate(parts):
        if each.node is not None and each.path.contains(point):
            return number
    reach = QRectF(point.x() - _REACH, point.y() - _REACH, 2 * _REACH, 2 * _REACH)
    for number, each in enumerate(parts):
        if each.edge is not None and (_words_box(each.edge).contains(point) or each.path.intersects(reach)):
            return number
    return None


def _words_box(edge: LaidEdge) -> QRectF:
    left = edge.words.x if edge.is_loop else edge.words.x - 30
    return QRectF(left, edge.words.y - _LINE / 2, 60, _LINE)


class MapPainter:
    """Paints the content in the colours of a theme."""

    def __init__(self, content: MapContent) -> None:
        self._content = content
        self.tokens: Tokens = LIGHT

    def paint(self, painter: QPainter, transform: QTransform, parts: Sequence[MapPart]) -> None:
        """Paint the map; ``transform`` leads from its own pixels to those of the widget."""
        shown = self._content.shown
        if shown is None or shown.layout is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(transform, True)
        edges = {(each.before, each.after): each for each in shown.map.edges}
        most = max([*(each.times for each in edges.values() if not each.is_loop), 1])
        self._paint_starts(painter, shown, most)
        for number, part in enumerate(parts):
            if part.edge is not None:
                self._paint_edge(
                    painter, part, edges[part.edge.before, part.edge.after], most, self._mark(number, part)
                )
        for number, part in enumerate(parts):
            if part.edge is not None:
                self._paint_words(painter, part, edges[part.edge.before, part.edge.after], self._mark(number, part))
        nodes = {each.type: each for each in shown.map.nodes}
        for number, part in enumerate(parts):
            if part.node is not None:
                self._paint_node(painter, part.node, nodes[part.node.type], self._mark(number, part))
                if number == self._content.focus:
                    self._paint_focus(painter, box_of(part.node).adjusted(-4, -4, 4, 4))
            elif part.edge is not None and number == self._content.focus:
                words = self._words(part, edges[part.edge.before, part.edge.after], "")
                self._paint_focus(painter, self._words_rect(part.edge, words))

    def _mark(self, number: int, part: MapPart) -> str:
        if part.part == self._content.chosen:
            return "chosen"
        return "hover" if number == self._content.hover else ""

    def _line(self, times: int, most: int) -> float:
        return min(_WIDEST, max(_THINNEST, _WIDEST * times / most))

    def _paint_starts(self, painter: QPainter, shown: ShownProcess, most: int) -> None:
        layout, tokens = shown.layout, self.tokens
        assert layout is not None, "it was tested"
        starts = {each.type: each.starts for each in shown.map.nodes}
        for edge in layout.edges:
            if edge.before == START:
                painter.setPen(QPen(QColor(tokens.outline), self._line(starts[edge.after], most) * 0.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPath(edge_path(edge))
        node = next(each for each in layout.nodes if each.type == START)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.dim))
        painter.drawEllipse(QPointF(*node.centre), 5.5, 5.5)
        painter.setFont(ui_font(SMALL_POINTS))
        text = start_words(shown.map)
        box = QRectF(node.centre.x + 14, node.centre.y - _LINE / 2, 320, _LINE)
        paint_text(painter, box, text, tokens.dim)

    def _paint_edge(self, painter: QPainter, part: MapPart, edge: ProcessEdge, most: int, mark: str) -> None:
        tokens, width, is_wrong = self.tokens, self._line(edge.times, most), is_wrong_way(edge, part.broken)
        color = tokens.red if is_wrong else tokens.accent
        ink = color if is_wrong or mark == "chosen" else mix(color, tokens.panel, 0.65 if mark else 0.42)
        pen = QPen(QColor(ink), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        if is_wrong:
            pen.setDashPattern([_DASH / width, _DASH_GAP / width])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(part.path)
        self._paint_arrow(painter, part.path, max(_ARROW, width * 1.25), ink)

    def _paint_arrow(self, painter: QPainter, path: QPainterPath, size: float, ink: str) -> None:
        tip = path.pointAtPercent(1.0)
        angle = math.radians(path.angleAtPercent(1.0))
        along = QPointF(math.cos(angle), -math.sin(angle))
        side = QPointF(-along.y(), along.x())
        base = tip - along * size
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ink))
        painter.drawPolygon(QPolygonF([tip, base + side * (size * 0.55), base - side * (size * 0.55)]))

    def _words_rect(self, edge: LaidEdge, words: Sequence[_Words]) -> QRectF:
        width = sum(QFontMetricsF(font).horizontalAdvance(text) for text, font, _ in words)
        left = edge.words.x if edge.is_loop else edge.words.x - width / 2
        return QRectF(left - 3, edge.words.y - _LINE / 2, width + 6, _LINE)

    def _words(self, part: MapPart, edge: ProcessEdge, mark: str) -> list[_Words]:
        """Return the words of an edge with their fonts and colours."""
        tokens, (count, median), broken = self.tokens, edge_words(edge), broken_words(edge, part.broken)
        is_wrong = is_wrong_way(edge, part.broken)
        ink = tokens.red_text if is_wrong else tokens.accent_text if mark == "chosen" else tokens.text
        words = [(count, ui_font(SMALL_POINTS, bold=True), ink)]
        if median:
            words.append((f"  {median}", ui_font(SMALL_POINTS), tokens.red_text if is_wrong else tokens.dim))
        if broken:
            words.append((f"  {broken}", ui_font(SMALL_POINTS, bold=True), tokens.red_text))
        return words

    def _paint_words(self, painter: QPainter, part: MapPart, edge: ProcessEdge, mark: str) -> None:
        assert part.edge is not None, "it has words"
        words = self._words(part, edge, mark)
        box = self._words_rect(part.edge, words)
        painter.fillRect(box, QColor(self.tokens.accent_soft if mark == "chosen" else self.tokens.panel))
        left = 3.0
        for text, font, ink in words:
            painter.setFont(font)
            paint_text(painter, box.adjusted(left, 0, 8, 0), text, ink)
            left += QFontMetricsF(font).horizontalAdvance(text)

    def _paint_node(self, painter: QPainter, laid: LaidNode, node: ProcessNode, mark: str) -> None:
        tokens, box, shown = self.tokens, box_of(laid), self._content.shown
        assert shown is not None, "it was tested"
        ground = {"chosen": tokens.accent_soft, "hover": tokens.hover}.get(mark, tokens.panel)
        painter.setPen(QPen(QColor(tokens.accent if mark == "chosen" else tokens.outline), 1.5 if mark else 1.0))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.hue(self._content.hues.get(node.type, 0))))
        painter.drawRoundedRect(QRectF(box.left() + _PAD, box.top() + 10, _SWATCH, _SWATCH), 2, 2)
        painter.setFont(ui_font(bold=True))
        line = QRectF(box.left() + _PAD + _SWATCH + 6, box.top() + 5, box.width() - 2 * _PAD - _SWATCH - 6, 18)
        paint_text(painter, line, node.type, tokens.text)
        painter.setFont(ui_font(SMALL_POINTS))
        text = node_counts(node, shown.process.query.entity_type)
        paint_text(painter, line.translated(0, 17), text, tokens.dim)

    def _paint_focus(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(QPen(QColor(self.tokens.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 6, 6)
