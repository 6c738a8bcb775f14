"""One line on one rebuild: where it starts, what it did, and its cost as a bar and as a number."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from es_desktop.app.entity.rebuilds import MeasuredRebuild
from es_desktop.models.guard import Guarded
from es_desktop.views.style.builders import fill
from es_desktop.views.style.plain_text import ElidedLabel, Label
from es_desktop.views.style.row_shapes import fill_with
from es_desktop.views.style.theme import SMALL_POINTS, restyle, ui_font
from es_desktop.views.style.tokens import LIGHT, Tokens

from .step_row import MARGIN

_BAR: Final = QSize(160, 6)
_SHORT_BAR: Final = QSize(64, 6)
_LEAST: Final = 4.0
"""Pixels of the shortest bar."""


class CostBar(Guarded, QWidget):
    """A bar on a track: a part of the dearest cost."""

    def __init__(self, size: QSize, parent: QWidget) -> None:
        super().__init__(parent)
        self._part = 0.0
        self._tone = "accent"
        self._tokens = LIGHT
        self.setFixedSize(size)

    def show_part(self, part: float, tone: str) -> None:
        """Show a part, from 0 to 1, in a tone of ``Tokens.mark``."""
        self._part, self._tone = part, tone
        self.update()

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self._tokens = tokens
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, width, height = QPainter(self), self.width(), self.height()
        for part, color in ((1.0, self._tokens.soft), (self._part, self._tokens.mark(self._tone))):
            fill_with(painter, QColor(color))
            length = max(_LEAST, width * min(1.0, part)) if part > 0 else 0.0
            painter.drawRoundedRect(QRectF(0, 0, length, height), height / 2, height / 2)


class CostLine(QWidget):
    """Shows one of two rebuilds, whose bars have one scale."""

    def __init__(self, parent: QWidget, *, is_short: bool = False) -> None:
        """``is_short``: without what was read, and with a short bar, for a title bar."""
        super().__init__(parent)
        self.title = Label(parent=self, role="title")
        self.facts = ElidedLabel(parent=self)
        self.warning = Label(parent=self, role="error")
        self.cost = Label(parent=self, role="dim" if is_short else "")
        self._bar = CostBar(_SHORT_BAR if is_short else _BAR, self)
        for label in (self.facts, self.warning, self.cost):
            label.setFont(ui_font(SMALL_POINTS))
        self.cost.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if is_short:
            fill(QHBoxLayout(self), self.title, self.facts, self.cost, self._bar, margins=(0, 0, 14, 0), spacing=7)
        else:
            self.cost.setMinimumWidth(self.cost.fontMetrics().horizontalAdvance("9,999 ms"))
            self._links = QHBoxLayout()
            parts = (self.title, self.facts, self.warning, self._links, (0, 1), self._bar, self.cost)
            fill(QHBoxLayout(self), *parts, margins=(MARGIN, 0, MARGIN, 0), spacing=10)
            self.setFixedHeight(24)

    def add_link(self, link: QWidget) -> None:
        """Add a link behind the words."""
        self._links.addWidget(link)

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self._bar.set_tokens(tokens)

    def show_cost(
        self, title: str, facts: str, rebuild: MeasuredRebuild | None, most: float, tone: str, warning: str = ""
    ) -> None:
        """Show a rebuild, or ``None`` for one that was not run; ``most`` is the cost of a full bar, in seconds."""
        self.title.setText(title)
        restyle(self.title, tone=tone if title.startswith("◆") else "")
        self.facts.set_whole_text(facts)
        self.warning.setText(warning)
        self.warning.setVisible(bool(warning))
        cost = "" if rebuild is None else rebuild.cost_text
        self.cost.setText(cost)
        self._bar.setVisible(rebuild is not None)
        self._bar.show_part(0.0 if rebuild is None or not most else rebuild.seconds / most, tone)
        self._bar.setAccessibleName(f"{title}: {facts} {cost}")
