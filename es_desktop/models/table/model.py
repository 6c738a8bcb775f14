"""Item models made of declared columns. Methods that Qt calls never raise: an exception there can end the process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QAbstractItemModel, QObject, Qt
from PySide6.QtGui import QFont

from es_desktop.app.text.cells import Table
from es_desktop.app.text.times import exact_time, format_time, utc_time, zone_name
from es_desktop.models.guard import CANNOT_BE_SHOWN, Guarded, guarded
from es_desktop.system.counts import format_number

from .reading import RowKey, TableReading
from .row_window import ROOT, RowWindow
from .row_window import Index as Index

FONT_ROLE: Final = int(Qt.ItemDataRole.FontRole)
TIP_ROLE: Final = int(Qt.ItemDataRole.ToolTipRole)
SPOKEN_ROLE: Final = int(Qt.ItemDataRole.AccessibleTextRole)
DESCRIPTION_ROLE: Final = int(Qt.ItemDataRole.AccessibleDescriptionRole)
CHECK_ROLE: Final = int(Qt.ItemDataRole.CheckStateRole)
TONE_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 101
"""The colour of a row, the same in each cell: ``"faint"``, ``"failed"``, ``"changed"``, or ``None``."""
SWATCH_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 102
"""A hue index: a small rounded square before the text."""
MARK_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 103
"""A diamond at the right end of the cell: amber if true, red if ``"red"``."""
PATH_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 106
"""The path of a value in its state."""
FLAG_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 107
"""True: a small flag in the accent colour, at the end of the cell opposite the text."""
PIN_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 108
"""True: a small pin at the right end of the cell."""
RUN_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 109
"""The part of a row in a run: ``"collapsed"``, ``"open"``, ``"inside"``, or ``""`` outside of runs."""
FOUND_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 110
"""What finds, in the text of the cell, what the table is searched for: a function from a text to its spans."""
SHORTER_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 111
"""Shorter texts for a cell that has no room for its own, the longest first."""

_SIGNS: Final[Mapping[int, Mapping[object, str]]] = {
    CHECK_ROLE: {Qt.CheckState.Checked: "on", Qt.CheckState.Unchecked: "off"},
    MARK_ROLE: {True: "snapshot", "red": "false snapshot"},
    FLAG_ROLE: {True: "bookmarked"},
    PIN_ROLE: {True: "pinned"},
    RUN_ROLE: {"collapsed": "collapsed run", "open": "expanded run", "inside": "in a run"},
}
"""The words that a screen reader says for what is painted beside a text, by its role and value."""

LEFT: Final = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_TIP: Final = int(Qt.ItemDataRole.ToolTipRole)
_ALIGNMENT: Final = int(Qt.ItemDataRole.TextAlignmentRole)
R = TypeVar("R")
Answer = Callable[[R], Any]
"""Returns the data of a cell for one role, from the value of its row."""
Answers = Mapping[int, Answer[R]]
"""Answers by their roles."""


def bold_if(is_current: Answer[R]) -> Answers[R]:
    """Return the answer for the font of a cell that is bold in the current row."""
    font = QFont()
    font.setWeight(QFont.Weight.DemiBold)
    return {FONT_ROLE: lambda row: font if is_current(row) else None}


def struck_if(is_left_out: Answer[R]) -> Answers[R]:
    """Return the answer for the font of a cell that is struck through if its row is discarded or left out."""
    font = QFont()
    font.setStrikeOut(True)
    return {FONT_ROLE: lambda row: font if is_left_out(row) else None}


def checked_if(is_checked: Callable[[R], bool]) -> Answers[R]:
    """Return the answer for the check box of a cell."""
    return {CHECK_ROLE: lambda row: Qt.CheckState.Checked if is_checked(row) else Qt.CheckState.Unchecked}


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column of a table. Each function takes the value of a row, and is called only when its role is needed."""

    title: str
    text: Answer[R]
    alignment: int = LEFT
    tip: Answer[R] | None = None
    roles: Answers[R] = field(default_factory=dict)
    """Answers for other roles."""
    header_tip: str | None = None
    unread: str = ""
    """The text of a cell whose row is not read yet."""
    is_time: bool = False
    """Whether the cells are times: the heading names their zone if it is not that of this machine."""
    value: Answer[R] | None = None
    """The whole value of a cell, as it is copied, or ``UNREAD``; without it the text."""
    name: str = ""
    """The heading of copied values, and what a screen reader reads of it; without it the title."""
    is_wide: bool = False
    """Whether a copy has a column for each key of the values, which are mappings."""

    def answer(self, role: int) -> Answer[R] | None:
        if role == _DISPLAY:
            return self.text
        if role == SPOKEN_ROLE and SPOKEN_ROLE not in self.roles:
            return self._spoken
        return self.tip if role == _TIP and self.tip is not None else self.roles.get(role)

    @property
    def heading(self) -> str:
        """The title, with the zone if the cells are times of another one than this machine's."""
        return f"{self.title} {zone_name()}".strip() if self.is_time else self.title

    def _spoken(self, row: R) -> str:
        """Return what a screen reader reads of a cell: its text and its signs."""
        signs = (words.get(self.roles[role](row)) for role, words in _SIGNS.items() if role in self.roles)
        return ", ".join(filter(None, [str(self.text(row) or ""), *signs])) or "empty"


