"""The log: all events of the open store, or those that are looked for, as far as the index goes."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.commands import Changes
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.event_log import EventSearch, checked_search, found_events, logged_at, place_of_time
from es_desktop.app.store.session import Session
from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.runtime.tasks import Job, Queue, TaskRunner
from es_desktop.models.table.paging import BlockReader

from .indexer import Indexer
from .log_model import LogModel

_ORDER, _FIND, _TIME = "log order", "find events", "log time"
ALL: Final = EventSearch()


class EventLog(QObject):
    """Shows the events of a store. What is looked for is found in what is indexed, and then in what comes."""

    changed = Signal()
    """Other rows, another search, or it is known by now whether there is more to find."""
    row_wanted = Signal(object)
    """A row that should be shown."""

    def __init__(self, runner: TaskRunner, indexer: Indexer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._order_request = LatestRequest(runner)
        self._find_request = LatestRequest(runner)
        self._time_request = LatestRequest(runner)
        self._indexer = indexer
        self._session: Session | None = None
        self._order: range | None = None
        self._is_counted = False
        self._is_outdated = False
        self._looked_to = 0
        self._was_grown = False
        self._wanted_time: float | None = None
        self.search: EventSearch = ALL
        self.problem: UserError | None = None
        """Why what is asked for cannot be looked for."""
        self.model = LogModel(self)
        self._pages = BlockReader(runner, "Reading the log", self.model.set_page)
        self._pages.on_dropped(self.model.forget_page)
        self.model.page_wanted.connect(self._read_page)
        indexer.opened.connect(lambda index: self._go_on())
        indexer.grown.connect(self._on_grown)
        indexer.completed.connect(self._on_completed)

    @property
    def is_finding(self) -> bool:
        """Whether more may be found yet."""
        return not self._is_in_order and (self._find_request.is_running or self._indexer.is_indexing)

    @property
    def _is_in_order(self) -> bool:
        """Whether every event is shown, by the numbers that the store gives them."""
        return self.search.is_for_all and self._order is not None

    def set_session(self, session: Session | None) -> None:
        """Show the log of another store, or of none."""
        self._session, self._order, self._is_counted, self.search = session, None, False, ALL
        self._start_again()
        self.refresh()

    def on_changes(self, changes: Changes) -> None:
        """Show what was appended, once the index is brought up to date."""
        self._is_outdated |= changes.alters_events

    def refresh(self) -> None:
        """Show what was appended."""
        self._is_outdated = False
        session = self._session
        if session is None:
            return

        def done(order: range | None) -> None:
            was_in_order, self._order, self._is_counted = self._is_in_order, order, True
            if self._is_in_order and order is not None:
                self._find_request.cancel()
                self.model.set_numbers(order)
            elif was_in_order:
                self._start_again()
            else:
                self._go_on()
            self.changed.emit()

        self._order_request.start(
            "Counting the events", lambda job: session.log_order(), done, queue=Queue.SCAN, quiet=True
        )

    def update_search(self, **changes: Any) -> None:
        """Look for something else in some respect: ``update_search(text="PayPal")``."""
        self.set_search(replace(self.search, **changes))

    def set_search(self, search: EventSearch) -> None:
        """Look for events."""
        if search != self.search:
            self.search = search
            self._start_again()

    def go_to_time(self, time: float) -> None:
        """Show the first event of the whole log that is not before a time, or the last one where all are.

        What is not indexed yet may be later; the row follows then.
        """
        self.set_search(ALL)
        self._wanted_time = time
        self._find_time()

    def _find_time(self) -> None:
        index, time = self._indexer.index, self._wanted_time
        if index is None or time is None:
            return

        def done(row: int | None) -> None:
            count = self.model.rowCount()
            if row is None and not self._indexer.is_indexing:
                row = count - 1
            if row is not None and 0 <= row < count:
                self._wanted_time = None
                self.row_wanted.emit(row)

        self._time_request.start("Finding the time", lambda job: place_of_time(index, time), done)

    def _start_again(self) -> None:
        self._find_request.cancel()
        self._time_request.cancel()
        self._pages.forget()
        self._looked_to, self._wanted_time, self.problem = 0, None, None
        if self._is_in_order and self._order is not None:
            self.model.set_numbers(self._order)
        else:
            self.model.set_numbers(array("q"))
            self._go_on()
        self.changed.emit()

    def _on_grown(self) -> None:
        self._go_on()
        self._find_time()

    def _on_completed(self) -> None:
        if self._is_outdated:
            self.refresh()
        self._on_grown()
        self.changed.emit()

    def _go_on(self) -> None:
        """Look through what was not looked through yet."""
        index = self._indexer.index
        if index is None or self._is_in_order or self.problem is not None:
            return
        if self.search.is_for_all and not self._is_counted:
            return  # the store's own numbers, where it has such, are all of them at once
        if self._find_request.is_running:
            self._was_grown = True
            return
        self._was_grown = False
        after, search = self._looked_to, self.search

        def work(job: Job) -> int:
            asked, last = checked_search(index, search), index.state.last
            for chunk in found_events(index, asked, after):
                job.check()
                if chunk:
                    job.report_part(chunk)
                    last = max(last, chunk[-1])  # the index may have grown since it was asked
            return last

        def done(last: int) -> None:
            self._looked_to = last
            self.changed.emit()
            self._find_time()
            if self._was_grown:
                self._go_on()

        def failed(error: UserError) -> None:
            self.problem = error
            self.changed.emit()

        is_large = index.path is not None
        self._find_request.start(
            "Finding events", work, done, part=self._take, failed=failed, queue=Queue.SCAN, quiet=is_large
        )

    def _take(self, chunk: Sequence[int]) -> None:
        self.model.append(chunk)
        self.changed.emit()

    def _read_page(self, page: int, numbers: Sequence[int]) -> None:
        session, index = self._session, self._indexer.index
        if isinstance(numbers, range):
            if session is not None:
                self._pages.read(page, lambda: session.logged(numbers))
        elif index is not None:
            self._pages.read(page, lambda: logged_at(index, numbers))
