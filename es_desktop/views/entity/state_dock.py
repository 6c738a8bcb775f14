"""The state at the chosen version: what it is, what the step changed, which event set each value."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from es_desktop.app.entity.view import StateView
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.values import count_text
from es_desktop.models.entity.state_model import NAME, SET_AT, VALUE
from es_desktop.models.workspace import Workspace
from es_desktop.replay import Exactness
from es_desktop.views.style.dock_frame import Dock
from es_desktop.views.style.plain_text import Label, set_tip
from es_desktop.views.style.rows import Column
from es_desktop.views.style.table_setup import dress
from es_desktop.views.style.theme import Theme

from .state_menu import StateMenu
from .value_delegate import ValueDelegate
from .writers_popup import WritersPopup

_PATIENCE_MILLISECONDS: Final = 120
_COLUMNS: Final = {NAME: Column(paths=True), VALUE: Column(mono=True, arrow=True), SET_AT: Column(pill=True)}


class StateDock(Dock):
    """A tree of values."""

    def __init__(self, workspace: Workspace, theme: Theme) -> None:
        body = QWidget()
        super().__init__("state", "State", body)
        self._workspace = workspace
        self._inspector = workspace.inspector
        self._theme = theme
        self.tree = QTreeView(body)
        self.hidden_link = QPushButton(body)
        self.hidden_link.setProperty("role", "link")
        self.hidden_link.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the focus in the tree
        set_tip(self.hidden_link, "Show or hide them (Shift+H)")
        self.hint = Label(parent=body, role="hint", wraps=True)
        self.hint.setContentsMargins(13, 8, 13, 10)
        self._working = QTimer(self)
        self._working.setSingleShot(True)
        self._working.setInterval(_PATIENCE_MILLISECONDS)
        self._working.timeout.connect(self._on_long_work)
        self._set_up_tree(theme)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(1, 0, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.tree, 1)
        link = QHBoxLayout()
        link.setContentsMargins(7, 4, 7, 0)
        link.addWidget(self.hidden_link, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(link)
        layout.addWidget(self.hint)
        theme.follow(self)
        self._inspector.state_wanted.connect(self._working.start)
        self._inspector.history_changed.connect(lambda history: self._on_state(self._inspector.shown))
        self._inspector.state_changed.connect(self._on_state)
        self._inspector.state_failed.connect(self._on_failed)
        workspace.checker.changed.connect(lambda: self._on_state(self._inspector.shown))
        workspace.outlook.changed.connect(self._on_outlook)
        self.hidden_link.clicked.connect(lambda: workspace.outlook.set_shows_hidden(not workspace.outlook.shows_hidden))
        self._on_state(None)

    def path_in_hand(self) -> str | None:
        """Return the path of the row that is chosen; ask for one where there is none."""
        path = self._inspector.state.path_at(self.tree.currentIndex())
        if path is None:
            self.bring_forward(self.tree)
            self.tree.setCurrentIndex(self._inspector.state.index(0, NAME))
            self._workspace.message.emit("Choose a value of the state first: arrow keys move from row to row.")
        return path

    def show_writers(self) -> None:
        """List the events that set the value of the row that is chosen."""
        path = self.path_in_hand()
        if path is not None:
            self.bring_forward(self.tree)
            popup = WritersPopup(self._workspace.writers, path, self._theme.tokens, self)
            popup.chosen.connect(self._workspace.selection.go_to)
            popup.open_at(self.tree.visualRect(self.tree.currentIndex()), self.tree.viewport())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tree.header().resizeSection(NAME, max(84, min(140, event.size().width() * 36 // 100)))

    def _set_up_tree(self, theme: Theme) -> None:
        tree, model = self.tree, self._inspector.state
        tree.setModel(model)
        dress(tree)
        delegate = ValueDelegate(tree, _COLUMNS)
        delegate.refused.connect(self._workspace.refused)
        theme.follow(delegate)
        tree.setItemDelegate(delegate)
        tree.setAccessibleName("State")
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        header = tree.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(VALUE, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(SET_AT, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(SET_AT, 56)
        tree.clicked.connect(self._on_clicked)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._on_menu_requested)
        keys = QShortcut(
            QKeySequence("Shift+F10"), tree
        )  # not every platform makes a request of it, as of the Menu key
        keys.setContext(Qt.ShortcutContext.WidgetShortcut)
        keys.activated.connect(lambda: self._on_menu_requested(tree.visualRect(tree.currentIndex()).bottomLeft()))
        # A row's ground reaches to the left of its first cell, where a tree does not repaint by itself.
        model.dataChanged.connect(lambda: tree.viewport().update())

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == SET_AT:
            self._workspace.selection.go_to(self._inspector.state.writer_at(index))

    def _on_menu_requested(self, place: QPoint) -> None:
        index = self.tree.indexAt(place)
        path = self._inspector.state.path_at(index)
        if path is not None:
            self.tree.setCurrentIndex(index)
            StateMenu(self._workspace, path, self).popup(self.tree.viewport().mapToGlobal(place))

    def _on_outlook(self) -> None:
        count = self._inspector.state.hidden_count
        shown = self._workspace.outlook.shows_hidden
        told = (
            f"{count_text(count, 'hidden value')} · hide again"
            if shown
            else f"{count_text(count, 'value')} hidden · show"
        )
        self.hidden_link.setText(told)
        self.hidden_link.setVisible(count > 0)

    def _on_state(self, shown: StateView | None) -> None:
        self._working.stop()
        self._on_outlook()
        if shown is None:
            self._show("State", "", "", "")
            self.hint.setText("Choose an entity to see its state.")
            return
        verdict = self._inspector.verdict(shown)
        self._show(f"State at {shown.version}", "", "", "")
        self.title_bar.badge.show_verdict(verdict)
        if verdict.exactness is Exactness.BROKEN:
            self.hint.setText(verdict.reason)
        elif shown.state is None:
            self.hint.setText("Discarded: there is no state after this event. Step back to see the last one.")
        else:
            self.hint.setText(
                self._editing_hint() + "Click “set at” to go to the event that set a value, right-click for more."
            )

    def _editing_hint(self) -> str:
        view = self._inspector.view
        if not self._inspector.can_edit or view is None or not view.fields or view.facts.discarded:
            return ""
        at_last = self._workspace.selection.is_at_last
        return "Double-click a value to change it. " if at_last else "Go to the last event to change values. "

    def _on_long_work(self) -> None:
        self.title_bar.set_badge("working…", "neutral")
        if self._inspector.shown is None:
            self.hint.setText("The state is being rebuilt from its events.")

    def _on_failed(self, error: UserError) -> None:
        self._working.stop()
        self._show("State", "failed", "red", "")
        self.hint.setText(str(error))

    def _show(self, title: str, badge: str, tone: str, summary: str) -> None:
        self.title_bar.set_title(title)
        self.title_bar.set_badge(badge, tone or "neutral")
        self.title_bar.set_summary(summary)
