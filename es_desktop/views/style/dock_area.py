"""The area that holds the docks. Docks behind each other are one card, whose tabs are its title."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QChildEvent, QCoreApplication, QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QPushButton, QTabBar, QTabWidget, QWidget

from es_desktop.app.text.plain import plain_label
from es_desktop.models.guard import Guarded

from .accessible import offer_interfaces
from .dialogs import open_menu
from .dock_frame import GAP, Dock, TitleBar
from .painted import paint_card
from .plain_text import set_tip
from .theme import restyle
from .tokens import LIGHT, Tokens

_SMALL_GAP: Final = 8
_ROOM_FOR_GAPS: Final = 1100
"""The width in pixels from which on docks have larger gaps."""
_CHANGES = {QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.LayoutRequest}


class _MoreTabs(QPushButton):
    """Opens the menu of the panels whose tabs have no room."""

    def __init__(self, bar: QTabBar) -> None:
        super().__init__("⋯", bar)
        self._docks: Sequence[Dock] = ()
        self.setProperty("role", "link")
        self.setAccessibleName("More panels")
        set_tip(self, "More panels")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._open)

    def offer(self, docks: Sequence[Dock], place: QRect) -> None:
        """Stand at a place with an entry for each dock; without one hide."""
        self._docks = docks
        self.setGeometry(place)
        self.setVisible(bool(docks))

    def _open(self) -> None:
        menu = QMenu(self)
        for dock in self._docks:
            menu.addAction(plain_label(dock.windowTitle()), partial(self._show, dock))
        open_menu(menu, self.mapToGlobal(QPoint(0, self.height())))

    def _show(self, dock: Dock) -> None:
        dock.raise_()
        QTimer.singleShot(0, dock, dock.take_focus)


class DockArea(Guarded, QMainWindow):
    """The part of a window that holds the docks, with the same gap around them as between them.

    A main window inside the window: bars of the outer one reach the edges, the cards do not. What the docks of a group
    show in their title bars stands beside the tabs, if there is room for it.
    """

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        offer_interfaces()  # before there are docks
        self._tokens = LIGHT
        self._tab_widths: dict[str, int] = {}
        self._least_widths: dict[TitleBar, int] = {}
        self._arranging = QTimer(self, singleShot=True, interval=0)
        self._arranging.timeout.connect(self._arrange)
        self.setWindowFlags(Qt.WindowType.Widget)  # a main window has a frame at first
        self._show_gap()
        self.setDockNestingEnabled(True)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self._tokens = tokens
        self.update()

    @property
    def gap(self) -> int:
        """The pixels around the docks and between them."""
        return GAP if self.width() >= _ROOM_FOR_GAPS else _SMALL_GAP

    def _show_gap(self) -> None:
        gap = self.gap
        if self.contentsMargins().left() != gap:
            self.setContentsMargins(gap, gap, gap, gap)
            restyle(self, room="" if gap == GAP else "small")
            QCoreApplication.sendEvent(self, QEvent(QEvent.Type.StyleChange))  # a main window measures gaps only then

    def _docks(self) -> list[Dock]:
        return self.findChildren(Dock, options=Qt.FindChildOption.FindDirectChildrenOnly)

    def _groups(self) -> Iterator[tuple[QTabBar, list[Dock]]]:
        """Yield each tab bar that is shown, with the docks of its tabs in their order."""
        docks = {each.windowTitle(): each for each in self._docks()}
        for bar in self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if bar.isVisible() and bar.x() >= 0:  # Qt moves one that it does not need outside
                yield bar, [docks[bar.tabText(index)] for index in range(bar.count()) if bar.tabText(index) in docks]

    @property
    def in_front(self) -> list[Dock]:
        """The docks that are in front of their tabs."""
        fronts = (next((dock for dock in docks if dock.geometry().left() >= 0), None) for _, docks in self._groups())
        return [each for each in fronts if each is not None]

    def _arrange(self) -> None:
        """Put the title bar of each dock in a group beside the tabs, or above its body if it has no room there."""
        if not self.isVisible():  # its tabs are hidden with it, and their Show event brings it here again
            return
        alone = set(self._docks())
        for bar, docks in self._groups():
            left = self._fold_tabs(bar, docks)
            place = QRect(bar.x() + left, bar.y(), bar.width() - left, bar.height())
            for dock in docks:
                title_bar = dock.title_bar
                title_bar.installEventFilter(self)
                least = self._least_widths[title_bar] = title_bar.least_width()
                dock.place_title(True, place if least <= place.width() else None)
            alone.difference_update(docks)
        for dock in alone:
            dock.place_title(False)
        self.update()

    def _fold_tabs(self, bar: QTabBar, docks: Sequence[Dock]) -> int:
        """Put the last tabs into a menu if the title in front has room then, and not before; return where they end.

        The first tab and the one in front stay.
        """
        more = bar.findChild(_MoreTabs) or _MoreTabs(bar)
        front, count = bar.currentIndex(), bar.count()
        self._tab_widths |= {bar.tabText(at): bar.tabRect(at).width() for at in range(count) if bar.isTabVisible(at)}
        widths = [self._tab_widths.get(bar.tabText(at), 0) for at in range(count)]
        needed = next((each.title_bar.least_width() for each in docks if each.windowTitle() == bar.tabText(front)), 0)
        room, shown = bar.width() - needed - more.sizeHint().width(), set(range(count))
        if sum(widths) > bar.width() - needed and widths[front] + (widths[0] if front else 0) <= room:
            shown = _fitting(widths, front, room)
        for at in range(count):
            if bar.isTabVisible(at) is not (at in shown):
                bar.setTabVisible(at, at in shown)
        left = sum(widths[at] for at in shown)
        hidden = [each for each in docks if each.windowTitle() not in map(bar.tabText, shown)]
        more.offer(hidden, QRect(left, 0, more.sizeHint().width(), bar.height()))
        return left + (more.width() if len(shown) < count else 0)

    def _on_tab_clicked(self, bar: QTabBar, index: int) -> None:
        dock = next((each for each in self._docks() if each.windowTitle() == bar.tabText(index)), None)
        if dock is not None:
            # The dock comes to the front after this click.
            QTimer.singleShot(0, dock, dock.take_focus)

    # Event handlers

    def childEvent(self, event: QChildEvent) -> None:
        super().childEvent(event)
        # Qt creates tab bars as docks are moved; before they are polished they have no Python type.
        bar = event.child() if event.type() == QEvent.Type.ChildPolished else None
        if isinstance(bar, QTabBar):
            bar.currentChanged.connect(lambda index: self._arranging.start())
            bar.tabBarClicked.connect(lambda index: self._on_tab_clicked(bar, index))
            bar.installEventFilter(self)
            self._arranging.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_gap()
        self.resized.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _CHANGES and not self._arranging.isActive():
            is_other = not isinstance(watched, TitleBar) or watched.least_width() != self._least_widths.get(watched)
            if is_other:
                self._arranging.start()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        for (bar, _), front in zip(self._groups(), self.in_front, strict=False):
            paint_card(painter, bar.geometry().united(front.geometry()), bar.geometry().bottom(), self._tokens)


def _fitting(widths: Sequence[int], front: int, room: int) -> set[int]:
    """Return which tabs are shown in ``room`` pixels: the one in front, and the first of the others that fit."""
    shown, room = {front}, room - widths[front]
    for at in range(len(widths)):
        room -= widths[at] * (at != front)
        if room < 0:
            break
        shown.add(at)
    return shown
