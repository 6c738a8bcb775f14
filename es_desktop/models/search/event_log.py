"""The log: all events of the open store, or those that a search finds, as a table; and their counts over time.

If the store numbers its events itself, the log of all events is a range of numbers, known at once. Otherwise, and for a
search, the numbers come from the index, and the log grows with it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QObject, Signal

from es_desktop.app.entity.commands import Changes
from es_desktop.app.entity.facts import LoggedEvent
from es_desktop.app.entity.hues import TypeHues
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.found_words import Found, beginning_found, words_found
from es_desktop.app.search.lists import (
    EventSearch,
    events_by_number,
    find_event_numbers,
    index_of_time,
    number_of_time,
    valid_search,
)
from es_desktop.app.store.session import Session
from es_desktop.app.text.plain import LONGEST_LINE
from es_desktop.app.text.values import flat_text
from es_desktop.app.transfer.seen import SeenRows
from es_desktop.models.runtime.tasks import Job, LatestRequest, Queue, TaskRunner
from es_desktop.models.table.model import FOUND_ROLE, SWATCH_ROLE, TONE_ROLE, Column, time_column, version_column
from es_desktop.models.table.paging import BlockReader, PagedModel
from es_desktop.models.table.short_ids import ShortIds

from .indexer import Indexer

PAGE: Final = 256
_MOST_LETTERS: Final = 240
_LETTERS_SHOWN: Final = 14
TIME, TYPE, ID, VERSION, EVENT, PAYLOAD = range(6)
_entity_type, _event_type = attrgetter("event.entity_type"), attrgetter("event.type")


class LogModel(PagedModel[LoggedEvent]):
    """One row for each event, known by its number; pages of rows are read when they are shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(
            (
                time_column("Time", lambda row: row.event.timestamp),
                Column("Type", _entity_type, tip=_if_long(_entity_type)),
                Column(
                    "Id",
                    lambda row: self._ids.text(row.entity_id),
                    tip=_id,
                    roles={FOUND_ROLE: lambda row: self._found[0]},
                    value=_id,
                ),
                version_column(attrgetter("event.version")),
                Column("Event", _event_type, tip=_if_long(_event_type), roles={SWATCH_ROLE: self._hue}),
                Column(
                    "Payload",
                    self._payload,
                    tip=lambda row: row.event.error or None,
                    roles={FOUND_ROLE: lambda row: self._found[1]},
                    unread="reading…",
                    value=_data,
                ),
            ),
            PAGE,
            row_roles={TONE_ROLE: lambda row: "failed" if row.event.error else None},
            parent=parent,
        )
        self._ids = ShortIds(self, lambda: (row.entity_id for _, row in self._pages.loaded_rows()))
        self._hues = TypeHues()
        self._found: tuple[Found | None, Found | None] = (None, None)

    def set_search(self, search: EventSearch) -> None:
        """Mark what is searched for: the beginning of ids, and words of payloads."""
        self._found = beginning_found(search.id_prefix), words_found(search.text)

    def set_hues(self, hues: TypeHues) -> None:
        """Set the hues of the event types of the store."""
        self._hues = hues

    def set_numbers(self, numbers: range | array[int]) -> None:
        """Show the events with these numbers. Rows that stay are not reset, if a range only became longer."""
        before = self.numbers
        if isinstance(numbers, range) and isinstance(before, range) and before and numbers[: len(before)] == before:
            self._grow(numbers)
        else:
            self.reset(numbers)

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

    def _payload(self, row: LoggedEvent) -> str:
        event = row.event
        # A word that was searched for may be far behind.
        most = _MOST_LETTERS if self._found[1] is None else LONGEST_LINE
        return f"({event.note}) " * bool(event.note) + (event.error or flat_text(event.data, most))

    def _hue(self, row: LoggedEvent) -> int:
        return self._hues[row.event.type]


def _id(row: LoggedEvent) -> str:
    return str(row.entity_id)


def _data(row: LoggedEvent) -> Any:
    return row.event.error or dict(row.event.data)


