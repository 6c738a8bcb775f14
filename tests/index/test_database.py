"""The file of an index: created if missing, cleared if it has another version, and used by several processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.index import IndexDatabase
from es_desktop.index.database import VERSION
from es_desktop.index.totals import index_state
from es_desktop.system.stop import stoppable
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


def test_a_new_index_is_empty(database: IndexDatabase) -> None:
    assert not any(any(row) for rows in content(database).values() for row in rows)
    assert index_state(database).last == 0
    assert index_state(database).events == 0


def test_the_content_stays_until_it_is_cleared(database: IndexDatabase, store: Path) -> None:
    fill(database, store)
    assert (index_state(database).events, index_state(database).last) == (2, 2)
    database.clear()
    assert (index_state(database).events, index_state(database).last) == (0, 0)
    fill(database, store)
    assert index_state(database).events == 2


def test_several_read_one_file_while_one_writes_it(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "store.index"
    with closing(IndexDatabase(path)) as ours, closing(IndexDatabase(path)) as theirs, ours.reading() as reading:
        reading.execute("BEGIN")
        assert reading.execute("SELECT count(*) FROM event").fetchone() == (0,)
        fill(theirs, store)
        assert reading.execute("SELECT count(*) FROM event").fetchone() == (0,), "it reads the state at its begin"
        reading.execute("COMMIT")
        assert content(ours) == content(theirs)


def test_a_file_that_is_opened_again_has_the_same_content(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "store.index"
    with closing(IndexDatabase(path)) as database:
        fill(database, store)
        before = content(database)
    with closing(IndexDatabase(path)) as database:
        assert content(database) == before
    assert [file.name for file in tmp_path.glob("store.index*")] == ["store.index"], "closing leaves no WAL file"


def test_an_index_of_another_version_is_cleared(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "store.index"
    with closing(IndexDatabase(path)) as database:
        fill(database, store)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE old_table (a)")
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    with closing(IndexDatabase(path)) as database, database.reading() as connection:
        assert index_state(database).events == 0
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert connection.execute("SELECT * FROM sqlite_schema WHERE name = 'old_table'").fetchall() == []


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.index"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        IndexDatabase(path)


def test_a_connection_in_use_is_closed_after_its_block(tmp_path: Path) -> None:
    database = IndexDatabase(tmp_path / "store.index")
    with database.reading() as connection:
        database.close()
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (0,)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_who_does_not_want_to_wait_for_another_program_does_not(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    with closing(IndexDatabase(path)) as database, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with stoppable(lambda: True), pytest.raises(sqlite3.OperationalError, match="locked"):
            database.clear()
        other.execute("ROLLBACK")
        database.clear()
