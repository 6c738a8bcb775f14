"""The main window: menus, toolbar, docks and status bar around one workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QStackedWidget

from es_desktop.app.commands import Changes
from es_desktop.app.errors import ConflictError
from es_desktop.app.ids import short_id
from es_desktop.models.workspace import Workspace

from .actions import ACTIONS, MENUS, ActionSpec, Desk
from .actions.connect import ask_password, offer_map
from .actions.entity import change_in_place
from .actions.export import offer_import
from .actions.notes import remove_bookmark
from .actions.trust import ask_again, recall_trust
from .asking import Asking, Dialogs
from .docks import Docks
from .icons import icon
from .palette import Palette
from .settings import LAYOUT_VERSION, Settings
from .shortcut_sheet import ShortcutSheet
from .start_page import StartPage
from .status import StatusBar
from .theme import Theme
from .tokens import Tokens
from .toolbar import ToolBar

_FRAME_HEIGHT: Final = 40
"""Room that a window manager's frame takes; it is not known before the window is shown."""
TITLE: Final = "Event Stream Explorer"


class MainWindow(QMainWindow):
    """Joins the parts. It holds no state of its own: what is shown follows the workspace."""

    def __init__(
        self, workspace: Workspace, theme: Theme, settings: Settings, demo_path: Path, asking: Asking | None = None
    ) -> None:
        super().__init__()
        self.setObjectName("main")
        self.setMinimumSize(1024, 700)
        self.workspace = workspace
        self.theme = theme
        self.settings = settings
        self.demo_path = demo_path
        self.asking: Asking = asking or Dialogs(self)
        self.docks = Docks.make(workspace, theme)
        self.start_page = StartPage()
        self._desk = Desk(
            self,
            workspace,
            self.asking,
            self.docks,
            theme,
            settings,
            demo_path,
            self.show_palette,
            self.show_shortcuts,
        )
        self.actions_by_id = {spec.id: self._make_action(spec) for spec in ACTIONS}
        self.docks.what_if.set_actions(self.actions_by_id)
        self._recent = QMenu("Open recent", self)
        self._make_menus()
        self._toolbar = ToolBar(workspace, self.actions_by_id, settings, self)
        self.addToolBar(self._toolbar)
        self.setStatusBar(StatusBar(workspace, self))
        self._pages = QStackedWidget()
        self._pages.setObjectName("pages")
        self._pages.addWidget(self.start_page)
        self._pages.addWidget(self.docks.area)
        self.setCentralWidget(self._pages)
        self._connect()
        self._restore()
        theme.follow(self.start_page)
        theme.follow(self)
        self._on_store()

    def set_tokens(self, tokens: Tokens) -> None:
        """Take the colours of a look."""
        self.setWindowIcon(icon("app", tokens))
        for spec in ACTIONS:
            if spec.icon:
                self.actions_by_id[spec.id].setIcon(icon(spec.icon, tokens))
        self._show_playing()

    def _show_playing(self) -> None:
        """Let the play button offer to pause while events are played."""
        tokens, playing = self.theme.tokens, self.workspace.player.is_playing
        self._update_ticks()
        self._toolbar.play.setIcon(icon("pause" if playing else "play", tokens, tokens.on_accent))

    def show_palette(self) -> None:
        """Open the command palette."""
        panels = [dock.toggleViewAction() for dock in self.docks.all]
        Palette([*self.actions_by_id.values(), *panels], self).open()

    def show_shortcuts(self) -> None:
        """Open the sheet of shortcuts."""
        ShortcutSheet(self).open()

    def _make_action(self, spec: ActionSpec) -> QAction:
        action = QAction(spec.text, self)
        action.setObjectName(spec.id)
        action.setIconText(spec.label)
        action.setCheckable(spec.is_checked is not None)
        action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
        action.triggered.connect(lambda: self._run(spec))
        return action

    def _run(self, spec: ActionSpec) -> None:
        spec.run(self._desk)
        self._update_ticks()  # Qt has turned the tick over by itself

    def _update_ticks(self) -> None:
        for spec in ACTIONS:
            if spec.is_checked is not None:
                self.actions_by_id[spec.id].setChecked(spec.is_checked(self.workspace))

    def _make_menus(self) -> None:
        for name in MENUS:
            menu = self.menuBar().addMenu(name)
            for spec in (spec for spec in ACTIONS if spec.menu == name):
                if spec.starts_group:
                    menu.addSeparator()
                menu.addAction(self.actions_by_id[spec.id])
                if spec.id == "open":
                    menu.addMenu(self._recent)
            if name == "View":
                menu.addSeparator()
                menu.addActions([dock.toggleViewAction() for dock in self.docks.all])

    def _connect(self) -> None:
        workspace = self.workspace
        workspace.store_changed.connect(self._on_store)
        workspace.player.changed.connect(self._show_playing)
        workspace.refused.connect(self.asking.tell)
        workspace.stores.map_wanted.connect(lambda error, request: offer_map(self._desk, error, request))
        workspace.stores.password_wanted.connect(lambda error, request: ask_password(self._desk, error, request))
        workspace.inspector.state.edited.connect(lambda field, value: change_in_place(self._desk, field, value))
        workspace.commander.written.connect(self._on_written)
        workspace.transfer.surveyed.connect(lambda planned: offer_import(self._desk, planned))
        workspace.commander.conflicted.connect(self._on_conflict)
        workspace.selection.version_changed.connect(lambda version: self._update_actions())
        workspace.facts_changed.connect(lambda facts: self._update_actions())
        workspace.entity_loaded.connect(lambda view: self._update_actions())
        for told in (workspace.what_if.changed, workspace.what_if.shown.row_changed):
            told.connect(self._update_actions)
        workspace.inspector.event_types.changed.connect(self._update_actions)
        workspace.inspector.timeline.modelReset.connect(self._update_actions)
        workspace.notes.changed.connect(self._update_actions)
        workspace.outlook.changed.connect(self._update_ticks)
        workspace.comparison.changed.connect(self._update_actions)
        workspace.entities.query_changed.connect(lambda query: self._update_ticks())
        workspace.store_changed.connect(lambda: recall_trust(self._desk))
        workspace.trusting.asked_again.connect(lambda trust: ask_again(self._desk, trust))
        workspace.trusting.changed.connect(self._update_actions)
        self.docks.notes.removal_wanted.connect(lambda bookmark: remove_bookmark(self._desk, bookmark))
        for left in (self.docks.notes.left, self.docks.watch.left, self.docks.compare.left):
            left.connect(lambda: self.docks.timeline.bring_forward(self.docks.timeline.table))
        self.start_page.open_requested.connect(self.actions_by_id["open"].trigger)
        self.start_page.new_requested.connect(self.actions_by_id["new-store"].trigger)
        self.start_page.demo_requested.connect(self.actions_by_id["demo"].trigger)
        self.start_page.recent_chosen.connect(workspace.open)

    def _restore(self) -> None:
        self.workspace.inspector.timeline.set_folding(self.settings.folds_runs)
        geometry, layout = self.settings.geometry, self.settings.layout
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(QSize(1440, 900).boundedTo(self.screen().availableSize() - QSize(0, _FRAME_HEIGHT)))
        if layout is not None:
            self.docks.area.restoreState(layout, LAYOUT_VERSION)

    def _on_store(self) -> None:
        session = self.workspace.session
        if session is not None:
            self.settings.add_recent(session.place)
        self.setWindowTitle(TITLE if session is None else f"{session.short_name} – {TITLE}")
        self._pages.setCurrentWidget(self.start_page if session is None else self.docks.area)
        if session is not None:
            self.docks.entities.table.setFocus()
        self.workspace.inspector.can_edit = session is not None and session.is_writable
        self._show_recent()
        self._update_actions()

    def _show_recent(self) -> None:
        recent = self.settings.recent
        self.start_page.set_recent(recent)
        for menu in (self._recent, self._toolbar.recent):
            menu.clear()
            for store in recent:
                menu.addAction(store).triggered.connect(lambda _=False, store=store: self.workspace.open(store))
            menu.setEnabled(bool(recent))

    def _update_actions(self) -> None:
        for spec in ACTIONS:
            action, why_not = self.actions_by_id[spec.id], spec.needs(self.workspace)
            action.setEnabled(not why_not)
            keys = ", ".join(spec.shortcuts)
            told = f"{spec.text.rstrip('…')} ({keys})" if keys else spec.text.rstrip("…")
            action.setToolTip(f"{told}\n{why_not}" if why_not else told)
            action.setStatusTip(why_not)
        self._update_ticks()

    def _on_written(self, changes: Changes) -> None:
        events = ", ".join(f"event {version} {name}" for version, name in changes.events)
        snapshots = ", ".join(f"snapshot at {version}" for version in changes.snapshots)
        told = " and ".join(filter(None, [events, snapshots])) or "nothing new: there is a snapshot at that version"
        self.workspace.message.emit(f"{short_id(changes.entity_id)}: {'; '.join([told, *changes.failures])}")

    def _on_conflict(self, error: ConflictError) -> None:
        if self.asking.retry(error):
            self.workspace.commander.try_again()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.settings.layout is None and not event.spontaneous():
            # Only now do the docks know how much room there is to share.
            self._pages.setCurrentWidget(self.docks.area)
            self.docks.share_room()
            self._on_store()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.settings.geometry = self.saveGeometry()
        self.settings.layout = self.docks.area.saveState(LAYOUT_VERSION)
        self.workspace.shut_down()
        super().closeEvent(event)
