"""The steps of a rebuild as a row of cards: the base, then one card for each event; or as a row of small chips."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from es_desktop.app.text.times import format_cost
from es_desktop.app.text.values import describe_change, elide, format_value, last_name, short_change
from es_desktop.replay.diff import Change
from es_desktop.replay.steps import Step
from es_desktop.system.counts import format_number
from es_desktop.views.style.painted import AT_RIGHT, paint_text, text_width
from es_desktop.views.style.row_shapes import paint_diamond
from es_desktop.views.style.theme import ui_font

from .step_row import BASE, StepRow

PAD: Final = 11
_HEAD_Y: Final = 8
_TITLE_Y: Final = 27
_LINES_Y: Final = 47
_LINE_HEIGHT: Final = 17
_SWATCH: Final = 15
_SAMPLE: Final = "balance → 3376.13"
"""Its letters are as wide as those of changes are, with figures in them."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a card; ``tone`` is ``""``, ``"dim"`` or ``"red"``. A path at its start is dim in any case."""

    text: str
    tone: str = ""
    path: str = ""


def step_lines(step: Step, rows: int, chars: int) -> list[Line]:
    """Return at most ``rows`` lines for a step's card: why it failed, or what it changed."""
    if rows <= 0:
        return []
    if step.error is not None:
        lines = textwrap.wrap(elide(step.error, chars * (rows + 1)), chars) or ["no reason given"]
        return [Line(text, "red") for text in _cut(lines, rows)]
    if step.discards:
        return [Line("discarded", "dim")]
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
        line = _one_line(change, chars)
        if len(line) > chars and spare and not change.is_addition and not change.is_removal:
            spare -= 1
            lines += [Line(change.path, path=change.path), Line(f"  → {format_value(change.after, chars)}")]
        else:
            lines.append(Line(line, path=change.path if line.startswith(change.path) else last_name(change.path)))
    if len(listed) < len(changes):
        lines.append(Line(f"+{format_number(len(changes) - len(listed))} more", "dim"))
    return lines


def _one_line(change: Change, chars: int) -> str:
    """Return a change with all that fits: of its path only the last name, and then the value before are left out."""
    texts = describe_change(change, chars), short_change(change, chars), short_change(change, chars, with_before=False)
    return next((each for each in texts if len(each) <= chars), texts[-1])


@dataclass(frozen=True, slots=True)
class Card:
    """The texts of one card: the version and the cost above, then the title, then the lines."""

    version: int | None
    title: str
    lines: Sequence[Line] = ()
    cost: str = ""
    tone: str = ""
    """One of ``Tokens.tone``, or empty."""
    hue: int | None = None
    """Of the event type; ``None`` for a base."""


HueOf = Callable[[Step], int]
"""Returns the hue of a step's event type."""


