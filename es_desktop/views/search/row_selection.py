"""The rows of the list of entities that are selected together: which they are, and that they stay so."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QObject
from PySide6.QtWidgets import QTableView

from es_desktop.core import EntityId
from es_desktop.models.search.entity_list import EntityList

_MOST = 5_000
"""Rows whose entities are told."""
_ROWS = QItemSelectionModel.SelectionFlag.Rows


class RowSelection(QObject):
    """The selection of a table of entities, by entity: it outlives a list that is read, sorted or filtered anew.

    Where more rows are selected than anybody chooses by hand, it is not told which.
    """

    def __init__(self, table: QTableView, listing: EntityList) -> None:
        super().__init__(table)
        self._table = table
        self._listing = listing
        self._entities = listing.model
        self._before: tuple[EntityId, ...] = ()
        self._entities.modelAboutToBeReset.connect(self._on_about_to_reset)

    @property
    def entities(self) -> tuple[EntityId, ...]:
        """The entities of the selected rows, from above."""
        selection = self._model.selection()
        spans = map(selection.at, range(selection.count()))
        ranges = [range(span.top(), span.bottom() + 1) for span in spans]
        if sum(map(len, ranges)) > _MOST:
            return ()
        return self._listing.ids_at(sorted(row for each in ranges for row in each))

    def go_to(self, row: int | None) -> None:
        """Let a row be the current one; what was selected before the rows were listed anew is selected again."""
        if row is None:
            self._model.clear()
        elif row != self._table.currentIndex().row():
            index = self._entities.index(row, 0)
            self._model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect | _ROWS)
            self._table.scrollTo(index)
            self._select_again()

    @property
    def _model(self) -> QItemSelectionModel:
        return self._table.selectionModel()

    def _select_again(self) -> None:
        rows = sorted(row for row in map(self._entities.row_of, self._before) if row is not None)
        self._before = ()
        wanted = QItemSelection()
        # Rows that follow each other are one span; as many spans as rows would take Qt long.
        for _, group in groupby(enumerate(rows), lambda each: each[1] - each[0]):
            span = [row for _, row in group]
            wanted.select(self._entities.index(span[0], 0), self._entities.index(span[-1], 0))
        self._model.select(wanted, QItemSelectionModel.SelectionFlag.Select | _ROWS)

    def _on_about_to_reset(self) -> None:
        self._before = self.entities
