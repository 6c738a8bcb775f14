"""Docks as cards: a rounded panel with a title bar of our own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QButtonGroup,
    QDockWidget,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from es_desktop.models.guard import Guarded

from ..glossary.parts import set_part
from ..glossary.terms import with_term
from .accessible import SpokenDock
from .builders import bare_button, fill
from .fields import make_choice
from .icons import icon
from .painted import RADIUS, paint_card
from .plain_text import ElidedLabel, Label, set_tip
from .theme import SMALL_POINTS, Theme, restyle, ui_font
from .tokens import LIGHT, Tokens

if TYPE_CHECKING:
    from es_desktop.app.entity.verdict import Verdict
    from es_desktop.models.workspace import Workspace

GAP = 12
TITLE_HEIGHT = 35
_LEAST_TITLE: Final = 64
WORDS_WIDTH = 132
"""Pixels for title, badge and summary beside tabs and controls."""


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


class TitleBar(Guarded, QWidget):
    """The title bar of a dock: title, badge, controls, summary, and buttons that appear on hover."""

    def __init__(self, dock: Dock, title: str) -> None:
        super().__init__(dock)
        self._dock = dock
        self._title = title
        self.title = ElidedLabel(title, self, role="title")
        self.badge = Pill(parent=self)
        self._slot = fill(QHBoxLayout(), spacing=6)
        self._summary = ElidedLabel(parent=self, drops_facts=True)
        self._summary.setFont(ui_font(SMALL_POINTS))
        self._summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        tips = "Float or dock this panel", "Hide this panel (show it again from the View menu)"
        self._float, self._close = (bare_button(tip, self) for tip in tips)
        for button in (self._float, self._close):
            button.setIconSize(QSize(14, 14))
        self._float.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        self._close.clicked.connect(dock.close)
        buttons = fill(QHBoxLayout(), self._float, self._close, spacing=2)
        parts = (self.title, self._slot, (self._summary, 1), self.badge, buttons)
        layout = fill(QHBoxLayout(self), *parts, margins=(10, 0, 10, 1), spacing=6)
        layout.addStrut(TITLE_HEIGHT - layout.contentsMargins().bottom())
        dock.topLevelChanged.connect(self._show_buttons)
        dock.featuresChanged.connect(self._show_buttons)
        self._show_buttons()

    def set_title(self, title: str) -> None:
        """Show a title; the dock's tab and its entry in menus keep its own name."""
        self._title = title
        self.show_title()

    def show_title(self) -> None:
        """Show the title, or if the dock has a tab, what the title has beside the tab's text."""
        text = self._title.removeprefix(self._dock.windowTitle()) if self._dock.is_in_group else self._title
        self.title.set_whole_text(text.strip())
        self.title.setMinimumWidth(min(self.title.sizeHint().width(), _LEAST_TITLE))
        self.title.setVisible(bool(text))

    def least_width(self) -> int:
        """Return the width in pixels that the controls and some words beside them need."""
        self._slot.invalidate()  # a layout does not notice what changes while it is hidden
        controls = self._slot.minimumSize().width()
        return WORDS_WIDTH + (controls + 10 if controls else 0)

    def summary(self) -> str:
        """Return the summary, not cut."""
        return self._summary.whole_text()

    def set_summary(self, text: str) -> None:
        """Show a short dim text at the right."""
        self._summary.set_whole_text(text)

    def set_badge(self, text: str, tone: str = "neutral") -> None:
        """Show a pill beside the title, or none for an empty text."""
        self.badge.show_text(text, tone)

    def add_widget(self, widget: QWidget) -> None:
        """Add a control beside the title."""
        self._slot.addWidget(widget)

    def add_choice(self, labels: Sequence[str]) -> QButtonGroup:
        """Add a segmented control beside the title; ids count from 0, which is checked."""
        frame, group = make_choice(labels, self)
        self.add_widget(frame)
        return group

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self._float.setIcon(icon("float", tokens, tokens.dim))
        self._close.setIcon(icon("close", tokens, tokens.dim))

    def _show_buttons(self) -> None:
        # A floating panel always shows its buttons: they are the only way to dock it.
        wanted = self.underMouse() or self._dock.isFloating()
        features = self._dock.features()
        feature = QDockWidget.DockWidgetFeature
        self._float.setVisible(wanted and bool(features & feature.DockWidgetFloatable))
        self._close.setVisible(wanted and bool(features & feature.DockWidgetClosable))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._dock.isAncestorOf(self):
            super().mouseDoubleClickEvent(event)  # Qt floats the dock, and docks it again
        else:
            self._dock.setFloating(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dock.isAncestorOf(self):
            super().mouseMoveEvent(event)  # Qt drags the dock
        elif not self.rect().contains(event.position().toPoint()):
            self._dock.setFloating(True)
            self._dock.move(event.globalPosition().toPoint())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_buttons()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._show_buttons()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._show_buttons()


class Dock(Guarded, SpokenDock, QDockWidget):
    """A dock that looks like a card: title bar and body on one panel with rounded corners.

    Its body is empty until ``build`` is called, at the latest when it is first in front of its tabs: most docks stay
    behind others, and their widgets are half the cost of a window.
    """

    left = Signal()
    """A person wants to go back to the events."""
    trust_wanted = Signal()
    """A pill was clicked, see ``Pill``."""
    history_views: tuple[QWidget, ...] = ()
    """The views of the history and the state of the chosen entity, in which plain keys are shortcuts."""
    own_lists: tuple[QWidget, ...] = ()
    """Those of them with rows that are not the events: Home and End go to their first and last row."""

    def __init__(self, object_name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._tokens = LIGHT
        self._is_built = False
        self.setObjectName(object_name)
        # Below the body the rounded corners must stay free; at the sides the outline.
        self.setContentsMargins(1, 1, 1, RADIUS - 1)
        self.is_in_group = False
        """Whether it has a tab; then the group is the card, and not the dock."""
        self.title_bar = TitleBar(self, title)
        set_part(self.title_bar, object_name)  # beside the tabs its parent is the area
        self._head = QWidget(self)
        self._head.setFixedHeight(TITLE_HEIGHT)
        self._head_layout = fill(QVBoxLayout(self._head), self.title_bar)
        self.setTitleBarWidget(self._head)
        body = QWidget(self)
        body.hide()  # until it is built
        self.setWidget(body)
        policy = body.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # so that the docks keep their sizes when another tab is in front
        body.setSizePolicy(policy)

    def place_title(self, is_in_group: bool, place: QRect | None = None) -> None:
        """Put the title bar at ``place`` in the area, beside the tabs, or without one above the body."""
        self.is_in_group = is_in_group
        title_bar, home = self.title_bar, self._head if place is None else self.parentWidget()
        if home is not title_bar.parentWidget():
            was_hidden = title_bar.isHidden()
            self._head.setFixedHeight(TITLE_HEIGHT if place is None else 0)
            title_bar.setParent(home)
            if place is None:
                self._head_layout.addWidget(title_bar)
            title_bar.setVisible(not was_hidden)
        if place is not None:
            title_bar.setGeometry(place)
            title_bar.raise_()
        title_bar.show_title()
        self.update()

    def build(self) -> None:
        """Create what the dock shows, as it is now, unless this was done before."""
        if not self._is_built:
            self._is_built = True
            self._fill(self.widget())
            self._fit(self.width())
            for pill in {self.title_bar.badge, *self.findChildren(Pill)}:
                pill.trust_wanted.connect(self.trust_wanted)

    def _fill(self, body: QWidget) -> None:
        """Create the content of the body and of the title bar."""

    def _fit(self, width: int) -> None:
        """Adapt the content to the width of the dock."""

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self._tokens = tokens
        self.title_bar.set_tokens(tokens)
        self.update()

    def bring_forward(self, focus: QWidget) -> None:
        """Show the dock in front of the others, and give the focus to ``focus``, a widget inside it."""
        self.show()
        self.raise_()
        focus.activateWindow()  # it may float in a window of its own
        focus.setFocus()

    def holds(self, widget: QWidget) -> bool:
        """Return whether a widget is inside the dock, or its title bar beside the tabs."""
        return self.isAncestorOf(widget) or self.title_bar.isAncestorOf(widget)

    def take_focus(self) -> None:
        """Give the focus to the dock's first line edit, else to its first table, else to the dock itself."""
        # Not by ``nextInFocusChain``: PySide takes what it returns for a part of the widget that was asked, and for
        # deleted with it, at last the window itself with its menus.
        parts = (self.title_bar, self.widget())
        inside = [each for part in parts for each in part.findChildren(QWidget) if _takes_focus(each)]
        lines = [each for each in inside if isinstance(each, QLineEdit)]
        views = [each for each in inside if self.widget().isAncestorOf(each) and not isinstance(each, QAbstractButton)]
        next(iter([*lines, *views, self])).setFocus(Qt.FocusReason.TabFocusReason)

    def _pass_focus(self) -> None:
        """Give the focus to the dock that covers this one, unless another widget has it."""
        area = self.parent()
        if isinstance(area, QMainWindow) and area.window().focusWidget() is None:
            for dock in area.tabifiedDockWidgets(self):
                if isinstance(dock, Dock) and dock.widget().isVisible():
                    dock.take_focus()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        # Qt moves a covered dock outside its area, where it could still get the focus and be read aloud.
        corner = self.geometry().bottomRight()
        is_behind = self.is_covered = not self.isFloating() and (corner.x() < 0 or corner.y() < 0)
        focus = QApplication.focusWidget()
        if is_behind and focus is not None and self.holds(focus):
            focus.clearFocus()  # otherwise Qt gives it to the next widget, in any dock
            QTimer.singleShot(0, self, self._pass_focus)
        if not is_behind:
            self.build()
        # A hidden body keeps its preferred size, but needs no space. 0 stands for what its content needs.
        least = 1 if is_behind else 0
        self.widget().setMinimumSize(least, least)
        for part in (self.title_bar, self.widget()):
            part.setVisible(not is_behind)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_built:
            self._fit(event.size().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.is_in_group:
            painter = QPainter(self)
            if self.isFloating():
                painter.fillRect(self.rect(), QColor(self._tokens.panel))
            paint_card(painter, self.rect(), self._head.geometry().bottom(), self._tokens, not self.isFloating())


class WorkspaceDock(Dock):
    """A dock of the main window."""

    name: ClassVar[str]
    """Its object name, in saved layouts."""
    title: ClassVar[str]

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget) -> None:
        super().__init__(self.name, self.title, parent)
        self._workspace = workspace
        self._theme = theme


def _takes_focus(widget: QWidget) -> bool:
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and widget.isEnabled() and widget.isVisible() and widget.focusProxy() is None
