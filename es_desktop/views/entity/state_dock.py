"""The state at the chosen version: its values, what the step changed, and which event set each value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTreeView, QVBoxLayout, QWidget

from es_desktop.app.entity.view import StateView
from es_desktop.app.runtime.errors import UserError
from es_desktop.models.entity.state_model import NAME, SET_AT, VALUE
from es_desktop.models.presence import Absence
from es_desktop.models.table.model import TONE_ROLE
from es_desktop.replay import Exactness
from es_desktop.system.counts import count_text, format_number
from es_desktop.views.preferences.keys import with_keys
from es_desktop.views.style.builders import delay, fill, on_key, push_button
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import Hint, set_tip
from es_desktop.views.style.row_shapes import pill_width
from es_desktop.views.style.rows import PAD, Column
from es_desktop.views.style.table_setup import set_up_tree
from es_desktop.views.style.theme import SMALL_POINTS, Theme, ui_font

from .editors import ValueDelegate
from .value_menu import Value, offer_values, value_in_view
from .writers_popup import WritersPopup

_PATIENCE_MILLISECONDS: Final = 120
_MOST_OPENED: Final = 50
"""Values at the top, and members of one of them, that are expanded without being asked."""
_DISCARDED: Final = Absence("Discarded: there is no state after this event. Step back to see the last one.", "back")
_SET_AT_WIDTH: Final = 56
_MOST_SEARCHED: Final = 2_000
"""Rows at one level that are searched for a change."""
_COLUMNS: Final = {NAME: Column(paths=True), VALUE: Column(mono=True, arrow=True), SET_AT: Column(pill=True)}


class StateDock(WorkspaceDock):
    """Shows the values of the state as a tree."""

    name, title, shows = "state", "State", "its state"
    change_wanted = Signal(object)
    """The path of a value that a person wants to change, and that is not edited in its cell."""

    def _fill(self, body: QWidget) -> None:
        workspace, theme = self._workspace, self._theme
        self._inspector = workspace.inspector
        self.tree = QTreeView(body)
        self._collapsed: set[str | None] = set()
        self._followed: object = None
        """The state whose changes were brought into view."""
        self._is_scrolled = False
        """Whether a person scrolled, expanded or collapsed since then."""
        self.history_views = self.own_lists = (self.tree,)
        self.hidden_link = push_button("", body, "link")
        self.hidden_link.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the focus in the tree
        set_tip(self.hidden_link, with_keys("Show or hide them ({show-hidden})"))
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

    @property
    def current_path(self) -> str | None:
        """The path of the current row; ``None`` without one."""
        return self._inspector.state.path_at(self.tree.currentIndex())

    def chosen_path(self) -> str | None:
        """Return the path of the current row; without one, focus the tree, show a message and return ``None``."""
        path = self.current_path
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
        header.resizeSection(SET_AT, _SET_AT_WIDTH)
        tree.setExpandsOnDoubleClick(False)  # the first column does, the second leads to what changes the value
        tree.clicked.connect(self._on_clicked)
        tree.doubleClicked.connect(self._on_double_clicked)
        for key in ("Return", "Enter"):
            on_key(tree, key, lambda: self.lead_to_change(tree.currentIndex()))
        tree.collapsed.connect(lambda index: self._collapsed.add(model.path_at(index)))
        tree.expanded.connect(lambda index: self._collapsed.discard(model.path_at(index)))
        offer_values(tree, self._workspace, self._theme, self._values_at)
        bar = tree.verticalScrollBar()
        bar.rangeChanged.connect(self._on_range)
        for moved in (bar.actionTriggered, tree.expanded, tree.collapsed):
            moved.connect(self._on_scrolled)
        self.visibilityChanged.connect(lambda: QTimer.singleShot(0, self, self._follow_changes))
        # Row backgrounds extend left of the first cell, which a tree does not repaint by itself.
        model.dataChanged.connect(lambda: tree.viewport().update())

    def _on_range(self) -> None:
        if not self._is_scrolled:
            self._show_changes()

    def _on_scrolled(self) -> None:
        self._is_scrolled = True

    def _follow_changes(self) -> None:
        """Show what changed at another version than before, or what is found to be false, once the tree is seen."""
        shown, entity_id = self._inspector.state_view, self._workspace.selection.entity_id
        if shown is None or not self.tree.isVisible():
            return
        now = entity_id, shown.version, self._inspector.verdict(shown).exactness
        if now != self._followed:
            self._followed, self._is_scrolled = now, False
            self._show_changes()

    def _show_changes(self) -> None:
        """Bring what changed into view, from the first of it on; nothing moves if all of it is in view."""
        rows = list(self._changed_rows(QModelIndex()))
        for index in (*rows[-1:], *(each.parent() for each in rows[:1]), *rows[:1]):
            self.tree.scrollTo(index)

    def _changed_rows(self, parent: QModelIndex) -> Iterator[QModelIndex]:
        model = self._inspector.state
        for row in range(min(model.rowCount(parent), _MOST_SEARCHED)):
            index = model.index(row, NAME, parent)
            if index.data(TONE_ROLE) in ("changed", "failed"):
                inside = list(self._changed_rows(index)) if self.tree.isExpanded(index) else []
                yield from inside or [index]

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

    def _values_at(self, index: QModelIndex) -> list[Value]:
        path = self._inspector.state.path_at(index)
        if path is None:
            return []
        self.tree.setCurrentIndex(index)
        return [(path, value_in_view(self._workspace, path))]

    def _on_preferences(self) -> None:
        count = self._inspector.state.hidden_count
        shown = self._workspace.preferences.shows_hidden
        hide, show = f"{count_text(count, 'hidden value')} · hide again", f"{count_text(count, 'value')} hidden · show"
        self.hidden_link.setText(hide if shown else show)
        self.hidden_link.setVisible(count > 0)

    def _on_state(self, shown: StateView | None) -> None:
        self._patience.stop()
        self.show_absence()
        self._on_preferences()
        if shown is None:
            self._show("State")
            return
        is_scrolled = self._is_scrolled
        self._open_second_level()
        self._is_scrolled = is_scrolled
        widest = pill_width(ui_font(SMALL_POINTS), f"◆{format_number(self._workspace.selection.last or 0)}")
        self.tree.header().resizeSection(SET_AT, max(_SET_AT_WIDTH, widest + 2 * PAD))
        verdict = self._inspector.verdict(shown)
        self._show(f"State at {format_number(shown.version)}")
        self.title_bar.badge.show_verdict(verdict)
        if verdict.exactness is Exactness.BROKEN:
            self.hint.explain(verdict.reason)
        else:
            self.hint.explain(self._editing_hint() + "Click “set at” to go to its event, right-click for more.")
        self._follow_changes()

    def _open_second_level(self) -> None:
        """Expand the values at the top that are not long, unless a person collapsed them."""
        model = self._inspector.state
        for row in range(min(model.rowCount(), _MOST_OPENED)):
            index = model.index(row, NAME)
            is_wanted = model.path_at(index) not in self._collapsed and model.hasChildren(index)
            if is_wanted and not self.tree.isExpanded(index) and model.rowCount(index) <= _MOST_OPENED:
                self.tree.expand(index)

    def _editing_hint(self) -> str:
        view = self._inspector.view
        if view is None or view.facts.discarded:
            return ""
        if self._inspector.can_edit:
            return "Double-click a value to change it. "
        is_known = view.reading.class_of(view.facts) is not None
        return "Double-click a value to try a change of it. " if is_known else ""

    def _on_long_work(self) -> None:
        self.title_bar.set_badge("working…")
        self.show_absence()

    def _on_failed(self, error: UserError) -> None:
        self._patience.stop()
        self._show("State", "failed", "red")
        self.show_absence()

    def _absence(self) -> Absence | None:
        absence, inspector = super()._absence(), self._inspector
        if absence is not None or inspector.view is None:
            return absence
        shown = inspector.state_view
        if inspector.problem is not None:
            return Absence.of(inspector.problem)
        if shown is None:
            return None if self._patience.isActive() else Absence("The state is being rebuilt from its events…")
        return _DISCARDED if shown.state is None else None

    def _show(self, title: str, badge: str = "", tone: str = "neutral") -> None:
        self.title_bar.set_title(title)
        self.title_bar.set_badge(badge, tone)
