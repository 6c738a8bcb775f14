"""Asks the state history of the open store in SQL, in a task; the rows of the answer as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from time import monotonic
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from es_desktop.app.history.sql import NOT_INDEXED, KeptHistory, indexed_history
from es_desktop.app.runtime.errors import UserError, no_progress
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.session import Session
from es_desktop.app.text.values import format_value
from es_desktop.app.transfer.seen import Checkpoint, SeenRows
from es_desktop.models.runtime.tasks import Job, LatestRequest, Progress, Queue, TaskRunner
from es_desktop.models.search.indexer import Indexer
from es_desktop.models.table.model import LEFT, RIGHT, Column, RowsModel

MOST: Final = 10_000
"""Rows that are listed; a file gets all."""
_LOOKED_AT: Final = 100
"""Rows that say whether a column is of numbers."""
SqlRow = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class SqlFound:
    """The answer to a statement."""

    statement: str
    columns: tuple[str, ...]
    rows: list[SqlRow]
    has_more: bool
    """Whether there are more rows than these."""
    seconds: float
    """How long it took, without building the state history."""


class SqlRows(RowsModel[SqlRow]):
    """The rows of an answer, with its columns."""

    def __init__(self, parent: QObject) -> None:
        super().__init__((), parent=parent)

    def show(self, columns: Sequence[str], rows: Sequence[SqlRow]) -> None:
        """Show the rows of another answer."""
        self.beginResetModel()
        self.declare([_column(name, number, rows) for number, name in enumerate(columns)])
        self.rows = rows
        self.endResetModel()


def _column(name: str, number: int, rows: Sequence[SqlRow]) -> Column[SqlRow]:
    def text(row: SqlRow) -> str:
        return "NULL" if row[number] is None else format_value(row[number])

    values = [row[number] for row in rows[:_LOOKED_AT] if row[number] is not None]
    is_number = bool(values) and all(
        isinstance(each, int | float | Decimal) and not isinstance(each, bool) for each in values
    )
    return Column(name, text, RIGHT if is_number else LEFT, value=lambda row: row[number])


class SqlAsker(QObject):
    """Asks one statement at a time; a newer one cancels an older one.

    The state history stays open for the next statement, until another store is open or its index is opened anew. It
    waits until the index is complete. While indexing is paused, a part of a store is never asked.
    """

    changed = Signal()
    """What is asked, its progress or its answer changed."""
    typed_changed = Signal()

    def __init__(self, runner: TaskRunner, indexer: Indexer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._request = LatestRequest(runner)
        self._indexer = indexer
        self._session: Session | None = None
        self._kept: KeptHistory | None = None
        self.typed = ""
        """The statement, as it is typed."""
        self._waiting = ""
        """The statement that is asked once the index is complete."""
        self.rows = SqlRows(self)
        self.found: SqlFound | None = None
        self.problem: UserError | None = None
        """Why there is no answer."""
        self.progress: Progress | None = None
        """How far the state history is built."""
        indexer.completed.connect(self._go_on)
        indexer.paused_changed.connect(self._on_paused)

    @property
    def is_asking(self) -> bool:
        return bool(self._waiting) or self._request.is_running

    def set_session(self, session: Session | None) -> None:
        """Ask another store from now on."""
        self._session = session
        self._reset()
        self._close_history()

    def set_typed(self, statement: str) -> None:
        """Show what is to be asked, or keep what a person typed."""
        if statement != self.typed:
            self.typed = statement
            self.typed_changed.emit()

    def ask(self, statement: str) -> None:
        """Ask a statement."""
        self.set_typed(statement)
        self._reset()
        if self._session is not None:
            self._waiting = statement
            self.changed.emit()
            if not self._indexer.is_indexing:
                self._go_on()

    def stop(self) -> None:
        """Stop asking: there is no answer then."""
        self._waiting, self.progress = "", None
        self._request.cancel()
        self.changed.emit()

    def all_rows(self, columns: Sequence[int] | None) -> SeenRows | None:
        """Return all rows of the answer, also those that are not listed, in these columns or in all."""
        found, index = self.found, self._indexer.index
        if found is None or index is None:
            return None
        chosen = range(len(found.columns)) if columns is None else columns

        def read(checkpoint: Checkpoint) -> Iterator[SqlRow]:
            for row in _all_rows(found, index):
                checkpoint()
                yield tuple(row[each] for each in chosen)

        return SeenRows(len(found.rows), [found.columns[each] for each in chosen], read)

    def _on_paused(self) -> None:
        if self._indexer.is_paused:
            self._go_on()

    def _go_on(self) -> None:
        """Ask what waits, if the index is open; say why not where nothing goes on with opening it."""
        index, statement, is_paused = self._indexer.index, self._waiting, self._indexer.is_paused
        if not statement or (index is None and not is_paused):
            return
        self._waiting = ""
        if index is None:
            self._fail(self._indexer.problem or NOT_INDEXED)
            return
        kept = self._kept_of(index)
        self._request.start(
            "Asking in SQL",
            lambda job: _ask(job, kept, statement),
            self._show,
            progressed=self._on_progressed,
            failed=self._fail,
            queue=Queue.HISTORY,
            quiet=True,
        )
        self.changed.emit()

    def _kept_of(self, index: StoreIndex) -> KeptHistory:
        if self._kept is None or self._kept.index is not index:
            self._close_history()
            self._kept = KeptHistory(index)
        return self._kept

    def _close_history(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:  # in the queue of statements, after the one that reads it
            title = "Closing the state history"
            self._runner.run(title, lambda job: kept.close(), queue=Queue.HISTORY, quiet=True, protected=True)

    def _on_progressed(self, progress: Progress) -> None:
        self.progress = progress
        self.changed.emit()

    def _reset(self) -> None:
        self._request.cancel()
        self._waiting, self.found, self.problem, self.progress = "", None, None, None
        self.rows.show((), ())
        self.changed.emit()

    def _show(self, found: SqlFound) -> None:
        self.found, self.progress = found, None
        self.rows.show(found.columns, found.rows)
        self.changed.emit()

    def _fail(self, error: UserError) -> None:
        self.problem, self.progress = error, None
        self.changed.emit()


def _ask(job: Job, kept: KeptHistory, statement: str) -> SqlFound:
    report: Callable[[int, int], None] = job.report
    history = kept.current(report)
    begin = monotonic()
    with history.asked(statement) as answer:
        rows = list(islice(answer.rows, MOST + 1))
    return SqlFound(statement, answer.columns, rows[:MOST], len(rows) > MOST, monotonic() - begin)


def _all_rows(found: SqlFound, index: StoreIndex) -> Iterator[SqlRow]:
    if not found.has_more:
        yield from found.rows
        return
    with indexed_history(index, no_progress) as history, history.asked(found.statement) as answer:
        yield from answer.rows
