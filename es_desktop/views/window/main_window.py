"""The main window: menus, toolbar, docks and status bar around one workspace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget

from es_desktop.app.text.plain import plain_label
from es_desktop.views.actions import Desk
from es_desktop.views.actions.connect import ask_what_is_wanted
from es_desktop.views.actions.entity import change_in_place
from es_desktop.views.actions.export import offer_import
from es_desktop.views.actions.notes import remove_bookmark
from es_desktop.views.actions.trust import ask_again, recall_trust
from es_desktop.views.store.start_page import StartPage
from es_desktop.views.style.icons import icon
from es_desktop.views.style.plain_text import set_title
from es_desktop.views.style.theme import Theme
from es_desktop.views.style.tokens import Tokens

from .plain_keys import PlainKeys
from .settings import LAYOUT_VERSION, Settings
from .status import StatusBar
from .toolbar import ToolBar
from .window_actions import WindowActions

if TYPE_CHECKING:
    from es_desktop.app.entity.commands import Changes
    from es_desktop.app.runtime.errors import ConflictError
    from es_desktop.models.workspace import Workspace

    from .asking import Asking
    from .docks import Docks

_FRAME_HEIGHT: Final = 40
"""Room that a window manager's frame takes; it is not known before the window is shown."""
TITLE: Final = "Event Stream Explorer"


