"""Filtering and sorting the list of entities, and the facts of those that are shown."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from es_desktop.app.runtime.errors import Cancelled
from es_desktop.app.search.lists import PAGE, EntityQuery, facts_by_id_text, facts_of, find_entities, ids_of
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.session import open_session
from es_desktop.app.transfer.records import Record
from es_desktop.core import EntityId
from tests.app.recording import snapshot, store_of
from tests.index.indexing import timed_event

ORDER, ACCOUNT, GONE = UUID("5f2c91d0-9c1e-4a4e-8a77-0d5f7c1b2a3e"), UUID(int=1), UUID(int=2)
TIMELESS = "ticket-1"


def history(entity_id: EntityId, entity_type: str, created: float, modified: float, version: int) -> list[Record]:
    first = timed_event(entity_id, 0, f"shop#{entity_type}.Created", created)
    between = [timed_event(entity_id, at, f"shop#{entity_type}.Changed", None) for at in range(1, version)]
    return [first, *between, timed_event(entity_id, version, f"shop#{entity_type}.Changed", modified)]


RECORDS = [
    *history(ORDER, "Order", 10.0, 90.0, 4),
    *history(ACCOUNT, "account", 5.0, 50.0, 8),
    timed_event(GONE, 0, "shop#Order.Created", 20.0),
    timed_event(GONE, 1, "shop#Order.Discarded", 70.0),
    timed_event(TIMELESS, 0, "desk#Ticket.Opened", None),
    snapshot(ORDER, 4),
    snapshot(GONE, 0),
    snapshot(GONE, 1),
]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return store_of(tmp_path / "made.esdb", RECORDS)


@pytest.fixture
def index(store: Path, tmp_path: Path) -> Iterator[StoreIndex]:
    with (
        closing(open_session(str(store), writable=False)) as session,
        closing(StoreIndex(session, tmp_path)) as index,
    ):
        index.update(lambda done, total: None)
        yield index


def ids(index: StoreIndex, query: EntityQuery) -> list[EntityId]:
    """The ids of the entities that a query asks for."""
    found = find_entities(index.session, index.database, query)
    in_order = ids_of(index.database, found.numbers)
    assert [each.id for each in found.first] == in_order
    return in_order


def test_the_latest_change_comes_first_by_default(index: StoreIndex) -> None:
    assert ids(index, EntityQuery()) == [ORDER, GONE, ACCOUNT, TIMELESS]


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("type", ["account", "Order", "Order", "Ticket"]),
        ("version", [0, 1, 4, 8]),
        ("events", [1, 2, 5, 9]),
        ("snapshots", [0, 0, 1, 2]),
        ("created", [5.0, 10.0, 20.0, None]),
        ("modified", [50.0, 70.0, 90.0, None]),
    ],
)
def test_each_column_sorts(index: StoreIndex, key: str, values: list[object]) -> None:
    query = EntityQuery(sort_by=key, descending=False)
    upwards = [getattr(each, key) for each in find_entities(index.session, index.database, query).first]
    downwards = [
        getattr(each, key)
        for each in find_entities(index.session, index.database, replace(query, descending=True)).first
    ]
    assert upwards == values
    known = [value for value in values if value is not None]
    assert downwards == [*reversed(known), *[None] * (len(values) - len(known))], "what has no time comes last"


def test_ids_sort_as_the_store_keeps_them(index: StoreIndex) -> None:
    by_id = [TIMELESS, ACCOUNT, GONE, ORDER]
    assert ids(index, EntityQuery(sort_by="id", descending=False)) == by_id
    assert ids(index, EntityQuery(sort_by="id")) == by_id[::-1]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [ORDER, GONE, ACCOUNT, TIMELESS]),
        ("  ", [ORDER, GONE, ACCOUNT, TIMELESS]),
        ("order", [ORDER, GONE]),
        ("ACC", [ACCOUNT]),
        ("5f2c91d0-9c", [ORDER]),
        ("5f2c91d09c", [ORDER]),
        ("order 2", [ORDER, GONE]),
        ("order discarded", [GONE]),
        ("ticket-1", [TIMELESS]),
        ("nothing", []),
    ],
)
def test_every_word_has_to_stand_in_the_type_or_the_id(index: StoreIndex, text: str, found: list[EntityId]) -> None:
    assert ids(index, EntityQuery(text)) == found


@pytest.mark.parametrize(
    ("text", "only", "found"),
    [
        ("", {TIMELESS, str(ORDER), "somebody gone"}, [ORDER, TIMELESS]),
        ("order", {TIMELESS, str(ORDER)}, [ORDER]),
        ("", set(), []),
    ],
)
def test_only_some_entities_are_listed_where_it_is_asked_for(
    index: StoreIndex, text: str, only: set[str], found: list[EntityId]
) -> None:
    assert ids(index, EntityQuery(text, only=frozenset(only))) == found


def test_only_some_types_are_listed_where_it_is_asked_for(index: StoreIndex) -> None:
    assert ids(index, EntityQuery(types=frozenset({"Order", "Nobody"}))) == [ORDER, GONE]
    assert ids(index, EntityQuery("2", types=frozenset({"account", "Ticket"}))) == []
    assert ids(index, EntityQuery(types=frozenset())) == []


@pytest.mark.parametrize(("chosen", "index_of_chosen"), [(ORDER, 0), (TIMELESS, 3), ("gone", None), (None, None)])
def test_the_chosen_entity_has_its_index(
    index: StoreIndex, chosen: EntityId | None, index_of_chosen: int | None
) -> None:
    assert find_entities(index.session, index.database, EntityQuery(), chosen).chosen == index_of_chosen


def test_the_chosen_entity_has_no_index_if_the_query_excludes_it(index: StoreIndex) -> None:
    assert find_entities(index.session, index.database, EntityQuery("ticket"), ORDER).chosen is None


def test_the_facts_are_those_of_the_store(index: StoreIndex) -> None:
    found = find_entities(index.session, index.database, EntityQuery())
    assert {each.id: each for each in found.first} == {each.id: each for each in index.session.entities()}
    written = facts_by_id_text(index.session, index.database, [str(ORDER), ORDER.hex, TIMELESS, "gone"])
    assert written == {each: index.session.entity(each) for each in (ORDER, TIMELESS)}


def test_facts_are_those_of_now_and_of_what_is_gone_as_far_as_they_are_known(index: StoreIndex, store: Path) -> None:
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("DELETE FROM integer_sequenced_items WHERE sequence_id = ?", [GONE.bytes])
    numbers = find_entities(index.session, index.database, EntityQuery("order")).numbers
    still, gone = facts_of(index.session, index.database, numbers)
    assert still == index.session.entity(ORDER)
    assert (gone.id, gone.type, gone.version, gone.events, gone.discarded) == (GONE, "Order", 1, 2, True)


def test_the_facts_of_a_first_page_come_with_a_long_list(tmp_path: Path) -> None:
    many = [timed_event(f"e{at}", 0, "shop#Cart.Filled", float(at)) for at in range(PAGE + 5)]
    store = store_of(tmp_path / "many.esdb", many)
    with closing(open_session(str(store), writable=False)) as session, closing(StoreIndex(session, tmp_path)) as index:
        index.update(lambda done, total: None)
        found = find_entities(session, index.database, EntityQuery(sort_by="created", descending=False), f"e{PAGE + 2}")
        assert (len(found.numbers), len(found.first), found.chosen) == (PAGE + 5, PAGE, PAGE + 2)
        rest = facts_of(session, index.database, found.numbers[PAGE:])
        assert [each.id for each in rest] == [f"e{at}" for at in range(PAGE, PAGE + 5)]


def test_a_listing_that_is_not_wanted_any_more_ends(index: StoreIndex) -> None:
    def check() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        find_entities(index.session, index.database, EntityQuery(), checkpoint=check)