class StepCards(StepRow):
    """Shows the base and the steps with what they changed."""

    base_width: ClassVar[int] = 164
    widths: ClassVar[tuple[int, int]] = (116, 136)
    gap: ClassVar[int] = 16
    heights: ClassVar[tuple[int, int]] = (68, 116)

    def __init__(self, parent: QWidget | None = None, hue_of: HueOf = lambda step: 0) -> None:
        super().__init__("Steps of the rebuild", parent)
        self._base: Card | None = None
        self._hue_of = hue_of

    @property
    def has_base(self) -> bool:
        return self._base is not None

    def set_base(self, card: Card | None) -> None:
        """Show the base of the rebuild, or none."""
        self._base = card
        self.setAccessibleDescription(
            "" if card is None else ". ".join([card.title, *(each.text for each in card.lines)])
        )
        self._fit()

    def _card(self, index: int, rows: int, width: int) -> Card:
        if index == BASE and self._base is not None:
            return self._base
        step = self._step_at(index)
        chars = int(width * len(_SAMPLE) / max(1.0, QFontMetricsF(self._font).horizontalAdvance(_SAMPLE)))
        if step is None:
            return Card(None, "…")
        tone = "red" if self._is_red(step) else ""
        cost, lines = format_cost(step.seconds), step_lines(step, rows, chars)
        return Card(step.version, step.type, lines, cost, tone, self._hue_of(step))

    def _paint_box(self, painter: QPainter, index: int) -> None:
        rect = self.card_rect(index)
        inner = rect.adjusted(PAD, 0, -PAD, 0)
        rows = max(1, (rect.height() - _LINES_Y - 4) // _LINE_HEIGHT)
        card = self._card(index, rows, inner.width())
        self._paint_frame(painter, index, card.tone)
        if index != BASE:
            self._paint_unread(painter, index, self._step_at(index))
        self._paint_head(painter, inner, card, self._step_at(index) if index != BASE else None)
        if index != BASE and (index or self.has_base):
            self._paint_arrow(painter, rect)
        ink = self._tokens.tone(card.tone)[0] if card.tone in ("red", "amber") else self._tokens.text
        self._text(painter, inner, _TITLE_Y, ui_font(bold=True), ink, card.title)
        for number, line in enumerate(card.lines[:rows]):
            self._paint_line(painter, inner, _LINES_Y + number * _LINE_HEIGHT, line)

    def _paint_head(self, painter: QPainter, inner: QRect, card: Card, step: Step | None) -> None:
        tokens, line = self._tokens, QRect(inner.left(), inner.top() + _HEAD_Y, inner.width(), _LINE_HEIGHT)
        painter.setFont(self._font)
        paint_text(painter, line.toRectF(), card.cost, tokens.dim, AT_RIGHT)
        if card.hue is not None:
            self._paint_sign(painter, line, step, card.hue)
        elif card.version is not None:
            paint_diamond(painter, line.left() + 5.0, line, QColor(tokens.mark(card.tone)))
        if card.version is not None:
            room = QFontMetrics(self._font).horizontalAdvance(card.cost) + 6
            paint_text(painter, line.adjusted(_SWATCH, 0, -room, 0).toRectF(), format_number(card.version), tokens.dim)

    def _paint_line(self, painter: QPainter, inner: QRect, y: int, line: Line) -> None:
        tokens = self._tokens
        color = {"dim": tokens.dim, "red": tokens.red_text}.get(line.tone, tokens.text)
        start = line.text.partition(line.path)[0] + line.path if line.path else ""
        if not start or not line.text.startswith(start):
            self._text(painter, inner, y, self._font, color, line.text)
            return
        self._text(painter, inner, y, self._font, tokens.dim, start)
        rest = inner.adjusted(min(inner.width(), text_width(self._font, start)), 0, 0, 0)
        self._text(painter, rest, y, self._font, color, line.text[len(start) :])

    def _paint_arrow(self, painter: QPainter, rect: QRect) -> None:
        """Paint an arrow that leads to a card."""
        y, right = rect.center().y() + 0.5, rect.left() - 2.5
        painter.setPen(QPen(QColor(self._tokens.faint), 1.3, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(right - 9.5, y), QPointF(right, y))
        painter.drawPolyline([QPointF(right - 3.5, y - 3.5), QPointF(right, y), QPointF(right - 3.5, y + 3.5)])


class StepChips(StepRow):
    """Shows the steps with their versions and times only."""

    base_width: ClassVar[int] = 0
    widths: ClassVar[tuple[int, int]] = (50, 62)
    gap: ClassVar[int] = 4
    heights: ClassVar[tuple[int, int]] = (44, 44)

    def __init__(self, parent: QWidget | None = None, hue_of: HueOf = lambda step: 0) -> None:
        super().__init__("Steps of the rebuild from zero", parent)
        self._hue_of = hue_of

    def _paint_box(self, painter: QPainter, index: int) -> None:
        rect, tokens, step = self.card_rect(index), self._tokens, self._step_at(index)
        inner = rect.adjusted(8, 0, -4, 0)
        is_red = self._is_red(step)
        self._paint_frame(painter, index, "red" if is_red else "")
        if step is None:
            self._text(painter, inner, 6, self._strong, tokens.dim, "…")
            return
        self._paint_unread(painter, index, step)
        line = QRect(inner.left(), inner.top() + 6, inner.width(), _LINE_HEIGHT)
        self._paint_sign(painter, line, step, self._hue_of(step))
        ink = tokens.red_text if is_red else tokens.text
        beside = inner.adjusted(_SWATCH - 1, 0, 0, 0)
        self._text(painter, beside, 6, self._strong, ink, format_number(step.version))
        self._text(painter, inner, 23, self._font, tokens.dim, format_cost(step.seconds))
