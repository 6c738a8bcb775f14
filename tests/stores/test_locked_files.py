"""A lock of another program is one, and no damage; who does not want to wait for it does not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from es_desktop.core import DatastoreError, KnownClasses
from es_desktop.stores import Counts, StoreLocation, create_store, open_store
from es_desktop.system.stop import stoppable
from tests.stores.test_file_locks import append


@contextmanager
def locked(path: Path, *settings: str) -> Iterator[None]:
    """Hold a lock on a file for the length of a block, as another program would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for each in settings:
            connection.execute(f"PRAGMA {each}").fetchall()
        connection.execute("BEGIN EXCLUSIVE")
        yield


@pytest.mark.parametrize("setting", ["journal_mode = DELETE", "locking_mode = EXCLUSIVE"])
@pytest.mark.parametrize("writable", [True, False])
def test_a_store_that_is_locked_is_not_damaged(location: StoreLocation, setting: str, writable: bool) -> None:
    create_store(location, KnownClasses()).close()
    assert location.path is not None
    with locked(location.path, setting), stoppable(lambda: True), pytest.raises(DatastoreError) as raised:
        open_store(location, KnownClasses(), writable=writable)
    assert str(raised.value).endswith("cannot be read: it is locked by another program")
    assert (raised.value.hint, raised.value.is_damage) == ("Try again when that program is done.", False)
    open_store(location, KnownClasses(), writable=writable).close()


def test_an_event_that_cannot_be_written_is_written_when_the_lock_is_gone(location: StoreLocation) -> None:
    assert location.path is not None
    with closing(create_store(location, KnownClasses())) as opened:
        with (
            locked(location.path),
            stoppable(lambda: True),
            pytest.raises(DatastoreError, match="nothing was written: it is locked by another program"),
        ):
            append(opened, 0)
        assert opened.reader.counts() == Counts(0, 0, 0)
        append(opened, 0)
        assert opened.reader.counts() == Counts(1, 1, 0)
