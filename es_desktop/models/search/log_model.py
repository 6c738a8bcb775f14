"""The log of a store as a table."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QObject

from es_desktop.app.entity.facts import LoggedEvent
from es_desktop.app.entity.hues import HUE_COUNT, hue_index
from es_desktop.app.entity.ids import short_id
from es_desktop.app.text.times import format_time
from es_desktop.app.text.values import flat_text
from es_desktop.models.table.model import Column
from es_desktop.models.table.paging import PagedModel
from es_desktop.models.table.roles import RIGHT, SWATCH_ROLE, TONE_ROLE

PAGE: Final = 256
_MOST_LETTERS: Final = 240
_LETTERS_SHOWN: Final = 14
TIME, TYPE, ID, VERSION, EVENT, PAYLOAD = range(6)


class LogModel(PagedModel[LoggedEvent]):
    """One row for each event, known by its number; pages of rows are read when they are shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(
            (
                Column("Time", lambda row: format_time(row.event.timestamp), tip=_exact_time),
                Column("Type", _entity_type, tip=_if_long(_entity_type)),
                Column("Id", lambda row: short_id(row.entity_id), tip=lambda row: str(row.entity_id)),
                Column("Ver", lambda row: str(row.event.version), RIGHT),
                Column("Event", _event_type, tip=_if_long(_event_type), roles={SWATCH_ROLE: self._hue}),
                Column("Payload", _payload, tip=lambda row: row.event.error or None, unread="reading…"),
            ),
            PAGE,
            row_roles={TONE_ROLE: lambda row: "failed" if row.event.error else None},
            parent=parent,
        )
        self._order_of: dict[str, int] = {}

    def set_types(self, names: Iterable[str]) -> None:
        """Set the event types that have hues, in the order of the hues."""
        self._order_of = {name: order for order, name in enumerate(names)}

    def set_numbers(self, numbers: range | array[int]) -> None:
        """Show the events with these numbers. Rows that stay are not reset, if a range only became longer."""
        before = self.numbers
        if isinstance(numbers, range) and isinstance(before, range) and before and numbers[: len(before)] == before:
            self._grow(numbers)
            return
        self.beginResetModel()
        self._pages.forget()
        self.numbers = numbers
        self.endResetModel()

    def append(self, numbers: Sequence[int]) -> None:
        """Show more events after the last row; only after ``set_numbers`` with an array."""
        if numbers:
            assert isinstance(self.numbers, array), "a range grows by set_numbers"
            self._grow(self.numbers, numbers)

    def _grow(self, numbers: range | array[int], more: Sequence[int] = ()) -> None:
        first, count = self.count(), len(numbers) + len(more)
        if count == first:
            return
        self.beginInsertRows(QModelIndex(), first, count - 1)
        if isinstance(numbers, array):
            numbers.extend(more)
        self.numbers = numbers
        if first % PAGE:
            self._pages.invalidate(first // PAGE)  # read before, or just being read, it is shorter than it is now
        self.endInsertRows()

    def _hue(self, row: LoggedEvent) -> int:
        return hue_index(row.event.type, self._order_of.get(row.event.type, HUE_COUNT))


def _entity_type(row: LoggedEvent) -> str:
    return row.event.entity_type


def _event_type(row: LoggedEvent) -> str:
    return row.event.type


def _payload(row: LoggedEvent) -> str:
    return row.event.error or flat_text(row.event.data, _MOST_LETTERS)


def _exact_time(row: LoggedEvent) -> str | None:
    return None if row.event.timestamp is None else format_time(row.event.timestamp, 0.0)


def _if_long(text: Callable[[LoggedEvent], str]) -> Callable[[LoggedEvent], str | None]:
    """Return a tip with the whole text if the cell may cut it."""
    return lambda row: name if len(name := text(row)) > _LETTERS_SHOWN else None
