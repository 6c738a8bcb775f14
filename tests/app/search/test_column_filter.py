"""The filter of a column as it is typed, carried out on the index of a store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.column_filter import parse_column_filter
from es_desktop.app.search.entity_states import EntityStates
from es_desktop.app.search.lists import EntityQuery, find_entities
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.session import open_session
from es_desktop.app.text.times import parse_time
from tests.app.recording import event, store_of

PAYLOADS = {
    "cart-1": '{"status": "PAID", "total": 100, "note": "50 % off", "at": "2026-05-01T10:00:00"}',
    "cart-2": '{"status": "PACKED", "total": "144.80", "at": "2026-05-31T23:00:00"}',
    "cart-3": '{"status": "open", "total": 1087.5, "lines": [1, 2]}',
    "cart-4": '{"total": -3}',
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreIndex]:
    folder = tmp_path_factory.mktemp("filtered")
    first = parse_time("2026-05-01 12:00")
    records = []
    for at, (each, text) in enumerate(PAYLOADS.items()):
        time = {} if at == 3 else {"timestamp": first + at * 86_400}
        topic = f"shop#{'Cart' if at else 'Loan'}.Made"
        records.append(event(each, 0, json.dumps({**time, **json.loads(text)}), topic))
    store = store_of(folder / "carts.esdb", records)
    with closing(open_session(str(store), writable=False)) as session, closing(StoreIndex(session, folder)) as index:
        index.update(lambda done, total: None)
        list(EntityStates(index).read_all(0))
        yield index


@pytest.mark.parametrize(
    ("column", "typed", "found"),
    [
        ("status", "pa", "12"),
        ("status", "=paid", "1"),
        ("status", "<>paid", "234"),
        ("status", "!= PAID", "234"),
        ("status", "=", "4"),
        ("status", "<>", "123"),
        ("status", "packed~paid", "12"),
        ("status", ">p", "12"),
        ("status", "<P", "3"),
        ("total", "> 100", "23"),
        ("total", ">= 100", "123"),
        ("total", ">=1,087.5", "3"),
        ("total", "< 0", "4"),
        ("total", "100~200", "12"),
        ("total", "144.8", "2"),
        ("total", "=144.8", "2"),
        ("total", "<> 100", "234"),
        ("note", "50 %", "1"),
        ("note", "_", ""),
        ("at", "2026-05", "12"),
        ("at", "> 2026-05-01", "2"),
        ("at", "<=2026-05-01", "1"),
        ("lines", "> 1", "3"),
        ("lines[0]", "1", "3"),
        ("nowhere", "x", ""),
        ("nowhere", "=", "1234"),
        ("", "", "1234"),
        ("total", "> ", "1234"),
    ],
)
def test_values_of_states(index: StoreIndex, column: str, typed: str, found: str) -> None:
    assert rows(index, "state", typed, ((None, column),)) == found


@pytest.mark.parametrize(
    ("column", "typed", "found"),
    [
        ("type", "car", "234"),
        ("type", "=loan", "1"),
        ("id", "T-3", "3"),
        ("id", "=cart-3", "3"),
        ("version", "0", "1234"),
        ("version", ">0", ""),
        ("events", "=1", "1234"),
        ("snapshots", "<1", "1234"),
        ("modified", "2026-05-02", "2"),
        ("modified", "2026-05", "123"),
        ("modified", "2026", "123"),
        ("modified", "=2026-05-01", "1"),
        ("modified", "<>2026-05-01", "234"),
        ("created", ">2026-05-01", "23"),
        ("created", ">=2026-05-02 12:00", "23"),
        ("created", "<2026-05-02", "1"),
        ("created", "2026-05-02~2026-05-03", "23"),
        ("created", "=", "4"),
        ("created", "<>", "123"),
    ],
)
def test_facts(index: StoreIndex, column: str, typed: str, found: str) -> None:
    assert rows(index, column, typed) == found


def rows(index: StoreIndex, by: str, typed: str, paths: tuple[tuple[str | None, str], ...] = ()) -> str:
    test = parse_column_filter(by, typed, paths)
    query = EntityQuery(sort_by="id", descending=False, tests=() if test is None else (test,))
    return "".join(str(each.id)[-1] for each in find_entities(index.session, index.database, query).first)


def test_each_type_may_have_another_path(index: StoreIndex) -> None:
    assert rows(index, "state", "5", (("Loan", "note"), ("Cart", "total"))) == "13"
    assert rows(index, "state", "5", (("Nobody", "note"),)) == ""


@pytest.mark.parametrize("typed", ["yesterday", "> soon", "2026-13", "2026-05-01~soon"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(UserError, match="no date or time"):
        parse_column_filter("created", typed)
