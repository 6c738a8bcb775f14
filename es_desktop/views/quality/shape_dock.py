"""What the data of the store look like: the paths of each event type, and what changed when."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QTableView, QVBoxLayout, QWidget

from es_desktop.app.quality.tally import Seen
from es_desktop.models.presence import Absence
from es_desktop.models.quality.shape_model import (
    FIRST,
    LAST,
    MONTH,
    MONTHS,
    PATH,
    SENTENCE,
    SHARE,
    TYPES,
    ChangesModel,
    ShapeModel,
)
from es_desktop.models.window_view import EXPLORE
from es_desktop.models.workspace import Workspace
from es_desktop.system.counts import count_text
from es_desktop.views.style.builders import fill
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.fields import line_edit
from es_desktop.views.style.plain_text import Hint
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table
from es_desktop.views.style.view_menu import arrange_column

from .painting import ShapeDelegate

_WIDTHS: Final = {TYPES: 190, SHARE: 58, FIRST: 118, LAST: 118, MONTHS: 130}
_COLUMNS: Final = {
    PATH: Column(mono=True, paths=True),
    TYPES: Column(dim=True),
    FIRST: Column(dim=True),
    LAST: Column(dim=True),
}
_ROOM_FOR_TIMES: Final = 760
_ROOM_FOR_MONTHS: Final = 480
_NO_REPORT: Final = Absence("Make the report to see what the data look like.")


class ShapeDock(WorkspaceDock):
    """Lists each event type with its paths: types of values, share, when they were seen, and by month."""

    name, title = "shape", "Shape"

    def _fill(self, body: QWidget) -> None:
        surveyor = self._workspace.surveyor
        self.model = ShapeModel(surveyor)
        self.line = line_edit("Words in a path, a type or an event type", "Find a path or a type", body, can_clear=True)
        self.table = QTableView(body)
        delegate = ShapeDelegate(self.table, _COLUMNS, theme=self._theme)
        set_up_table(self.table, self.model, delegate, "Shape of the data", widths=_WIDTHS, stretch=[PATH])
        self.hint = Hint(parent=body, top=10, bottom=8)
        fill(QVBoxLayout(body), fill(QVBoxLayout(), self.line, margins=(9, 9, 9, 6)), self.hint, (self.table, 1))
        self.line.textChanged.connect(self._find)
        self.table.activated.connect(self._go)
        surveyor.changed.connect(self._show)
        self._theme.follow(self)
        self._show()

    def _fit(self, width: int) -> None:
        for column in (FIRST, LAST):
            arrange_column(self.table, column, width >= _ROOM_FOR_TIMES)
        arrange_column(self.table, MONTHS, width >= _ROOM_FOR_MONTHS)

    def _find(self, words: str) -> None:
        self.model.find(words)
        self._show()

    def _go(self, index: QModelIndex) -> None:
        """Show the first event that has the path; in the column of the last one, that."""
        line = self.model.row_at(index)
        _show_event(self._workspace, line.last if index.column() == LAST else line.first)

    def _show(self) -> None:
        report = self._workspace.surveyor.report
        self.line.setVisible(report is not None)
        self.table.setVisible(self.model.count() > 0)
        nothing = Absence("Nothing has these words." if self.line.text() else "There are no events.")
        self._explain(self.hint, _NO_REPORT if report is None else None if self.model.count() else nothing)
        shape = None if report is None else report.shape
        types = "" if shape is None else count_text(len(shape.types), "event type")
        self.title_bar.set_summary("" if shape is None else f"{types}, {count_text(len(shape.rows), 'path')}")


class ShapeChangesDock(WorkspaceDock):
    """Lists what changed in the shape of the events, month by month, as sentences."""

    name, title = "shape-changes", "What changed"

    def _fill(self, body: QWidget) -> None:
        surveyor = self._workspace.surveyor
        self.model = ChangesModel(surveyor)
        self.table = QTableView(body)
        delegate = RowDelegate(self.table, {MONTH: Column(dim=True)}, theme=self._theme)
        set_up_table(self.table, self.model, delegate, "What changed", widths={MONTH: 76}, stretch=[SENTENCE])
        self.hint = Hint(parent=body, top=10, bottom=8)
        fill(QVBoxLayout(body), self.hint, (self.table, 1))
        self.table.activated.connect(lambda index: _show_event(self._workspace, self.model.row_at(index).seen))
        surveyor.changed.connect(self._show)
        self._theme.follow(self)
        self._show()

    def _show(self) -> None:
        report, count = self._workspace.surveyor.report, self.model.count()
        self.table.setVisible(count > 0)
        same = Absence("All events of each type look alike, from the first to the last.")
        self._explain(self.hint, _NO_REPORT if report is None else None if count else same)
        self.title_bar.set_summary(count_text(count, "change") if count else "")


def _show_event(workspace: Workspace, seen: Seen | None) -> None:
    """Show an event in Explore."""
    if seen is not None:
        workspace.choose(seen.entity_id, seen.version)
        workspace.shown_view.show(EXPLORE)
