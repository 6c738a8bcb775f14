"""The comparison of two states as a table: path, left value, right value, and writer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from PySide6.QtCore import QObject

from es_desktop.app.text.values import difference_texts, format_value
from es_desktop.models.table.model import PATH_ROLE, RIGHT, TIP_ROLE, TONE_ROLE, Answer, Column, RowsModel
from es_desktop.replay import ABSENT
from es_desktop.replay.compare import ComparedValue
from es_desktop.system.counts import format_number

PATH_COLUMN, LEFT_COLUMN, RIGHT_COLUMN, SET_AT = range(4)
_MOST_ROWS: Final = 5000
_TIP: Final = 600
"""Characters of a value in a tooltip."""

WritersOf = Callable[[str], Sequence[int]]
"""Returns the versions of the writers of a path between the two sides."""


@dataclass(frozen=True, slots=True)
class CompareRows:
    """The first values of a comparison, and how many more there are."""

    values: tuple[ComparedValue, ...] = ()
    left_out: int = 0

    @classmethod
    def of(cls, values: Iterable[ComparedValue]) -> CompareRows:
        """Take as many values as the table shows, and count the others."""
        rest = iter(values)
        return cls(tuple(islice(rest, _MOST_ROWS)), sum(1 for _ in rest))

    def is_like(self, other: CompareRows) -> bool:
        paths = [[each.path for each in rows.values] for rows in (self, other)]
        return paths[0] == paths[1] and bool(self.left_out) == bool(other.left_out)


class CompareModel(RowsModel[int]):
    """One row for each compared value. If there are too many, the last row says how many are not shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(
            (
                Column("Path", self._path_text),
                Column("Left", self._text_of(0), value=self._of_value(lambda value, row: value.left)),
                Column("Right", self._text_of(1), value=self._of_value(lambda value, row: value.right)),
                Column(
                    "Set at",
                    self._of_value(self._writer_text),
                    RIGHT,
                    tip=self._of_value(self._writers_tip),
                    value=lambda row: next(reversed(self.writers_at(row)), None),
                ),
            ),
            row_roles={
                TIP_ROLE: self._of_value(self._values_tip),
                TONE_ROLE: self._of_value(lambda value, row: "changed" if value.differs else None),
                PATH_ROLE: self._of_value(lambda value, row: value.path),
            },
            parent=parent,
        )
        self._found = CompareRows()
        self._writers_of: WritersOf | None = None

    def show(self, found: CompareRows, left: str, right: str) -> None:
        """Show the rows of a comparison; ``left`` and ``right`` are the titles of the columns of values."""
        is_alike, self._found = found.is_like(self._found), found
        if is_alike:
            self.repaint()
        else:
            self.set_rows(range(len(found.values) + bool(found.left_out)))
        self.set_titles({LEFT_COLUMN: left, RIGHT_COLUMN: right})

    def set_writers(self, writers_of: WritersOf | None) -> None:
        """Set the writers of each path; ``None`` if the two sides are not versions of one entity."""
        self._writers_of = writers_of
        self.repaint()

    @property
    def has_writers(self) -> bool:
        return self._writers_of is not None

    def writers_at(self, row: int) -> Sequence[int]:
        """Return the versions of the writers of a row's path, ascending."""
        value = self._value(row)
        if value is None or self._writers_of is None or not value.differs:
            return ()
        return self._writers_of(value.path)

    def value_at(self, row: int) -> ComparedValue | None:
        """Return what a row compares; ``None`` for the row that says how many are left out."""
        return self._value(row)

    def _value(self, row: int) -> ComparedValue | None:
        return self._found.values[row] if row < len(self._found.values) else None

    def _text_of(self, side: int) -> Answer[int]:
        return self._of_value(lambda value, row: _values(value)[side])

    def _of_value(self, answer: Callable[[ComparedValue, int], Any]) -> Answer[int]:
        return lambda row: None if (value := self._value(row)) is None else answer(value, row)

    def _path_text(self, row: int) -> str:
        value = self._value(row)
        return f"… {format_number(self._found.left_out)} more" if value is None else value.path or "the whole state"

    def _writer_text(self, value: ComparedValue, row: int) -> str:
        writers = self.writers_at(row)
        return format_number(writers[-1]) if writers else ""

    def _writers_tip(self, value: ComparedValue, row: int) -> str:
        writers = self.writers_at(row)
        last = ", ".join(map(format_number, writers[-20:]))
        return f"Set at {last} between the two. Click to go to the last one." if writers else ""

    def _values_tip(self, value: ComparedValue, row: int) -> str:
        left, right = (
            "not there" if each is ABSENT else format_value(each, _TIP) for each in (value.left, value.right)
        )
        return f"{value.path}\n{self.columns[LEFT_COLUMN].title}: {left}\n{self.columns[RIGHT_COLUMN].title}: {right}"


def _values(value: ComparedValue) -> tuple[str, str]:
    texts = format_value(value.left), format_value(value.right)
    left, right = difference_texts(value.left, value.right) if value.differs else texts
    return left or "–", right or "–"
