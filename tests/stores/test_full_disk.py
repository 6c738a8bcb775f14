"""Errors of a full disk are named as such, whatever the database calls them."""

from __future__ import annotations

import sqlite3

import pytest

from es_desktop.stores.queries import hint_for, is_damage, reason_of
from es_desktop.system.waiting import LOCKED, NO_ROOM, passing_reason

CODES = [
    (sqlite3.SQLITE_FULL, NO_ROOM),
    (sqlite3.SQLITE_IOERR_WRITE, NO_ROOM),
    (sqlite3.SQLITE_IOERR_SHMSIZE, NO_ROOM),
    (sqlite3.SQLITE_BUSY, LOCKED),
    (sqlite3.SQLITE_BUSY_SNAPSHOT, LOCKED),
    (sqlite3.SQLITE_IOERR_READ, ""),
    (sqlite3.SQLITE_CORRUPT, ""),
]


@pytest.mark.parametrize(("code", "reason"), CODES)
def test_a_reason_that_passes_has_a_way_out(code: int, reason: str) -> None:
    error = sqlite3.OperationalError("what SQLite says")
    error.sqlite_errorcode = code
    assert passing_reason(error)[0] == reason
    assert reason_of(error) == (reason or "what SQLite says")
    assert ("copy" in hint_for(error)) == (not reason)
    assert is_damage(error) == (code == sqlite3.SQLITE_CORRUPT)


def test_a_database_that_may_not_grow_has_no_room() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE t (a)")
    connection.execute("PRAGMA max_page_count = 2")
    with pytest.raises(sqlite3.OperationalError) as raised:
        connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
    assert reason_of(raised.value) == NO_ROOM
    connection.close()
