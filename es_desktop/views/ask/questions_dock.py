"""The questions that a person saved, with how many answers each has, and those that were asked lately."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QHBoxLayout, QMenu, QTableView, QToolButton, QVBoxLayout, QWidget

from es_desktop.models.ask.saved_questions import COUNT, NAME, QuestionRow, SavedQuestionsModel
from es_desktop.models.presence import Absence
from es_desktop.system.counts import count_text
from es_desktop.views.search.saved_button import NameDialog
from es_desktop.views.style.builders import bare_button, fill
from es_desktop.views.style.dialogs import open_dialog
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.fields import line_edit
from es_desktop.views.style.icons import icon
from es_desktop.views.style.plain_text import Hint, Label
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table
from es_desktop.views.style.tokens import Tokens
from es_desktop.views.style.view_menu import on_menu
from es_desktop.views.table.rows import choose_row

_COLUMNS: Final = {NAME: Column(strong=True), COUNT: Column(dim=True)}
_NONE: Final = Absence(
    "Questions that you save are kept here, with how many answers each has now. What you asked lately is below them.",
    "ask-question",
)
_NOT_FOUND: Final = Absence("No question has these words.")


class QuestionsDock(WorkspaceDock):
    """Lists the questions of the store."""

    name, title = "questions", "Questions"

    def _fill(self, body: QWidget) -> None:
        workspace = self._workspace
        self._model = SavedQuestionsModel(
            workspace.searches, workspace.notes, workspace.questioner, workspace.question_counts
        )
        self._add: QToolButton = bare_button("Save the question that is typed", self.title_bar)
        self._add.clicked.connect(lambda: self._actions["save-question"].trigger())
        self.title_bar.add_widget(self._add)
        self.line = line_edit("Find a question", "Find a question", body, can_clear=True)
        self.table = QTableView(body)
        self.hint = Hint(parent=body, top=10, bottom=8)
        self.foot = Label("Counts as of the last event", body, role="hint")
        delegate = RowDelegate(self.table, _COLUMNS, lines=False, theme=self._theme)
        set_up_table(self.table, self._model, delegate, "Questions", widths={COUNT: 64}, stretch=[NAME])
        self.table.horizontalHeader().hide()
        top = fill(QHBoxLayout(), self.line, margins=(11, 11, 11, 8))
        below = fill(QHBoxLayout(), self.foot, margins=(13, 6, 12, 6))
        fill(QVBoxLayout(body), top, self.hint, (self.table, 1), below, margins=(1, 0, 1, 1))
        on_menu(self.table, self._menu)
        self.line.textChanged.connect(self._model.filter)
        self.table.activated.connect(self._ask)
        self.table.clicked.connect(self._ask)
        self._model.modelReset.connect(self._show)
        workspace.questioner.question_changed.connect(self._show_current)
        self._model.show_counts_if(lambda: workspace.shown_view.name == "ask")
        workspace.shown_view.changed.connect(lambda name: self._model.read() if name == "ask" else None)
        self._theme.follow(self)
        self._show()

    def set_tokens(self, tokens: Tokens) -> None:
        super().set_tokens(tokens)
        self._add.setIcon(icon("new-entity", tokens, tokens.dim))

    def _ask(self, index: QModelIndex) -> None:
        row = self._model.row_at(index)
        if row.search is not None:
            self._workspace.searches.apply(row.search)
        elif row.asked is not None:
            self._workspace.questioner.ask(row.asked)

    def _menu(self, index: QModelIndex) -> QMenu | None:
        row = self._model.row_at(index) if index.isValid() else None
        if row is None or row.search is None:
            return None
        menu = QMenu(self.table)
        menu.addAction("Rename…", partial(self._rename, row))
        menu.addAction("Delete", partial(self._workspace.searches.remove, row.search))
        return menu

    def _rename(self, row: QuestionRow) -> None:
        search, searches = row.search, self._workspace.searches
        assert search is not None, "only saved ones are renamed"
        taken = {each.name for each in searches.of() if each.key[0] == search.key[0]}
        dialog = NameDialog("Rename the search", "Rename", search.name, taken, self)
        open_dialog(dialog, lambda: searches.rename(search, dialog.name))

    def _show(self) -> None:
        count = sum(1 for each in self._model.rows if each.search is not None)
        self.title_bar.set_summary(count_text(count, "question") if count else "")
        has_rows = self._model.count() > 0
        self.table.setVisible(has_rows)
        self.foot.setVisible(has_rows)
        self._explain(self.hint, None if has_rows else _NOT_FOUND if self.line.text().strip() else _NONE)
        self._show_current()

    def _show_current(self) -> None:
        """Choose the row of the question that is typed, without asking it."""
        row = self._model.row_of(self._workspace.questioner.typed)
        if row is None:
            self.table.setCurrentIndex(QModelIndex())
            self.table.clearSelection()
        elif row != self.table.currentIndex().row():
            choose_row(self.table, row)
