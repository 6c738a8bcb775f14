"""SQL over the states of all versions: a statement, its rows, and what may be written next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTableView, QVBoxLayout, QWidget

from es_desktop.app.ask.completing import Completion
from es_desktop.app.ask.sql_completing import sql_completions
from es_desktop.models.ask.sql_asker import MOST
from es_desktop.models.presence import Absence
from es_desktop.models.window_view import EXPLORE
from es_desktop.system.counts import count_text, format_number
from es_desktop.views.search.saved_button import SavedButton
from es_desktop.views.style.builders import ProgressBar, fill
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import ElidedLabel, Hint
from es_desktop.views.style.rows import RowDelegate
from es_desktop.views.style.table_setup import set_up_table, width_for

from .sql_editor import SqlEditor

_EMPTY = Absence(
    "Ask the views events, entities, changes, states and snapshots, or one with the name of an entity type. Ctrl+Enter"
    " asks, Ctrl+Space lists what may be written."
)
_SAMPLE = 40
"""Rows whose texts say how wide a column is."""


class SqlDock(WorkspaceDock):
    """Asks the state history in SQL, which only reads."""

    name, title = "sql", "SQL"

    def _fill(self, body: QWidget) -> None:
        workspace = self._workspace
        self._asker = workspace.questioner.sql
        self.editor = SqlEditor(self._completions, self._theme, body)
        self.button = QPushButton("Ask", body)
        self.button.setProperty("role", "accent")
        self.bar = ProgressBar("Progress of the statement", body, width=90)
        self.hint = Hint(parent=body, top=10, bottom=8)
        self.table = QTableView(body)
        self.foot = ElidedLabel(parent=body, drops_facts=True)
        set_up_table(self.table, self._asker.rows, RowDelegate(self.table, theme=self._theme), "Rows of the answer")
        top = fill(QHBoxLayout(), (self.editor, 1), self.button, margins=(11, 11, 11, 8), spacing=8)
        top.setAlignment(self.button, Qt.AlignmentFlag.AlignTop)
        saved = SavedButton("sql", workspace, body)
        below = fill(QHBoxLayout(), (self.foot, 1), self.bar, saved, margins=(13, 4, 12, 6), spacing=8)
        fill(QVBoxLayout(body), top, self.hint, (self.table, 1), below, margins=(1, 0, 1, 1))
        self.editor.entered.connect(self._ask)
        self.button.clicked.connect(lambda: self._asker.stop() if self._asker.is_asking else self._ask())
        self.table.activated.connect(self._go_to)
        self.editor.textChanged.connect(lambda: self._asker.set_typed(self.editor.toPlainText()))
        self._asker.typed_changed.connect(self._show_typed)
        self._asker.changed.connect(self._show)
        self._asker.rows.modelReset.connect(self._fit_columns)
        workspace.store_changed.connect(self._show)
        self._theme.follow(self)
        self._show_typed()
        self._show()

    def _show_typed(self) -> None:
        if self._asker.typed != self.editor.toPlainText():
            self.editor.setPlainText(self._asker.typed)

    def _ask(self) -> None:
        if self.editor.toPlainText().strip():
            self._asker.ask(self.editor.toPlainText())

    def _completions(self, text: str, cursor: int) -> Sequence[Completion]:
        activity = self._workspace.overview.activity
        return sql_completions(text, cursor, [] if activity is None else list(activity.totals.entity_types))

    def _go_to(self, index: QModelIndex) -> None:
        """Show the entity of a row in Explore, at the version that the row has."""
        found = self._asker.found
        if found is None or "id" not in found.columns:
            return
        row = dict(zip(found.columns, found.rows[self._asker.rows.row_number(index)], strict=True))
        version = row.get("version")
        self._workspace.choose_by_id(str(row["id"]), version if isinstance(version, int) else None)
        self._workspace.shown_view.show(EXPLORE)
        self.left.emit()

    # What is shown

    def _fit_columns(self) -> None:
        model, header = self._asker.rows, self.table.horizontalHeader()
        for column in range(model.columnCount()):
            texts = [str(model.index(row, column).data() or "") for row in range(min(_SAMPLE, model.rowCount()))]
            header.resizeSection(
                column, width_for(self.table, [*texts, model.columns[column].title], least=64, most=320)
            )

    def _show(self) -> None:
        asker = self._asker
        found, progress = asker.found, asker.progress
        self.button.setText("Stop" if asker.is_asking else "Ask")
        self.button.setEnabled(self._workspace.session is not None)
        self.bar.setVisible(asker.is_asking)
        self.bar.show_done(*(0, 0) if progress is None else (progress.done, progress.total))
        has_rows = found is not None and bool(found.rows)
        self.table.setVisible(has_rows)
        self._explain(self.hint, None if has_rows else self._why_empty())
        facts = [] if found is None else [count_text(len(found.rows), "row"), f"{found.seconds:.2f} s"]
        self.title_bar.set_summary(" · ".join(facts))
        notes = []
        if found is not None and found.has_more:
            notes.append(f"The first {format_number(MOST)} rows are listed; Export writes all.")
        if found is not None and has_rows and "id" in found.columns:
            notes.append("A double click leads to the entity.")
        self.foot.set_whole_text(" ".join(notes))

    def _why_empty(self) -> Absence:
        asker = self._asker
        if asker.problem is not None:
            return Absence.of(asker.problem, "", "")
        if asker.is_asking:
            return Absence("Building the state history…" if asker.progress is not None else "Asking…")
        return _EMPTY if asker.found is None else Absence("The statement has no rows.")
