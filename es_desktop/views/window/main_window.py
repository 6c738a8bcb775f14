"""The main window: menus, toolbar, docks and status bar around one workspace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from es_desktop.app.tour.summary import FIVE_STEPS
from es_desktop.models.guard import Guarded
from es_desktop.views.actions import ActionContext
from es_desktop.views.glossary.parts import set_part
from es_desktop.views.panels.view_pages import ViewPages
from es_desktop.views.store.start_page import StartPage
from es_desktop.views.style.builders import press_by_enter
from es_desktop.views.style.dialogs import open_dialog
from es_desktop.views.style.icons import icon
from es_desktop.views.style.plain_text import set_title
from es_desktop.views.style.theme import Theme
from es_desktop.views.style.tokens import Tokens

from .recent import RecentStores
from .settings import Settings
from .shortcuts import live_preferences
from .status import StatusBar
from .window_actions import PlainKeys, WindowActions
from .windows import Windows, place_beside

if TYPE_CHECKING:
    from es_desktop.models.workspace import Workspace
    from es_desktop.views.panels.docks import Docks
    from es_desktop.views.panels.view_docks import ViewDocks

    from .prompts import Prompts
    from .toolbar import ToolBar

_FRAME_HEIGHT: Final = 40
"""Pixels for the frame of a window manager, which is not known before the window is shown."""
"""Pixels that a new window is away from the one before."""
TITLE: Final = "Event Stream Explorer"


class MainWindow(Guarded, QMainWindow):
    """The main window. It shows what the workspace holds.

    For a fast start, workspace and docks (its ``context``) are imported and created after the empty window is painted,
    or when ``context`` is first used.
    """

    toolbar: ToolBar
    """Only with a context: without a store it is hidden."""
    ready = Signal()
    """Emitted once: the window is painted, and its context exists."""

    def __init__(
        self,
        make_workspace: Callable[[], Workspace],
        theme: Theme,
        settings: Settings,
        demo_path: Path,
        prompts: Prompts | None = None,
        windows: Windows | None = None,
    ) -> None:
        super().__init__()
        self.windows = windows or Windows()
        self.windows.all.append(self)
        self.setObjectName("main")
        self.setMinimumSize(1024, 700)
        self.theme = theme
        self.settings = settings
        self.demo_path = demo_path
        self._actions = WindowActions(self, lambda spec: spec.run(self.context))
        self.actions_by_id = self._actions.by_id
        self._pages = ViewPages(settings, self)
        self.setCentralWidget(self._pages)
        self.start_page = StartPage(self.actions_by_id, self._pages)
        keys, peers = self._actions.set_keys, self.windows.preferences
        self.preferences = live_preferences(settings.preferences, theme, keys, peers, self)
        self._make_workspace = make_workspace
        self._prompts = prompts
        self._context: ActionContext | None = None
        self._is_painted = False
        for menu in self._actions.menus.values():
            menu.aboutToShow.connect(lambda: self.context)
        listed = self._actions.menus["Window"]
        listed.aboutToShow.connect(lambda: self.windows.fill(listed, self))
        geometry = settings.geometry
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(QSize(1440, 900).boundedTo(self.screen().availableSize() - QSize(0, _FRAME_HEIGHT)))
        self._status = StatusBar(self)
        self._status.messages_requested.connect(self.show_messages)
        self._status.false_requested.connect(lambda: self.actions_by_id["list-false"].trigger())
        self.setStatusBar(self._status)
        self._recent = RecentStores(settings, self.start_page, self._actions.recent, lambda: self.workspace)
        set_part(self.start_page, "start")
        set_part(self._status, "status")
        theme.follow(self.start_page, self)
        self._on_store()

    @property
    def context(self) -> ActionContext:
        """Workspace and docks, created on first use."""
        if self._context is None:
            self._context = self._make_context()
            self._attach(self._context)
        return self._context

    @property
    def is_ready(self) -> bool:
        """Whether ``context`` exists."""
        return self._context is not None

    @property
    def workspace(self) -> Workspace:
        return self.context.workspace

    @property
    def docks(self) -> Docks:
        return self.context.docks

    @property
    def store(self) -> str:
        """The absolute name of the open store; empty if there is none."""
        session = self._context.workspace.session if self._context is not None else None
        return "" if session is None else session.absolute_name

    @property
    def is_free(self) -> bool:
        """Whether it has no store, and opens none."""
        return not self.store and not self.workspace.stores.is_opening

    def another(self) -> MainWindow:
        """Return a new window with the layout of this one, shown beside it."""
        self._pages.keep_layout()
        shared = (self._make_workspace, self.theme, self.settings, self.demo_path, self._prompts, self.windows)
        window = MainWindow(*shared)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if not self.isMaximized():
            frame = self.frameGeometry()
            place = place_beside(frame, self.screen().availableGeometry(), window.minimumSizeHint())
            window.resize(place.size() - frame.size() + self.size())
            window.move(place.topLeft())
        window.show()
        _ = window.context  # whose docks may be windows, which would be in front of it
        window.come_forward()
        return window

    def come_forward(self) -> None:
        """Show it in front of all others, with the focus; where the system does not let it, have its icon ask."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized | Qt.WindowState.WindowActive)
        self.raise_()
        self.activateWindow()
        QApplication.alert(self)

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self.setWindowIcon(icon("app", tokens))
        if self._context is not None:  # without it, nobody sees an action
            self._actions.set_tokens(tokens)
            self._show_playing()

    def _show_playing(self) -> None:
        """Show play or pause on the play button."""
        self._actions.update_ticks()
        tokens, drawing = self.theme.tokens, "pause" if self.workspace.player.is_playing else "play"
        self.toolbar.play.setIcon(icon(drawing, tokens, tokens.on_accent))

    def show_palette(self) -> None:
        """Open the command palette."""
        from es_desktop.views.entity.commands_dock import CommandsDock
        from es_desktop.views.search.saved_button import saved_actions

        from .palette import Palette

        panels = [dock.toggleViewAction() for dock in self.docks.shown.all]
        commands, saved = self.docks.unbuilt(CommandsDock).palette_actions(), saved_actions(self.workspace)
        open_dialog(Palette([*self.actions_by_id.values(), *commands, *saved, *panels], self))

    def show_shortcuts(self) -> None:
        """Open the sheet of shortcuts."""
        from .palette import ShortcutSheet

        open_dialog(ShortcutSheet(self.actions_by_id, self))

    def offer_tour(self) -> None:
        """Ask whoever starts the program for the first time whether to begin the first tour."""
        if self.settings.offers_tour():
            self.context.guide.offer(FIVE_STEPS)

    def show_messages(self) -> None:
        """Open the list of messages."""
        from .messages_popup import MessagesPopup

        MessagesPopup(self._status.messages, self.theme.tokens, self).open_above(self._status)

    def _make_context(self) -> ActionContext:
        from es_desktop.models.tour.guide import TourGuide
        from es_desktop.views.panels.docks import Docks

        from .prompts import Dialogs
        from .toolbar import ToolBar

        workspace = self._make_workspace()
        self.destroyed.connect(workspace.deleteLater)  # its connections hold the window, and so all that it shows
        self.toolbar = ToolBar(workspace, self.actions_by_id, self._actions.recent, self.settings, self)
        self.toolbar.hide()
        self.addToolBar(self.toolbar)
        return ActionContext(
            self,
            workspace,
            self._prompts or Dialogs(self),
            Docks(workspace, self.theme, self.actions_by_id, self._pages),
            self.theme,
            self.settings,
            self.windows,
            self.demo_path,
            self.show_palette,
            self.show_shortcuts,
            self.show_messages,
            self.preferences,
            TourGuide(workspace, self.demo_path.with_name("tour.esdb")),
        )

    def _attach(self, context: ActionContext) -> None:
        """Connect the window to its new context."""
        from es_desktop.views.entity.commands_dock import CommandsDock

        workspace, docks = context.workspace, context.docks
        workspace.preferences.draws_numbers = True
        self._keys = PlainKeys(self, self._actions)
        self._pages.follow(docks)
        self._actions.follow(workspace)
        self.preferences.follow(workspace)
        self.toolbar.follow(docks.unbuilt(CommandsDock))
        self.set_tokens(self.theme.tokens)
        self._status.follow(workspace)
        self._connect(context)
        for each in docks.of_views:
            self._on_docks(each)
        docks.made.connect(self._on_docks)
        self._on_view()
        workspace.inspector.timeline.set_collapses_runs(self.settings.collapses_runs)
        self._on_store()

    def _on_docks(self, docks: ViewDocks) -> None:
        """Connect the window to the docks of a view."""
        self._keys.watch(docks.all)
        for dock in docks.all:
            dock.trust_wanted.connect(self.actions_by_id["trust-code"].trigger)

    def _on_view(self) -> None:
        """Show the view that is chosen."""
        context = self.context
        docks = context.docks.shown
        if context.workspace.session is not None:
            self._pages.show_view()
        self.toolbar.show_view(docks.view)
        self._actions.show_panels(docks.panels)
        self._actions.update_ticks()

    def _connect(self, context: ActionContext) -> None:
        from .connections import connect
        from .drops import FileDrops
        from .store_views import StoreViews

        workspace, actions = context.workspace, self._actions
        self._drops = FileDrops(self)
        self._drops.watch(self.windowHandle())
        workspace.store_changed.connect(self._on_store)
        workspace.shown_view.changed.connect(lambda name: self._on_view())
        workspace.player.changed.connect(self._show_playing)
        connect(context, self._drops, self.actions_by_id)
        # What a person did decides at once what the next key can do.
        workspace.selection.version_changed.connect(lambda version: actions.update())
        self._recent.follow(workspace, context.guide)
        StoreViews(workspace, context.docks, self.settings, self)
        workspace.times_changed.connect(self._on_times)
        workspace.inspector.event_types.changed.connect(actions.update)
        workspace.inspector.timeline.modelReset.connect(actions.update)
        workspace.notes.changed.connect(actions.update)
        workspace.preferences.changed.connect(actions.update_ticks)
        workspace.entities.query_changed.connect(lambda query: actions.update_ticks())
        for changed in (
            workspace.facts_changed,
            workspace.entity_loaded,
            workspace.what_if.changed,
            workspace.what_if.current.row_changed,
            workspace.comparison.changed,
            workspace.surveyor.changed,
            workspace.trust_control.changed,
            workspace.checker.changed,
            workspace.questioner.changed,
            workspace.questioner.question_changed,
        ):
            changed.connect(actions.update_soon)

    def _on_painted(self) -> None:
        if self.isVisible() and self.context:  # it may have been closed by now
            self.ready.emit()

    def _on_store(self) -> None:
        context = self._context
        session = None if context is None else context.workspace.session
        if context is not None:
            self.toolbar.setVisible(session is not None)  # the start page has no controls that cannot be used
        if context is None or session is None:
            set_title(self, TITLE)
            self._pages.setCurrentWidget(self.start_page)
        else:
            self._recent.add(session)
            set_title(self, f"{session.short_name} – {TITLE}")
            if (layout := self.layout()) is not None:
                layout.activate()  # docks that become larger and smaller again share their room out in another way
            self._pages.show_view()
            context.docks.entities.begin()
        if context is not None:
            context.workspace.inspector.can_edit = session is not None and session.is_writable
        for window in self.windows.all:
            window.show_recent()
        self._actions.update_soon()

    def show_recent(self) -> None:
        """Show the recent stores on the start page and in the menus."""
        self._recent.show(on_page=self._pages.currentWidget() is self.start_page)

    def open_recent(self, store: str) -> None:
        """Open a recent store with the part of it that was shown the last time."""
        self._recent.open(store)

    def _on_times(self) -> None:
        self._actions.update_ticks()
        for each in self.findChildren(QWidget):
            each.update()  # whatever it shows may have a time in it

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._context is None:
            return
        self._drops.watch(self.windowHandle())
        if not event.spontaneous():
            # The docks know their available size only now.
            self._pages.share_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            # The widgets inside are painted right after the window, before timers fire.
            QTimer.singleShot(0, self, self._on_painted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_by_enter(event):
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.settings.geometry = self.saveGeometry()
        self._pages.keep_layout()
        if self._context is not None:
            self._context.workspace.shut_down()
        if self in self.windows.all:
            self.windows.all.remove(self)
        self.settings.sync()  # its folder may be a temporary one, which is removed before the window is deleted
        super().closeEvent(event)
