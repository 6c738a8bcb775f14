"""What differs between two states as a table: path, left, right, and who set it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from PySide6.QtCore import QObject

from es_desktop.app.text.json_view import to_json
from es_desktop.app.text.values import difference_texts, format_value
from es_desktop.models.table.model import Answer, Column, TableModel
from es_desktop.models.table.roles import PATH_ROLE, RIGHT, TIP_ROLE, TONE_ROLE
from es_desktop.replay import ABSENT
from es_desktop.replay.compare import ComparedValue

PATH_COLUMN, LEFT_COLUMN, RIGHT_COLUMN, SET_AT = range(4)
_MOST_ROWS: Final = 5000
_TIP: Final = 600
"""Characters of a value that its tooltip shows."""

WritersOf = Callable[[str], Sequence[int]]
"""The versions of the events between the two sides that wrote a path."""


@dataclass(frozen=True, slots=True)
class CompareRows:
    """The first places of a comparison, and how many more there are."""

    places: tuple[ComparedValue, ...] = ()
    left_out: int = 0

    @classmethod
    def of(cls, places: Iterable[ComparedValue]) -> CompareRows:
        """Take as many places as a table shows."""
        rest = iter(places)
        return cls(tuple(islice(rest, _MOST_ROWS)), sum(1 for _ in rest))


class CompareModel(TableModel[int]):
    """One row a place. Where there are too many, the last row says how many are not shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(
            (
                Column("Path", self._path_text),
                Column("Left", self._of_place(lambda place, row: _values(place)[0])),
                Column("Right", self._of_place(lambda place, row: _values(place)[1])),
                Column("Set at", self._of_place(self._writer_text), RIGHT, tip=self._of_place(self._writers_tip)),
            ),
            row_roles={
                TIP_ROLE: self._of_place(self._values_tip),
                TONE_ROLE: self._of_place(lambda place, row: "changed" if place.differs else None),
                PATH_ROLE: self._of_place(lambda place, row: place.path),
            },
            parent=parent,
        )
        self._found = CompareRows()
        self._writers_of: WritersOf | None = None

    def at(self, row: int) -> int:
        """Return the number of a row: the last one may stand for all that are not shown."""
        return row

    def count(self) -> int:
        """Return how many rows there are."""
        return len(self._found.places) + bool(self._found.left_out)

    def show(self, found: CompareRows, left: str, right: str) -> None:
        """Show what was found; ``left`` and ``right`` head the columns of the values."""
        old = self._found
        if _shape(old) == _shape(found):
            self._found = found
            self.repaint()
        else:
            self.beginResetModel()
            self._found = found
            self.endResetModel()
        self.set_titles({LEFT_COLUMN: left, RIGHT_COLUMN: right})

    def set_writers(self, writers_of: WritersOf | None) -> None:
        """Show which events set each path; ``None`` where no event leads from one side to the other."""
        self._writers_of = writers_of
        self.repaint()

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

    def _place(self, row: int) -> ComparedValue | None:
        return self._found.places[row] if row < len(self._found.places) else None

    def _of_place(self, answer: Callable[[ComparedValue, int], str | None]) -> Answer[int]:
        """Return what answers for a row of a place, and nothing for the row that stands for the others."""
        return lambda row: None if (place := self._place(row)) is None else answer(place, row)

    def _path_text(self, row: int) -> str:
        place = self._place(row)
        return f"… {self._found.left_out:,} more" if place is None else place.path or "the whole state"

    def _writer_text(self, place: ComparedValue, row: int) -> str:
        writers = self.writers_at(row)
        return str(writers[-1]) if writers else ""

    def _writers_tip(self, place: ComparedValue, row: int) -> str:
        writers = self.writers_at(row)
        last = ", ".join(map(str, writers[-20:]))
        return f"Set at {last} between the two. Click to go to the last one." if writers else ""

    def _values_tip(self, place: ComparedValue, row: int) -> str:
        left, right = (
            "not there" if each is ABSENT else format_value(each, _TIP) for each in (place.left, place.right)
        )
        return f"{place.path}\n{self.columns[LEFT_COLUMN].title}: {left}\n{self.columns[RIGHT_COLUMN].title}: {right}"


def _values(place: ComparedValue) -> tuple[str, str]:
    if place.differs:
        return difference_texts(place.left, place.right)
    return format_value(place.left), format_value(place.right)


def _shape(rows: CompareRows) -> tuple[list[str], bool]:
    return [each.path for each in rows.places], bool(rows.left_out)
