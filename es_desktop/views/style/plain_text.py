"""Plain text on labels, tooltips, boxes and windows, never interpreted as markup or shortcuts.

Qt guesses for each of these whether a text is markup, and texts from a store may look like it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QAction, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget

from es_desktop.app.text.plain import elide, plain_lines, plain_tip, without_secrets
from es_desktop.models.guard import Guarded

from ..glossary.terms import with_term
from .theme import restyle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

    from es_desktop.app.entity.verdict import Verdict


def _lines(text: str) -> str:
    return plain_lines(without_secrets(text))


class Label(Guarded, QLabel):
    """A label of plain text."""

    def __init__(self, text: str = "", parent: QWidget | None = None, role: str = "", *, wraps: bool = False) -> None:
        """``role`` is one of the style sheet's: title, dim, hint, error, …"""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)
        if role:
            self.setProperty("role", role)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(_lines(text))


class Hint(Label):
    """A text that says why there is nothing to see, or what to do first."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, top: int = 12, bottom: int = 0) -> None:
        """``top`` and ``bottom`` are its margins in pixels."""
        super().__init__(text, parent, "hint", wraps=True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setContentsMargins(13, top, 13, bottom)

    def explain(self, text: str) -> None:
        """Show a text; an empty one hides the label."""
        self.setText(text)
        self.setVisible(bool(text))


def set_tip(target: QWidget | QAction, text: str) -> None:
    """Set the tooltip of a widget or an action; an empty text removes it."""
    target.setToolTip(plain_tip(without_secrets(text)))


def show_tip(point: QPoint, text: str, widget: QWidget) -> None:
    """Show a tooltip at a point of the screen; an empty text hides it."""
    QToolTip.showText(point, plain_tip(text), widget)


def set_title(window: QWidget, text: str) -> None:
    """Set the title of a window. Qt would replace ``[*]``, its mark for unsaved changes, so it is escaped."""
    window.setWindowTitle(elide(without_secrets(text)).replace("[*]", "[*][*]"))


_INFERRED: Final = "inferred"
_TRUST_HINT: Final = " Click to trust the code that wrote this store: then it is exact."
_TONES: Final = {"exact": "green", "inferred": "neutral", "broken": "red"}
_SIGNS: Final = {"green": ((0, 4), (3, 7), (8, 1)), "red": ((0, 0), (4, 4), (0, 8), (4, 4), (8, 0), (4, 4), (8, 8))}
"""Of good and of bad news, beside the colour: the corners of a line, in pixels."""
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

    def show_text(self, text: str, tone: str = "neutral") -> None:
        """Show a text in a tone: neutral, green, amber, red or accent."""
        self.setText(text)
        self.setVisible(bool(text))
        self.unsetCursor()
        self._sign = _SIGNS.get(tone, ())
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
        hint = _TRUST_HINT if verdict.word == _INFERRED else ""
        if hint:
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


def message_box(parent: QWidget | None, icon: QMessageBox.Icon, title: str, text: str, more: str = "") -> QMessageBox:
    """Return a message box without buttons that is not shown yet; ``more`` is its smaller text."""
    from PySide6.QtWidgets import QMessageBox  # its enums take time, and the window is there before any box

    box = QMessageBox(icon, elide(title), _lines(text), QMessageBox.StandardButton.NoButton, parent)
    box.setInformativeText(_lines(more))
    for label in box.findChildren(QLabel):
        label.setTextFormat(Qt.TextFormat.PlainText)
    return box
