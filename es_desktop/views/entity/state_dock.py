"""The state at the chosen version: its values, what the step changed, and which event set each value."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QActionGroup, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QMenu, QTreeView, QVBoxLayout, QWidget

from es_desktop.app.entity.fields import Field
from es_desktop.app.entity.view import StateView
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.json_view import to_json
from es_desktop.app.text.plain import plain_label
from es_desktop.app.watch.watchpoints import expression_for_path
from es_desktop.core.counts import count_text
from es_desktop.models.entity.display_preferences import Aspect
from es_desktop.models.entity.state_model import NAME, SET_AT, VALUE
from es_desktop.models.entity.writers_model import EVENT, TIME, VERSION, WHAT
from es_desktop.models.workspace import Workspace
from es_desktop.replay import ABSENT, Exactness, value_at
from es_desktop.views.style.builders import delay, fill, on_key, push_button
from es_desktop.views.style.dialogs import open_menu
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import Hint, set_tip
from es_desktop.views.style.rows import Column
from es_desktop.views.style.table_setup import set_up_tree
from es_desktop.views.style.theme import Theme

from .editors import ValueDelegate
from .writers_popup import WritersPopup

_PATIENCE_MILLISECONDS: Final = 120
_COLUMNS: Final = {NAME: Column(paths=True), VALUE: Column(mono=True, arrow=True), SET_AT: Column(pill=True)}
_MOST_CHARACTERS = 48


class StateMenu(QMenu):
    """The menu of the value at a path. It only shows the keys; they belong to the actions of the window."""

    def __init__(self, workspace: Workspace, path: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._path = path
        self.setAccessibleName(f"Actions for {path}")
        self.writers = QMenu(self)
        self._add_writers()
        self.addSeparator()
        self._add_copying()
        self.addSeparator()
        self._do("Watch this value", self._watch, "W")
        self._add_aspect("lanes", "Show as a lane under the timeline", "Remove the lane", "L")
        self._add_aspect("pinned", "Pin to the top", "Unpin", "P")
        self._add_aspect("hidden", "Hide", "Show again", "H")
        self._add_restoring()

    def _do(self, text: str, run: Callable[[], object], keys: str = "", *, enabled: bool = True) -> None:
        action = self.addAction(f"{text}\t{keys}" if keys else text)
        action.triggered.connect(lambda: run())
        action.setEnabled(enabled)

    # Writers

    def _add_writers(self) -> None:
        workspace, model = self._workspace, self._workspace.writers
        model.show(self._path)
        self.addMenu(self.writers)
        if not model.rowCount():
            self.writers.setTitle("No event set it" if model.is_known else "Finding the events that set it…")
            self.writers.setEnabled(False)
            return
        writer = workspace.inspector.writer_of(self._path)
        if writer is not None:
            go = f"Set at {writer:,} · {plain_label(self._type_at(writer))}"
            self._do(go, lambda: workspace.selection.go_to(writer), "Ctrl+Return")
            self.insertAction(self.writers.menuAction(), self.actions()[-1])
        self.writers.setTitle(f"All writers ({model.earlier + model.rowCount() + model.later:,})")
        self._list_writers()
        model.filled.connect(self._on_filled)

    def _list_writers(self) -> None:
        model = self._workspace.writers
        group = QActionGroup(self.writers)
        self._add_note(model.earlier, "earlier")
        for row in range(model.rowCount()):
            action = self.writers.addAction(self._writer_text(row))
            action.setActionGroup(group)
            action.setCheckable(True)
            action.setChecked(row == model.current)
            action.setData(row)
            version = model.version_at(row)
            action.triggered.connect(lambda _, version=version: self._workspace.selection.go_to(version))
        self._add_note(model.later, "later")

    def _add_note(self, count: int, when: str) -> None:
        if count:
            self.writers.addAction(f"{count:,} {when} events").setEnabled(False)

    def _writer_text(self, row: int) -> str:
        model = self._workspace.writers
        version, event, time, what = (model.index(row, each).data() for each in (VERSION, EVENT, TIME, WHAT))
        return f"{version}  {plain_label(event)}\t{time}  {plain_label(what, _MOST_CHARACTERS)}"

    def _on_filled(self) -> None:
        if self._workspace.writers.path == self._path:
            for action in self.writers.actions():
                if action.data() is not None:
                    action.setText(self._writer_text(action.data()))

    def _type_at(self, version: int) -> str:
        view = self._workspace.inspector.view
        assert view is not None
        return view.outline.type_at(bisect_left(view.outline.versions, version))

    # Actions

    def _add_copying(self) -> None:
        self._do("Copy value as JSON", self._copy_value, enabled=self._value() is not ABSENT)
        self._do("Copy path", lambda: self._copy(self._path, f"The path {self._path} was copied."))

    def _copy_value(self) -> None:
        self._copy(to_json(self._value(), indent=2), f"The value of {self._path} was copied as JSON.")

    def _copy(self, text: str, message: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._workspace.message.emit(message)

    def _watch(self) -> None:
        try:
            self._workspace.watchpoints.add(expression_for_path(self._path))
        except UserError as error:
            self._workspace.refused.emit(error)
        else:
            self._workspace.message.emit(f"{self._path} is watched. Press F8 to run to its next change.")

    def _add_aspect(self, aspect: Aspect, wanted: str, unwanted: str, keys: str) -> None:
        preferences = self._workspace.preferences
        text = unwanted if preferences.has(aspect, self._path) else wanted
        self._do(text, lambda: preferences.toggle(aspect, self._path), keys)

    def _add_restoring(self) -> None:
        field = self._field()
        if field is not None and not self._workspace.selection.is_at_last:
            self.addSeparator()
            state = self._workspace.inspector.state
            self._do("Restore this value…", lambda: state.edited.emit(field, self._value()))

    def _field(self) -> Field | None:
        """Return the attribute at the path if it can be changed; otherwise ``None``."""
        inspector = self._workspace.inspector
        view = inspector.view
        if view is None or not inspector.can_edit or view.facts.discarded or self._value() is ABSENT:
            return None
        return next((field for field in view.fields if field.name == self._path), None)

    def _value(self) -> object:
        shown = self._workspace.inspector.state_view
        return ABSENT if shown is None else value_at(shown.state, self._path)


class StateDock(WorkspaceDock):
    """Shows the values of the state as a tree."""

    name, title = "state", "State"
    change_wanted = Signal(object)
    """The path of a value that a person wants to change, and that is not edited in its cell."""

    def _fill(self, body: QWidget) -> None:
        workspace, theme = self._workspace, self._theme
        self._inspector = workspace.inspector
        self.tree = QTreeView(body)
        self.history_views = (self.tree,)
        self.hidden_link = push_button("", body, "link")
        self.hidden_link.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the focus in the tree
        set_tip(self.hidden_link, "Show or hide them (Shift+H)")
        self.hint = Hint(parent=body, top=8, bottom=10)
        self._patience = delay(_PATIENCE_MILLISECONDS, self._on_long_work, self)
        self._set_up_tree(theme)
        link = fill(QHBoxLayout(), self.hidden_link, (0, 1), margins=(7, 4, 7, 0))
        fill(QVBoxLayout(body), (self.tree, 1), link, self.hint, margins=(1, 0, 1, 1))
        theme.follow(self)
        self._inspector.state_wanted.connect(self._patience.start)
        self._inspector.history_changed.connect(lambda history: self._on_state(self._inspector.state_view))
        self._inspector.state_changed.connect(self._on_state)
        self._inspector.state_failed.connect(self._on_failed)
        workspace.checker.changed.connect(lambda: self._on_state(self._inspector.state_view))
        workspace.preferences.changed.connect(self._on_preferences)
        preferences = workspace.preferences
        self.hidden_link.clicked.connect(lambda: preferences.set_shows_hidden(not preferences.shows_hidden))
        self._on_state(None)

    def chosen_path(self) -> str | None:
        """Return the path of the current row; without one, focus the tree, show a message and return ``None``."""
        path = self._inspector.state.path_at(self.tree.currentIndex())
        if path is None:
            self.bring_forward(self.tree)
            self.tree.setCurrentIndex(self._inspector.state.index(0, NAME))
            self._workspace.message.emit("Choose a value in the State panel first.")
        return path

    def show_writers(self) -> None:
        """Open a list of the events that set the value of the current row."""
        path = self.chosen_path()
        if path is not None:
            self.bring_forward(self.tree)
            popup = WritersPopup(self._workspace.writers, path, self._theme.tokens, self)
            popup.chosen.connect(self._workspace.selection.go_to)
            popup.open_at(self.tree.visualRect(self.tree.currentIndex()), self.tree.viewport())

    def _fit(self, width: int) -> None:
        self.tree.header().resizeSection(NAME, max(84, min(140, width * 36 // 100)))

    def _set_up_tree(self, theme: Theme) -> None:
        tree, model = self.tree, self._inspector.state
        delegate = ValueDelegate(tree, _COLUMNS, theme=theme)
        delegate.refused.connect(self._workspace.refused)
        set_up_tree(tree, model, delegate, "State", VALUE)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        header = tree.header()
        header.setSectionsMovable(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(SET_AT, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(SET_AT, 56)
        tree.setExpandsOnDoubleClick(False)  # the first column does, the second leads to what changes the value
        tree.clicked.connect(self._on_clicked)
        tree.doubleClicked.connect(self._on_double_clicked)
        for key in ("Return", "Enter"):
            on_key(tree, key, lambda: self.lead_to_change(tree.currentIndex()))
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._on_menu_requested)
        # Not every platform opens a context menu by this key.
        on_key(tree, "Shift+F10", lambda: self._on_menu_requested(tree.visualRect(tree.currentIndex()).bottomLeft()))
        # Row backgrounds extend left of the first cell, which a tree does not repaint by itself.
        model.dataChanged.connect(lambda: tree.viewport().update())

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == SET_AT:
            self._workspace.selection.go_to(self._inspector.state.writer_at(index))

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if index.column() == NAME and self._inspector.state.hasChildren(index):
            self.tree.setExpanded(index, not self.tree.isExpanded(index))
        elif index.column() != SET_AT and not index.flags() & Qt.ItemFlag.ItemIsEditable:  # Qt edits the others
            self.lead_to_change(index)

    def lead_to_change(self, index: QModelIndex) -> None:
        """Edit the value of a row in its cell, or ask for what changes it."""
        cell, path = index.siblingAtColumn(VALUE), self._inspector.state.path_at(index)
        if cell.flags() & Qt.ItemFlag.ItemIsEditable:
            self.tree.setCurrentIndex(cell)
            self.tree.edit(cell)
        elif path is not None:
            self.change_wanted.emit(path)

    def _on_menu_requested(self, point: QPoint) -> None:
        index = self.tree.indexAt(point)
        path = self._inspector.state.path_at(index)
        if path is not None:
            self.tree.setCurrentIndex(index)
            open_menu(StateMenu(self._workspace, path, self), self.tree.viewport().mapToGlobal(point))

    def _on_preferences(self) -> None:
        count = self._inspector.state.hidden_count
        shown = self._workspace.preferences.shows_hidden
        hide, show = f"{count_text(count, 'hidden value')} · hide again", f"{count_text(count, 'value')} hidden · show"
        self.hidden_link.setText(hide if shown else show)
        self.hidden_link.setVisible(count > 0)

    def _on_state(self, shown: StateView | None) -> None:
        self._patience.stop()
        self._on_preferences()
        if shown is None:
            self._show("State")
            self.hint.setText("Choose an entity to see its state.")
            return
        verdict = self._inspector.verdict(shown)
        self._show(f"State at {shown.version}")
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
        if view is None or view.facts.discarded:
            return ""
        if self._inspector.can_edit:
            return "Double-click a value to change it, or for the command that does. "
        is_known = view.reading.class_of(view.facts) is not None
        return "Double-click a value for what would change it, as a what-if. " if is_known else ""

    def _on_long_work(self) -> None:
        self.title_bar.set_badge("working…")
        if self._inspector.state_view is None:
            self.hint.setText("The state is being rebuilt from its events.")

    def _on_failed(self, error: UserError) -> None:
        self._patience.stop()
        self._show("State", "failed", "red")
        self.hint.setText(str(error))

    def _show(self, title: str, badge: str = "", tone: str = "neutral") -> None:
        self.title_bar.set_title(title)
        self.title_bar.set_badge(badge, tone)
