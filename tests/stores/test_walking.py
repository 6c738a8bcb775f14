"""Walks through tables always end: what does not lead forward is an error, and the file is read without its index."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from es_desktop.app.store.session import Session, open_session
from es_desktop.core import DatastoreError
from es_desktop.stores.walking import pages
from tests.app.recording import event, store_of
from tests.running import ask

EVENTS = 1_100
FALSE_ORDERS = {
    "position": "UNIQUE (sequence_id, position DESC)",
    "id": "UNIQUE (sequence_id DESC, position)",
}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of two entities, of which one has more events than a page."""
    return store_of(tmp_path / "store.esdb", [event("a", at) for at in range(EVENTS)] + [event("b", 0)])


def declare(path: Path, order: str) -> None:
    """Have the index of the events say that it is in another order than it is."""
    with closing(sqlite3.connect(path)) as connection, connection:
        (version,) = connection.execute("PRAGMA schema_version").fetchone()
        connection.execute("PRAGMA writable_schema = 1")
        connection.execute(
            f"UPDATE sqlite_master SET sql = replace(sql, 'UNIQUE (sequence_id, position)', '{order}')"
            " WHERE name = 'integer_sequenced_items'"
        )
        connection.execute(f"PRAGMA schema_version = {version + 1}")


@pytest.mark.parametrize("order", FALSE_ORDERS)
def test_every_row_is_found_though_its_index_is_in_no_order(tmp_path: Path, store: Path, order: str) -> None:
    declare(store, FALSE_ORDERS[order])
    answers = {each: ask(tmp_path, each, store) for each in ("info", "entities", "export")}
    assert {each.returncode for each in answers.values()} == {1}, "it is said that the file is damaged"
    assert "2 entities, 1,101 events" in answers["info"].stdout
    assert "note: the file is damaged, and none of its rows is lost" in answers["info"].stdout
    assert answers["export"].stdout.count('"kind":"event"') == EVENTS + 1
    events = ask(tmp_path, "events", store, "a", "--json").stdout.splitlines()
    assert [line.partition(",")[0] for line in events] == [f'{{"version":{at}' for at in range(EVENTS)]


READS: dict[str, Callable[[Session], Any]] = {
    "events": lambda session: session.events("a"),
    "outline": lambda session: session.outline("a"),
    "records": lambda session: list(session.store.reader.records("a")),
    "explain": lambda session: session.explain("a"),
}


@pytest.mark.parametrize("read", READS)
def test_a_walk_that_does_not_go_forward_is_an_error(store: Path, read: str) -> None:
    # A large file is not checked when it is opened; here the index is changed after that.
    with closing(open_session(str(store), writable=False)) as session:
        assert READS[read](session)
        declare(store, FALSE_ORDERS["position"])
        with pytest.raises(DatastoreError, match=r"does not (go forward after|lead to its rows)") as error:
            READS[read](session)
    assert error.value.is_damage, "so the window and the commands read the file without its index"


def in_pages(rows: Sequence[int], size: int, *, lies_after: int) -> Iterator[Sequence[int]]:
    def read(after: int | None) -> list[int]:
        if after is not None and after >= lies_after:
            return [*rows[:size]]
        return [row for row in rows if after is None or row > after][:size]

    return pages(read, lambda row: row, size)


def test_what_was_read_before_is_kept() -> None:
    assert [*in_pages(range(7), 3, lies_after=99)] == [[0, 1, 2], [3, 4, 5], [6]]
    found: list[int] = []
    with pytest.raises(DatastoreError, match="the table does not go forward after 5"):
        for page in in_pages(range(7), 3, lies_after=5):
            found += page
    assert found == [0, 1, 2, 3, 4, 5]


def test_a_walk_by_texts_ends_where_it_comes_back() -> None:
    ways = {None: "ab", "b": "cd", "d": "ab"}
    with pytest.raises(DatastoreError, match="does not go forward after 'd'"):
        list(pages(lambda after: ways[after], str, 2))
