"""The log: all events of a store in its order, searches, and updates from store and index."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.app.search.lists import EventSearch
from es_desktop.app.store.session import Session, open_session
from es_desktop.models.runtime.tasks import Queue
from es_desktop.models.search.event_log import ALL, PAGE
from es_desktop.stores import OpenOptions
from tests.models.search.logged import EVENTS, FIRST_EVENTS, Logged, append, event_keys, with_a_gap
from tests.models.working import Gate
from tests.stores.formats.sample import Sample
from tests.stores.formats.samples import SAMPLES

IN_AES = next(each for each in SAMPLES if each.keys and each.file.startswith("es-9.5.6"))


# All events -----------------------------------------------------------------------------------------------------------


def test_all_events_are_there_in_the_order_of_the_store(logged: Logged, long_session: Session) -> None:
    logged.show(long_session)
    logged.wait_for_rows(EVENTS)
    assert logged.event_keys == event_keys()


def test_they_are_there_before_there_is_an_index(logged: Logged, long_session: Session) -> None:
    gate = Gate()
    logged.runner.run("Waiting", gate, queue=Queue.INDEX, quiet=True)
    logged.show(long_session)
    logged.wait_for_rows(EVENTS)
    last = logged.row(EVENTS - 1)
    assert (last.entity_id, last.event.version) == event_keys()[-1]
    assert logged.indexer.index is None
    gate.opened.set()


def test_a_store_without_numbers_shows_them_by_its_index(
    logged: Logged, long_store: Path, long_session: Session
) -> None:
    is_left = with_a_gap(long_store)
    logged.show_all(long_session)
    assert logged.event_keys == event_keys(is_left)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.file)
def test_of_any_store_every_event_is_there_once(sample: Sample, logged: Logged, tmp_path: Path) -> None:
    options = OpenOptions(keys=sample.keys)
    with closing(open_session(str(sample.copy_to(tmp_path)), writable=False, options=options)) as session:
        logged.show_all(session)
        expected = [(each.id, event) for each in session.entities() for event in session.events(each.id)]
        assert logged.log.model.rowCount() == sample.events == len(expected)
        rows = [logged.row(at) for at in range(sample.events)]
        assert sorted((str(each.entity_id), each.event.version) for each in rows) == sorted(
            (str(entity_id), event.version) for entity_id, event in expected
        )
        by_key = {(entity_id, event.version): event for entity_id, event in expected}
        assert all(by_key[each.entity_id, each.event.version] == each.event for each in rows)
        logged.show(None)
        assert logged.log.model.rowCount() == 0


@pytest.mark.parametrize("has_gaps", [False, True])
def test_what_is_appended_shows(logged: Logged, long_store: Path, long_session: Session, has_gaps: bool) -> None:
    is_left = with_a_gap(long_store) if has_gaps else lambda at: True
    logged.show_all(long_session)
    assert logged.event_keys == event_keys(is_left)
    append(long_store, PAGE)
    logged.take_in()
    logged.wait_for_rows(EVENTS + PAGE - 2 * has_gaps)
    assert logged.event_keys == event_keys(is_left, EVENTS + PAGE)


def test_what_is_appended_shows_before_it_is_indexed(logged: Logged, long_store: Path, long_session: Session) -> None:
    logged.show_all(long_session)
    gate = Gate()
    logged.runner.run("Waiting", gate, queue=Queue.INDEX, quiet=True)
    append(long_store, 3)
    logged.log.refresh()
    logged.wait_for_rows(EVENTS + 3)
    assert (logged.row(EVENTS + 2).entity_id, logged.row(EVENTS + 2).event.version) == event_keys(count=EVENTS + 3)[-1]
    gate.opened.set()


# Searching -----------------------------------------------------------------------------------------------------------

SOME: list[tuple[dict[str, Any], Callable[[int], bool]]] = [
    ({"text": "note17"}, lambda at: str(at).startswith("17")),
    ({"text": '"note17"'}, lambda at: at == 17),
    ({"text": "of1 note4"}, lambda at: at % 3 == 1 and str(at).startswith("4")),
    ({"text": "nowhere"}, lambda at: False),
    ({"event_types": frozenset({"Opened"})}, lambda at: at < 5),
    ({"entity_types": frozenset({"Loan"})}, lambda at: at % 7 > 4),
    ({"entity_types": frozenset({"Nobody"})}, lambda at: False),
    ({"since": 1_100.0, "until": 1_400.0}, lambda at: 100 <= at < 400),
    ({"since": 9e9}, lambda at: False),
    ({"id_prefix": "cart-3"}, lambda at: at % 7 == 3),
    ({"event_types": frozenset({"Filled", "Paid"}), "id_prefix": "LOAN"}, lambda at: at % 7 > 4),
    (
        {"text": "of2", "entity_types": frozenset({"Cart"}), "until": 1_050.0},
        lambda at: at % 3 == 2 and at % 7 < 5 and at < 50,
    ),
    ({"text": "   "}, lambda at: True),
]


@pytest.mark.parametrize(("asked", "holds"), SOME, ids=lambda each: "+".join(each) if isinstance(each, dict) else "")
def test_a_search_leaves_the_matching_events(
    logged: Logged, long_session: Session, asked: dict[str, Any], holds: Callable[[int], bool]
) -> None:
    logged.show_all(long_session)
    logged.find(**asked)
    assert logged.event_keys == event_keys(holds)
    assert not logged.log.is_finding
    logged.log.set_search(ALL)
    assert logged.log.model.rowCount() == EVENTS, "at once"


def test_what_is_asked_for_is_narrowed_in_one_respect_after_the_other(logged: Logged, long_session: Session) -> None:
    logged.show_all(long_session)
    logged.log.update_search(entity_types=frozenset({"Cart"}))
    logged.log.update_search(text="of1")
    logged.settle()
    assert logged.event_keys == event_keys(lambda at: at % 7 < 5 and at % 3 == 1)
    logged.log.update_search(entity_types=None)
    logged.settle()
    assert logged.event_keys == event_keys(lambda at: at % 3 == 1)


def test_the_same_search_does_not_run_again(qtbot: QtBot, logged: Logged, long_session: Session) -> None:
    logged.show_all(long_session)
    logged.find(text="of1")
    with qtbot.assertNotEmitted(logged.log.model.modelReset), qtbot.assertNotEmitted(logged.log.changed):
        logged.log.update_search(text="of1")


def test_a_text_without_a_word_is_refused(logged: Logged, long_session: Session) -> None:
    logged.show_all(long_session)
    logged.find(text=" --- ")
    assert str(logged.log.problem).startswith("there is no word in '---'")
    assert (logged.log.model.rowCount(), logged.log.is_finding) == (0, False)
    logged.find(text="note5")
    assert logged.log.problem is None
    assert logged.log.model.rowCount() > 0


def test_in_a_large_store_that_is_opened_by_a_key_words_are_not_kept(
    logged: Logged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("es_desktop.app.search.store_index.SMALL", 3)
    path, options = IN_AES.copy_to(tmp_path), OpenOptions(keys=IN_AES.keys)
    with closing(open_session(str(path), writable=False, options=options)) as session:
        logged.show_all(session)
        logged.find(text="anything")
        assert "the words of encrypted records are not kept" in str(logged.log.problem)
        assert logged.log.model.rowCount() == 0
        logged.find(event_types=frozenset({"Registered"}))
        assert logged.log.problem is None
        assert logged.log.model.rowCount() == IN_AES.event_types["Registered"]
        logged.show(None)


def test_what_is_found_grows_with_the_index(partly_indexed: Logged) -> None:
    partly_indexed.find(text="of1")
    assert partly_indexed.event_keys == event_keys(lambda at: at % 3 == 1, FIRST_EVENTS)
    assert not partly_indexed.log.is_finding, "it is paused"
    partly_indexed.indexer.resume()
    assert partly_indexed.log.is_finding
    partly_indexed.settle()
    assert partly_indexed.event_keys == event_keys(lambda at: at % 3 == 1)


def test_a_search_may_begin_before_there_is_an_index(logged: Logged, long_session: Session) -> None:
    gate = Gate()
    logged.runner.run("Waiting", gate, queue=Queue.INDEX, quiet=True)
    logged.show(long_session)
    logged.log.set_search(EventSearch(entity_types=frozenset({"Loan"})))
    assert logged.log.model.rowCount() == 0
    gate.opened.set()
    logged.wait_for_rows(len(event_keys(lambda at: at % 7 > 4)))
    logged.settle()


def test_what_is_appended_is_found(logged: Logged, long_store: Path, long_session: Session) -> None:
    logged.show_all(long_session)
    logged.find(entity_types=frozenset({"Loan"}))
    assert logged.event_keys == event_keys(lambda at: at % 7 > 4)
    append(long_store, 50)
    logged.indexer.update()
    expected = event_keys(lambda at: at % 7 > 4, EVENTS + 50)
    logged.wait_for_rows(len(expected))
    assert logged.event_keys == expected
