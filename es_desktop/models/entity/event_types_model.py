"""The types of event that the shown entity has, with their counts, and which of them the timeline shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from es_desktop.app.entity.facts import Outline
from es_desktop.app.entity.kinds import count_kinds
from es_desktop.models.table.roles import LEFT, RIGHT, SWATCH_ROLE, TONE_ROLE, Index, header_text

_ROOT: Final = QModelIndex()
_TITLES: Final = ("", "Event", "Events")
_ALIGNMENTS: Final = (LEFT, LEFT, RIGHT)
TICK, NAME, COUNT = range(3)


class EventTypesModel(QAbstractTableModel):
    """One row a type, in the order in which they are first met, as their hues are.

    What is hidden holds for all entities of one type, until the store is closed.
    """

    changed = Signal()
    """Other types are hidden than before."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._outline = Outline()
        self._entity_type = ""
        self._counts: list[int] | None = None
        self._hidden: dict[str, frozenset[str]] = {}

    def set_outline(self, entity_type: str, outline: Outline) -> None:
        """Take the events of another entity, or more of the same one; ``changed`` is not told for that."""
        known, more = len(self._outline.types), len(outline.types)
        if entity_type == self._entity_type and outline.types[:known] == self._outline.types:
            if more > known:
                self.beginInsertRows(_ROOT, known, more - 1)
            self._outline, self._counts = outline, None
            if more > known:
                self.endInsertRows()
            self._repaint()
            return
        self.beginResetModel()
        self._entity_type, self._outline, self._counts = entity_type, outline, None
        self.endResetModel()

    def forget(self) -> None:
        """Hide nothing any more, whatever the type of entity: its store is closed."""
        self._hidden.clear()

    @property
    def hidden(self) -> frozenset[int]:
        """The kinds that are hidden, as the outline counts them."""
        names = self._hidden_names
        return frozenset(kind for kind, name in enumerate(self._outline.types) if name in names)

    @property
    def summary(self) -> str:
        """How many types are shown: ``all events``, ``3 of 7 types``."""
        total, hidden = len(self._outline.types), len(self.hidden)
        return f"{total - hidden:,} of {total:,} types" if hidden else "all events"

    def row_of(self, event: int | None) -> int:
        """Return the row of an event's type, the first one where there is no event."""
        return 0 if event is None else self._outline.kinds[event]

    def is_shown(self, row: int) -> bool:
        """Tell whether events of the type of a row are shown."""
        return self._outline.types[row] not in self._hidden_names

    def is_only(self, row: int) -> bool:
        """Tell whether events of the type of a row are the only ones that are shown."""
        return self.is_shown(row) and len(self.hidden) == len(self._outline.types) - 1

    def set_shown(self, row: int, shown: bool) -> None:
        """Show or hide the events of one type."""
        name = {self._outline.types[row]}
        self._hide(self._hidden_names - name if shown else self._hidden_names | name)

    def show_all(self) -> None:
        """Show the events of every type."""
        self._hide(())

    def show_only(self, row: int) -> None:
        """Hide the events of every other type."""
        self._hide(name for other, name in enumerate(self._outline.types) if other != row)

    @property
    def _hidden_names(self) -> frozenset[str]:
        return self._hidden.get(self._entity_type, frozenset())

    def _hide(self, names: Iterable[str]) -> None:
        hidden = frozenset(names)
        if hidden == self._hidden_names:
            return
        self._hidden[self._entity_type] = hidden
        self._repaint()
        self.changed.emit()

    def _repaint(self) -> None:
        if self._outline.types:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._outline.types) - 1, COUNT))

    def _count_of(self, row: int) -> int:
        if self._counts is None:  # only once somebody looks at them
            self._counts = count_kinds(self._outline.kinds, len(self._outline.types))
        return self._counts[row]

    # Qt's own

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._outline.types)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole if column != TICK:
                return self._outline.types[row] if column == NAME else f"{self._count_of(row):,}"
            case Qt.ItemDataRole.CheckStateRole if column == TICK:
                return Qt.CheckState.Checked if self.is_shown(row) else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.TextAlignmentRole:
                return _ALIGNMENTS[column]
            case _ if role == TONE_ROLE:
                return None if self.is_shown(row) else "faint"
            case _ if role == SWATCH_ROLE and column == NAME:
                return self._outline.hues[row]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return header_text(_TITLES, _ALIGNMENTS, section, orientation, role)
