"""The steps of a rebuild as a row of cards: the base, then one card for each event."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from es_desktop.app.text.times import format_cost
from es_desktop.app.text.values import describe_change, elide, format_value, is_member
from es_desktop.core.counts import format_number
from es_desktop.models.guard import Guarded
from es_desktop.replay.diff import Change
from es_desktop.replay.steps import Step
from es_desktop.views.style.plain_text import show_tip
from es_desktop.views.style.row_shapes import paint_diamond
from es_desktop.views.style.theme import SMALL_POINTS, mono_font, ui_font
from es_desktop.views.style.tokens import LIGHT, Tokens

MARGIN: Final = 16
BASE_WIDTH: Final = 177
CARD_WIDTH: Final = 161
GAP: Final = 19
PITCH: Final = CARD_WIDTH + GAP
PAD: Final = 12
LINES_Y: Final = 52
NOTE_HEIGHT: Final = 20
COMPACT: Final = 104
LINE_HEIGHT: Final = 17
MIN_HEIGHT, MAX_HEIGHT = 78, 132
BASE: Final = -1


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a card; ``tone`` is ``""``, ``"dim"`` or ``"red"``."""

    text: str
    tone: str = ""


def step_lines(step: Step, rows: int, chars: int) -> list[Line]:
    """Return at most ``rows`` lines for a step's card: why it failed, or what it changed."""
    if rows <= 0:
        return []
    if step.error is not None:
        lines = textwrap.wrap(elide(step.error, chars * (rows + 1)), chars) or ["no reason given"]
        return [Line(text, "red") for text in _cut(lines, rows)]
    if not step.readable_changes:
        return [Line(step.note or "changes nothing", "dim")]
    return _change_lines(step.readable_changes, rows, chars)


def _cut(lines: list[str], rows: int) -> list[str]:
    return lines if len(lines) <= rows else [*lines[: rows - 1], lines[rows - 1][:-1] + "…"]


def _change_lines(changes: tuple[Change, ...], rows: int, chars: int) -> list[Line]:
    listed = changes if len(changes) <= rows else changes[: rows - 1]
    spare = rows - len(listed) - (len(listed) < len(changes))
    lines: list[Line] = []
    for change in listed:
        wide = _two_lines(change, chars) if spare else None
        if wide is None:
            lines.append(Line(_one_line(change, chars)))
        else:
            spare -= 1
            lines += [Line(wide[0]), Line(wide[1])]
    if len(listed) < len(changes):
        lines.append(Line(f"+{format_number(len(changes) - len(listed))} more", "dim"))
    return lines


def _two_lines(change: Change, chars: int) -> tuple[str, str] | None:
    """Return the path and the values as two lines; ``None`` if one line is enough."""
    if change.is_removal or change.is_addition or change.before is None or change.after is None:
        return None
    values = f"  {format_value(change.before, chars)} → {format_value(change.after, chars)}"
    return change.path, values if len(values) <= chars else f"  → {format_value(change.after, chars)}"


def _one_line(change: Change, chars: int) -> str:
    whole = describe_change(change, chars)
    if is_member(change.path) and (change.is_addition or change.is_removal):
        return _first_that_fits([whole, f"{whole[0]} {change.path}"], chars)
    after = "removed" if change.is_removal else format_value(change.after)
    return whole if change.is_addition else _first_that_fits([whole, f"{change.path} → {after}"], chars)


def _first_that_fits(texts: list[str], chars: int) -> str:
    return next((text for text in texts if len(text) <= chars), texts[-1])


def step_tip(step: Step) -> str:
    """Return the tooltip of a step: its changes or its error, cut to a readable length."""
    lines = [f"{format_number(step.version)}  {step.type}  ·  {format_cost(step.seconds)}"]
    if step.error is not None:
        lines.append(elide(step.error, 400))
    lines += [describe_change(change, 48) for change in step.readable_changes[:12]]
    if len(step.readable_changes) > 12:
        lines.append(f"+{format_number(len(step.readable_changes) - 12)} more")
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Card:
    """The texts and the tone of one card."""

    title: str
    note: str
    lines: Sequence[Line]
    tone: str = ""
    is_snapshot: bool = False


