"""Read-only means it: a file of another program is read as it is by now, and nothing on disk changes for that."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from es_desktop.core import KnownClasses
from es_desktop.stores import OpenedStore, StoreLocation, open_store
from tests.stores.inspection import files_in, unprivileged_user
from tests.stores.other_process import INSERT, other_process

SAMPLE = Path(__file__).parents[1] / "samples" / "es-3.1.0-sqlalchemy-sqlite.db"
EVENTS = 112
ONE_EVENT = INSERT.replace("?", "0")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "live").mkdir()
    return Path(shutil.copyfile(SAMPLE, tmp_path / "live" / "live.db"))


@pytest.fixture
def in_wal_mode(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    assert list(files_in(path.parent)) == ["live.db"], "without a log"
    return path


@contextmanager
def reading(path: Path) -> Iterator[OpenedStore]:
    """The file, opened as if it were to be written; nothing in its folder is another afterwards."""
    before = files_in(path.parent)
    opened = open_store(StoreLocation(path), KnownClasses(), writable=True)
    try:
        assert not opened.is_writable
        yield opened
    finally:
        opened.close()
    assert files_in(path.parent) == before


def count(opened: OpenedStore) -> int:
    assert len(list(opened.reader.all_records())) == opened.reader.counts().events
    return opened.reader.counts().events


def test_what_another_process_committed_is_seen_at_once(in_wal_mode: Path) -> None:
    with other_process(in_wal_mode) as other:
        other.run(ONE_EVENT)
        with reading(in_wal_mode) as opened:
            assert count(opened) == EVENTS + 1
            assert not opened.has_changed()
        opened = open_store(StoreLocation(in_wal_mode), KnownClasses(), writable=False)
        opened.has_changed()
        for number in (2, 3):
            other.run(ONE_EVENT)
            assert count(opened) == EVENTS + number
            assert opened.has_changed()
            assert not opened.has_changed()
        before = files_in(in_wal_mode.parent)
        opened.close()
        assert files_in(in_wal_mode.parent) == before, "also when it is closed"


def test_a_file_that_gets_a_log_while_it_is_open_is_read_with_it(in_wal_mode: Path) -> None:
    opened = open_store(StoreLocation(in_wal_mode), KnownClasses(), writable=False)
    assert count(opened) == EVENTS
    with other_process(in_wal_mode) as other:
        other.run(ONE_EVENT)
        assert count(opened) == EVENTS + 1
        opened.has_changed()
        other.run("PRAGMA wal_checkpoint(TRUNCATE)")
        other.run(ONE_EVENT)
        assert count(opened) == EVENTS + 2
    opened.close()


def test_a_damaged_write_version_does_not_leave_a_log(in_wal_mode: Path) -> None:
    content = bytearray(in_wal_mode.read_bytes())
    content[18] = 1  # the read version, which SQLite goes by, still says that there is a log
    in_wal_mode.write_bytes(content)
    with reading(in_wal_mode) as opened:
        assert count(opened) == EVENTS


def test_who_reads_does_not_keep_the_last_writer_from_tidying_up(in_wal_mode: Path) -> None:
    opened = open_store(StoreLocation(in_wal_mode), KnownClasses(), writable=False)
    with closing(sqlite3.connect(in_wal_mode)) as other:
        other.execute(ONE_EVENT)
        other.commit()
        assert count(opened) == EVENTS + 1
        opened.has_changed()  # as it is asked for again and again
    assert list(files_in(in_wal_mode.parent)) == ["live.db"]
    assert count(opened) == EVENTS + 1
    opened.close()
    assert list(files_in(in_wal_mode.parent)) == ["live.db"]


@pytest.mark.parametrize("left", [("-wal",), ("-wal", "-shm")])
def test_what_a_crash_left_in_the_log_is_read_and_left_there(
    in_wal_mode: Path, tmp_path: Path, left: tuple[str, ...]
) -> None:
    folder = tmp_path / "crashed"
    folder.mkdir()
    with other_process(in_wal_mode) as other:
        other.run(ONE_EVENT)
        for ending in ("", *left):
            shutil.copyfile(f"{in_wal_mode}{ending}", folder / f"live.db{ending}")
    with reading(folder / "live.db") as opened:
        assert count(opened) == EVENTS + 1
        assert not opened.has_changed()


def test_a_transaction_that_a_crash_left_half_done_is_not_shown(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "crashed"
    folder.mkdir()
    with other_process(path) as other:
        other.run("PRAGMA cache_size = 1", "BEGIN", *[ONE_EVENT] * 200)
        for ending in ("", "-journal"):
            shutil.copyfile(f"{path}{ending}", folder / f"live.db{ending}")
        with reading(path) as opened:
            assert count(opened) == EVENTS, "nor one that is going on"
    with reading(folder / "live.db") as opened:
        assert count(opened) == EVENTS


@pytest.mark.parametrize("mode", ["wal", "delete", "persist", "truncate"])
def test_every_reading_is_of_one_moment_while_another_process_writes(path: Path, mode: str) -> None:
    with other_process(path) as other:
        other.run(f"PRAGMA journal_mode = {mode}")
        opened = open_store(StoreLocation(path), KnownClasses(), writable=False)
        other.write_all_the_time(pages=20)
        seen = [opened.reader.counts().events for _ in range(100)]
        assert all(opened.has_changed() in (True, False) for _ in range(3))
        commits = other.stop()
        assert count(opened) == EVENTS + 2 * commits, "the newest rows"
        assert commits
        assert all((events - EVENTS) % 2 == 0 for events in seen), "never half a transaction"
        assert seen == sorted(seen)
        opened.close()


def test_so_it_is_while_another_process_opens_and_closes_it_again_and_again(in_wal_mode: Path) -> None:
    with other_process(in_wal_mode) as other:
        opened = open_store(StoreLocation(in_wal_mode), KnownClasses(), writable=False)
        other.write_all_the_time(pages=1000, reopens=True)
        seen = []
        for _ in range(100):
            seen.append(opened.reader.counts().events)
            opened.has_changed()
        commits = other.stop()
        assert count(opened) == EVENTS + 2 * commits
        assert all((events - EVENTS) % 2 == 0 for events in seen)
        assert seen == sorted(seen)
        opened.close()


@pytest.mark.parametrize("left", [(), ("-wal",), ("-wal", "-shm")])
def test_a_folder_that_may_not_be_written_is_read_all_the_same(in_wal_mode: Path, left: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to other users
        folder = Path(name)
        with other_process(in_wal_mode) as other:
            if left:
                other.run(ONE_EVENT)
            for ending in ("", *left):
                Path(shutil.copyfile(f"{in_wal_mode}{ending}", folder / f"live.db{ending}")).chmod(0o444)
        folder.chmod(0o555)
        with unprivileged_user():
            with pytest.raises(PermissionError):
                (folder / "new").touch()
            with reading(folder / "live.db") as opened:
                assert count(opened) == EVENTS + bool(left)
        folder.chmod(0o755)


def test_a_writer_in_a_folder_that_may_not_be_written_is_followed() -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(shutil.copyfile(SAMPLE, Path(name) / "live.db"))
        with other_process(path) as other:
            other.run("PRAGMA journal_mode = WAL", ONE_EVENT)
            for each in path.parent.iterdir():
                each.chmod(0o444)
            path.parent.chmod(0o555)
            with unprivileged_user():
                opened = open_store(StoreLocation(path), KnownClasses(), writable=False)
                assert count(opened) == EVENTS + 1
                other.run(ONE_EVENT)
                assert count(opened) == EVENTS + 2
                opened.close()
            path.parent.chmod(0o755)
