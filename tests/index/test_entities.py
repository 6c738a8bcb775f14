"""The entities that an index finds, and their order, compared with a simple filter and sort of all of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.transfer.records import Record
from es_desktop.index import EntityOrder, EntityRow, EntitySearch, IndexDatabase
from es_desktop.index.column_tests import ColumnTest
from es_desktop.index.entities import (
    entity_number,
    entity_rows,
    entity_rows_by_id,
    find_entities,
    longest_entities,
    numbers_with_prefix,
)
from es_desktop.index.source import raw_id
from tests.index.indexing import IDS, histories, indexed_store, timed_event
from tests.trials import FEW

KEYS = ("type", "id", "version", "events", "snapshots", "created", "modified")
typed = st.sampled_from(
    ["cart", "CART", "loan", "discarded", "disc", "5f2c91d0-9c", "5f2c91d09c", "5F2C", "000", "ticket"]
) | st.sampled_from(["-", "%", "_", "100%", "\\", "1", "nothing", "ac"])
searches = st.builds(
    EntitySearch,
    st.lists(typed, max_size=2).map(tuple),
    st.none() | st.frozensets(st.sampled_from(["Cart", "account", "Loan", "", "Nobody"])),
    st.none() | st.frozensets(st.sampled_from([*map(raw_id, IDS), "gone"])),
)


def text_of(raw: bytes | str) -> str:
    return raw.hex() if isinstance(raw, bytes) else raw.lower()


def matches(row: EntityRow, search: EntitySearch) -> bool:
    def has_word(word: str) -> bool:
        folded = word.casefold()
        in_id = folded in text_of(row.id) or folded.replace("-", "") in text_of(row.id)
        return in_id or folded in (row.entity_type or "").casefold() or (bool(row.discarded) and folded in "discarded")

    return (
        all(map(has_word, search.words))
        and (search.entity_types is None or row.entity_type in search.entity_types)
        and (search.ids is None or row.id in search.ids)
    )


def value_of(row: EntityRow, key: str) -> Any:
    match key:
        case "type":
            return (row.entity_type or "").lower()
        case "id":
            # As SQLite sorts: text before bytes, each by its bytes.
            return isinstance(row.id, bytes), row.id if isinstance(row.id, bytes) else row.id.encode()
        case "version":
            return row.last
        case _:
            return getattr(row, key)


def expected_rows(rows: Iterable[EntityRow], search: EntitySearch, order: EntityOrder) -> list[EntityRow]:
    found = [row for row in rows if matches(row, search)]
    with_value = [row for row in found if value_of(row, order.by) is not None]
    without = [row for row in found if value_of(row, order.by) is None]
    return sorted(with_value, key=lambda row: value_of(row, order.by), reverse=order.descending) + without


def found_by(database: IndexDatabase, search: EntitySearch, order: EntityOrder) -> list[EntityRow]:
    return [row for chunk in find_entities(database, search, order) for row in entity_rows(database, chunk)]


def all_rows(database: IndexDatabase) -> list[EntityRow]:
    """Return all rows by number, which is the order of equal ones."""
    with database.reading() as connection:
        numbers = [number for (number,) in connection.execute("SELECT no FROM entity ORDER BY no")]
    return entity_rows(database, numbers)


@given(histories(), st.lists(st.builds(lambda *each: each, searches, st.sampled_from(KEYS), st.booleans()), min_size=9))
@FEW
def test_matching_entities_are_found_in_order(
    records: list[Record], queries: list[tuple[EntitySearch, str, bool]]
) -> None:
    with TemporaryDirectory() as folder, indexed_store(Path(folder), records) as database:
        rows = all_rows(database)
        for search, key, descending in queries:
            order = EntityOrder(key, descending)
            found = found_by(database, search, order)
            expected = expected_rows(rows, search, order)
            assert [value_of(row, key) for row in found] == [value_of(row, key) for row in expected]
            assert sorted(map(repr, found)) == sorted(map(repr, expected))


FEW = [
    timed_event(UUID(int=1), 0, "shop#Cart.Filled", 10.0),
    timed_event(UUID(int=2), 0, "shop#Cart.Filled", 30.0),
    timed_event("ticket-1", 0, "desk#Ticket.Opened", None),
    timed_event(UUID(int=2), 1, "shop#Cart.Discarded", 20.0),
]


def test_the_latest_change_comes_first_and_entities_without_time_last(tmp_path: Path) -> None:
    with indexed_store(tmp_path, FEW) as database:
        by_time = [UUID(int=2).bytes, UUID(int=1).bytes, "ticket-1"]
        assert [row.id for row in found_by(database, EntitySearch(), EntityOrder())] == by_time
        oldest_first = found_by(database, EntitySearch(), EntityOrder("modified", descending=False))
        assert [row.id for row in oldest_first] == [by_time[1], by_time[0], "ticket-1"]


def test_numbers_come_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("es_desktop.index.entities._CHUNK", 2)
    with indexed_store(tmp_path, FEW) as database:
        assert [len(chunk) for chunk in find_entities(database)] == [2, 1]


def test_rows_have_the_order_of_the_numbers(tmp_path: Path) -> None:
    with indexed_store(tmp_path, FEW) as database:
        numbers = [entity_number(database, raw) for raw in ("ticket-1", UUID(int=1).bytes)]
        assert None not in numbers
        rows = entity_rows(database, [number or 0 for number in numbers] + [99])
        assert [row.id for row in rows] == ["ticket-1", UUID(int=1).bytes], "unknown numbers are left out"
        assert entity_number(database, "gone") is None
        found = entity_rows_by_id(database, ["ticket-1", "gone", UUID(int=2).bytes])
        assert {row.id for row in found} == {"ticket-1", UUID(int=2).bytes}
        assert (entity_rows(database, []), entity_rows_by_id(database, [])) == ([], [])


def test_the_longest_come_first(tmp_path: Path) -> None:
    with indexed_store(tmp_path, FEW) as database:
        longest, other = longest_entities(database, 2)
        assert (longest.id, longest.events, other.events) == (UUID(int=2).bytes, 2, 1)


@pytest.mark.parametrize(
    ("prefix", "found"),
    [("0000", 2), ("00000000-0000-0000-0000-000000000001", 1), ("TICK", 1), ("%", 0), ("", 3), ("1", 0)],
)
def test_ids_are_found_by_their_prefix(tmp_path: Path, prefix: str, found: int) -> None:
    with indexed_store(tmp_path, FEW) as database:
        assert len(numbers_with_prefix(database, prefix, 10)) == found
        assert len(numbers_with_prefix(database, prefix, 1)) == min(found, 1)


def test_ids_and_types_are_found_whatever_their_accents(tmp_path: Path) -> None:
    records = [
        timed_event("Stra\u00dfe-1", 0, "shop#Men\u00fc.Filled", 10.0),
        timed_event("Bo", 0, "shop#Cart.Filled", 20.0),
    ]
    with indexed_store(tmp_path, records) as database:
        by_word = [
            [row.id for row in found_by(database, EntitySearch((word,)), EntityOrder())] for word in ("MENU", "strasse")
        ]
        tests = [
            ColumnTest("type", "contains", "menu"),
            ColumnTest("type", "=", "Menu"),
            ColumnTest("type", "=", "Cart", negates=True),
            ColumnTest("id", "contains", "STRASSE"),
            ColumnTest("id", "between", "strasse", to_text="strasse-9"),
            ColumnTest("type", ">", "cart"),
        ]
        by_test = [found_by(database, EntitySearch(tests=(each,)), EntityOrder()) for each in tests]
        assert by_word == [["Stra\u00dfe-1"]] * 2
        assert [[row.id for row in rows] for rows in by_test] == [["Stra\u00dfe-1"]] * len(tests)
        assert len(numbers_with_prefix(database, "strass", 9)) == 1
        assert found_by(database, EntitySearch(tests=(ColumnTest("type", "="),)), EntityOrder()) == []
