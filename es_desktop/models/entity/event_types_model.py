"""The event types of the chosen entity, with their counts, and which of them the timeline shows.

One row for each, in the order of its first event, as the hues are; its value is its number. A person hides event types
for all entities of one entity type, until the store is closed.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QObject, Signal

from es_desktop.app.entity.facts import Outline, count_by_type
from es_desktop.models.table.model import RIGHT, SWATCH_ROLE, TONE_ROLE, Answers, Column, RowsModel, checked_if
from es_desktop.system.counts import format_number

TICK, NAME, COUNT = range(3)


class EventTypesModel(RowsModel[int]):
    changed = Signal()
    """The hidden event types changed."""

    def __init__(self, parent: QObject | None = None) -> None:
        hue: Answers[int] = {SWATCH_ROLE: lambda row: self._outline.hues[row]}
        super().__init__(
            (
                Column("", lambda row: None, roles=checked_if(self.is_shown), value=self.is_shown, name="Shown"),
                Column("Event", lambda row: self._outline.types[row], roles=hue),
                Column("Events", lambda row: format_number(self._count_of(row)), RIGHT, value=self._count_of),
            ),
            row_roles={TONE_ROLE: lambda row: None if self.is_shown(row) else "faint"},
            parent=parent,
        )
        self._outline = Outline()
        self._entity_type = ""
        self._counts: list[int] | None = None
        self._hidden: dict[str, frozenset[str]] = {}

    def set_outline(self, entity_type: str, outline: Outline) -> None:
        """Set the outline of another entity, or a longer one of the same entity; does not emit ``changed``."""
        known, rows = len(self.rows), range(len(outline.types))
        is_same = entity_type == self._entity_type and outline.types[:known] == self._outline.types
        self._entity_type, self._outline, self._counts = entity_type, outline, None
        if not is_same:
            self.set_rows(rows)
            return
        if len(rows) > known:
            self.beginInsertRows(QModelIndex(), known, len(rows) - 1)
            self.rows = rows
            self.endInsertRows()
        self.repaint()

    def forget(self) -> None:
        """Hide nothing for any entity type: the store is closed."""
        self._hidden.clear()

    @property
    def hidden(self) -> frozenset[int]:
        """The numbers of the hidden event types in the outline."""
        names = self._hidden_names
        return frozenset(number for number, name in enumerate(self._outline.types) if name in names)

    @property
    def summary(self) -> str:
        """How many event types are shown: ``all events``, ``3 of 7 types``."""
        total, hidden = len(self._outline.types), len(self.hidden)
        return f"{format_number(total - hidden)} of {format_number(total)} types" if hidden else "all events"

    def row_of(self, event: int | None) -> int:
        """Return the row of an event's type, by the event's index; 0 for no event."""
        return 0 if event is None else self._outline.type_numbers[event]

    def is_shown(self, row: int) -> bool:
        return self._outline.types[row] not in self._hidden_names

    def is_only(self, row: int) -> bool:
        return self.is_shown(row) and len(self.hidden) == len(self._outline.types) - 1

    def set_shown(self, row: int, shown: bool) -> None:
        name = {self._outline.types[row]}
        self._hide(self._hidden_names - name if shown else self._hidden_names | name)

    def show_all(self) -> None:
        self._hide(())

    def show_only(self, row: int) -> None:
        self._hide(name for other, name in enumerate(self._outline.types) if other != row)

    @property
    def _hidden_names(self) -> frozenset[str]:
        return self._hidden.get(self._entity_type, frozenset())

    def _hide(self, names: Iterable[str]) -> None:
        hidden = frozenset(names)
        if hidden == self._hidden_names:
            return
        self._hidden[self._entity_type] = hidden
        self.repaint()
        self.changed.emit()

    def _count_of(self, row: int) -> int:
        if self._counts is None:  # counted when they are first shown
            self._counts = count_by_type(self._outline.type_numbers, len(self._outline.types))
        return self._counts[row]