class StepCards(Guarded, QAbstractScrollArea):
    """Shows the base and the steps of a rebuild; a step can be chosen."""

    step_chosen = Signal(object)
    """The index of the chosen step; -1 for the base."""
    menu_requested = Signal(object, object)
    """The ``Step`` whose menu is wanted, and a point of the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base: _Card | None = None
        self._count = 0
        self._step_at: Callable[[int], Step | None] = lambda _index: None
        self._current: int | None = None
        self._hover: int | None = None
        self._tokens = LIGHT
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Steps of the rebuild")

    def set_base(self, title: str, note: str, lines: Sequence[str], is_snapshot: bool, is_false: bool = False) -> None:
        """Show the base of the rebuild: a snapshot, which may be false, or zero."""
        tone = "red" if is_false else "amber" if is_snapshot else "neutral"
        lines_of_text = [Line(text) for text in lines]
        self._base = _Card(title.removeprefix("◆").lstrip(), note, lines_of_text, tone, is_snapshot)
        self._fit()

    def set_steps(self, count: int, step_at: Callable[[int], Step | None]) -> None:
        """Show ``count`` steps; ``step_at`` returns each one, or ``None`` while it is not loaded."""
        self._count, self._step_at = count, step_at
        self._hover = None
        if self._current is not None and self._current >= count:
            self._current = None
        self._fit()

    def set_current(self, index: int | None) -> None:
        """Mark a step (-1: the base) as current, and scroll to it."""
        self._current = index
        if index is not None:
            self._reveal(index)
        self.viewport().update()

    def refresh(self) -> None:
        """Repaint after steps were loaded."""
        self.viewport().update()

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self._tokens = tokens
        self.viewport().update()

    def card_rect(self, index: int) -> QRect:
        """Return the rectangle of a card in viewport pixels, visible or not; -1 is the base."""
        height = min(MAX_HEIGHT, max(MIN_HEIGHT, self.viewport().height() - 2 * MARGIN))
        if index == BASE:
            left, width = MARGIN, BASE_WIDTH
        else:
            left, width = MARGIN + BASE_WIDTH + GAP + index * PITCH, CARD_WIDTH
        return QRect(left - self.horizontalScrollBar().value(), MARGIN, width, height)

    def index_at(self, x: float) -> int | None:
        """Return the index of the card at ``x`` viewport pixels; ``None`` between cards."""
        offset = x + self.horizontalScrollBar().value() - MARGIN
        if 0 <= offset < BASE_WIDTH:
            return BASE if self._base is not None else None
        index, rest = divmod(offset - BASE_WIDTH - GAP, PITCH)
        return int(index) if 0 <= index < self._count and rest < CARD_WIDTH else None

    def _fit(self) -> None:
        bar = self.horizontalScrollBar()
        width = 2 * MARGIN + BASE_WIDTH + self._count * PITCH
        bar.setRange(0, max(0, width - self.viewport().width()))
        bar.setPageStep(self.viewport().width())
        bar.setSingleStep(PITCH // 2)
        self.viewport().update()

    def _reveal(self, index: int) -> None:
        bar = self.horizontalScrollBar()
        rect = self.card_rect(index)
        room = self.viewport().width()
        # Part of the next card stays visible, to show that the row continues.
        margin = min(GAP + CARD_WIDTH // 3, max(0, (room - rect.width()) // 2))
        if rect.left() < margin:
            bar.setValue(bar.value() + rect.left() - margin)
        elif rect.right() > room - margin:
            bar.setValue(bar.value() + rect.right() - room + margin)

    def _card(self, index: int, rows: int, width: int) -> _Card:
        if index == BASE and self._base is not None:
            return self._base
        step = self._step_at(index)
        if step is None:
            return _Card("…", "", ())
        chars = int(width / max(1.0, QFontMetricsF(mono_font()).horizontalAdvance("0")))
        tone = "red" if step.error is not None else ""
        note = "failed" if step.error is not None else format_cost(step.seconds)
        return _Card(
            f"{format_number(step.version)}  {elide(step.type, 60)}", note, step_lines(step, rows, chars), tone
        )

    def _paint_card(self, painter: QPainter, index: int) -> None:
        rect = self.card_rect(index)
        inner = rect.adjusted(PAD, 0, -PAD, 0)
        # A low card leaves out the time of the step.
        compact = rect.height() < COMPACT
        top = LINES_Y - NOTE_HEIGHT if compact else LINES_Y
        rows = max(1, (rect.height() - top - 6) // LINE_HEIGHT)
        card = self._card(index, rows, inner.width())
        ink = self._paint_frame(painter, rect, card, index)
        shift = self._paint_diamond(painter, inner, ink) if card.is_snapshot else 0
        self._text(painter, inner.adjusted(shift, 0, 0, 0), 10, ui_font(bold=True), ink, card.title)
        if not compact:
            self._text(painter, inner, 30, ui_font(SMALL_POINTS), self._tokens.dim, card.note)
        lines = [Line(card.note, "dim"), *card.lines] if compact and index == BASE else card.lines
        for number, line in enumerate(lines[:rows]):
            color = {"dim": self._tokens.dim, "red": self._tokens.red_text}.get(line.tone, self._tokens.text)
            self._text(painter, inner, top + number * LINE_HEIGHT, mono_font(), color, line.text)

    def _paint_frame(self, painter: QPainter, rect: QRect, card: _Card, index: int) -> str:
        """Paint the background and outline of a card; return the colour of its title."""
        tokens = self._tokens
        ink, fill, edge = tokens.text, tokens.panel, tokens.line
        if card.tone == "neutral":
            fill = tokens.soft
        elif card.tone:
            ink, fill = tokens.tone(card.tone)
            edge = tokens.mark(card.tone)
        current = index == self._current
        if current:
            edge = tokens.red if card.tone == "red" else tokens.accent
            fill = fill if card.tone in ("red", "amber") else tokens.accent_soft
        elif index == self._hover and not card.tone:
            edge, fill = tokens.outline, tokens.hover
        strong = current or card.tone in ("red", "amber")
        width = 2.0 if current and card.tone in ("red", "amber") else 1.5 if strong else 1.0
        painter.setPen(QPen(QColor(edge), width))
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(rect.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        return ink

    def _paint_diamond(self, painter: QPainter, inner: QRect, ink: str) -> int:
        """Paint the mark of a snapshot; return its width in pixels."""
        paint_diamond(painter, inner.left() + 5.0, QRect(inner.left(), inner.top(), 1, 35), QColor(ink))
        return 15

    def _text(self, painter: QPainter, inner: QRect, y: int, font: QFont, color: str, text: str) -> None:
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(QColor(color))
        box = QRectF(inner.left(), inner.top() + y, inner.width(), metrics.height())
        shown = metrics.elidedText(elide(text), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_arrow(self, painter: QPainter, index: int) -> None:
        rect = self.card_rect(index)
        y = rect.center().y() + 0.5
        right = rect.left() - 4.5
        painter.setPen(QPen(QColor(self._tokens.faint), 1.4, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(right - 9.5, y), QPointF(right, y))
        painter.drawPolyline([QPointF(right - 4, y - 4), QPointF(right, y), QPointF(right - 4, y + 4)])

    def _choose(self, index: int | None) -> None:
        if index is not None:
            self.step_chosen.emit(index)

    def _beside(self, move: int) -> int | None:
        """Return the index that is ``move`` cards from the current one, if there is one."""
        first = BASE if self._base is not None else 0
        wanted = first if self._current is None else self._current + move
        return wanted if first <= wanted < self._count else None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        offset, room = self.horizontalScrollBar().value(), self.viewport().width()
        if self._base is not None:
            self._paint_card(painter, BASE)
        start = MARGIN + BASE_WIDTH
        first = max(0, (offset - start) // PITCH)
        last = min(self._count, (offset + room - start) // PITCH + 1)
        for index in range(first, last):
            self._paint_arrow(painter, index)
            self._paint_card(painter, index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self.index_at(event.position().x()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self._current if by_key else self.index_at(event.pos().x())
        step = self._step_at(index) if index is not None and index != BASE else None
        if index is not None and step is not None:
            point = self.card_rect(index).center() if by_key else event.pos()
            self.menu_requested.emit(step, self.viewport().mapToGlobal(point))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hover = self.index_at(event.position().x())
        if hover != self._hover:
            self._hover = hover
            shape = Qt.CursorShape.ArrowCursor if hover is None else Qt.CursorShape.PointingHandCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover = None
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Left.value: -1, Qt.Key.Key_Right.value: 1}
        if event.key() in moves:
            self._choose(self._beside(moves[event.key()]))
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().x() or event.angleDelta().y()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - round(turned / 120 * PITCH))

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.index_at(event.pos().x())
            step = self._step_at(index) if index is not None and index >= 0 else None
            show_tip(event.globalPos(), "" if step is None else step_tip(step), self)
            return True
        return super().viewportEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(640, 119 + 2 * MARGIN + 10)

    def minimumSizeHint(self) -> QSize:
        return QSize(BASE_WIDTH + 2 * MARGIN, MIN_HEIGHT + 2 * MARGIN)