class MainWindow(QMainWindow):
    """Joins the parts. It holds no state of its own: what is shown follows the workspace.

    An empty window needs neither a workspace nor docks. They are its desk, which is imported and made once the window
    is painted, or as soon as anybody asks for it; until then the window says what an empty workspace would.
    """

    furnished = Signal()
    """The window is painted, and its desk is there; once."""

    def __init__(
        self,
        make_workspace: Callable[[], Workspace],
        theme: Theme,
        settings: Settings,
        demo_path: Path,
        asking: Asking | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("main")
        self.setMinimumSize(1024, 700)
        self.theme = theme
        self.settings = settings
        self.demo_path = demo_path
        self.start_page = StartPage()
        self._actions = WindowActions(self, lambda spec: spec.run(self.desk))
        self.actions_by_id = self._actions.by_id
        self._make_workspace = make_workspace
        self._asking = asking
        self._desk: Desk | None = None
        self._is_painted = False
        self._has_shown_docks = False
        for menu in self._actions.menus.values():
            menu.aboutToShow.connect(lambda: self.desk)
        geometry = settings.geometry
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(QSize(1440, 900).boundedTo(self.screen().availableSize() - QSize(0, _FRAME_HEIGHT)))
        self.toolbar = ToolBar(self.actions_by_id, settings, self)
        self.addToolBar(self.toolbar)
        self._status = StatusBar(self)
        self.setStatusBar(self._status)
        self._pages = QStackedWidget(self)
        self._pages.setObjectName("pages")
        self._pages.addWidget(self.start_page)
        self.setCentralWidget(self._pages)
        self._connect_start_page()
        theme.follow(self.start_page)
        theme.follow(self)
        self._on_store()

    @property
    def desk(self) -> Desk:
        """What an open store needs, made when it is first asked for."""
        if self._desk is None:
            self._desk = self._make_desk()
            self._take_up(self._desk)
        return self._desk

    @property
    def workspace(self) -> Workspace:
        return self.desk.workspace

    @property
    def docks(self) -> Docks:
        return self.desk.docks

    def set_tokens(self, tokens: Tokens) -> None:
        """Take the colours of a look."""
        self.setWindowIcon(icon("app", tokens))
        self._actions.set_tokens(tokens)
        self._show_playing()

    def _show_playing(self) -> None:
        """Let the play button offer to pause while events are played."""
        tokens, playing = self.theme.tokens, self._desk is not None and self._desk.workspace.player.is_playing
        self._actions.update_ticks()
        self.toolbar.play.setIcon(icon("pause" if playing else "play", tokens, tokens.on_accent))

    def show_palette(self) -> None:
        """Open the command palette."""
        from .palette import Palette

        panels = [dock.toggleViewAction() for dock in self.docks.all]
        Palette([*self.actions_by_id.values(), *panels], self).open()

    def show_shortcuts(self) -> None:
        """Open the sheet of shortcuts."""
        from .shortcut_sheet import ShortcutSheet

        ShortcutSheet(self).open()

    def _make_desk(self) -> Desk:
        from .asking import Dialogs
        from .docks import Docks

        workspace = self._make_workspace()
        return Desk(
            self,
            workspace,
            self._asking or Dialogs(self),
            Docks.make(workspace, self.theme, self._pages),
            self.theme,
            self.settings,
            self.demo_path,
            self.show_palette,
            self.show_shortcuts,
        )

    def _take_up(self, desk: Desk) -> None:
        """Let the window show and offer what is on its desk."""
        workspace, docks = desk.workspace, desk.docks
        PlainKeys(docks.history_views, (self, *docks.all), self)
        docks.what_if.set_actions(self.actions_by_id)
        self._actions.menus["View"].addSeparator()
        self._actions.menus["View"].addActions([dock.toggleViewAction() for dock in docks.all])
        self._actions.follow(workspace)
        self.toolbar.follow(workspace)
        self._status.follow(workspace)
        self._pages.addWidget(docks.area)
        self._connect(desk)
        workspace.inspector.timeline.set_folding(self.settings.folds_runs)
        self._lay_out(docks)
        self._on_store()

    def _lay_out(self, docks: Docks) -> None:
        """Let the docks stand where they were left, or as they do at first."""
        is_active = self.isActiveWindow()
        if self.settings.layout is not None:
            docks.area.restoreState(self.settings.layout, LAYOUT_VERSION)
        elif self.isVisible():
            self._share_room(docks)
        if is_active:
            self.activateWindow()  # a dock that floats is a window, and has come up after this one

    def _share_room(self, docks: Docks) -> None:
        """Let the docks stand as they do at first, now that there is a size to share."""
        docks.area.resize(self._pages.size())
        docks.share_room()

    def _connect_start_page(self) -> None:
        self.start_page.open_requested.connect(self.actions_by_id["open"].trigger)
        self.start_page.new_requested.connect(self.actions_by_id["new-store"].trigger)
        self.start_page.demo_requested.connect(self.actions_by_id["demo"].trigger)
        self.start_page.recent_chosen.connect(lambda store: self.workspace.open(store))

    def _connect(self, desk: Desk) -> None:
        workspace, docks = desk.workspace, desk.docks
        workspace.store_changed.connect(self._on_store)
        workspace.player.changed.connect(self._show_playing)
        workspace.refused.connect(desk.asking.tell)
        workspace.stores.options_needed.connect(lambda error, options: ask_what_is_wanted(desk, error, options))
        workspace.inspector.state.edited.connect(lambda field, value: change_in_place(desk, field, value))
        workspace.commander.written.connect(self._on_written)
        workspace.transfer.import_planned.connect(lambda planned: offer_import(desk, planned))
        workspace.commander.conflicted.connect(self._on_conflict)
        workspace.selection.version_changed.connect(lambda version: self._actions.update())
        workspace.facts_changed.connect(lambda facts: self._actions.update())
        workspace.entity_loaded.connect(lambda view: self._actions.update())
        for told in (workspace.what_if.changed, workspace.what_if.current.row_changed):
            told.connect(self._actions.update)
        workspace.inspector.event_types.changed.connect(self._actions.update)
        workspace.inspector.timeline.modelReset.connect(self._actions.update)
        workspace.notes.changed.connect(self._actions.update)
        workspace.preferences.changed.connect(self._actions.update_ticks)
        workspace.comparison.changed.connect(self._actions.update)
        workspace.entities.query_changed.connect(lambda query: self._actions.update_ticks())
        workspace.store_changed.connect(lambda: recall_trust(desk))
        workspace.trust_control.confirmation_needed.connect(lambda trust: ask_again(desk, trust))
        workspace.trust_control.changed.connect(self._actions.update)
        docks.notes.removal_wanted.connect(lambda bookmark: remove_bookmark(desk, bookmark))
        for left in (docks.notes.left, docks.watch.left, docks.compare.left):
            left.connect(lambda: docks.timeline.bring_forward(docks.timeline.table))

    def _on_painted(self) -> None:
        if self.isVisible() and self.desk:  # it may have been closed by now
            self.furnished.emit()

    def _on_store(self) -> None:
        desk = self._desk
        session = None if desk is None else desk.workspace.session
        if desk is None or session is None:
            set_title(self, TITLE)
            self._pages.setCurrentWidget(self.start_page)
        else:
            self.settings.add_recent(session.full_name)
            set_title(self, f"{session.short_name} – {TITLE}")
            self._pages.setCurrentWidget(desk.docks.area)
            if self.settings.layout is None and not self._has_shown_docks:
                # Another look, taken before any store was open, moves docks that nobody has seen yet.
                self._share_room(desk.docks)
            self._has_shown_docks = True
            desk.docks.entities.table.setFocus()
        if desk is not None:
            desk.workspace.inspector.can_edit = session is not None and session.is_writable
        self._show_recent()
        self._actions.update()

    def _show_recent(self) -> None:
        recent = self.settings.recent
        self.start_page.set_recent(recent)
        for menu in (self._actions.recent, self.toolbar.recent):
            menu.clear()
            for store in recent:
                menu.addAction(plain_label(store)).triggered.connect(
                    lambda _=False, store=store: self.workspace.open(store)
                )
            menu.setEnabled(bool(recent))

    def _on_written(self, changes: Changes) -> None:
        from es_desktop.app.entity.ids import short_id

        assert changes.entity_id is not None, "a command changes one entity"
        events = ", ".join(f"event {version} {name}" for version, name in changes.events)
        snapshots = ", ".join(f"snapshot at {version}" for version in changes.snapshots)
        told = " and ".join(filter(None, [events, snapshots])) or "nothing new: there is a snapshot at that version"
        self.workspace.message.emit(f"{short_id(changes.entity_id)}: {'; '.join([told, *changes.failures])}")

    def _on_conflict(self, error: ConflictError) -> None:
        if self.desk.asking.retry(error):
            self.workspace.commander.try_again()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._desk is not None and self.settings.layout is None and not event.spontaneous():
            # Only now do the docks know how much room there is to share.
            self._share_room(self._desk.docks)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            # What stands in the window is painted right after it; timers come when that is done.
            QTimer.singleShot(0, self._on_painted)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.settings.geometry = self.saveGeometry()
        if self._desk is not None:
            self.settings.layout = self._desk.docks.area.saveState(LAYOUT_VERSION)
            self._desk.workspace.shut_down()
        super().closeEvent(event)
