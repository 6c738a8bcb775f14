"""The entities that break the chosen rule, or any; each leads to the version that first does."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QTableView, QVBoxLayout, QWidget

from es_desktop.models.presence import Absence
from es_desktop.models.rules.rules_model import BROKEN, ID, VERSION, WHAT, ExceptionsModel
from es_desktop.models.window_view import EXPLORE
from es_desktop.system.counts import count_text
from es_desktop.views.style.builders import fill
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import ElidedLabel, Hint
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table
from es_desktop.views.style.view_menu import arrange_column

_WIDTHS: Final = {ID: 88, VERSION: 48, BROKEN: 200}
_COLUMNS: Final = {ID: Column(mono=True, dim=True), VERSION: Column(dim=True), BROKEN: Column(dim=True)}
_ROOM_FOR_RULES: Final = 620
"""Pixels below which the column of the rules is hidden: the line above names the chosen one."""


class ExceptionsDock(WorkspaceDock):
    """Lists what breaks the chosen rule; a click chooses that version, a double click shows it in Explore."""

    name, title = "rule-exceptions", "Exceptions"

    def _fill(self, body: QWidget) -> None:
        self._finder = self._workspace.rules
        self._model = ExceptionsModel(self._finder, self)
        self.about = ElidedLabel(parent=body, role="dim")
        self.about.setContentsMargins(12, 6, 12, 6)
        self.table = QTableView(body)
        self.hint = Hint(parent=body, top=10, bottom=8)
        delegate = RowDelegate(self.table, _COLUMNS, theme=self._theme)
        name = "Entities that break a rule"
        set_up_table(self.table, self._model, delegate, name, widths=_WIDTHS, stretch=[WHAT])
        fill(QVBoxLayout(body), self.about, self.hint, (self.table, 1), margins=(1, 0, 1, 1))
        self.table.selectionModel().currentRowChanged.connect(lambda index, _: self._choose(index))
        self.table.clicked.connect(self._choose)
        self.table.activated.connect(self._open)
        self._finder.changed.connect(self._show)
        self._finder.chosen_changed.connect(self._show)
        self._theme.follow(self)
        self._show()

    def _fit(self, width: int) -> None:
        arrange_column(self.table, BROKEN, width >= _ROOM_FOR_RULES)

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            _, exception = self._model.row_at(index)
            self._workspace.choose(exception.entity, exception.version)

    def _open(self, index: QModelIndex) -> None:
        self._choose(index)
        self._workspace.shown_view.show(EXPLORE)

    def _show(self) -> None:
        chosen, count = self._finder.chosen, self._model.count()
        self.about.set_whole_text("What breaks any rule" if chosen is None else chosen.sentence)
        self.table.setVisible(count > 0)
        nothing = "Nothing breaks a rule." if chosen is None else "Nothing breaks this rule."
        self._explain(self.hint, None if count else Absence(nothing))
        self.title_bar.set_summary(count_text(count, "exception") if count else "")
