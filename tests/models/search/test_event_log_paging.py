"""Going to a time in the log, and reading its pages when they are shown."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from es_desktop.app.store.session import Session, open_session
from es_desktop.models.search.event_log import ALL, PAGE
from es_desktop.stores import NO_OPTIONS
from tests.app.recording import store_of
from tests.index.indexing import timed_event
from tests.models.search.logged import EVENTS, Logged, event_keys, with_a_gap
from tests.models.working import Gate

# Going to a time ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [{}, {"text": "of1"}])
@pytest.mark.parametrize("has_gaps", [False, True])
@pytest.mark.parametrize(("time", "at"), [(0.0, 0), (1_002.5, 3), (1_600.0, 600), (9e9, EVENTS - 1)])
def test_a_time_leads_to_the_first_event_that_is_not_before_it(
    logged: Logged, long_store: Path, long_session: Session, has_gaps: bool, asked: dict[str, Any], time: float, at: int
) -> None:
    is_left = with_a_gap(long_store) if has_gaps else lambda at: True
    at += not is_left(at)
    logged.show_all(long_session)
    logged.find(**asked)
    logged.log.go_to_time(time)
    logged.settle()
    assert logged.log.search == ALL
    assert logged.rows_wanted == [event_keys(is_left).index(event_keys()[at])]


def test_a_time_that_is_not_indexed_yet_is_shown_when_it_is(partly_indexed: Logged) -> None:
    partly_indexed.indexer.resume()
    partly_indexed.log.go_to_time(1_000.0 + EVENTS - 5)
    partly_indexed.wait_until_indexed()
    assert partly_indexed.rows_wanted == [EVENTS - 5]


def test_a_new_search_cancels_going_to_a_time(partly_indexed: Logged) -> None:
    partly_indexed.indexer.resume()
    partly_indexed.log.go_to_time(1_000.0 + EVENTS - 5)
    partly_indexed.find(text="of1")
    partly_indexed.wait_until_indexed()
    assert partly_indexed.rows_wanted == []


def test_an_empty_store_has_no_time_to_go_to(logged: Logged, tmp_path: Path) -> None:
    with closing(open_session(str(store_of(tmp_path / "empty.esdb", [])), writable=False)) as session:
        logged.show_all(session)
        logged.log.go_to_time(0.0)
        logged.settle()
        assert (logged.rows_wanted, logged.log.model.rowCount()) == ([], 0)
        logged.show(None)


# Pages ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [{}, {"event_types": frozenset({"Filled", "Paid"})}])
def test_pages_are_read_when_they_are_shown(logged: Logged, long_session: Session, asked: dict[str, Any]) -> None:
    logged.show_all(long_session)
    logged.find(**asked)
    logged.row(2 * PAGE)
    assert logged.log.model.at(2 * PAGE + 10) is not None
    assert logged.log.model.at(PAGE) is None
    logged.settle()
    assert logged.log.model.at(PAGE) is not None


def test_dropped_pages_are_requested_when_they_are_shown_again(
    logged: Logged, long_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("es_desktop.models.table.paging._MOST_WAITING", 1)
    logged.show_all(long_session)
    gate = Gate()
    logged.runner.run("Waiting", gate)
    for page in (0, 1, 2, 3):
        assert logged.log.model.at(page * PAGE) is None
    gate.opened.set()
    logged.settle()
    missing = [page for page in range(4) if logged.log.model.at(page * PAGE) is None]
    assert missing
    logged.settle()
    assert logged.event_keys == event_keys()


def test_another_store_replaces_it_whatever_is_running(logged: Logged, long_session: Session, tmp_path: Path) -> None:
    other = store_of(tmp_path / "other.esdb", [timed_event("only", at, "bank#Loan.Paid", 1.0) for at in range(5)])
    with closing(open_session(str(other), writable=False, options=NO_OPTIONS)) as another:
        logged.show_all(long_session)
        logged.find(text="of1")
        gate = Gate()
        logged.runner.run("Waiting", gate)
        logged.log.model.at(0)
        logged.show(another)
        assert (logged.log.search, logged.log.model.rowCount()) == (ALL, 0)
        logged.wait_for_rows(5)
        gate.opened.set()
        assert logged.event_keys == [("only", at) for at in range(5)]
        logged.show_all(long_session)
        assert logged.log.model.rowCount() == EVENTS
        logged.show(None)
