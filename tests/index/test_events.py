"""The events that an index finds, compared with a simple filter of all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.transfer.records import Record
from es_desktop.index import EventRow, EventSearch, IndexDatabase
from es_desktop.index.events import edge_rows, event_rows, events_before, find_events, first_event_since
from tests.app.recording import store_of
from tests.app.storing import sql
from tests.index.indexing import IDS, WORDS, fill, histories, indexed_store, slices_of, timed_event
from tests.trials import FEW

TIMES = st.none() | st.integers(-9_000, 9_000).map(float) | st.floats(0, 2e9)
searches = st.builds(
    EventSearch,
    text=st.just("") | st.lists(st.sampled_from([*WORDS, "TEA", "nothing", "53"]), max_size=2).map(" ".join),
    event_types=st.none() | st.frozensets(st.sampled_from(["Filled", "Discarded", "Paid", "bare", "Nothing"])),
    entity_types=st.none() | st.frozensets(st.sampled_from(["Cart", "account", "", "Nobody"])),
    since=TIMES,
    until=TIMES,
    id_prefix=st.sampled_from(["", "", "5f2c91d0-9c1e", "5F2C91D0", "0000", "ticket", "100%", "%", "gone"]),
)


def words_in(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def matches(row: EventRow, note: str, search: EventSearch) -> bool:
    raw = row.id.hex() if isinstance(row.id, bytes) else row.id.lower()
    prefix = search.id_prefix.lower()
    words, parts = search.text.lower().split(), words_in(f"note {note}")

    def has_word(at: int, word: str) -> bool:
        is_prefix = at == len(words) - 1
        return f" {words_in(word)}{'' if is_prefix else ' '}" in f" {parts} "

    return (
        all(has_word(at, word) for at, word in enumerate(words))
        and (search.event_types is None or row.event_type in search.event_types)
        and (search.entity_types is None or row.entity_type in search.entity_types)
        and (search.since is None or (row.time is not None and row.time >= search.since))
        and (search.until is None or (row.time is not None and row.time < search.until))
        and (raw.startswith(prefix) or raw.startswith(prefix.replace("-", "")))
    )


def found_by(database: IndexDatabase, search: EventSearch, after: int = 0) -> list[int]:
    return [number for chunk in find_events(database, search, after) for number in chunk]


def all_rows(database: IndexDatabase) -> list[EventRow]:
    return event_rows(database, found_by(database, EventSearch()))


@given(histories(), st.lists(st.tuples(searches, st.integers(0, 26)), min_size=9), st.integers(1, 9))
@FEW
def test_matching_events_are_found_in_the_order_of_the_store(
    records: list[Record], queries: Iterable[tuple[EventSearch, int]], events: int
) -> None:
    notes = [each.item[3].partition('"note":"')[2] for each in records if each.record_type == "event"]
    with TemporaryDirectory() as folder, slices_of(events), indexed_store(Path(folder), records) as database:
        rows = all_rows(database)
        assert [row.n for row in rows] == list(range(1, len(notes) + 1))
        for search, after in queries:
            expected = [
                row.n for row, note in zip(rows, notes, strict=True) if row.n > after and matches(row, note, search)
            ]
            assert found_by(database, search, after) == expected, search


def test_numbers_come_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("es_desktop.index.events._CHUNK", 2)
    records = [timed_event("a", version, "shop#Cart.Filled", 10.0, "teapot") for version in range(5)]
    with slices_of(3), indexed_store(tmp_path, records) as database:
        assert [list(chunk) for chunk in find_events(database, EventSearch(text="teapot"))] == [[1, 2], [3, 4], [5]]
        assert [list(chunk) for chunk in find_events(database, EventSearch())] == [[1, 2, 3], [4, 5]], "as the slices"


def test_a_text_without_a_word_finds_nothing(tmp_path: Path) -> None:
    with indexed_store(tmp_path, [timed_event("a", 0, "shop#Cart.Filled", 10.0, "!?")]) as database:
        assert found_by(database, EventSearch(text=" !? ")) == []
        assert found_by(database, EventSearch(text="  ")) == [1], "as an empty text"
        assert EventSearch().is_for_all and not EventSearch(until=1.0).is_for_all


def test_rows_have_the_order_of_the_numbers(tmp_path: Path) -> None:
    records = [timed_event(UUID(int=1), 4, "shop#Cart.Filled", 10.0), timed_event("b", 0, "bare", None)]
    with indexed_store(tmp_path, records) as database:
        assert event_rows(database, [2, 9, 1]) == [
            EventRow(2, "b", 0, "bare", "bare", None),
            EventRow(1, UUID(int=1).bytes, 4, "Filled", "Cart", 10.0),
        ]
        assert event_rows(database, []) == []


def test_the_edges_are_the_first_and_the_last_event(tmp_path: Path) -> None:
    records = [timed_event("a", version, "shop#Cart.Filled", 10.0) for version in range(5)]
    with slices_of(2), indexed_store(tmp_path, records) as database:
        assert [row.n for row in edge_rows(database)] == [1, 5]
    with indexed_store(tmp_path / "empty", []) as database:
        assert edge_rows(database) == []


@given(histories(), st.integers(-9_000, 9_000), st.integers(1, 9))
@FEW
def test_the_first_event_since_a_time(records: list[Record], time: int, events: int) -> None:
    with TemporaryDirectory() as folder, slices_of(events), indexed_store(Path(folder), records) as database:
        since = [row.n for row in all_rows(database) if row.time is not None and row.time >= time]
        assert first_event_since(database, time) == (since[0] if since else None)


@pytest.mark.parametrize("events", [2, 3, 100])
def test_events_are_counted_before_a_number_with_gaps_in_the_numbers(tmp_path: Path, events: int) -> None:
    store = store_of(tmp_path / "made.esdb", [timed_event("a", version, "bare", 1.0) for version in range(9)])
    sql(store, "DELETE FROM integer_sequenced_items WHERE position IN (1, 2, 6)")
    with slices_of(events), closing(IndexDatabase()) as database:
        fill(database, store)
        numbers = found_by(database, EventSearch())
        assert numbers == [1, 4, 5, 6, 8, 9]
        assert [events_before(database, number) for number in (*numbers, 3, 99)] == [0, 1, 2, 3, 4, 5, 1, 6]


def test_uuids_and_texts_are_different_ids(tmp_path: Path) -> None:
    uuid = UUID(int=5)
    records = [timed_event(uuid, 0, "shop#Cart.Filled", 1.0), timed_event(str(uuid), 0, "shop#Cart.Filled", 2.0)]
    with indexed_store(tmp_path, [*records, *(timed_event(each, 1, "bare", 3.0) for each in IDS)]) as database:
        assert len(found_by(database, EventSearch(id_prefix="00000000-0000-0000-0000-000000000005"))) == 2
