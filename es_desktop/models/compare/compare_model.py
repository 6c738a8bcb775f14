"""What differs between two states as a table: path, left, right, and who set it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from es_desktop.app.text.contrast import contrasted
from es_desktop.app.text.json_view import to_json
from es_desktop.app.text.values import format_value
from es_desktop.models.table.roles import LEFT, PATH_ROLE, RIGHT, TONE_ROLE, Index, header_text
from es_desktop.replay import ABSENT
from es_desktop.replay.compare import Place

_ROOT: Final = QModelIndex()
PATH_COLUMN, LEFT_COLUMN, RIGHT_COLUMN, SET_AT = range(4)
_ALIGNMENTS: Final = (LEFT, LEFT, LEFT, RIGHT)
_MOST_ROWS: Final = 5000
_TIP: Final = 600
"""Characters of a value that its tooltip shows."""

WritersOf = Callable[[str], Sequence[int]]
"""The versions of the events between the two sides that wrote a path."""


@dataclass(frozen=True, slots=True)
class CompareRows:
    """The first places of a comparison, and how many more there are."""

    places: tuple[Place, ...] = ()
    left_out: int = 0

    @classmethod
    def of(cls, places: Iterable[Place]) -> CompareRows:
        """Take as many places as a table shows."""
        rest = iter(places)
        return cls(tuple(islice(rest, _MOST_ROWS)), sum(1 for _ in rest))


class CompareModel(QAbstractTableModel):
    """One row a place. Where there are too many, the last row says how many are not shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = CompareRows()
        self._titles = ("Path", "Left", "Right", "Set at")
        self._writers_of: WritersOf | None = None

    def set_rows(self, rows: CompareRows, left: str, right: str) -> None:
        """Show places; ``left`` and ``right`` head the columns of the values."""
        old, self._titles = self._rows, ("Path", left, right, "Set at")
        if _shape(old) == _shape(rows):
            self._rows = rows
            self._repaint()
        else:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, LEFT_COLUMN, RIGHT_COLUMN)

    def set_writers(self, writers_of: WritersOf | None) -> None:
        """Tell which events set each path; ``None`` where no event leads from one side to the other."""
        self._writers_of = writers_of
        self._repaint()

    @property
    def has_writers(self) -> bool:
        """Whether it is known which events set each path."""
        return self._writers_of is not None

    def writers_at(self, row: int) -> Sequence[int]:
        """Return the versions of the events that wrote the path of a row, ascending."""
        place = self._place(row)
        if place is None or self._writers_of is None or not place.differs:
            return ()
        return self._writers_of(place.path)

    def text_of(self, row: int) -> str:
        """Return a row to take elsewhere: the path and both values whole, as JSON, with tabs between them."""
        place = self._place(row)
        if place is None:
            return ""
        values = ("" if each is ABSENT else to_json(each) for each in (place.left, place.right))
        return "\t".join([place.path, *values])

    def _repaint(self) -> None:
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, SET_AT))

    def _place(self, row: int) -> Place | None:
        return self._rows.places[row] if row < len(self._rows.places) else None

    def _text(self, place: Place, row: int, column: int) -> str:
        if column == PATH_COLUMN:
            return place.path or "the whole state"
        if column == SET_AT:
            writers = self.writers_at(row)
            return str(writers[-1]) if writers else ""
        return _values(place)[column - LEFT_COLUMN]

    def _tip(self, place: Place, row: int, column: int) -> str:
        if column == SET_AT:
            writers = self.writers_at(row)
            told = ", ".join(map(str, writers[-20:]))
            return f"Set at {told} between the two. Click to go to the last one." if writers else ""
        left, right = (
            "not there" if each is ABSENT else format_value(each, _TIP) for each in (place.left, place.right)
        )
        return f"{place.path}\n{self._titles[LEFT_COLUMN]}: {left}\n{self._titles[RIGHT_COLUMN]}: {right}"

    # Qt's own

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows.places) + bool(self._rows.left_out)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._titles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGNMENTS[column]
        place = self._place(row)
        if place is None:
            more = f"… {self._rows.left_out:,} more"
            return more if role == Qt.ItemDataRole.DisplayRole and column == PATH_COLUMN else None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(place, row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(place, row, column)
        if role == TONE_ROLE:
            return "changed" if place.differs else None
        return place.path if role == PATH_ROLE else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return header_text(self._titles, _ALIGNMENTS, section, orientation, role)


def _values(place: Place) -> tuple[str, str]:
    if place.differs:
        return contrasted(place.left, place.right)
    return format_value(place.left), format_value(place.right)


def _shape(rows: CompareRows) -> tuple[list[str], bool]:
    return [each.path for each in rows.places], bool(rows.left_out)
