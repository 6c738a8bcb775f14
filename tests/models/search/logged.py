"""A log on a store of many events, and what it should show."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from es_desktop.app.entity.commands import Changes, Initiator
from es_desktop.app.entity.facts import LoggedEvent
from es_desktop.app.runtime.errors import Cancelled
from es_desktop.app.search.lists import EventSearch
from es_desktop.app.store.session import Session, open_session
from es_desktop.app.transfer.records import Record
from es_desktop.index import IndexState
from es_desktop.models.runtime.tasks import Job, TaskRunner
from es_desktop.models.search.event_log import PAGE, EventLog
from es_desktop.models.search.indexer import Indexer
from es_desktop.stores.writing import append_records
from tests.app.storing import sql
from tests.index.indexing import timed_event

EVENTS = 3 * PAGE + 32
FIRST_EVENTS = 500
"""The number of events in a partly filled index."""


def made(at: int) -> Record:
    """The event at an index in the store: of five carts and two loans in turn, one each second."""
    turn, version = at % 7, at // 7
    topic = "bank#Loan.Paid" if turn > 4 else "shop#Cart.Filled" if version else "shop#Cart.Opened"
    return timed_event(f"{'loan' if turn > 4 else 'cart'}-{turn}", version, topic, 1_000.0 + at, f"note{at} of{at % 3}")


RECORDS = [made(at) for at in range(EVENTS)]
EventKey = tuple[Any, int]


def event_keys(holds: Callable[[int], bool] = lambda at: True, count: int = EVENTS) -> list[EventKey]:
    """The ids and versions of the events at the indexes for which a condition holds."""
    return [(made(at).item[0], made(at).item[1]) for at in range(count) if holds(at)]


class Logged:
    """A log, and the signals that it emitted."""

    def __init__(self, qtbot: QtBot, runner: TaskRunner, folder: Path) -> None:
        self._qtbot = qtbot
        self.runner = runner
        self.indexer = Indexer(runner, folder)
        self.log = EventLog(runner, self.indexer)
        self.rows_wanted: list[int] = []
        self.jobs: list[Job] = []
        """The tasks that run or wait."""
        runner.started.connect(self.jobs.append)
        runner.ended.connect(self.jobs.remove)
        self.log.row_wanted.connect(self.rows_wanted.append)

    def show(self, session: Session | None) -> None:
        self.indexer.set_session(session)
        self.log.set_session(session)

    def show_all(self, session: Session) -> None:
        """Show a store, and wait until all of it is indexed."""
        self.show(session)
        self.wait_until_indexed()

    def wait_until_indexed(self) -> None:
        """Wait until the whole store is indexed, or indexing is paused."""
        self._qtbot.waitUntil(lambda: self.indexer.index is not None and not self.indexer.is_indexing)
        self.settle()

    def take_in(self) -> None:
        """Have the events of another program indexed and shown."""
        self.log.on_changes(Changes(initiator=Initiator.OTHERS))
        self.indexer.update()

    def find(self, **asked: Any) -> None:
        self.log.set_search(EventSearch(**asked))
        self.settle()

    def settle(self) -> None:
        """Wait until the search is complete."""
        self._qtbot.waitUntil(
            lambda: (
                self.runner.is_idle
                and not self.log.is_finding
                and not any(
                    job.title in ("Counting the events", "Finding events", "Finding the time") for job in self.jobs
                )
            )
        )

    def wait_for_rows(self, count: int) -> None:
        self._qtbot.waitUntil(lambda: self.log.model.rowCount() == count)

    def row(self, row: int) -> LoggedEvent:
        """The event of a row, after it was read."""
        self._qtbot.waitUntil(lambda: self.log.model.at(row) is not None)
        found = self.log.model.at(row)
        assert found is not None
        return found

    @property
    def event_keys(self) -> list[EventKey]:
        """The events of all rows, after they were read."""
        rows = [self.row(at) for at in range(self.log.model.rowCount())]
        return [(each.entity_id, each.event.version) for each in rows]


def with_a_gap(store: Path) -> Callable[[int], bool]:
    """Make gaps in the numbers of a store's events, so that only its index can count them; return which are left."""
    sql(store, "DELETE FROM integer_sequenced_items WHERE rowid IN (4, 301)")
    return lambda at: at not in (3, 300)


def append(store: Path, count: int) -> None:
    with closing(open_session(str(store))) as writing:
        append_records(writing.store.tables, [made(EVENTS + at) for at in range(count)])


def stop(state: IndexState) -> None:
    """Stop filling an index after its first events."""
    if state.events:
        raise Cancelled
