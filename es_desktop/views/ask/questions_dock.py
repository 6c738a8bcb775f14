"""The questions that a person saved; a click asks one again."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QTableView, QVBoxLayout, QWidget

from es_desktop.models.ask.saved_questions import NAME, OF, SavedQuestionsModel
from es_desktop.models.presence import Absence
from es_desktop.system.counts import count_text
from es_desktop.views.style.builders import fill
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import Hint
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table

_COLUMNS: Final = {OF: Column(dim=True)}
_NONE: Final = Absence("No search of this store is saved yet. “Saved…” beside a search line keeps what is asked there.")


class QuestionsDock(WorkspaceDock):
    """Lists the saved searches of the store."""

    name, title = "questions", "Questions"

    def _fill(self, body: QWidget) -> None:
        self._model = SavedQuestionsModel(self._workspace.searches, self._workspace.notes)
        self.table = QTableView(body)
        self.hint = Hint(parent=body, top=10, bottom=8)
        delegate = RowDelegate(self.table, _COLUMNS, theme=self._theme)
        set_up_table(self.table, self._model, delegate, "Saved questions", stretch=[NAME], several=False)
        fill(QVBoxLayout(body), self.hint, (self.table, 1))
        self.table.activated.connect(self._ask)
        self.table.clicked.connect(self._ask)
        self._model.modelReset.connect(self._show)
        self._theme.follow(self)
        self._show()

    def _ask(self, index: QModelIndex) -> None:
        self._workspace.searches.apply(self._model.at(index.row()))

    def _show(self) -> None:
        count = self._model.count()
        self.title_bar.set_summary(count_text(count, "question") if count else "")
        self.table.setVisible(count > 0)
        self._explain(self.hint, None if count else _NONE)
