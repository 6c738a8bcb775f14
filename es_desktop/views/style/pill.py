"""A badge: a short word on a rounded background, such as the verdict on a state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..glossary.terms import with_term
from ..preferences.keys import with_keys
from .plain_text import Label, set_tip
from .theme import restyle

if TYPE_CHECKING:
    from es_desktop.app.entity.verdict import Verdict

_INFERRED: Final = "inferred"
_TRUST_HINT: Final = " Click to trust the code that wrote this store: then it is exact."
_LIST_HINT: Final = " Press {list-false} for the list of the snapshots that are not true."
_TONES: Final = {"exact": "green", "inferred": "neutral", "broken": "red"}
_SIGNS: Final = {
    "green": ((0, 4), (3, 7), (8, 1)),
    "red": ((0, 0), (4, 4), (0, 8), (4, 4), (8, 0), (4, 4), (8, 8)),
    "lock": ((0, 4), (8, 4), (8, 9), (0, 9), (0, 4), (2, 4), (2, 0), (6, 0), (6, 4)),
}
"""Of good and of bad news, beside the colour, and of what cannot be changed: the corners of a line, in pixels."""
_SIGN_ROOM: Final = 13


class Pill(Label):
    """A short word on a rounded background, such as ``exact``; hidden without a text.

    One that says ``inferred`` can be clicked, to trust the code that makes the state exact.
    """

    trust_wanted = Signal()

    def __init__(self, text: str = "", tone: str = "neutral", parent: QWidget | None = None) -> None:
        super().__init__("", parent, "pill")
        self.setProperty("tone", tone)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_text(text, tone)

    def show_text(self, text: str, tone: str = "neutral", *, is_locked: bool = False) -> None:
        """Show a text in a tone: neutral, green, amber, red or accent; with the sign of a lock, if it is locked."""
        self.unsetCursor()
        if self.text() == text and self.property("tone") == tone and self.isHidden() is not bool(text):
            return
        self.setText(text)
        self.setVisible(bool(text))
        self._sign = _SIGNS.get("lock" if is_locked else tone, ())
        self.setIndent(_SIGN_ROOM if self._sign else 0)
        restyle(self, tone=tone)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._sign:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().color(self.foregroundRole()), 1.5, c=Qt.PenCapStyle.RoundCap))
            left, top = 8, self.height() / 2 - 4
            painter.drawPolyline([QPointF(left + x, top + y) for x, y in self._sign])

    def show_verdict(self, verdict: Verdict) -> None:
        """Show the exactness of a state, with the reason as tooltip."""
        self.show_text(verdict.word, _TONES[verdict.exactness.value])
        hint = with_keys(_LIST_HINT) if verdict.is_of_false_snapshot else ""
        if verdict.word == _INFERRED:
            hint = _TRUST_HINT
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        set_tip(self, with_term(f"{verdict.reason}{hint}", self.part_at(None)))

    def part_at(self, point: QPoint | None) -> str:
        """Return the part of the window that the badge is, by what it says."""
        return f"badge.{self.text().partition(' (')[0]}"

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        is_inside = self.rect().contains(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and is_inside and self.text() == _INFERRED:
            self.trust_wanted.emit()