def _if_long(text: Callable[[LoggedEvent], str]) -> Callable[[LoggedEvent], str | None]:
    """Return a tip with the whole text if the cell may cut it."""
    return lambda row: name if len(name := text(row)) > _LETTERS_SHOWN else None


ALL: Final = EventSearch()


class EventLog(QObject):
    """Fills the table of the log. A search continues when more events are indexed."""

    changed = Signal()
    """The rows or the search changed, or a search ended."""
    row_wanted = Signal(object)
    """The row that ``go_to_time`` found."""
    arrived = Signal(object)
    """How many rows were added at the end, after all that were there had been listed."""

    def __init__(self, runner: TaskRunner, indexer: Indexer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._order_request, self._find_request, self._time_request = (LatestRequest(runner) for _ in range(3))
        self._indexer = indexer
        self._session: Session | None = None
        self._order: range | None = None
        self._is_counted = False
        self._is_outdated = False
        self._searched_to = 0
        self._is_index_grown = False
        self._is_listed = False
        """Whether all that was there is listed, so that what comes now is new."""
        self._wanted_time: float | None = None
        self.search: EventSearch = ALL
        self.model = LogModel(self)
        self._pages = BlockReader(runner, "Reading the log", self.model.set_page, self.model.forget_page)
        self.model.page_wanted.connect(self._read_page)
        indexer.opened.connect(lambda index: self._continue())
        indexer.grown.connect(self._on_grown)
        indexer.completed.connect(self._on_completed)

    @property
    def problem(self) -> UserError | None:
        """Why the search is not possible, or the events could not be read."""
        return self._find_request.problem or self._order_request.problem or self._indexer.problem

    @property
    def is_counting(self) -> bool:
        """Whether it is not known yet which events there are."""
        return not self._is_counted and self._order_request.is_running

    @property
    def is_finding(self) -> bool:
        return not self._is_in_order and (self._find_request.is_running or self._indexer.is_indexing)

    @property
    def _is_in_order(self) -> bool:
        """Whether the rows are all events, by the store's own numbers."""
        return self.search.is_for_all and self._order is not None

    def all_rows(self, columns: Sequence[int] | None) -> SeenRows | None:
        """Return all rows of the log: in these columns, or with a column for each field of the payloads."""
        session, index, numbers = self._session, self._indexer.index, self.model.numbers[:]
        shown = [*range(PAYLOAD + 1)] if columns is None else columns
        answers = [each.value or each.text for each in (self.model.columns[column] for column in shown)]
        if session is None or (index is None and not isinstance(numbers, range)):
            return None

        def read(checkpoint: Callable[[], None]) -> Iterator[Sequence[Any]]:
            for start in range(0, len(numbers), PAGE):
                checkpoint()
                some = numbers[start : start + PAGE]
                if isinstance(some, range):
                    found = session.logged(some)
                else:
                    assert index is not None, "its numbers are of an index"
                    found = events_by_number(index, some)
                for row in found:
                    cells = [answer(row) for answer in answers]
                    yield cells if columns is not None else [*cells, row.event.error or None]

        headings = self.model.headings(shown)
        if columns is not None:
            return SeenRows(len(numbers), headings, read)
        return SeenRows(len(numbers), [*headings, "Problem"], read, PAYLOAD)

    def set_session(self, session: Session | None) -> None:
        self._session, self._order, self._is_counted, self.search = session, None, False, ALL
        self.model.set_search(ALL)
        self.model.set_hues(TypeHues() if session is None else session.type_hues)
        self._restart()
        self.refresh()

    def on_changes(self, changes: Changes) -> None:
        """Show new events, once the index has them."""
        self._is_outdated |= changes.alters_events

    def refresh(self) -> None:
        """Count the events again, and show the new ones."""
        self._is_outdated = False
        session = self._session
        if session is None:
            return

        def done(order: range | None) -> None:
            was_in_order, self._order, self._is_counted = self._is_in_order, order, True
            if self._is_in_order and order is not None:
                self._find_request.cancel()
                before, self._is_listed = self.model.count() if self._is_listed else len(order), True
                self.model.set_numbers(order)
                if len(order) > before:
                    self.arrived.emit(len(order) - before)
            elif was_in_order:
                self._restart()
            else:
                self._continue()
            self.changed.emit()

        self._order_request.start(
            "Counting the events",
            lambda job: session.log_order(),
            done,
            stopped=self.changed.emit,
            queue=Queue.SCAN,
            quiet=True,
        )

    def update_search(self, **changes: Any) -> None:
        """Change some fields of the search: ``update_search(text="PayPal")``."""
        self.set_search(replace(self.search, **changes))

    def set_search(self, search: EventSearch) -> None:
        if search != self.search:
            self.search = search
            self.model.set_search(search)
            self._restart()

    def go_to_time(self, time: float, *, among_found: bool = False) -> None:
        """Emit the row of the first event at or after ``time``; the last one if all are earlier.

        All events are shown, or those that are found at any time if ``among_found``. ``time`` is in seconds since the
        epoch, UTC. If it is not indexed yet, the row is emitted when it is.
        """
        self.set_search(replace(self.search, since=None, until=None) if among_found else ALL)
        self._wanted_time = time
        self._find_time()

    def _find_time(self) -> None:
        index, time, is_for_all = self._indexer.index, self._wanted_time, self.search.is_for_all
        if index is None or time is None:
            return

        def done(found: int | None) -> None:
            count = self.model.count()
            row = count if found is None else found if is_for_all else bisect_left(self.model.numbers, found)
            if row >= count and not self._indexer.is_indexing and not self.is_finding:
                row = count - 1
            if 0 <= row < count:
                self._wanted_time = None
                self.row_wanted.emit(row)

        search = self.search

        def work(job: Job) -> int | None:
            return index_of_time(index, time) if is_for_all else number_of_time(index, search, time)

        self._time_request.start("Finding the time", work, done)

    def _restart(self) -> None:
        self._find_request.cancel()
        self._time_request.cancel()
        self._pages.forget()
        self._searched_to, self._wanted_time, self._is_listed = 0, None, False
        if self._is_in_order and self._order is not None:
            self.model.set_numbers(self._order)
            self._is_listed = True
        else:
            self.model.set_numbers(array("q"))
            self._continue()
        self.changed.emit()

    def _on_grown(self) -> None:
        self._continue()
        self._find_time()

    def _on_completed(self) -> None:
        if self._is_outdated:
            self.refresh()
        self._on_grown()
        self.changed.emit()

    def _continue(self) -> None:
        """Search the events that were indexed after the last search."""
        index = self._indexer.index
        if index is None or self._is_in_order or self.problem is not None:
            return
        if self.search.is_for_all and not self._is_counted:
            return  # if the store has its own numbers, they arrive at once and no search is needed
        if self._find_request.is_running:
            self._is_index_grown = True
            return
        self._is_index_grown = False
        after, search = self._searched_to, self.search

        def work(job: Job) -> int:
            valid, last = valid_search(index, search), index.state.last
            for chunk in find_event_numbers(index, valid, after):
                job.check()
                if chunk:
                    job.report_part(chunk)
                    last = max(last, chunk[-1])  # the index may have grown since ``last`` was read
            return last

        def done(last: int) -> None:
            self._searched_to = last
            self._is_listed |= not self._indexer.is_indexing
            self.changed.emit()
            self._find_time()
            if self._is_index_grown:
                self._continue()

        is_large = index.path is not None
        self._find_request.start(
            "Finding events",
            work,
            done,
            part=self._append,
            failed=lambda error: self.changed.emit(),
            queue=Queue.SCAN,
            quiet=is_large,
        )

    def _append(self, chunk: Sequence[int]) -> None:
        self.model.append(chunk)
        if self._is_listed:
            self.arrived.emit(len(chunk))
        self.changed.emit()

    def _read_page(self, page: int, numbers: Sequence[int]) -> None:
        session, index = self._session, self._indexer.index
        if isinstance(numbers, range):
            if session is not None:
                self._pages.read(page, lambda: session.logged(numbers))
        elif index is not None:
            self._pages.read(page, lambda: events_by_number(index, numbers))