def time_column(
    title: str, seconds: Callable[[R], float | None], text: Callable[[float | None], str] = format_time, **more: Any
) -> Column[R]:
    """Return the column of a time, from its seconds since the epoch, UTC; the tip is exact, and has UTC."""
    more.setdefault("tip", lambda row: exact_time(seconds(row)))
    more.setdefault("value", lambda row: utc_time(seconds(row)))
    return Column(title, lambda row: text(seconds(row)), is_time=True, **more)


def version_column(version: Callable[[R], int | None], absent: str = "–", **more: Any) -> Column[R]:
    """Return the column of a version; ``absent`` is shown where there is none."""

    def text(row: R) -> str:
        found = version(row)
        return absent if found is None else format_number(found)

    return Column("Ver", text, RIGHT, value=version, name="Version", **more)


class DeclaredColumns(Guarded, Generic[R]):
    """The part of an item model that answers from declared columns."""

    columns: Sequence[Column[R]]
    _answers: dict[int, Sequence[Answer[R] | None]]

    def declare(self, columns: Sequence[Column[R]], row_roles: Answers[R] | None = None) -> None:
        """Answer by these columns; ``row_roles`` are what all cells of a row answer alike."""
        shared = row_roles or {}
        roles = {_DISPLAY, _TIP, SPOKEN_ROLE, *shared, *(role for column in columns for role in column.roles)}
        answers = {role: tuple(each.answer(role) or shared.get(role) for each in columns) for role in roles}
        self.columns = columns
        self._answers = {role: each for role, each in answers.items() if any(each)}
        self._answers[_ALIGNMENT] = (None,) * len(columns)

    def row_at(self, index: Index) -> R | None:
        """Return the value of the row of an index; ``None`` where it is not read yet."""
        raise NotImplementedError

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        answers = self._answers.get(role)
        if answers is None or not index.isValid():  # Qt asks for a dozen roles a cell
            return self.description(index) if role == DESCRIPTION_ROLE else None
        column = index.column()
        try:  # as guarded does, in what is called most
            answer = answers[column]
            row = None if answer is None else self.row_at(index)
            if row is not None and answer is not None:
                return answer(row)
        except Exception as error:
            self.report("data", error, column)
            return CANNOT_BE_SHOWN if role == _DISPLAY else None
        if role == _ALIGNMENT:
            return self.columns[column].alignment
        if role in (_DISPLAY, SPOKEN_ROLE):
            return self.columns[column].unread or ("" if role == _DISPLAY else "not read yet")
        return "faint" if role == TONE_ROLE and answer is not None else None

    def headings(self, columns: Sequence[int]) -> list[str]:
        """Return the headings of columns where their whole values are copied."""
        return [self.columns[each].name or self.columns[each].title for each in columns]

    def description(self, index: Index) -> str | None:
        """Return what a screen reader reads of a cell beside its text."""
        return None

    def row_of_key(self, key: RowKey) -> R | None:
        """Return the value of a row that is copied; ``None`` where it is not read yet."""
        assert not isinstance(key, int), "only a table numbers its rows"
        return self.row_at(key)

    def read_table(self, rows: Iterable[RowKey], columns: Sequence[int], done: Callable[[Table], None]) -> None:
        """Call ``done`` with the whole values of some rows, at once or when they are read.

        The rows of a table are given by their numbers, those of a tree by their indexes.
        """
        chosen = [self.columns[column] for column in columns]
        answers = [each.value or each.text for each in chosen]

        def cells_of(key: RowKey) -> Sequence[Any] | None:
            row = self.row_of_key(key)
            return None if row is None else [answer(row) for answer in answers]

        def finish(found: list[Sequence[Any]]) -> None:
            table = Table(self.headings(columns), found)
            wide = (at for at, each in reversed([*enumerate(chosen)]) if each.is_wide)
            for column in wide:
                table = table.with_columns_of(column)
            done(table)

        assert isinstance(self, QAbstractItemModel)
        TableReading(self, rows, cells_of, finish).start()

    @guarded
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        spoken = column.name or column.heading
        answers = {_DISPLAY: column.heading, _ALIGNMENT: column.alignment, _TIP: column.header_tip, SPOKEN_ROLE: spoken}
        return answers.get(role)


