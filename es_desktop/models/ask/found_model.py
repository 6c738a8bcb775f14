"""What answers a question, as a table: one row for each entity, or for each version."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from PySide6.QtCore import QModelIndex, QObject, Qt

from es_desktop.app.ask.answers import Answer, FoundVersion
from es_desktop.app.ask.question import Question, TimeWord
from es_desktop.app.ask.reading import clause_words, condition_words
from es_desktop.app.search.whole_states import all_name_paths, hits_with_states
from es_desktop.app.text.times import format_day, format_gap
from es_desktop.app.text.values import format_value
from es_desktop.app.transfer.seen import SeenRows
from es_desktop.models.guard import guarded
from es_desktop.models.runtime.tasks import LatestRequest, Queue, TaskRunner
from es_desktop.models.search.listed_states import ListedStates, NamedRows
from es_desktop.models.table.model import LEFT, RIGHT, TIP_ROLE, TONE_ROLE, Answers, Column, struck_if, time_column
from es_desktop.models.table.reading import UNREAD
from es_desktop.models.table.short_ids import ShortIds
from es_desktop.replay.diff import ABSENT
from es_desktop.system.counts import format_number

if TYPE_CHECKING:
    from es_desktop.app.search.store_index import StoreIndex

Row: TypeAlias = Answer | FoundVersion
TYPE, ID, NAME, AT, WHEN = range(5)
FIXED: Final = 5
"""The number of the first column that depends on the question."""
NOW: Final = " now"
"""What the heading of a value at the end of the history ends with."""
MOST: Final = 100_000
"""Rows that are listed."""
_NUMBERS: Final = (int, float, Decimal)
_LETTERS: Final = 80


class FoundModel(NamedRows[Row]):
    """Rows in the order in which they are found, until they are sorted; their columns are those of the question."""

    def __init__(self, runner: TaskRunner, names: ListedStates, parent: QObject | None = None) -> None:
        super().__init__(self._fixed("At"), row_roles=self._row_roles(), parent=parent)
        self._request = LatestRequest(runner)
        self._listed = names
        self.use_names(names)
        self._found: list[Row] = []
        self._ids = ShortIds(self, lambda: (each.entity.id for each in self._found))
        self._extra: list[Column[Row]] = []
        self._order: tuple[int, Qt.SortOrder] | None = None

    def ask(self, question: Question | None, paths: Sequence[str], *, of_versions: bool) -> None:
        """Clear the rows, and have the columns of a question, with the values at ``paths``."""
        self._request.cancel()
        self.beginResetModel()
        self._found = []
        self.rows, self._order = self._found, None
        self._extra = [] if question is None else _columns_of(question, paths, of_versions=of_versions)
        self.declare((*self._fixed(_title_of(question)), *self._extra), self._row_roles())
        self.endResetModel()

    def append(self, rows: Sequence[Row]) -> None:
        """Add rows at the end."""
        more = rows[: MOST - len(self._found)]
        if not more:
            return
        if not self._found:
            self._align(more)
        self.beginInsertRows(QModelIndex(), len(self._found), len(self._found) + len(more) - 1)
        self._found += more
        self.rows = self._found
        self.endInsertRows()

    def _align(self, rows: Sequence[Row]) -> None:
        """Align columns of numbers at the right, once their first values are there."""
        for at, each in enumerate(self._extra):
            values = [] if each.value is None else [each.value(row) for row in rows]
            known = [value for value in values if value not in (None, "")]
            is_number = bool(known) and all(isinstance(value, _NUMBERS) for value in known)
            if is_number and each.alignment == LEFT:
                self._extra[at] = Column(each.title, each.text, RIGHT, each.tip, each.roles, each.header_tip,
                                         value=each.value, name=each.name)  # fmt: skip
        self.declare((*self.columns[:FIXED], *self._extra), self._row_roles())
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    @guarded
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort all rows by a column, beside the window."""
        if not 0 <= column < len(self.columns):
            return
        self._order = column, order
        self.sort_again()

    def sort_again(self) -> None:
        """Sort the rows that came since, in the order that was chosen; without one they stay as they were found."""
        if self._order is None or not self._found:
            return
        column, order = self._order
        rows, answer = list(self._found), self.columns[column].value or self.columns[column].text
        is_down = order == Qt.SortOrder.DescendingOrder

        def work() -> list[Row]:
            return sorted(rows, key=lambda row: _key_of(answer(row)), reverse=is_down)

        def done(found: list[Row]) -> None:
            if len(found) == len(self._found):  # otherwise more were found, and the end of the search sorts again
                self.layoutAboutToBeChanged.emit()
                before = self.persistentIndexList()
                rows_of = {id(row): at for at, row in enumerate(found)}
                now = [self.index_at(rows_of[id(self.row_at(each))], each.column()) for each in before]
                self._found = found
                self.rows = found
                self.changePersistentIndexList(before, now)
                self.layoutChanged.emit()

        self._request.start("Sorting", lambda job: work(), done, queue=Queue.ROWS, quiet=True)

    def all_rows(self, columns: Sequence[int] | None, index: StoreIndex | None, as_of: float | None) -> SeenRows:
        """Return all rows: in these columns, or with every attribute of the states as of the end for ``None``."""
        rows, known = list(self._found), self._listed.name_paths
        shown = [*range(len(self.columns))] if columns is None else list(columns)
        answers = [self.columns[each].value or self.columns[each].text for each in shown]
        at_name = shown.index(NAME) if NAME in shown else None

        def read(checkpoint: Callable[[], None]) -> Iterator[Sequence[Any]]:
            if index is None or (columns is not None and at_name is None):
                yield from ([answer(row) for answer in answers] for row in rows)
                return
            names = all_name_paths(index, known)
            for row, found in hits_with_states(index, rows, as_of, checkpoint):
                cells = [None if at == at_name else answer(row) for at, answer in enumerate(answers)]
                if at_name is not None:
                    cells[at_name] = found.values.get(names.get(row.entity.type, ""))
                if columns is not None:
                    yield cells
                    continue
                others = {path: value for path, value in found.values.items() if path not in headings}
                yield [*cells, others, found.exactness or None, found.problem or None]

        headings = self.headings(shown)
        if columns is not None or index is None:
            return SeenRows(len(rows), headings, read)
        return SeenRows(len(rows), [*headings, "State", "Exactness", "Problem"], read, len(shown))

    def _fixed(self, at: str) -> tuple[Column[Row], ...]:
        font: Answers[Row] = struck_if(lambda row: row.entity.discarded)
        return (
            Column("Type", lambda row: row.entity.type, roles=font),
            Column("Id", lambda row: self._ids.text(row.entity.id), roles=font, value=lambda row: str(row.entity.id)),
            self.name_column(lambda row: row.entity),
            Column(at, lambda row: format_number(row.version), RIGHT, value=lambda row: row.version, name="Version",
                   header_tip="The version that each row leads to."),
            time_column("When", lambda row: row.time, format_day),
        )  # fmt: skip

    def _row_roles(self) -> Answers[Row]:
        return {TONE_ROLE: lambda row: "faint" if row.entity.discarded else None, TIP_ROLE: _tip}


