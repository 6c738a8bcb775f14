"""What painted widgets share: colours, focus, what is under the pointer and its tooltip, and texts in a box."""

from __future__ import annotations

from typing import Final, Generic, Protocol, TypeVar

from PySide6.QtCore import QEvent, QLineF, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget
from shiboken6 import isValid

from es_desktop.app.text.plain import elide
from es_desktop.models.guard import Guarded

from .accessible import SpokenParts
from .plain_text import show_tip
from .theme import SMALL_POINTS, ui_font
from .tokens import Tokens

RADIUS: Final = 7
"""Pixels of the rounded corners of a card."""
_FOCUS_EVENTS: Final = (QEvent.Type.FocusIn, QEvent.Type.FocusOut, QEvent.Type.Resize, QEvent.Type.KeyPress)
_SAME_FOCUS: Final = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
"""Reasons for which what had the focus before gets it back."""
AT_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
AT_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def text_width(font: QFont, text: str) -> int:
    """Return the width of a text in pixels, at most that of the part that is ever shown: a name may have megabytes."""
    return QFontMetrics(font).horizontalAdvance(elide(text))


def paint_text(
    painter: QPainter,
    box: QRectF,
    text: str,
    ink: str,
    side: Qt.AlignmentFlag = AT_LEFT,
    cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    """Paint a text in a colour and in the painter's font, cut to the width of the box."""
    painter.setPen(QColor(ink))
    painter.drawText(box, side, painter.fontMetrics().elidedText(elide(text), cut, int(box.width())))


def paint_card(painter: QPainter, card: QRect, line: int, tokens: Tokens, is_round: bool = True) -> None:
    """Paint a panel with an outline, and a line across it at ``line`` below its head."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(tokens.line), 1))
    painter.setBrush(QColor(tokens.panel))
    radius = RADIUS if is_round else 0
    painter.drawRoundedRect(card.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.fillRect(card.left() + 1, line, card.width() - 2, 1, QColor(tokens.line))


def paint_hatching(painter: QPainter, area: QRect, ink: str, width: float = 1.0) -> None:
    """Paint slanting lines over an area, in lines of ``width`` pixels: what is there was not read."""
    painter.save()
    painter.setClipRect(area)
    painter.setPen(QPen(QColor(ink), width))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    height, bottom = area.height(), area.bottom() + 1
    xs = range(area.left() // 6 * 6 - height, area.right() + 1, 6)
    painter.drawLines([QLineF(x, bottom, x + height, bottom - height) for x in xs])
    painter.restore()


class _Content(Protocol):
    hover: int | None


class _Painter(Protocol):
    tokens: Tokens


C = TypeVar("C", bound=_Content)
P = TypeVar("P", bound=_Painter)


class PaintedWidget(Guarded, SpokenParts, QWidget, Generic[C, P]):
    """A widget with small texts. ``content`` is what it shows, ``hover`` in it is the number under the pointer."""

    def __init__(self, content: C, painter: P, name: str, parent: QWidget | None = None) -> None:
        """``name`` is the accessible name."""
        super().__init__(parent)
        self.content, self._painter = content, painter
        self.setFont(ui_font(SMALL_POINTS))
        self.setMouseTracking(True)
        self.setAccessibleName(name)

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self._painter.tokens = tokens
        self.update()

    def tip_at(self, point: QPoint) -> str:
        """Return the tooltip for a point."""
        raise NotImplementedError

    def _set_hover(self, number: int | None) -> None:
        if number != self.content.hover:
            self.content.hover = number
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hover(None)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            show_tip(event.globalPos(), self.tip_at(event.pos()), self)
            return True
        return super().event(event)


class PaintedList(Guarded, SpokenParts, QAbstractScrollArea):
    """Rows of ``row_height`` pixels that scroll up and down."""

    def __init__(self, row_height: int, name: str, parent: QWidget | None = None) -> None:
        """``name`` is the accessible name."""
        super().__init__(parent)
        self._row_height = row_height
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(row_height)
        self.setAccessibleName(name)

    def tip_at(self, point: QPoint) -> str:
        """Return the tooltip for a point of the viewport."""
        raise NotImplementedError

    def set_pointer(self, point: QPoint | None) -> None:
        """Show what is under a point of the viewport as hovered; ``None`` when the pointer left it."""
        raise NotImplementedError

    def set_height(self, rows: int, shown: int) -> None:
        """Scroll ``rows`` rows in a height of ``shown`` pixels."""
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, rows * self._row_height - shown))
        bar.setPageStep(shown)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.set_pointer(None)
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            show_tip(event.globalPos(), self.tip_at(event.pos()), self)
            return True
        return super().viewportEvent(event)


def focus_quietly(view: QAbstractScrollArea) -> None:
    """Give the focus to a view as a window does that begins with it: its line is not shown before a key is pressed."""
    for ring in view.findChildren(FocusRing, options=Qt.FindChildOption.FindDirectChildrenOnly):
        ring.is_asked_for = False
    view.setFocus(Qt.FocusReason.ActiveWindowFocusReason)


class FocusRing(Guarded, QWidget):
    """A line around the content of a view while that has the focus. The view owns it, and gets all clicks.

    A focus that nobody asked for has no line until a key is pressed: see ``focus_quietly``.
    """

    def __init__(self, view: QAbstractScrollArea) -> None:
        super().__init__(view)
        self._view = view
        self.is_asked_for = True
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        for each in (view, view.viewport()):
            each.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.gotFocus() and event.reason() not in _SAME_FOCUS:
            self.is_asked_for = True
        self.is_asked_for |= event.type() == QEvent.Type.KeyPress
        if event.type() in _FOCUS_EVENTS and isValid(self._view):  # a view that is deleted loses the focus
            # Beside the scroll bars: Qt lays these over all else.
            corner = self._view.viewport().geometry().bottomRight()
            self.setGeometry(0, 0, corner.x() + 1, corner.y() + 1)
            self.setVisible(self._view.hasFocus() and self.is_asked_for)
            self.raise_()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().highlight().color(), 2))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)
