"""The entities of the chosen part of the process; each leads to itself in Explore."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QHBoxLayout, QTableView, QVBoxLayout, QWidget

from es_desktop.models.presence import Absence
from es_desktop.models.process.process_finder import MOST_LISTED, part_text
from es_desktop.models.process.process_tables import CHANGED, EVENTS, ID, NAME, PartEntitiesModel
from es_desktop.models.window_view import EXPLORE
from es_desktop.system.counts import count_text, format_number
from es_desktop.views.style.builders import fill, push_button
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import ElidedLabel, Hint
from es_desktop.views.style.rows import Column, RowDelegate
from es_desktop.views.style.table_setup import set_up_table

_WIDTHS: Final = {ID: 88, EVENTS: 64, CHANGED: 118}
_COLUMNS: Final = {ID: Column(mono=True, dim=True), EVENTS: Column(dim=True), CHANGED: Column(dim=True)}
_NONE: Final = Absence("Choose a box or an edge of the map, a variant, or a difference to see its entities.")


class PartEntitiesDock(WorkspaceDock):
    """Lists the entities of the chosen part."""

    name, title = "process-entities", "Entities"

    def _fill(self, body: QWidget) -> None:
        self._finder = self._workspace.process
        self._model = PartEntitiesModel(self)
        self._model.use_names(self._workspace.listing.states)
        self.table = QTableView(body)
        self.hint = Hint(parent=body, top=10, bottom=8)
        self._part = ElidedLabel(parent=body, role="dim")
        self.clear_button = push_button("Choose none", body, "link")
        self.clear_button.clicked.connect(lambda: self._finder.choose(None))
        delegate = RowDelegate(self.table, _COLUMNS, theme=self._theme)
        name = "Entities of the chosen part of the process"
        set_up_table(self.table, self._model, delegate, name, widths=_WIDTHS, stretch=[NAME])
        above = fill(QHBoxLayout(), (self._part, 1), self.clear_button, margins=(12, 6, 12, 6), spacing=8)
        fill(QVBoxLayout(body), above, self.hint, (self.table, 1), margins=(1, 0, 1, 1))
        self.table.activated.connect(self._open)
        self.table.doubleClicked.connect(self._open)
        self._finder.entities_changed.connect(self._show)
        self._theme.follow(self)
        self._show()

    def _open(self, index: QModelIndex) -> None:
        """Show an entity in Explore."""
        self._workspace.choose(self._model.row_at(index).id)
        self._workspace.shown_view.show(EXPLORE)

    def _show(self) -> None:
        finder, found, part = self._finder, self._finder.entities, self._finder.part
        self._model.set_rows(() if found is None else found.listed)
        self._part.set_whole_text("" if part is None else part_text(part))
        self.clear_button.setVisible(part is not None)
        self.table.setVisible(self._model.count() > 0)
        why = None if self._model.count() else _NONE if part is None else Absence("Finding the entities…")
        if part is not None and not finder.is_finding and found is None:
            why = Absence("Finding the entities was stopped. Choose the part once more.")
        elif found is not None and not found.count:
            why = Absence("No entity has this part any more.")
        self._explain(self.hint, why)
        self.title_bar.set_summary("" if found is None else _summary(found.count))


def go_to_entities(beside: WorkspaceDock) -> None:
    """Bring the list of entities forward that is in the view of a dock, and give it the focus."""
    area = beside.parent()
    for dock in area.findChildren(PartEntitiesDock) if isinstance(area, QWidget) else ():
        dock.build()
        dock.bring_forward(dock.table)


def _summary(count: int) -> str:
    if count > MOST_LISTED:
        return f"the first {format_number(MOST_LISTED)} of {format_number(count)}"
    return count_text(count, "entity")
