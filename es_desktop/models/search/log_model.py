"""The log of a store as a table: one row an event, read where it is shown."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from es_desktop.app.entity.facts import LoggedEvent
from es_desktop.app.entity.hues import HUE_COUNT, hue_index
from es_desktop.app.entity.ids import short_id
from es_desktop.app.text.durations import format_time
from es_desktop.app.text.values import flat_text
from es_desktop.models.table.blocks import Blocks
from es_desktop.models.table.roles import LEFT, RIGHT, SWATCH_ROLE, TONE_ROLE, Index, header_text

_ROOT: Final = QModelIndex()
PAGE: Final = 256
_PAGES_KEPT: Final = 64
_MOST_LETTERS: Final = 240
_LETTERS_SHOWN: Final = 14
TIME, TYPE, ID, VERSION, EVENT, PAYLOAD = range(6)


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    text: Callable[[LoggedEvent], str]
    alignment: int = LEFT


_COLUMNS: Final = (
    _Column("Time", lambda each: format_time(each.event.timestamp)),
    _Column("Type", lambda each: each.event.entity_type),
    _Column("Id", lambda each: short_id(each.entity_id)),
    _Column("Ver", lambda each: str(each.event.version), RIGHT),
    _Column("Event", lambda each: each.event.type),
    _Column("Payload", lambda each: each.event.error or flat_text(each.event.data, _MOST_LETTERS)),
)
_TITLES: Final = tuple(each.title for each in _COLUMNS)
_ALIGNMENTS: Final = tuple(each.alignment for each in _COLUMNS)
_ANSWERED: Final = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.TextAlignmentRole,
        Qt.ItemDataRole.ToolTipRole,
        TONE_ROLE,
        SWATCH_ROLE,
    }
)


class LogModel(QAbstractTableModel):
    """Rows of events by their numbers. The row count is true; what stands in a row comes when it is shown."""

    page_wanted = Signal(object, object)
    """The number of a page, and the numbers of its events; these should be given to ``set_page``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers: range | array[int] = range(0)
        self._count = 0
        self._order_of: dict[str, int] = {}
        self._pages: Blocks[LoggedEvent] = Blocks(self._want, size=PAGE, kept=_PAGES_KEPT)

    def set_types(self, names: Iterable[str]) -> None:
        """Give the types of event their colours, in the order of their names."""
        self._order_of = {name: place for place, name in enumerate(names)}

    def set_numbers(self, numbers: range | array[int]) -> None:
        """Show the events with these numbers. Where they only go on from those that are shown, the rows stay."""
        before = self._numbers
        if isinstance(numbers, range) and isinstance(before, range) and before and numbers[: len(before)] == before:
            self._grow(numbers)
            return
        self.beginResetModel()
        self._pages.forget()
        self._numbers, self._count = numbers, len(numbers)
        self.endResetModel()

    def append(self, numbers: Sequence[int]) -> None:
        """Show more events after those that are shown."""
        if numbers:
            assert isinstance(self._numbers, array), "a range grows by set_numbers"
            self._grow(self._numbers, numbers)

    def set_page(self, number: int, rows: Sequence[LoggedEvent]) -> None:
        """Take the events of a page that was asked for."""
        self._pages.put(number, rows)
        last = min((number + 1) * PAGE, self._count) - 1
        if number * PAGE <= last:
            self.dataChanged.emit(self.index(number * PAGE, 0), self.index(last, PAYLOAD))

    def forget_page(self, number: int) -> None:
        """Let a page be asked for again where it is shown again."""
        self._pages.let_go(number)

    def logged_at(self, row: int) -> LoggedEvent | None:
        """Return the event of a row; ``None`` where it is not there yet, and asked for by now."""
        return self._pages.at(row)

    def _grow(self, numbers: range | array[int], more: Sequence[int] = ()) -> None:
        first, count = self._count, len(numbers) + len(more)
        if count == first:
            return
        self.beginInsertRows(_ROOT, first, count - 1)
        if isinstance(numbers, array):
            numbers.extend(more)
        self._numbers, self._count = numbers, count
        if first % PAGE:
            self._pages.let_go(first // PAGE)  # there, or on its way, it is a part of what it will be
        self.endInsertRows()

    def _want(self, page: int) -> None:
        self.page_wanted.emit(page, self._numbers[page * PAGE : (page + 1) * PAGE])

    # Qt's own

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(_COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in _ANSWERED or not index.isValid():
            return None  # Qt asks for a dozen roles a cell
        logged, column = self._pages.at(index.row()), index.column()
        match role:
            case Qt.ItemDataRole.TextAlignmentRole:
                return _ALIGNMENTS[column]
            case Qt.ItemDataRole.DisplayRole if logged is None:
                return "reading…" if column == PAYLOAD else ""
            case _ if logged is None:
                return "faint" if role == TONE_ROLE else None
            case Qt.ItemDataRole.DisplayRole:
                return _COLUMNS[column].text(logged)
            case Qt.ItemDataRole.ToolTipRole:
                return _tip(logged, column)
            case _ if role == TONE_ROLE:
                return "failed" if logged.event.error else None
            case _ if column == EVENT:
                return hue_index(logged.event.type, self._order_of.get(logged.event.type, HUE_COUNT))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return header_text(_TITLES, _ALIGNMENTS, section, orientation, role)


def _tip(logged: LoggedEvent, column: int) -> str | None:
    match column:
        case _ if column == TIME:
            return None if logged.event.timestamp is None else format_time(logged.event.timestamp, 0.0)
        case _ if column == ID:
            return str(logged.entity_id)
        case _ if column == PAYLOAD:
            return logged.event.error or None
        case _ if column in (TYPE, EVENT):
            name = _COLUMNS[column].text(logged)
            return name if len(name) > _LETTERS_SHOWN else None  # it may be cut
    return None
