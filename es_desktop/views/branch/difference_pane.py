"""How the state of a branch differs from that of the history, path by path."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedLayout, QTableView, QWidget

from es_desktop.app.branch.view import Difference
from es_desktop.models.branch.current_branch import CurrentBranch
from es_desktop.models.compare.compare_model import (
    LEFT_COLUMN,
    PATH_COLUMN,
    RIGHT_COLUMN,
    SET_AT,
    CompareModel,
    CompareRows,
)
from es_desktop.replay.compare import ComparedValue
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table
from es_desktop.views.style.theme import Theme

_PATH_WIDTH: Final = 124
_WIDTH: Final = 300


class DifferencePane(QWidget):
    """A table of the differences, or a text if there are none."""

    def __init__(self, shown: CurrentBranch, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = shown
        self._model = CompareModel(self)
        self.table = QTableView(self)
        self.note = Label(parent=self, role="hint", wraps=True)
        self.note.setContentsMargins(13, 9, 13, 0)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._set_up_table(theme)
        self.setMinimumWidth(_WIDTH)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.note)
        self._pages.addWidget(self.table)
        shown.difference_changed.connect(self._refresh)
        self._refresh()

    def _set_up_table(self, theme: Theme) -> None:
        table = self.table
        mono = Column(mono=True)
        delegate = RowDelegate(
            table, {PATH_COLUMN: Column(), LEFT_COLUMN: Column(mono=True, dim=True), RIGHT_COLUMN: mono}
        )
        theme.follow(delegate)
        name, widths = "Differences from the history", {PATH_COLUMN: _PATH_WIDTH}
        set_up_table(table, self._model, delegate, name, widths=widths, stretch=(LEFT_COLUMN, RIGHT_COLUMN))
        table.setColumnHidden(SET_AT, True)

    def _refresh(self) -> None:
        difference = self._shown.difference
        self._pages.setCurrentIndex(int(bool(difference)))
        self.note.setText(_note(difference, self._shown.shows_end))
        changes = () if difference is None else difference.changes
        values = (ComparedValue(each.path, each.before, each.after, True) for each in changes)
        self._model.show(CompareRows.of(values), "History", "Branch")


def _note(difference: Difference | None, is_end: bool) -> str:
    if difference is None:
        return "Calculating the difference…"
    if not difference.is_there:
        return "The entity does not exist, neither in the history nor in the branch."
    return f"The state {'at the end' if is_end else 'after this event'} is the same as in the history."