class TableModel(DeclaredColumns[R], RowWindow):
    """A table whose rows come from the methods ``at`` and ``count`` of a subclass."""

    def __init__(
        self, columns: Sequence[Column[R]], *, row_roles: Answers[R] | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.declare(columns, row_roles)

    def at(self, row: int) -> R | None:
        """Return the value of a row; ``None`` if it is not read yet."""
        raise NotImplementedError

    def repaint(self, first: int = 0, last: int | None = None) -> None:
        """Have the rows from ``first`` to ``last``, inclusive, painted again; rows that do not exist are ignored."""
        given = self.given_rows
        first = max(first, given.start)
        final = given.stop - 1 if last is None else min(last, given.stop - 1)
        if first <= final:
            self.dataChanged.emit(self.index_at(first), self.index_at(final, len(self.columns) - 1))

    def set_titles(self, titles: Mapping[int, str]) -> None:
        """Set the titles of some columns, by their index."""
        self.columns = [replace(each, title=titles.get(at, each.title)) for at, each in enumerate(self.columns)]
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, min(titles), max(titles))

    def row_at(self, index: Index) -> R | None:
        return self.at(self.first_row + index.row())

    def row_of_key(self, key: RowKey) -> R | None:
        return self.at(key) if isinstance(key, int) else self.row_at(key)

    def description(self, index: Index) -> str | None:
        """Return which row it is, where Qt does not know."""
        if not self.is_part:
            return None
        return f"row {format_number(self.row_number(index) + 1)} of {format_number(self.count())}"

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)


class RowsModel(TableModel[R]):
    """A table of a sequence of rows in memory."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        rows: Sequence[R] = (),
        *,
        row_roles: Answers[R] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, row_roles=row_roles, parent=parent)
        self.rows = rows

    def at(self, row: int) -> R:
        return self.rows[row]

    def row_at(self, index: Index) -> R:
        return self.rows[self.first_row + index.row()]

    def count(self) -> int:
        return len(self.rows)

    def set_rows(self, rows: Sequence[R], key: Callable[[R], object] | None = None) -> None:
        """Replace all rows; if they have the same keys as before, only repaint those that changed."""
        if key is not None and [*map(key, self.rows)] == [*map(key, rows)]:
            changed = [row for row, pair in enumerate(zip(self.rows, rows, strict=True)) if pair[0] != pair[1]]
            self.rows = rows
            if changed:
                self.repaint(changed[0], changed[-1])
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()
