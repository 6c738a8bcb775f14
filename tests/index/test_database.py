"""The file of an index: made where there is none, made anew where it is of another version, and shared."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.index import IndexDatabase
from es_desktop.index.schema import VERSION
from es_desktop.index.totals import index_state
from tests.app.recording import event, store_of
from tests.index.indexing import content, fill


@pytest.fixture(params=["file", "memory"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[IndexDatabase]:
    path = tmp_path / "kept" / "here" / "store.index" if request.param == "file" else None
    with closing(IndexDatabase(path)) as database:
        yield database


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return store_of(tmp_path / "made.esdb", [event("cart", 0), event("cart", 1)])


def test_a_new_one_is_empty_and_knows_nothing_of_itself(database: IndexDatabase) -> None:
    assert not any(any(row) for rows in content(database).values() for row in rows)
    assert (database.fact("last"), database.fact("last", 7)) == (None, 7)
    assert index_state(database).events == 0


def test_what_was_filled_is_there_until_it_is_cleared(database: IndexDatabase, store: Path) -> None:
    fill(database, store)
    assert (index_state(database).events, database.fact("last")) == (2, 2)
    database.clear()
    assert (index_state(database).events, database.fact("last")) == (0, None)
    fill(database, store)
    assert index_state(database).events == 2


def test_several_read_one_file_while_one_writes_it(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "store.index"
    with closing(IndexDatabase(path)) as ours, closing(IndexDatabase(path)) as theirs, ours.reading() as reading:
        reading.execute("BEGIN")
        assert reading.execute("SELECT count(*) FROM event").fetchone() == (0,)
        fill(theirs, store)
        assert reading.execute("SELECT count(*) FROM event").fetchone() == (0,), "it reads one moment"
        reading.execute("COMMIT")
        assert content(ours) == content(theirs)


def test_a_file_that_is_opened_again_holds_what_it_held(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "store.index"
    with closing(IndexDatabase(path)) as database:
        fill(database, store)
        before = content(database)
    with closing(IndexDatabase(path)) as database:
        assert content(database) == before
    assert [file.name for file in tmp_path.glob("store.index*")] == ["store.index"], "the last one leaves no log"


def test_one_of_another_version_is_made_anew(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "store.index"
    with closing(IndexDatabase(path)) as database:
        fill(database, store)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE of_yesterday (a)")
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    with closing(IndexDatabase(path)) as database, database.reading() as connection:
        assert index_state(database).events == 0
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert connection.execute("SELECT * FROM sqlite_schema WHERE name = 'of_yesterday'").fetchall() == []


def test_one_that_is_damaged_is_no_index(tmp_path: Path) -> None:
    path = tmp_path / "store.index"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        IndexDatabase(path)


def test_what_is_lent_is_closed_when_it_is_given_back(tmp_path: Path) -> None:
    database = IndexDatabase(tmp_path / "store.index")
    with database.reading() as connection:
        database.close()
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (0,)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")
