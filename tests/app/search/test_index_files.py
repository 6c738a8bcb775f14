"""The files of indexes: nobody else reads them, and those that nobody uses go."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from es_desktop.app.search.store_index import open_index
from es_desktop.index.totals import index_state

DAY = 86_400.0
NOW = 1_800_000_000.0


def made(path: Path, days_ago: float) -> Path:
    open_index(path).close()
    os.utime(path, (NOW - days_ago * DAY,) * 2)
    return path


def test_an_index_that_was_not_opened_for_long_goes_when_another_is(tmp_path: Path) -> None:
    old, older, own = made(tmp_path / "a.index", 59), made(tmp_path / "b.index", 61), made(tmp_path / "c.index", 99)
    other = tmp_path / "somebody's.txt"
    other.touch()
    os.utime(other, (0, 0))
    with closing(open_index(own, clock=lambda: NOW)):
        assert [each.exists() for each in (old, older, own, other)] == [True, False, True, True]
    assert own.stat().st_mtime > NOW - 99 * DAY, "it was used now"


def test_only_the_user_may_look_into_the_folder(tmp_path: Path) -> None:
    open_index(tmp_path / "cache" / "indexes" / "a.index").close()
    others = 0o077 if os.name == "posix" else 0
    assert (tmp_path / "cache" / "indexes").stat().st_mode & others == 0


def test_a_damaged_index_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.index"
    path.write_bytes(b"SQLite format 3\0" + b"nonsense" * 400)
    with closing(open_index(path)) as database:
        assert index_state(database).last == 0


def test_where_no_index_can_be_kept_it_is_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder.index").mkdir()
    for path in (tmp_path / "file" / "a.index", tmp_path / "folder.index"):
        with closing(open_index(path)) as database:
            assert database.path is None
