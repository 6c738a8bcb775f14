"""The watchpoints with their values, and the crossings of the chosen one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QSplitter,
    QStyleOptionViewItem,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from es_desktop.app.watch.watchpoints import WatchTrace
from es_desktop.models.guard import Guarded
from es_desktop.models.watch.watch_model import (
    CHANGED,
    COUNT,
    EVENT,
    LAST,
    NEXT,
    NOW,
    ON,
    TIME,
    VERSION,
    WATCHED,
    CrossingsModel,
    WatchModel,
)
from es_desktop.models.workspace import Workspace
from es_desktop.system.counts import count_text
from es_desktop.views.preferences.keys import with_keys
from es_desktop.views.style.builders import bare_button, fill, on_key
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.fields import line_edit
from es_desktop.views.style.icons import icon
from es_desktop.views.style.plain_text import Hint
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import TickDelegate, set_up_table
from es_desktop.views.style.theme import Theme
from es_desktop.views.style.tokens import Tokens
from es_desktop.views.table.rows import choose_row

from .expression_line import ExpressionLine

_WATCH_COLUMNS: Final = {
    WATCHED: Column(mono=True),
    NOW: Column(mono=True, arrow=True),
    LAST: Column(pill=True),
    NEXT: Column(pill=True),
}
_WATCH_WIDTHS: Final = {ON: 34, COUNT: 80, LAST: 62, NEXT: 62}
_CROSSING_COLUMNS: Final = {TIME: Column(dim=True), CHANGED: Column(mono=True, arrow=True)}
_CROSSING_WIDTHS: Final = {VERSION: 56, TIME: 110, EVENT: 124}
_EMPTY: Final = (
    "Nothing is watched yet. Type a path such as lines[0].price, or a condition such as total > 100, and press Enter. "
    "Every event at which it changes is marked in the timeline. Press {next-crossing} to run to the next one."
)


class WatchTable(Guarded, QTableView):
    """The watchpoints: Space turns one on or off, F2 renames it, Delete removes it, Left and Right run along it."""

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._watchpoints = workspace.watchpoints
        self._selection = workspace.selection
        self._rows = WatchModel(workspace.watchpoints, workspace.selection, self)
        self._chosen = 0
        delegate = _NameDelegate(self, _WATCH_COLUMNS, theme=theme)
        set_up_table(self, self._rows, delegate, "Watchpoints", widths=_WATCH_WIDTHS, stretch=[NOW])
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        entries: dict[int, tuple[str, Callable[[], None]]] = {
            Qt.Key.Key_Right: ("Next crossing\tRight", lambda: self.run(True)),
            Qt.Key.Key_Left: ("Previous crossing\tLeft", lambda: self.run(False)),
            Qt.Key.Key_F2: ("Rename…\tF2", self.rename),
            Qt.Key.Key_Space: ("Turn on or off\tSpace", self.switch),
            Qt.Key.Key_Delete: ("Remove\tDel", self.remove),
        }
        self._keys = {key: command for key, (_, command) in entries.items()}
        for text, command in entries.values():
            self.addAction(text).triggered.connect(command)
        self.clicked.connect(self._on_clicked)
        self.selectionModel().currentRowChanged.connect(self._on_row)
        self._rows.modelReset.connect(lambda: self.choose(self._chosen))
        self.choose(self._chosen)

    @property
    def chosen(self) -> int | None:
        """The index of the chosen watchpoint."""
        return self.currentIndex().row() if self.currentIndex().isValid() else None

    def choose(self, row: int) -> None:
        """Choose a row, or the last one if there are fewer."""
        row = min(row, self._rows.rowCount() - 1)
        if row >= 0:
            choose_row(self, row)

    def trace(self) -> WatchTrace | None:
        """Return the trace of the chosen watchpoint; ``None`` if it is not known."""
        return None if self.chosen is None else self._rows.trace_at(self.chosen)

    def switch(self) -> None:
        """Turn the chosen watchpoint on or off."""
        if self.chosen is not None:
            self._watchpoints.set_on(self.chosen, not self._rows.at(self.chosen).is_on)

    def rename(self) -> None:
        """Edit the name of the chosen watchpoint in its row."""
        if self.chosen is not None:
            self.edit(self._rows.index(self.chosen, WATCHED))

    def remove(self) -> None:
        """Remove the chosen watchpoint."""
        if self.chosen is not None:
            self._watchpoints.remove(self.chosen)

    def run(self, forward: bool) -> None:
        """Go to the next or the previous crossing of the chosen watchpoint."""
        if self.chosen is not None:
            self._watchpoints.run_to_next(forward, self.chosen)

    def _on_row(self, current: QModelIndex) -> None:
        if current.isValid():
            self._chosen = current.row()

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == ON:
            self.switch()
        target = self._rows.target_at(index)
        if target is not None:
            self._selection.go_to(target)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.horizontalHeader().resizeSection(WATCHED, event.size().width() * 36 // 100)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if is_plain and event.key() in self._keys:
            self._keys[event.key()]()
        else:
            super().keyPressEvent(event)


class CrossingsTable(QTableView):
    """The crossings of one watchpoint; a click, or Enter, goes to one."""

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._selection = workspace.selection
        self._rows = CrossingsModel(workspace.inspector, workspace.selection, self)
        name, delegate = "Crossings of the chosen watchpoint", RowDelegate(self, _CROSSING_COLUMNS, theme=theme)
        set_up_table(self, self._rows, delegate, name, widths=_CROSSING_WIDTHS, stretch=[CHANGED])
        go = self.addAction("Go to this version")
        go.triggered.connect(lambda: self._on_chosen(self.currentIndex()))
        self.clicked.connect(self._on_chosen)
        self.activated.connect(self._on_chosen)
        workspace.selection.version_changed.connect(self._on_version)

    def show_trace(self, trace: WatchTrace | None) -> None:
        """Show the crossings of a trace, or nothing."""
        if self._rows.set_trace(trace):
            self._on_version()

    def _on_chosen(self, index: QModelIndex) -> None:
        self._selection.go_to(self._rows.row_at(index).version)

    def _on_version(self) -> None:
        """Make the last crossing up to the chosen version current."""
        version = self._selection.version
        row = None if version is None else self._rows.row_of(version)
        if row is not None:
            choose_row(self, row)
        else:
            self.clearSelection()


class _NameDelegate(TickDelegate):
    """Edits the name of a watchpoint in its row."""

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        return line_edit("Name of the watchpoint", "a name", parent)


class WatchDock(WorkspaceDock):
    """Lists the watchpoints, and adds new ones."""

    name, title = "watch", "Watch"

    def _fill(self, body: QWidget) -> None:
        workspace, theme = self._workspace, self._theme
        self._watchpoints = workspace.watchpoints
        self.line = ExpressionLine(self._watchpoints.validate, workspace, self)
        self.table = WatchTable(workspace, theme, body)
        self.crossings = CrossingsTable(workspace, theme, body)
        self._tables = QSplitter(Qt.Orientation.Horizontal, body)
        self.hint = Hint(with_keys(_EMPTY), body, bottom=10)
        self.title_bar.add_widget(self.line)
        self._back = self._button(with_keys("Previous crossing ({previous-crossing})"), forward=False)
        self._ahead = self._button(with_keys("Next crossing ({next-crossing})"), forward=True)
        self._lay_out(body)
        theme.follow(self.line, self)
        self.line.left.connect(self.left)
        for table in (self.table, self.crossings):
            on_key(table, Qt.Key.Key_Escape, self.left)
        self.line.entered.connect(self._on_entered)
        self.table.selectionModel().currentRowChanged.connect(self._show_trace)
        self._watchpoints.changed.connect(self._on_changed)
        workspace.selection.version_changed.connect(self._on_changed)
        self._on_changed()

    def ask(self, expression: str = "") -> None:
        """Show the dock with the focus in its line; ``expression`` is offered."""
        if expression:
            self.line.offer(expression)
        self.bring_forward(self.line)

    def set_tokens(self, tokens: Tokens) -> None:
        super().set_tokens(tokens)
        self._back.setIcon(icon("previous-crossing", tokens, tokens.dim))
        self._ahead.setIcon(icon("next-crossing", tokens, tokens.dim))

    def _lay_out(self, body: QWidget) -> None:
        self.line.error.setContentsMargins(13, 7, 13, 7)
        self._tables.addWidget(self.table)
        self._tables.addWidget(self.crossings)
        self._tables.setChildrenCollapsible(False)
        for index, part in enumerate((3, 2)):
            self._tables.setStretchFactor(index, part)
        fill(QVBoxLayout(body), self.line.error, self.hint, (self._tables, 1), margins=(1, 0, 1, 1))
        QWidget.setTabOrder(self.line, self.table)
        QWidget.setTabOrder(self.table, self.crossings)

    def _button(self, tip: str, *, forward: bool) -> QToolButton:
        button = bare_button(tip, self)
        button.clicked.connect(lambda: self._watchpoints.run_to_next(forward))
        self.title_bar.add_widget(button)
        return button

    def _on_entered(self, expression: str) -> None:
        self._watchpoints.add(expression)
        self.line.clear()
        row = self._watchpoints.index_of(expression)
        if row is not None:
            self.table.choose(row)

    def _on_changed(self) -> None:
        count = len(self._watchpoints.all)
        self._tables.setVisible(count > 0)
        self.hint.setVisible(count == 0)
        for button in (self._back, self._ahead):
            button.setEnabled(any(each.is_on for each in self._watchpoints.all))
        crossed = len(self._watchpoints.crossed_versions)
        known = "working…" if self._watchpoints.traces.is_running else count_text(crossed, "event") + " crossed"
        self.title_bar.set_summary(f"{count_text(count, 'watchpoint')} · {known}" if count else "")
        self._show_trace()

    def _show_trace(self) -> None:
        self.crossings.show_trace(self.table.trace())
