"""One fact that entities have in common: its clause, a sentence, and the shares of both groups as bars."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from es_desktop.app.common.common import SharedFact
from es_desktop.app.common.statistics import Shares
from es_desktop.models.guard import Guarded
from es_desktop.system.counts import format_number, format_share
from es_desktop.views.style.builders import fill, push_button
from es_desktop.views.style.plain_text import ElidedLabel, Label
from es_desktop.views.style.theme import SMALL_POINTS, mono_font, ui_font
from es_desktop.views.style.tokens import LIGHT, Tokens

_LINE: Final = 16
_BAR: Final = 8
_COUNTS: Final = 96
_PERCENT: Final = 46


class ShareBars(Guarded, QWidget):
    """Two bars: the share of these entities, and that of the others."""

    def __init__(self, shares: Shares, parent: QWidget) -> None:
        super().__init__(parent)
        self._shares = shares
        self._tokens = LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        one, of_one, two, of_two = map(format_number, shares)
        shown = f"{one} of these {of_one}, {two} of the other {of_two}"
        self.setAccessibleName(shown)

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self._tokens = tokens
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 2 * _LINE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens, shares = QPainter(self), self._tokens, self._shares
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(ui_font(SMALL_POINTS))
        groups = ((shares.these, shares.of_these, tokens.accent), (shares.others, shares.of_others, tokens.outline))
        for number, (count, of, color) in enumerate(groups):
            self._paint_group(painter, number * _LINE, count, of, color)

    def _paint_group(self, painter: QPainter, top: int, count: int, of: int, color: str) -> None:
        tokens, metrics = self._tokens, QFontMetrics(ui_font(SMALL_POINTS))
        whole = max(20.0, float(self.width() - _COUNTS - _PERCENT))
        bar = QRectF(0, top + (_LINE - _BAR) / 2, whole, _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.line_soft))
        painter.drawRoundedRect(bar, 2, 2)
        if of and count:
            painter.setBrush(QColor(color))
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(2.0, whole * count / of), bar.height()), 2, 2)
        baseline = top + (_LINE + metrics.ascent() - metrics.descent()) // 2
        counts, share = f"{format_number(count)} of {format_number(of)}", format_share(count, of)
        painter.setPen(QColor(tokens.dim))
        painter.drawText(round(whole) + _COUNTS - metrics.horizontalAdvance(counts) - 8, baseline, counts)
        painter.setPen(QColor(tokens.text))
        painter.drawText(self.width() - metrics.horizontalAdvance(share), baseline, share)


class FactCard(Guarded, QFrame):
    """A fact with its sentence and its bars; a link makes it a question."""

    asked = Signal(object)
    """The clause of the fact."""

    def __init__(self, shared: SharedFact, parent: QWidget) -> None:
        super().__init__(parent)
        self.shared = shared
        fact = shared.fact
        self.title = ElidedLabel(fact.title, self, role="")
        self.title.setFont(mono_font(bold=True))
        self.link = push_button("Ask this", self, "link")
        self.link.setAccessibleName(f"Ask {fact.title}")
        self.link.setVisible(bool(fact.clause))
        self.link.clicked.connect(lambda: self.asked.emit(fact.clause))
        sentence = shared.sentence if shared.is_clear else "No difference worth a question."
        self.sentence = Label(sentence, self, "" if shared.is_clear else "dim", wraps=True)
        self.bars = ShareBars(shared.shares, self)
        head = fill(QHBoxLayout(), (self.title, 1), self.link, spacing=6)
        fill(QVBoxLayout(self), head, self.sentence, self.bars, margins=(12, 6, 12, 6), spacing=2)
        self.setProperty("role", "foot")  # a line above

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self.bars.set_tokens(tokens)