def _title_of(question: Question | None) -> str:
    words = [] if question is None else [each.word for each in question.clauses]
    return "First at" if set(words) & {TimeWord.FIRST, TimeWord.EVER} else "At"


def _tip(row: Row) -> str:
    return f"{row.entity.type} {row.entity.id}, {row.exactness.value}: version {format_number(row.version)}."


def _columns_of(question: Question, paths: Sequence[str], *, of_versions: bool) -> list[Column[Row]]:
    amounts: list[Column[Row]] = [] if not of_versions else [_event()]
    is_of_end = of_versions or all(each.word is TimeWord.NOW for each in question.clauses)
    for number, clause in enumerate(question.clauses):
        if of_versions or clause.word not in (TimeWord.HOW_LONG, TimeWord.HOW_OFTEN):
            continue
        said = clause_words(clause)
        what = ", ".join(map(condition_words, clause.conditions))
        amounts.append(_seconds(number, what, said) if clause.word is TimeWord.HOW_LONG else _times(number, what, said))
    for path in paths:
        amounts.append(_value(path, path, lambda row: row.values))
        if not is_of_end:
            amounts.append(_value(path, f"{path}{NOW}", lambda row: row.now if isinstance(row, Answer) else {}))
    return amounts


def _event() -> Column[Row]:
    return Column("Event", lambda row: row.event if isinstance(row, FoundVersion) else "")


def _seconds(number: int, what: str, said: str) -> Column[Row]:
    def value(row: Row) -> float | None:
        return row.clauses[number].seconds if isinstance(row, Answer) else None

    def text(row: Row) -> str:
        seconds = value(row)
        return "–" if seconds is None else format_gap(seconds)

    return Column("How long", text, RIGHT, header_tip=f"{what}: {said}", value=value, name=f"Seconds that {what}")


def _times(number: int, what: str, said: str) -> Column[Row]:
    def value(row: Row) -> int | None:
        return row.clauses[number].times if isinstance(row, Answer) else None

    def text(row: Row) -> str:
        times = value(row)
        return "–" if times is None else format_number(times)

    return Column("How often", text, RIGHT, header_tip=f"{what}: {said}", value=value, name=f"Times that {what}")


def _value(path: str, title: str, values: Callable[[Row], Any]) -> Column[Row]:
    def value(row: Row) -> Any:
        found = values(row).get(path, ABSENT)
        return None if found is ABSENT else found

    def text(row: Row) -> str:
        found = values(row).get(path, ABSENT)
        return "–" if found is ABSENT else format_value(found, _LETTERS)

    return Column(title, text, value=value, header_tip=None if title != path else f"{path} at the version of the row")


def _key_of(value: Any) -> tuple[int, Any]:
    """Return what a value is sorted by: numbers, then texts, then all else as text, then what is missing."""
    if value is None or value is UNREAD:
        return 3, ""
    if isinstance(value, _NUMBERS) and value == value:  # NaN has no place
        return 0, value
    if isinstance(value, str):
        return 1, (value.casefold(), value)
    return 2, format_value(value, _LETTERS)
