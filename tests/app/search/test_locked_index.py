"""The kept index of a store that another program has locked: it is no damage, and nobody has to wait for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from es_desktop.app.search.store_index import open_index
from es_desktop.system.stop import stoppable


@contextmanager
def locked(path: Path, how: str, *settings: str) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        for each in (*settings, f"BEGIN {how}"):
            other.execute(each).fetchall()
        yield


def test_an_index_that_another_window_fills_is_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / "kept.index"
    open_index(path).close()
    with locked(path, "IMMEDIATE"), stoppable(lambda: True), closing(open_index(path)) as index:
        assert index.path == path
        assert index.rows("SELECT count(*) FROM entity") == [(0,)]


@pytest.mark.parametrize("is_new", [True, False])
def test_a_locked_file_is_not_replaced_and_the_index_is_in_memory(tmp_path: Path, is_new: bool) -> None:
    path = tmp_path / "kept.index"
    if not is_new:
        open_index(path).close()
    with locked(path, "EXCLUSIVE", "PRAGMA locking_mode = EXCLUSIVE"):
        before = path.stat().st_ino
        with stoppable(lambda: True), closing(open_index(path)) as index:
            assert index.path is None
            assert index.rows("SELECT count(*) FROM entity") == [(0,)]
        assert path.stat().st_ino == before
    with closing(open_index(path)) as index:
        assert index.path == path
