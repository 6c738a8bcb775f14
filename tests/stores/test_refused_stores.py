"""What cannot be opened is refused with a hint, and stays what it was."""

import gzip
import lzma
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from es_desktop.core import KnownClasses, StoreRefusedError
from es_desktop.stores import OpenedStore, StoreLocation, create_store, open_store
from es_desktop.stores.formats.esdb import USER_VERSION
from tests.menagerie.keeping import eventsourcing
from tests.stores.inspection import files_in


def refusal(act: Callable[[], OpenedStore]) -> tuple[str, str]:
    """The text and the hint with which something is refused."""
    with pytest.raises(StoreRefusedError) as caught:
        act().close()
    return str(caught.value), caught.value.hint


def test_a_store_of_a_newer_layout_is_refused(location: StoreLocation, classes: KnownClasses) -> None:
    create_store(location, classes).close()
    with closing(sqlite3.connect(location.path)) as connection:
        connection.execute(f"PRAGMA user_version = {USER_VERSION + 1}")
    before = files_in(location.path.parent)
    for writable in (True, False):
        text, hint = refusal(lambda: open_store(location, classes, writable=writable))  # noqa: B023
        assert "newer version" in text
        assert hint == "Update the program to open it."
    assert files_in(location.path.parent) == before


def test_a_file_that_stands_already_is_never_replaced(location: StoreLocation, classes: KnownClasses) -> None:
    location.path.write_text("precious")
    text, hint = refusal(lambda: create_store(location, classes))
    assert "exists already" in text
    assert "Choose another name" in hint
    assert location.path.read_text() == "precious"


def test_a_store_in_a_folder_that_is_not_there_is_refused(tmp_path: Path, classes: KnownClasses) -> None:
    text, hint = refusal(lambda: create_store(StoreLocation(tmp_path / "nowhere" / "made.esdb"), classes))
    assert "cannot be made" in text
    assert "Choose another folder" in hint


def nothing(path: Path) -> None:
    """There is no file."""


def empty(path: Path) -> None:
    path.touch()


def text_file(path: Path) -> None:
    path.write_text("a shopping list\n" * 100)


def folder(path: Path) -> None:
    path.mkdir()


def other_tables(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")


def cut_before_its_events(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA page_size = 4096")
        eventsourcing(connection, [("a", 1, "Placed", {})], key="PRIMARY KEY (originator_id, originator_version)")
        connection.commit()
    os.truncate(path, 5000)


def damaged(path: Path) -> None:
    other_tables(path)
    content = bytearray(path.read_bytes())
    content[100:] = b"\xff" * (len(content) - 100)
    path.write_bytes(content)


def cut_off(path: Path) -> None:
    other_tables(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE films (title TEXT)")
    os.truncate(path, 5000)


def link_to_nothing(path: Path) -> None:
    path.symlink_to("nowhere.db")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def holding(content: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content) and None


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (nothing, "there is no file"),
        (cut_off, "it is cut off, 5,000 of 12,288 bytes are there"),
        (cut_before_its_events, "it is cut off, 5,000 of 12,288 bytes are there"),
        (link_to_nothing, "a link to nowhere.db, which is not there"),
        pytest.param(pipe, "a pipe", marks=pytest.mark.skipif(os.name != "posix", reason="there are no pipes")),
        (empty, "it is empty"),
        (folder, "it is a folder"),
        (holding(gzip.compress(b"SQLite format 3")), "compressed with gzip"),
        (holding(lzma.compress(b"SQLite format 3")), "compressed with xz"),
        (holding(b"PK\x03\x04" + bytes(99)), "zip archive"),
        (holding(b"\x28\xb5\x2f\xfd" + bytes(99)), "compressed with zstd"),
        (holding(b"PGDMP\1\x0e"), "dump of PostgreSQL"),
        (holding(b"BEGIN TRANSACTION;\nCREATE TABLE t(x);\nCOMMIT;\n"), "SQL dump"),
        (holding(b"--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\n"), "SQL dump"),
        (holding("\ufeffPRAGMA foreign_keys=OFF;".encode()), "SQL dump"),
        (holding("INSERT INTO t VALUES ('ü');".encode("utf-16")), "SQL dump"),
        (holding(b'{"a":1}\n'), "JSON"),
        (holding(b"<!DOCTYPE html><p>Not found"), "page of the web"),
        (holding(b"2025-03-01 09:00:00 INFO started\n"), "such as a log"),
        (holding(b"version https://git-lfs.github.com/spec/v1\n"), "Git LFS"),
        (holding(bytes.fromhex("377f0682002de218") + bytes(24)), "the write-ahead log of one"),
        (holding(bytes.fromhex("d9d505f920a163d7") + bytes(24)), "the rollback journal of one"),
        (holding(bytes(8192)), "zeros only"),
        (holding(Random(1).randbytes(8192)), "may be encrypted, as by SQLCipher"),
        (holding(bytes([1, 2]) * 99), "of another program"),
        (holding(b"SQLite format 3\0" + Random(1).randbytes(8192)), "cannot be read"),
        (empty, "not an SQLite database"),
        (text_file, "not an SQLite database"),
        (folder, "cannot be read"),
        (other_tables, "holds no event tables"),
        (damaged, "cannot be read"),
    ],
)
def test_what_is_no_store_is_refused_with_a_hint(
    tmp_path: Path, classes: KnownClasses, prepare: Callable[[Path], None], reason: str
) -> None:
    path = tmp_path / "given.db"
    prepare(path)
    names = sorted(file.name for file in tmp_path.iterdir())
    for writable in (True, False):
        text, hint = refusal(lambda: open_store(StoreLocation(path), classes, writable=writable))  # noqa: B023
        assert reason in text
        assert hint.endswith(".")
    assert sorted(file.name for file in tmp_path.iterdir()) == names


def test_a_log_names_the_database_beside_it(tmp_path: Path, classes: KnownClasses) -> None:
    other_tables(tmp_path / "shop.db")
    log = tmp_path / "shop.db-wal"
    log.write_bytes(bytes.fromhex("377f0683002de218") + bytes(24))
    assert refusal(lambda: open_store(StoreLocation(log), classes, writable=False))[1].startswith("Open shop.db")
    assert refusal(lambda: open_store(StoreLocation(tmp_path), classes, writable=False))[1].endswith("such as shop.db.")
