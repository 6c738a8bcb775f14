"""Docks as cards: a rounded panel with a title bar of our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
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
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from es_desktop.models.guard import Guarded

from ..glossary.parts import set_part
from .accessible import SpokenDock
from .builders import bare_button, fill, press_by_enter
from .fields import make_choice
from .icons import icon
from .painted import RADIUS, paint_card
from .pill import Pill
from .plain_text import ElidedLabel, Hint
from .theme import SMALL_POINTS, Theme, ui_font
from .tokens import LIGHT, Tokens

if TYPE_CHECKING:
    from es_desktop.models.presence import Absence, Presence
    from es_desktop.models.workspace import Workspace

GAP = 12
TITLE_HEIGHT = 35
_LEAST_TITLE: Final = 64
WORDS_WIDTH = 132
"""Pixels for title, badge and summary beside tabs and controls."""


def _least_width_of(row: QHBoxLayout) -> int:
    """Return what the widgets in a row need, in pixels, also while it is hidden: then it does not notice changes."""
    items = [item for at in range(row.count()) if (item := row.itemAt(at)) is not None and not item.isEmpty()]
    for each in items:
        each.invalidate()  # not the row, which would have the area laid out, and so ask for this again
    return sum(each.minimumSize().width() for each in items) + row.spacing() * max(len(items) - 1, 0)


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
        controls, between = _least_width_of(self._slot), 6
        words = min(self.title.sizeHint().width(), _LEAST_TITLE) + 20 + between
        badge = 0 if self.badge.isHidden() else self.badge.sizeHint().width() + between
        return max(WORDS_WIDTH, words + badge) + (controls + 10 if controls else 0)

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
    wanted = Signal()
    """Something asks for it to be in front: the view that it is of comes forward."""
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
        self._placed: tuple[bool, QRect | None, str] | None = None
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_by_enter(event):  # a floating one is a window of its own
            super().keyPressEvent(event)

    def place_title(self, is_in_group: bool, place: QRect | None = None) -> None:
        """Put the title bar at ``place`` in the area, beside the tabs, or without one above the body."""
        title_bar, home = self.title_bar, self._head if place is None else self.parentWidget()
        now = is_in_group, place, self.windowTitle()
        if now == self._placed and home is title_bar.parentWidget():
            return
        self._placed, self.is_in_group = now, is_in_group
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
            self._fill(self._make_content(self.widget()))
            self._fit(self.width())
            for pill in {self.title_bar.badge, *self.findChildren(Pill)}:
                pill.trust_wanted.connect(self.trust_wanted)

    def _make_content(self, body: QWidget) -> QWidget:
        """Return the widget inside the body that is filled."""
        return body

    def _fill(self, body: QWidget) -> None:
        """Create the content of the body and of the title bar."""

    def _fit(self, width: int) -> None:
        """Adapt the content to the width of the dock."""

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self._tokens = tokens
        self.title_bar.set_tokens(tokens)
        self.update()

    def raise_(self) -> None:
        """Bring the dock in front of its tabs, and the view that it is of in front of the others."""
        self.wanted.emit()
        super().raise_()

    def bring_forward(self, focus: QWidget) -> None:
        """Show the dock in front of the others, and give the focus to ``focus``, a widget inside it.

        If that is hidden, because it has nothing to show, the focus goes to what is seen of the dock.
        """
        self.show()
        self.raise_()
        focus.activateWindow()  # it may float in a window of its own
        if focus.isVisibleTo(self):
            focus.setFocus()
        else:
            self.take_focus()

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
    """A dock of the main window. While there is nothing that it could show, it says why in place of its content."""

    name: ClassVar[str]
    """Its object name, in saved layouts."""
    title: ClassVar[str]
    shows: ClassVar[str] = ""
    """What it shows of the chosen entity; empty if it shows the store."""

    def __init__(
        self, presence: Presence, actions: Mapping[str, QAction], workspace: Workspace, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(self.name, self.title, parent)
        self._presence = presence
        self._left_focus: QWidget | None = None
        """What had the focus in the content when that was hidden."""
        self._actions = dict(actions)
        self._workspace = workspace
        self._theme = theme

    @property
    def least_height(self) -> int:
        """The height in pixels that it needs, without its title: for a heading and some rows."""
        return 112

    def _make_content(self, body: QWidget) -> QWidget:
        self.why_empty = Hint(parent=body, bottom=8)
        self.content = QWidget(body)
        fill(QVBoxLayout(body), self.why_empty, (self.content, 1))
        self._presence.changed.connect(self.show_absence)
        return self.content

    def build(self) -> None:
        super().build()
        self.show_absence()

    def _absence(self) -> Absence | None:
        """Return why there is nothing to show now; ``None`` if there is something."""
        return self._presence.of_entity(self.shows) if self.shows else self._presence.of_store()

    def show_absence(self) -> None:
        """Show the content, or why there is none."""
        absence, focus = self._absence(), self.window().focusWidget()
        self._explain(self.why_empty, absence)
        if absence is not None and focus is not None and self.content.isAncestorOf(focus):
            self._left_focus = focus
            self.setFocus()  # otherwise Qt gives it to the next widget, in any dock
        self.content.setVisible(absence is None)
        if absence is None and self._left_focus is not None:
            if self.hasFocus() and isValid(self._left_focus):
                self._left_focus.setFocus(Qt.FocusReason.ActiveWindowFocusReason)  # it has it again, as before
            self._left_focus = None

    def _explain(self, hint: Hint, absence: Absence | None) -> None:
        """Show an absence in a hint, or hide the hint."""
        if absence is None:
            hint.explain("")
        else:
            hint.explain(absence.text, self._actions.get(absence.action), absence.label)


def _takes_focus(widget: QWidget) -> bool:
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and widget.isEnabled() and widget.isVisible() and widget.focusProxy() is None
