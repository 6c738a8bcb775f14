"""Lays the card of the tour over the window: it finds what a step means, and looks what is in view."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from PySide6.QtCore import QObject, QPoint, QRect, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAction
from PySide6.QtWidgets import QApplication, QMenu, QTabBar, QToolButton, QWidget

from es_desktop.app.tour.summary import TourSummary, following_tour
from es_desktop.views.actions.spec import ActionContext
from es_desktop.views.entity.commands_dock import CommandsDock
from es_desktop.views.style.dialogs import drop_down
from es_desktop.views.style.dock_frame import Dock

from .card import TourCard
from .veil import MARGIN, Veil, place_card

_LOOK_MILLISECONDS: Final = 120
"""How often the overlay looks where things are, while a tour runs: whatever moves them, the card follows."""


class TourOverlay(QObject):
    """The card and the veil over the main window, while a tour runs. They are made for the first one."""

    def __init__(self, context: ActionContext) -> None:
        super().__init__(context.window)
        self._context = context
        self._window = context.window
        self._guide = context.guide
        self._focus: QWidget | None = None
        """What had the focus before the card."""
        self._is_dragged = False
        self._shown: tuple[TourSummary, int] | None = None
        self._timer = QTimer(self, interval=_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)
        self._guide.changed.connect(self._show)
        self._guide.card_wanted.connect(self.take_focus)

    @cached_property
    def veil(self) -> Veil:
        """What dims the window."""
        veil = Veil(self._window)
        self._context.theme.follow(veil)
        return veil

    @cached_property
    def card(self) -> TourCard:
        """What shows the step."""
        card = TourCard(self._window)
        self._context.theme.follow(card)
        card.step_wanted.connect(self._guide.go)
        card.left.connect(self._leave)
        card.help_wanted.connect(self._show_target)
        card.focus_left.connect(self.give_focus_back)
        card.dragged.connect(self._on_dragged)
        return card

    def take_focus(self) -> None:
        """Give the focus to the card, or from the card back to where it was."""
        if self._has_focus:
            self.give_focus_back()
        elif self.card.isVisible():
            self._focus = QApplication.focusWidget()
            self.card.take_focus()

    def give_focus_back(self) -> None:
        """Give the focus to what had it before the card."""
        focus, self._focus = self._focus, None
        if focus is None or not focus.isVisible():
            focus = self._context.docks.entities.table
        focus.setFocus()

    @property
    def _has_focus(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and self.card.isAncestorOf(focus)

    def _leave(self) -> None:
        if self._has_focus:
            self.give_focus_back()
        self._guide.end()

    def _show(self) -> None:
        """Show the step in view; hide everything if no tour runs."""
        progress, offered = self._guide.progress, self._guide.offered
        for part in (self.veil, self.card):
            part.setVisible(progress is not None or offered is not None)
            part.raise_()
        shown = None
        if progress is not None:
            self.card.show_progress(progress)
            shown = (progress.tour.summary, progress.at)
        elif offered is not None:
            self.card.show_offer(offered)
            shown = (offered, -1)
        if shown != self._shown:
            self._shown, self._is_dragged = shown, False
            if shown is not None:
                QAccessible.updateAccessibility(QAccessibleEvent(self.card, QAccessible.Event.Alert))
        if shown is None:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()
        self.card.fit(self._room().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN).size())
        self._place()

    def _look(self) -> None:
        self._place()
        docks = self._context.docks
        panels = frozenset(dock.objectName() for dock in docks.all if _is_in_front(dock))
        self._guide.see(panels, docks.unbuilt(CommandsDock).command)

    def _place(self) -> None:
        progress, target, lit = self._guide.progress, None, list[QRect]()
        if progress is not None and progress.is_waiting:
            target = self._first_of(progress.step.points)
            found = map(self._rect_of, progress.step.lights if target is not None else ())
            lit = [each for each in found if each is not None]
        self.veil.setGeometry(self._window.rect())
        if not self._is_dragged or not self._window.rect().contains(self.card.geometry()):
            self.card.move(place_card(self.card.size(), self._room(), target, lit).topLeft())
        self.veil.show_around(target, lit, self.card.geometry())

    def _room(self) -> QRect:
        """Return the part of the window below its menus and above its status bar."""
        menus, status = self._window.menuBar(), self._window.statusBar()
        return self._window.rect().adjusted(0, menus.height(), 0, -status.height())

    def _on_dragged(self) -> None:
        self._is_dragged = True
        self._place()

    # What a step means

    def _first_of(self, names: Sequence[str]) -> QRect | None:
        """Return where the first of these is in view, or else the menu of the first action."""
        places = (find(name) for find in (self._rect_of, self._menu_title_of) for name in names)
        return next((each for each in places if each is not None), None)

    def _rect_of(self, name: str) -> QRect | None:
        """Return where a button, a panel or its tab is in the window; ``None`` for nowhere."""
        dock, widget = self._dock_of(name), self._widget_of(name)
        if dock is not None and widget is None:
            return self._tab_of(dock)
        if widget is not None:
            visible = self._on_window(widget, widget.visibleRegion().boundingRect())
            return visible if dock is None else visible.united(self._tab_of(dock, whole_bar=True) or visible)
        return None

    def _menu_title_of(self, name: str) -> QRect | None:
        menu = self._menu_of(name)
        if menu is None:
            return None
        bar = self._window.menuBar()
        return self._on_window(bar, bar.actionGeometry(menu.menuAction()))

    def _on_window(self, widget: QWidget, place: QRect) -> QRect:
        return QRect(widget.mapTo(self._window, place.topLeft()), place.size())

    def _widget_of(self, name: str) -> QWidget | None:
        """Return the widget in view of a name: a panel, a button of that name, or one of an action of that name."""
        dock = self._dock_of(name)
        if dock is not None:
            return dock if _is_in_front(dock) and not dock.isFloating() else None
        found = [each for each in self._window.findChildren(QWidget, name) if self._is_in_view(each)]
        action = self._window.findChild(QAction, name)
        buttons = self._window.findChildren(QToolButton) if action is not None else []
        found += [each for each in buttons if each.defaultAction() is action and self._is_in_view(each)]
        return next(iter(found), None)

    def _is_in_view(self, widget: QWidget) -> bool:
        return widget.isVisible() and widget.window() is self._window and not widget.visibleRegion().isEmpty()

    def _dock_of(self, name: str) -> Dock | None:
        return next((dock for dock in self._context.docks.all if dock.objectName() == name), None)

    def _tab_of(self, dock: Dock, *, whole_bar: bool = False) -> QRect | None:
        """Return where the tab of a dock is, or the bar that has it; ``None`` for a dock without one."""
        for bar in self._context.docks.area.findChildren(QTabBar):
            for index in range(bar.count() if self._is_in_view(bar) else 0):
                if bar.tabText(index) == dock.windowTitle():
                    whole_bar = whole_bar or not bar.isTabVisible(index)
                    return self._on_window(bar, bar.rect() if whole_bar else bar.tabRect(index))
        return None

    def _menu_of(self, name: str) -> QMenu | None:
        """Return the menu of the bar that has an action, itself or in a menu inside it."""
        action = self._window.findChild(QAction, name)
        for entry in self._window.menuBar().actions() if action is not None else []:
            menu = entry.menu()
            if isinstance(menu, QMenu) and any(action in each.actions() for each in (menu, *menu.findChildren(QMenu))):
                return menu
        return None

    def _show_target(self) -> None:
        """Bring what is meant into view, with the focus if it takes one; or go back to what the step is about."""
        progress, offered = self._guide.progress, self._guide.offered
        if progress is None:
            if offered is not None:
                self._guide.begin(offered)
            return
        following = following_tour(progress.tour.summary)
        if progress.is_over and following is not None:
            self._guide.begin(following)
            return
        if progress.obstacle:
            self.give_focus_back()
            self._guide.go_back_to_subject()
            return
        for name in progress.step.points:
            dock, widget, menu = self._dock_of(name), self._widget_of(name), self._menu_of(name)
            if dock is not None:
                dock.show()
                dock.raise_()
                dock.take_focus()
            elif isinstance(widget, QToolButton) and widget.menu() is not None:
                drop_down(widget.menu(), widget.mapToGlobal(widget.rect().bottomLeft()))
            elif widget is not None:
                widget.setFocus()
            elif menu is not None:
                self._open(menu, name)
            else:
                continue
            return

    def _open(self, menu: QMenu, name: str) -> None:
        """Open a menu at the entry of an action, or at the menu inside it that has the action."""
        action = self._window.findChild(QAction, name)
        bar = self._window.menuBar()
        drop_down(menu, bar.mapToGlobal(bar.actionGeometry(menu.menuAction()).bottomLeft() + QPoint(0, 1)))
        inner = next((each for each in menu.findChildren(QMenu) if action in each.actions()), None)
        entry = action if inner is None else inner.menuAction()
        if entry is not None:
            menu.setActiveAction(entry)


def _is_in_front(dock: Dock) -> bool:
    return dock.isVisible() and dock.widget().isVisible()
