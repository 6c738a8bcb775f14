"""Finding by state in a task: hits as they are found, progress, and what ends it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.app.search.state_scan import SearchProgress, StateSearch
from es_desktop.app.store.session import Session, open_session
from es_desktop.models.runtime.tasks import Queue, TaskRunner
from es_desktop.models.search.indexer import Indexer
from es_desktop.models.search.listed_states import ListedStates
from es_desktop.models.search.state_finder import StateFinder
from tests.altering import with_true_snapshots
from tests.app.recording import store_of
from tests.app.search.naive_search import Naive
from tests.index.indexing import timed_event
from tests.models.working import Gate

CONDITION = 'status == "shipped" and total > 100'


class Finding:
    """A finder, and the progress that it reported."""

    def __init__(self, qtbot: QtBot, runner: TaskRunner, folder: Path) -> None:
        self._qtbot = qtbot
        self.runner = runner
        self.indexer = Indexer(runner, folder)
        self.finder = StateFinder(runner, self.indexer, ListedStates(runner))
        self.reports: list[SearchProgress | None] = []
        self.finder.changed.connect(lambda: self.reports.append(self.finder.progress))

    def show(self, session: Session | None) -> None:
        self.indexer.set_session(session)
        self.finder.set_session(session)

    def wait(self) -> None:
        """Wait until the search is over."""
        self._qtbot.waitUntil(lambda: not self.finder.is_searching)

    def find(self, condition: str, as_of: float | None = None, types: frozenset[str] | None = None) -> None:
        self.finder.find(StateSearch(condition, as_of, types))
        assert self.finder.is_searching
        self.wait()

    def rest(self) -> None:
        """Wait until no task is left."""
        self._qtbot.waitUntil(lambda: self.runner.is_idle)

    def hold(self) -> Gate:
        """Have the next search wait until the gate is opened."""
        gate = Gate()
        self.runner.run("Waiting", gate, queue=Queue.SEARCH, quiet=True)
        gate.wait_until_started()
        return gate

    @property
    def ids(self) -> list[str]:
        model = self.finder.model
        return sorted(str(model.at(row).entity.id) for row in range(model.rowCount()))

    @property
    def progress(self) -> SearchProgress:
        assert self.finder.progress is not None
        return self.finder.progress


@pytest.fixture(scope="module")
def demo(demo_template: Path) -> Naive:
    return Naive.of(demo_template)


@pytest.fixture
def session(demo_store: Path) -> Iterator[Session]:
    with closing(open_session(str(with_true_snapshots(demo_store)), writable=False)) as session:
        yield session


@pytest.fixture
def finding(qtbot: QtBot, session: Session, tmp_path: Path) -> Iterator[Finding]:
    runner = TaskRunner()
    crashed: list[BaseException] = []
    runner.crashed.connect(crashed.append)
    finding = Finding(qtbot, runner, tmp_path / "indexes")
    finding.show(session)
    yield finding
    finding.show(None)
    runner.close()
    assert not crashed, crashed


def ids(demo: Naive, condition: str, as_of: float | None = None, types: frozenset[str] | None = None) -> list[str]:
    return [row[0] for row in demo.find(condition, as_of, types)]


def test_those_are_found_whose_state_meets_the_condition(finding: Finding, demo: Naive) -> None:
    finding.find(CONDITION)
    assert finding.ids == ids(demo, CONDITION)
    assert finding.progress.is_done
    assert (finding.progress.entities, finding.progress.hits) == (300, len(finding.ids))
    assert finding.finder.search == StateSearch(CONDITION)


def test_as_of_a_time_and_of_some_types(finding: Finding, demo: Naive) -> None:
    as_of, types = demo.times[2_500], frozenset({"Account", "Order"})
    finding.find("version > 3", as_of, types)
    assert finding.ids == ids(demo, "version > 3", as_of, types)


def test_how_far_it_is_only_grows(finding: Finding, session: Session) -> None:
    finding.find("True")
    parts = [each for each in finding.reports if each is not None]
    assert parts[0].hits > 0, "the first hits are shown at once"
    assert [each.events for each in parts] == sorted(each.events for each in parts)
    assert parts[-1].is_done
    assert parts[-1].events == parts[-1].total == session.facts().events


def test_a_search_without_hits_says_so(finding: Finding) -> None:
    finding.find('status == "nowhere"')
    assert (finding.ids, finding.progress.is_done, finding.progress.hits) == ([], True, 0)


def test_entities_that_cannot_be_evaluated_are_reported(finding: Finding) -> None:
    finding.find("version > 3")
    assert "could not be evaluated" in finding.progress.trouble


def test_those_without_the_path_are_no_failures(finding: Finding) -> None:
    finding.find("total > 1", types=frozenset({"Account"}))
    without = finding.progress.without
    assert (finding.progress.failures, finding.progress.trouble) == (0, "")
    assert without.text == f"{without.counts['Account']} entities have no total"
    finding.find("total > 1", types=frozenset({"Account", "Order"}))
    assert finding.progress.without.text == f"{without.counts['Account']} of other types have no total"


def test_one_that_is_stopped_finds_no_more(qtbot: QtBot, finding: Finding) -> None:
    gate = finding.hold()
    finding.finder.find(StateSearch("True"))
    with qtbot.waitSignal(finding.finder.changed):
        finding.finder.stop()
    assert not finding.finder.is_searching
    gate.opened.set()
    finding.find('status == "nowhere"')
    assert finding.ids == []


def test_what_was_found_stays_when_it_is_stopped(finding: Finding) -> None:
    def stop() -> None:
        if finding.finder.model.rowCount():
            finding.finder.stop()

    finding.finder.model.rowsInserted.connect(stop)
    finding.finder.find(StateSearch("True"))
    finding.wait()
    found, searched = finding.ids, finding.progress
    assert found
    finding.runner.run("Following it", lambda job: None, queue=Queue.SEARCH)
    finding.rest()  # all that the search still reported was delivered
    assert (finding.ids, finding.progress) == (found, searched)


def test_a_newer_search_cancels_the_older(finding: Finding, demo: Naive) -> None:
    gate = finding.hold()
    finding.finder.find(StateSearch("True"))
    finding.finder.find(StateSearch(CONDITION))
    gate.opened.set()
    finding.wait()
    assert finding.ids == ids(demo, CONDITION)
    finding.find("version > 30")
    assert finding.ids == ids(demo, "version > 30")


def test_another_store_is_searched_after_it_is_set(finding: Finding, session: Session, tmp_path: Path) -> None:
    other = store_of(tmp_path / "other.esdb", [timed_event("only", at, "bank#Loan.Paid", 1.0, "x") for at in range(3)])
    with closing(open_session(str(other), writable=False)) as another:
        gate = finding.hold()
        finding.finder.find(StateSearch("True"))
        finding.show(another)
        gate.opened.set()
        assert (finding.finder.search, finding.finder.progress, finding.finder.is_searching) == (None, None, False)
        finding.find('note == "x"')
        assert finding.ids == ["only"]
        finding.show(None)
        assert finding.ids == []
        finding.finder.find(StateSearch("True"))
        assert not finding.finder.is_searching, "there is nothing to search"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody replace a file that is open")
def test_a_store_that_cannot_be_read_is_reported(finding: Finding, tmp_path: Path) -> None:
    store = store_of(tmp_path / "gone.esdb", [timed_event("only", 0, "bank#Loan.Paid", 1.0)])
    with closing(open_session(str(store), writable=False)) as another:
        finding.show(another)
        # Of a file that is overwritten in place, pages that were read before are still there.
        store.rename(tmp_path / "away.esdb")
        store.write_bytes(b"this is no database" * 4_000)
        finding.find("True")
        assert finding.finder.problem is not None
        finding.show(None)
    assert finding.finder.problem is None
