"""What is watched: each watchpoint with its value now, and the crossings of the chosen one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QToolButton, QVBoxLayout, QWidget

from es_desktop.app.text.values import count_text
from es_desktop.app.watch.watchpoints import offered_names
from es_desktop.models.workspace import Workspace
from es_desktop.views.style.dock_frame import Dock
from es_desktop.views.style.icons import icon
from es_desktop.views.style.plain_text import Label, set_tip
from es_desktop.views.style.theme import Theme
from es_desktop.views.style.tokens import Tokens

from .expression_line import ExpressionLine
from .watch_tables import CrossingsTable, WatchTable

_EMPTY: Final = (
    "Nothing is watched yet. Type a path such as lines[0].price, or a condition such as total > 100, and press Enter: "
    "every event at which it changes is marked in the timeline, and F8 runs to the next one."
)
_PARTS: Final = (3, 2)


class WatchDock(Dock):
    """Lists the watchpoints, and takes new ones."""

    left = Signal()
    """A person goes back to the events."""

    def __init__(self, workspace: Workspace, theme: Theme) -> None:
        body = QWidget()
        super().__init__("watch", "Watch", body)
        self._workspace = workspace
        self._watchpoints = workspace.watchpoints
        self.line = ExpressionLine(self._watchpoints.accepted, self.names, self)
        self.table = WatchTable(workspace, theme, body)
        self.crossings = CrossingsTable(workspace, theme, body)
        self._tables = QSplitter(Qt.Orientation.Horizontal, body)
        self.hint = Label(_EMPTY, body, role="hint", wraps=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.hint.setContentsMargins(13, 12, 13, 10)
        self.title_bar.add_widget(self.line)
        self._back = self._button("Previous crossing (Shift+F8)", forward=False)
        self._ahead = self._button("Next crossing (F8)", forward=True)
        self._lay_out(body)
        theme.follow(self.line)
        theme.follow(self)
        self.line.left.connect(self.left)
        for table in (self.table, self.crossings):
            escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), table)
            escape.setContext(Qt.ShortcutContext.WidgetShortcut)
            escape.activated.connect(self.left)
        self.line.entered.connect(self._on_entered)
        self.table.selectionModel().currentRowChanged.connect(self._on_row)
        self._watchpoints.changed.connect(self._on_changed)
        workspace.selection.version_changed.connect(self._on_changed)
        self._on_changed()

    def ask(self, expression: str = "") -> None:
        """Let a person type what to watch; offer an expression."""
        if expression:
            self.line.offer(expression)
        self.bring_forward(self.line)

    def names(self) -> list[str]:
        """Return the names that an expression may be made of now."""
        shown = self._workspace.inspector.shown
        return offered_names(None if shown is None else shown.state)

    def set_tokens(self, tokens: Tokens) -> None:
        super().set_tokens(tokens)
        self._back.setIcon(icon("previous-crossing", tokens, tokens.dim))
        self._ahead.setIcon(icon("next-crossing", tokens, tokens.dim))

    def _lay_out(self, body: QWidget) -> None:
        self.line.error.setContentsMargins(13, 7, 13, 7)
        self._tables.addWidget(self.table)
        self._tables.addWidget(self.crossings)
        self._tables.setChildrenCollapsible(False)
        for place, part in enumerate(_PARTS):
            self._tables.setStretchFactor(place, part)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(1, 0, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.line.error)
        layout.addWidget(self.hint)
        layout.addWidget(self._tables, 1)
        QWidget.setTabOrder(self.line, self.table)
        QWidget.setTabOrder(self.table, self.crossings)

    def _button(self, tip: str, *, forward: bool) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("role", "bare")
        set_tip(button, tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self._watchpoints.run_to_next(forward))
        self.title_bar.add_widget(button)
        return button

    def _on_entered(self, expression: str) -> None:
        self._watchpoints.add(expression)
        self.line.clear()
        row = self._watchpoints.index_of(expression)
        if row is not None:
            self.table.choose(row)

    def _on_row(self, current: QModelIndex) -> None:
        self._show_trace()

    def _on_changed(self) -> None:
        count = len(self._watchpoints.all)
        self._tables.setVisible(count > 0)
        self.hint.setVisible(count == 0)
        for button in (self._back, self._ahead):
            button.setEnabled(any(each.is_on for each in self._watchpoints.all))
        crossed = len(self._watchpoints.crossed_versions)
        known = "working…" if self._watchpoints.is_working else count_text(crossed, "event") + " crossed"
        self.title_bar.set_summary(f"{count_text(count, 'watchpoint')} · {known}" if count else "")
        self._show_trace()

    def _show_trace(self) -> None:
        self.crossings.show_trace(self.table.trace())
