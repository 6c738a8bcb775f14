"""The steps of a rebuild in a row that scrolls sideways: what its cards and its chips share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QWidget

from es_desktop.app.text.times import format_cost
from es_desktop.app.text.values import describe_change, elide
from es_desktop.models.guard import Guarded
from es_desktop.replay.steps import Step
from es_desktop.system.counts import format_number
from es_desktop.views.glossary.terms import with_term
from es_desktop.views.style.accessible import PRESS, SHOW_MENU, Part, SpokenParts
from es_desktop.views.style.painted import AT_LEFT, FocusRing, paint_hatching, paint_text
from es_desktop.views.style.plain_text import show_tip
from es_desktop.views.style.row_shapes import paint_cross, paint_swatch
from es_desktop.views.style.theme import SMALL_POINTS, ui_font
from es_desktop.views.style.tokens import LIGHT, Tokens

MARGIN: Final = 16
"""Pixels left and right of a row."""
BASE: Final = -1
"""The index of the base."""
_MOST_IN_TIP: Final = 12


def step_tip(step: Step) -> str:
    """Return the tooltip of a step: its changes or its error, cut to a readable length."""
    lines = [f"{format_number(step.version)}  {step.type}  ·  {format_cost(step.seconds)}"]
    if step.error is not None:
        lines.append(elide(step.error, 400))
    lines += [describe_change(change, 48) for change in step.readable_changes[:_MOST_IN_TIP]]
    if len(step.readable_changes) > _MOST_IN_TIP:
        lines.append(f"+{format_number(len(step.readable_changes) - _MOST_IN_TIP)} more")
    return "\n".join(lines)


class StepRow(Guarded, SpokenParts, QAbstractScrollArea):
    """Shows the steps of a rebuild in boxes; a step can be chosen."""

    step_chosen = Signal(object)
    """The index of the chosen step; -1 for the base."""
    menu_requested = Signal(object, object)
    """The ``Step`` whose menu is wanted, and a point of the screen."""

    base_width: ClassVar[int]
    widths: ClassVar[tuple[int, int]]
    """The least width of the box of a step, where that brings all into view, and the usual one; in pixels."""
    gap: ClassVar[int]
    heights: ClassVar[tuple[int, int]]
    """The least and the greatest height of a box, in pixels."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """``name`` is the accessible name."""
        super().__init__(parent)
        self._count = 0
        self._width = self.widths[1]
        self._step_at: Callable[[int], Step | None] = lambda _index: None
        self._current: int | None = None
        self._hover: int | None = None
        self._unread: int | None = None
        self._ringed: int | None = None
        self._tokens = LIGHT
        self._font, self._strong = ui_font(SMALL_POINTS), ui_font(SMALL_POINTS, bold=True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMaximumHeight(self.heights[1] + self._bar_height)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(name)
        FocusRing(self)

    @property
    def has_base(self) -> bool:
        """Whether the first box is that of the base."""
        return False

    def set_steps(self, count: int, step_at: Callable[[int], Step | None]) -> None:
        """Show ``count`` steps; ``step_at`` returns each one, or ``None`` while it is not loaded."""
        self._count, self._step_at = count, step_at
        self._hover = None
        if self._current is not None and self._current >= count:
            self._current = None
        self._fit()

    def mark(self, unread: int | None, ringed: int | None) -> None:
        """Hatch the steps up to a version, which the other rebuild does not read, and ring one in red."""
        self._unread, self._ringed = unread, ringed
        self.viewport().update()

    def set_current(self, index: int | None) -> None:
        """Mark a step (-1: the base) as current, and scroll to it."""
        self._current = index
        if index is not None:
            self._reveal(index)
            self.speak_part(index + self.has_base)
        self.viewport().update()

    def refresh(self) -> None:
        """Repaint after steps were loaded."""
        self.viewport().update()

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours and fonts of a theme."""
        self._tokens = tokens
        self._font, self._strong = ui_font(SMALL_POINTS), ui_font(SMALL_POINTS, bold=True)
        self.viewport().update()

    def card_rect(self, index: int) -> QRect:
        """Return the rectangle of a box in viewport pixels, visible or not; -1 is the base."""
        least, most = self.heights
        height = min(most, max(least, self.viewport().height() - 1))
        if index == BASE:  # it stays where it is
            return QRect(MARGIN, 0, self.base_width, height)
        left = self._start + index * self._pitch - self.horizontalScrollBar().value()
        return QRect(left, 0, self._width, height)

    def index_at(self, x: float) -> int | None:
        """Return the index of the box at ``x`` viewport pixels; ``None`` between boxes."""
        if self.has_base and x < self._start:
            return BASE if MARGIN <= x < MARGIN + self.base_width else None
        index, rest = divmod(x + self.horizontalScrollBar().value() - self._start, self._pitch)
        return int(index) if 0 <= index < self._count and rest < self._width else None

    # What is read aloud: the base, if there is one, and the steps

    def part_count(self) -> int:
        return self._count + self.has_base

    def part(self, index: int) -> Part:
        at = index - self.has_base
        rect, actions = self.card_rect(at), {PRESS: partial(self._choose, at)}
        if at == BASE:
            return Part(f"Base: {self.accessibleDescription()}", rect, "", at == self._current, actions)
        step = self._step_at(at)
        if step is None:
            return Part("Step that is not loaded yet", rect, "", at == self._current, actions)
        actions[SHOW_MENU] = partial(self._show_menu, step, rect.center())
        name = step_tip(step).replace("\n", "; ")
        return Part(name, rect, format_number(step.version), at == self._current, actions)

    def _show_menu(self, step: Step, point: QPoint) -> None:
        self.menu_requested.emit(step, self.viewport().mapToGlobal(point))

    @property
    def _bar_height(self) -> int:
        return self.horizontalScrollBar().sizeHint().height()

    @property
    def _pitch(self) -> int:
        return self._width + self.gap

    @property
    def _start(self) -> int:
        """Pixels before the first step."""
        return MARGIN + (self.base_width + self.gap if self.has_base else 0)

    def _fit(self) -> None:
        bar, (least, usual) = self.horizontalScrollBar(), self.widths
        room = self.viewport().width() - self._start - MARGIN + self.gap
        fitting = room // max(1, self._count) - self.gap
        self._width = min(fitting, usual) if fitting >= least else usual
        bar.setRange(0, max(0, self._count * self._pitch - room))
        bar.setPageStep(self.viewport().width())
        bar.setSingleStep(self._pitch // 2)
        self.viewport().update()

    def _reveal(self, index: int) -> None:
        bar = self.horizontalScrollBar()
        if index == BASE:
            return
        rect, start, end = self.card_rect(index), self._start, self.viewport().width()
        # Part of the next box stays visible, to show that the row continues.
        margin = min(self.gap + self._width // 3, max(0, (end - start - rect.width()) // 2))
        if rect.left() < start + margin:
            bar.setValue(bar.value() + rect.left() - start - margin)
        elif rect.right() > end - margin:
            bar.setValue(bar.value() + rect.right() - end + margin)

    def _paint_box(self, painter: QPainter, index: int) -> None:
        """Paint the box of the base or of a step."""
        raise NotImplementedError

    def _is_red(self, step: Step | None) -> bool:
        return step is not None and (step.error is not None or step.version == self._ringed)

    def _paint_unread(self, painter: QPainter, index: int, step: Step | None) -> None:
        if step is not None and self._unread is not None and step.version <= self._unread and not self._is_red(step):
            paint_hatching(painter, self.card_rect(index).adjusted(2, 2, -2, -2), self._tokens.line)

    def _paint_frame(self, painter: QPainter, index: int, tone: str) -> None:
        """Paint background and outline of a box: ``tone`` is one of ``Tokens.tone``, or empty."""
        tokens, current = self._tokens, index == self._current
        edge, fill = tokens.line, tokens.panel
        if tone:
            edge, fill = tokens.mark(tone) if tone != "neutral" else tokens.line, tokens.tone(tone)[1]
        elif current:
            edge, fill = tokens.accent, tokens.accent_soft
        elif index == self._hover:
            edge, fill = tokens.outline, tokens.hover
        strong = tone in ("red", "amber")
        painter.setPen(QPen(QColor(edge), 2.0 if current and strong else 1.5 if strong or current else 1.0))
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(self.card_rect(index).toRectF().adjusted(1, 1, -1, -1), 6, 6)

    def _text(self, painter: QPainter, inner: QRect, y: int, font: QFont, color: str, text: str) -> None:
        """Paint a line of text, its top at ``y`` below that of a rectangle."""
        painter.setFont(font)
        box = QRect(inner.left(), inner.top() + y, inner.width(), QFontMetrics(font).height())
        paint_text(painter, box.toRectF(), text, color, AT_LEFT)

    def _paint_sign(self, painter: QPainter, line: QRect, step: Step | None, hue: int) -> None:
        """Paint the swatch of a step's event type, or a cross if it failed."""
        if step is not None and step.error is not None:
            paint_cross(painter, QPointF(line.left() + 4.5, line.center().y() + 0.5), QColor(self._tokens.red))
        else:
            paint_swatch(painter, line.left(), line, QColor(self._tokens.hue(hue)))

    def _choose(self, index: int | None) -> None:
        if index is not None:
            self.step_chosen.emit(index)

    def _beside(self, move: int) -> int | None:
        """Return the index that is ``move`` boxes from the current one, if there is one."""
        first = BASE if self.has_base else 0
        wanted = first if self._current is None else self._current + move
        return wanted if first <= wanted < self._count else None

    # Event handlers

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        offset, room = self.horizontalScrollBar().value(), self.viewport().width()
        if self.has_base:
            self._paint_box(painter, BASE)
            painter.setClipRect(self._start - self.gap // 2 - 6, 0, room, self.viewport().height())
        first = max(0, offset // self._pitch)
        last = min(self._count, (offset + room - self._start) // self._pitch + 1)
        for index in range(first, last):
            self._paint_box(painter, index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        if self._current is not None:
            self._reveal(self._current)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self.index_at(event.position().x()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self._current if by_key else self.index_at(event.pos().x())
        step = self._step_at(index) if index is not None and index != BASE else None
        if index is not None and step is not None:
            self._show_menu(step, self.card_rect(index).center() if by_key else event.pos())

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
        bar.setValue(bar.value() - round(turned / 120 * self._pitch))

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.index_at(event.pos().x())
            show_tip(event.globalPos(), "" if index is None else self.tip_at(index), self)
            return True
        return super().viewportEvent(event)

    def tip_at(self, index: int) -> str:
        """Return the tooltip of a box."""
        if index == BASE:
            return with_term("", "card.base")
        step = self._step_at(index)
        return "" if step is None else step_tip(step)

    def part_at(self, point: QPoint | None) -> str:
        """Return the part of the window at a point, or of the current box."""
        index = self._current if point is None else self.index_at(point.x())
        return "" if index is None else "card.base" if index == BASE else "card.step"

    def sizeHint(self) -> QSize:
        return QSize(640, self.heights[1] + self._bar_height)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.base_width + self.widths[0] + 2 * MARGIN, self.heights[0] + self._bar_height)
