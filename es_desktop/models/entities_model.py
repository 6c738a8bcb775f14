"""The entities of a store as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QFont

from es_desktop.app.durations import format_time
from es_desktop.app.facts import EntityFacts
from es_desktop.app.ids import short_id
from es_desktop.app.listing import EntityQuery
from es_desktop.app.values import count_text
from es_desktop.core import EntityId

from .notes import Marks
from .roles import FLAG_ROLE, LEFT, RIGHT, TONE_ROLE, Index

_ROOT: Final = QModelIndex()


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    key: str
    text: Callable[[EntityFacts], str]
    tip: str
    alignment: int = LEFT


COLUMNS: Final = (
    _Column("Type", "type", lambda each: each.type, "The kind of entity"),
    _Column("Id", "id", lambda each: short_id(each.id), "The entity's id"),
    _Column("Ver", "version", lambda each: str(each.version), "The version of its last event", RIGHT),
    _Column("Events", "events", lambda each: f"{each.events:,}", "How many events it has", RIGHT),
    _Column("◆", "snapshots", lambda each: str(each.snapshots or ""), "How many snapshots it has", RIGHT),
    _Column("Created", "created", lambda each: format_time(each.created), "When it was made"),
    _Column("Changed", "modified", lambda each: format_time(each.modified), "When it last changed"),
)


class EntitiesModel(QAbstractTableModel):
    """Rows of entities, filtered and sorted elsewhere by the model's query."""

    query_changed = Signal(object)
    """The ``EntityQuery`` that the rows should answer now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[EntityFacts] = []
        self._row_of: dict[EntityId, int] = {}
        self._marks: Mapping[str, Marks] = {}
        self.query = EntityQuery()
        self._struck = QFont()
        self._struck.setStrikeOut(True)

    def set_rows(self, rows: list[EntityFacts]) -> None:
        """Show other rows. Where they are the same entities in the same order, only what changed is repainted."""
        row_of = {each.id: number for number, each in enumerate(rows)}
        if list(row_of) == list(self._row_of):
            old, self._rows = self._rows, rows
            for number, (before, after) in enumerate(zip(old, rows, strict=True)):
                if before != after:
                    self.dataChanged.emit(self.index(number, 0), self.index(number, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self._rows, self._row_of = rows, row_of
        self.endResetModel()

    def set_filter(self, text: str) -> None:
        """Ask for the entities whose type or id holds every word of a text."""
        self._ask(replace(self.query, text=text))

    def set_marks(self, marks: Mapping[str, Marks]) -> None:
        """Flag the entities that are bookmarked, or have events that are."""
        if marks == self._marks:
            return
        self._marks = marks
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(COLUMNS) - 1))
        self.set_only_marked(self.is_only_marked)

    @property
    def is_only_marked(self) -> bool:
        """Whether only the flagged entities are asked for."""
        return self.query.only is not None

    def set_only_marked(self, only_marked: bool) -> None:
        """Ask for the flagged entities only, or for all again."""
        self._ask(replace(self.query, only=frozenset(self._marks) if only_marked else None))

    def entity_at(self, row: int) -> EntityFacts:
        """Return the entity of a row."""
        return self._rows[row]

    def row_of(self, entity_id: EntityId | None) -> int | None:
        """Return the row of an entity, where it is listed."""
        return None if entity_id is None else self._row_of.get(entity_id)

    def _ask(self, query: EntityQuery) -> None:
        if query != self.query:
            self.query = query
            self.query_changed.emit(query)

    def _tip(self, entity: EntityFacts) -> str:
        told = [f"{entity.type} {entity.id}", f"{entity.events:,} events, {entity.snapshots} snapshots"]
        if entity.discarded:
            told.append("Discarded: its history is still here.")
        marks = self._marks.get(str(entity.id), {})
        marked_events = len(marks) - (None in marks)
        if marked_events:
            told.append(f"{count_text(marked_events, 'event')} bookmarked.")
        if None in marks:
            told.append(f"Bookmarked. {marks[None].note}".rstrip())
        return "\n".join(told)

    # Qt's own

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entity, column = self._rows[index.row()], COLUMNS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(entity)
            case Qt.ItemDataRole.TextAlignmentRole:
                return column.alignment
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(entity)
            case Qt.ItemDataRole.FontRole if entity.discarded and column.key in ("type", "id"):
                return self._struck
            case _ if role == TONE_ROLE and entity.discarded:
                return "faint"
            case _ if role == FLAG_ROLE:
                return column.key == "id" and str(entity.id) in self._marks
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return COLUMNS[section].title
            case Qt.ItemDataRole.TextAlignmentRole:
                return COLUMNS[section].alignment
            case Qt.ItemDataRole.ToolTipRole:
                return COLUMNS[section].tip
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(COLUMNS):
            descending = order == Qt.SortOrder.DescendingOrder
            self._ask(replace(self.query, sort_by=COLUMNS[column].key, descending=descending))
