"""Filling an index: the same from both sources, in slices of any size, after interruptions, and as a store grows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from es_desktop.app.store.session import open_session
from es_desktop.app.transfer.records import Record
from es_desktop.index import IndexDatabase, IndexFiller, IndexState
from es_desktop.stores.writing import append_records
from tests.app.recording import ODD_PAYLOADS, event, store_of
from tests.index.indexing import IDS, TOPICS, content, fill, histories, slices_of, source_of, timed_event
from tests.trials import FEW

SOME = [timed_event(IDS[at % 3], at // 3, TOPICS[at % 2], 1000.0 * at, "teapot") for at in range(12)]


def filled(store: Path, *, streamed: bool = False, keeps_text: bool = True) -> dict[str, list[Any]]:
    with closing(IndexDatabase()) as database:
        fill(database, store, streamed=streamed, keeps_text=keeps_text)
        return content(database)


# The same content -----------------------------------------------------------------------------------------------------


@FEW
@given(histories(), st.integers(1, 9))
def test_both_sources_fill_an_index_the_same_with_any_slices(records: list[Record], events: int) -> None:
    with TemporaryDirectory() as folder:
        store = store_of(Path(folder) / "made.esdb", records)
        at_once = filled(store)
        with slices_of(events):
            assert filled(store) == at_once
            assert filled(store, streamed=True) == at_once


def test_an_entity_has_its_first_and_last_event_and_its_snapshots(tmp_path: Path) -> None:
    records = [
        timed_event("a", 3, "shop#Cart.Filled", 20.0),
        timed_event("a", 5, "shop#Cart.Filled", None),
        timed_event("b", 0, "bank#Loan.Paid", 10.0),
        timed_event("a", 8, "shop#Cart.Discarded", 30.0),
        Record("snapshot", event("a", 5).item),
    ]
    found = filled(store_of(tmp_path / "made.esdb", records))
    assert found["entities"] == [
        ("a", "Cart", 3, 3, 8, 1, 20.0, 30.0, 1, 0),
        ("b", "Loan", 1, 0, 0, 0, 10.0, 10.0, 0, 0),
    ]
    assert found["events"][2] == (3, "b", 0, "bank#Loan.Paid", "Paid", 10.0)
    assert found["spans"] == [(4, 1, 4, 10.0, 30.0)]


def test_an_event_with_a_lower_position_becomes_the_first(tmp_path: Path) -> None:
    records = [timed_event("a", version, "shop#Cart.Filled", 10.0 * version) for version in (5, 2, 9, 7)]
    for events in (1, 9):
        with slices_of(events):
            assert filled(store_of(tmp_path / f"{events}.esdb", records))["entities"] == [
                ("a", "Cart", 4, 2, 9, 0, 20.0, 90.0, 0, 0)
            ]


@pytest.mark.parametrize(
    ("timestamp", "seconds"),
    [
        ("12", 12.0),
        ("-12.5", -12.5),
        ("1e3", 1000.0),
        ("true", 1.0),
        ('{"__decimal__":"1740787200.25"}', 1740787200.25),
        ('"12"', None),
        ("null", None),
        ("[12]", None),
        ('{"a":12}', None),
        ("1e400", None),
        ("-1e400", None),
    ],
)
def test_the_time_is_the_one_that_the_core_reads(tmp_path: Path, timestamp: str, seconds: float | None) -> None:
    store = store_of(
        tmp_path / "made.esdb",
        [event("a", 0, f'{{"timestamp":{timestamp},"note":"x"}}'), event("a", 1, f'{{"n":1,"timestamp":{timestamp}}}')],
    )
    assert [row[-1] for row in filled(store)["events"]] == [seconds, seconds]
    assert [row[-1] for row in filled(store, streamed=True)["events"]] == [seconds, seconds]


def test_odd_payloads_are_indexed_like_others(tmp_path: Path) -> None:
    records = [event("odd", version, payload) for version, payload in enumerate(ODD_PAYLOADS)]
    store = store_of(
        tmp_path / "made.esdb", [*records, event("odd", 99, b"\xff\xfe\x00"), timed_event("a", 0, "a#B.C", 5.0)]
    )
    for streamed in (False, True):
        found = filled(store, streamed=streamed)
        assert len(found["events"]) == len(records) + 2
        assert found["spans"] == [(len(records) + 2, 1, len(records) + 2, 5.0, 5.0)]


def test_the_same_words_are_found_however_a_store_is_read(tmp_path: Path) -> None:
    """SQL does not read a store in UTF-16; the words of tags, such as the topic of an enum, are of its payload too."""
    payloads = [
        '{"timestamp":1.0,"channel":{"__enum__":{"topic":"es_desktop.examples.order#Order.Channel","name":"WEB"}}}',
        '{"timestamp":2.0,"price":{"__decimal__":"19.90"},"note":"first\\nsecond","who":"Zo\u00eb"}',
    ]
    store = store_of(
        tmp_path / "made.esdb",
        [event("Zo\u00eb", at, each, "shop#Men\u00fc.Filled") for at, each in enumerate(payloads)],
    )
    at_once = filled(store)
    assert filled(store, streamed=True) == at_once
    assert {"channel", "web", "order", "second", "zoe"} <= {term for term, *_ in at_once["words"]}


def test_no_word_is_kept_without_keeps_text(tmp_path: Path) -> None:
    store = store_of(tmp_path / "made.esdb", SOME)
    with_words, without = filled(store), filled(store, keeps_text=False)
    assert with_words.pop("words") and without.pop("words") == []
    assert with_words == without


# Stopping and continuing ----------------------------------------------------------------------------------------------


class Stopped(Exception):
    pass


def stopping_at(last: int) -> Callable[[IndexState], None]:
    reports = count(1)

    def report(found: IndexState) -> None:
        if next(reports) == last:
            raise Stopped

    return report


@given(histories(), st.booleans(), st.integers(1, 6))
@FEW
@example(records=SOME, streamed=False, events=2)
@example(records=SOME, streamed=True, events=2)
def test_it_continues_after_an_interruption_at_any_slice(records: list[Record], streamed: bool, events: int) -> None:
    with TemporaryDirectory() as folder, slices_of(events):
        store, path = store_of(Path(folder) / "made.esdb", records), Path(folder) / "store.index"
        at_once = filled(store)
        for last in count(1):
            with closing(IndexDatabase(path)) as database, source_of(store, streamed=streamed) as source:
                try:
                    IndexFiller(database, source).run(stopping_at(1 if last % 2 else 2))
                except Stopped:
                    continue
                assert content(database) == at_once
                break


def test_it_reports_its_progress(tmp_path: Path) -> None:
    store = store_of(tmp_path / "made.esdb", SOME)
    with slices_of(5), closing(IndexDatabase()) as database:
        reports = fill(database, store)
    assert [(each.entities, each.events, each.last) for each in reports] == [
        (3, 0, 0),
        (3, 5, 5),
        (3, 10, 10),
        (3, 12, 12),
        (3, 12, 12),
    ]
    assert [each.is_whole for each in reports] == [False] * 4 + [True]


def test_numbers_may_have_gaps(tmp_path: Path) -> None:
    store = store_of(tmp_path / "made.esdb", SOME)
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("UPDATE integer_sequenced_items SET id = id + 1000 WHERE id > 4")
        connection.execute("DELETE FROM integer_sequenced_items WHERE id = 2")
    with slices_of(3):
        numbers = [row[0] for row in filled(store)["events"]]
    assert numbers == [1, 3, 4, *range(1005, 1013)]


# A store that grows ---------------------------------------------------------------------------------------------------


@FEW
@given(histories(), st.data(), st.booleans())
def test_appended_events_are_added(records: list[Record], data: st.DataObject, streamed: bool) -> None:
    at = data.draw(st.integers(0, len(records)))
    with TemporaryDirectory() as folder, slices_of(4), closing(IndexDatabase()) as database:
        store = store_of(Path(folder) / "made.esdb", records[:at])
        fill(database, store, streamed=streamed)
        with closing(open_session(str(store))) as session:
            append_records(session.store.tables, records[at:])
        fill(database, store, streamed=streamed)
        assert content(database) == filled(store)


def test_events_appended_during_the_survey_are_counted_once(tmp_path: Path) -> None:
    store = store_of(tmp_path / "made.esdb", SOME)
    more = [timed_event(each, 90, "shop#Cart.Discarded", 9e5) for each in (*IDS, "newcomer")]
    with closing(open_session(str(store))) as writing, slices_of(1), closing(IndexDatabase()) as database:
        left = [more]

        def report(found: IndexState) -> None:
            if left:
                append_records(writing.store.tables, left.pop())

        with source_of(store) as source:
            IndexFiller(database, source).run(report)
        assert content(database) == filled(store)


# Several at once ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("streamed", [False, True])
def test_two_may_fill_the_same_index(tmp_path: Path, streamed: bool) -> None:
    store, path = store_of(tmp_path / "made.esdb", SOME), tmp_path / "store.index"
    with slices_of(2), closing(IndexDatabase(path)) as ours, closing(IndexDatabase(path)) as theirs:
        for steps in range(1, 9):

            def report(found: IndexState, steps: int = steps) -> None:
                with source_of(store, streamed=streamed) as other, suppress(Stopped):
                    IndexFiller(theirs, other).run(stopping_at(steps))

            with source_of(store, streamed=streamed) as source:
                IndexFiller(ours, source).run(report)
            assert content(ours) == filled(store)
            ours.clear()
