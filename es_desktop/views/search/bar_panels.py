"""Bar lists under heads of their own, side by side as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from es_desktop.views.style.dock_frame import ElidedLabel
from es_desktop.views.style.plain_text import Label, set_tip
from es_desktop.views.style.theme import SMALL_POINTS, ui_font
from es_desktop.views.style.tokens import Tokens

from .bar_list import BarList
from .bar_row import BarRow

_ROOM_FOR_FOUR: Final = 800
_FEW: Final = 2
_LEAST, _MOST = 3, 8
"""Rows of a list that count where room is shared."""
_EDGE: Final = 7
_INDENT: Final = 6
"""A head begins where the bars do."""


class BarPanel(QWidget):
    """A bar list with a head: what is listed, and how many there are."""

    def __init__(self, title: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = BarList(title, self)
        self._title = ElidedLabel(title, self)
        set_tip(self._title, tip)
        self._count = Label(parent=self, role="hint")
        head = QHBoxLayout()
        head.setContentsMargins(_INDENT, 0, _INDENT, 0)
        head.addWidget(self._title, 1)
        head.addWidget(self._count)
        self._title.setFont(ui_font(SMALL_POINTS))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.list, 1)

    def set_rows(self, rows: Sequence[BarRow]) -> None:
        """List these."""
        self.list.set_rows(rows)
        self._count.setText(f"{len(rows):,}")


class PanelGrid(QWidget):
    """Panels in one row where it is wide, in two where it is narrow."""

    def __init__(self, panels: Sequence[BarPanel], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panels = panels
        self._across = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(_EDGE, 6, _EDGE, 4)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(10)
        self._arrange(_FEW)

    def share_room(self) -> None:
        """Give each row of panels the room that what they list asks for, within bounds."""
        for line in range(len(self._panels)):
            panels = self._panels[line * self._across : (line + 1) * self._across]
            longest = max((len(panel.list.rows) for panel in panels), default=0)
            self._grid.setRowStretch(line, min(max(_LEAST, longest), _MOST) if panels else 0)

    @property
    def across(self) -> int:
        """How many panels stand side by side."""
        return self._across

    def set_tokens(self, tokens: Tokens) -> None:
        """Take the colours of a look."""
        for panel in self._panels:
            panel.list.set_tokens(tokens)

    def _arrange(self, across: int) -> None:
        if across == self._across:
            return
        self._across = across
        for number, panel in enumerate(self._panels):
            self._grid.addWidget(panel, number // across, number % across)
            self._grid.setColumnStretch(number, 1 if number < across else 0)
        self.share_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(len(self._panels) if self.width() >= _ROOM_FOR_FOUR else _FEW)
