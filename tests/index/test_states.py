"""The values of states in an index: kept by the last event, found by any of them, and sorted by one of each type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from es_desktop.index import EntityOrder, EntitySearch, IndexDatabase
from es_desktop.index.column_tests import ColumnTest
from es_desktop.index.entities import entity_rows, find_entities
from es_desktop.index.states import (
    StateRow,
    count_states,
    first_of_type,
    known_states,
    missing_states,
    put_states,
    use_states_by,
    value_key,
)
from tests.index.indexing import indexed_store, timed_event

TYPES = {"a": "Cart", "b": "Cart", "c": "Loan", "d": "Cart"}
STATES = [
    StateRow("a", 0, {"owner": "Zoë Ng", "note": '50 % of "x\\y"', "total": "20.00"}, {"total": 20.0}, ""),
    StateRow("b", 0, {"owner": "ann", "total": "9.50", value_key('prices["1.5"]'): "7"}, {"total": 9.5}, ""),
    StateRow("c", 0, {"title": "A boat", "owner": "Bo"}, {}, "fails at version 0"),
]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[IndexDatabase]:
    records = [timed_event(each, 0, f"shop#{name}.Filled", None) for each, name in TYPES.items()]
    with indexed_store(tmp_path, records) as database:
        put_states(database, [*STATES, StateRow("nobody", 0, {}, {}, "")])
        yield database


BY_ID = EntityOrder("id", descending=False)


def found(database: IndexDatabase, *words: str, order: EntityOrder = BY_ID) -> str:
    numbers = [number for chunk in find_entities(database, EntitySearch(words), order) for number in chunk]
    return "".join(row.id for row in entity_rows(database, numbers))


def test_they_are_kept_until_the_entity_has_more(database: IndexDatabase) -> None:
    assert sorted(known_states(database, ["a", "b", "c", "d"])) == STATES
    assert [each.id for each in missing_states(database, None, 9)] == ["d"]
    assert missing_states(database, None, 9, only=["a", "nobody"]) == []
    put_states(database, [StateRow("a", -1, {}, {}, "")])
    assert [each.id for each in missing_states(database, None, 9)] == ["d", "a"], "the newest entities come first"
    assert (count_states(database).known, count_states(database).entities) == (3, 4)
    assert first_of_type(database, "Cart", 9, 2) == ["a", "b"]


def test_they_are_deleted_when_states_are_rebuilt_in_another_way(database: IndexDatabase) -> None:
    use_states_by(database, "one")
    put_states(database, STATES)
    use_states_by(database, "one")
    assert count_states(database).known == 3
    use_states_by(database, "another")
    assert count_states(database).known == 0


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("ng", "a"),
        ("zoe", "a"),
        ("ZOE", "a"),
        ("Zoe\N{COMBINING DIAERESIS}", "a"),
        ("zoë", "a"),
        ("ZOË", "a"),
        ("ë n", "a"),
        ("50 %", "a"),
        ('"x\\y"', "a"),
        ("%", "a"),
        ("_", ""),
        ("7", "b"),
        ("owner", ""),
        ("1.5", ""),
        ("boat", "c"),
        ("lo", "c"),
        ("20.0", "a"),
    ],
)
def test_an_entity_is_found_by_any_value_but_not_by_a_path(database: IndexDatabase, typed: str, ids: str) -> None:
    assert found(database, typed) == ids


def test_each_word_may_be_in_another_value(database: IndexDatabase) -> None:
    assert found(database, "cart", "zoë", "20") == "a"


def test_the_values_of_each_type_give_one_order(database: IndexDatabase) -> None:
    names = (("Cart", "owner"), ("Loan", "title"), ("Nobody", "x"))
    assert found(database, order=EntityOrder("state", False, names)) == "cbad"
    assert found(database, order=EntityOrder("state", True, names)) == "abcd", "the unknown one is still last"
    assert found(database, order=EntityOrder("state", False, ((None, "total"),))) == "bacd"
    assert found(database, order=EntityOrder("state", False, ((None, 'prices["1.5"]'),))) == "bacd"
    assert found(database, order=EntityOrder("state", False, ())) == "abcd"


@pytest.mark.parametrize(
    "test",
    [
        ColumnTest("state", "contains", "ZOE"),
        ColumnTest("state", "=", "zoe ng"),
        ColumnTest("state", ">=", "z"),
        ColumnTest("state", "between", "zoa", to_text="zoe"),
    ],
)
def test_a_column_is_filtered_whatever_the_accents(database: IndexDatabase, test: ColumnTest) -> None:
    search = EntitySearch(tests=(replace(test, paths=((None, "owner"),)),))
    numbers = [number for chunk in find_entities(database, search, BY_ID) for number in chunk]
    assert [row.id for row in entity_rows(database, numbers)] == ["a"]


def test_a_name_with_an_accent_stands_beside_those_without(database: IndexDatabase) -> None:
    put_states(database, [StateRow("b", 0, {"owner": "Zo\u00eb A"}, {}, ""), StateRow("d", 0, {"owner": "zz"}, {}, "")])
    assert found(database, order=EntityOrder("state", descending=False, paths=((None, "owner"),))) == "cbad"
