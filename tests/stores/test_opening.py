"""Opening a store: ours for writing, anybody's for reading, and nothing left behind on disk."""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from es_desktop.core import EventStore, KnownClasses, Snapshot, StoreRefusedError
from es_desktop.examples import DEMO_MODELS, Example
from es_desktop.stores import Counts, OpenedStore, StoreLocation, create_store, open_store
from es_desktop.stores.formats.esdb import USER_VERSION
from es_desktop.stores.sqlite import APPLICATION_ID

SAMPLE = Path(__file__).parents[1] / "samples" / "es-3.1.0-sqlalchemy-sqlite.db"


@pytest.fixture
def classes() -> KnownClasses:
    known = KnownClasses([Snapshot])
    known.register_model(*DEMO_MODELS)
    return known


@pytest.fixture
def location(tmp_path: Path) -> StoreLocation:
    return StoreLocation(tmp_path / "made.esdb")


def events_of(opened: OpenedStore) -> EventStore:
    return EventStore(opened.tables.events.strategy, opened.tables.events.mapper)


def heartbeats(entity_id: Any, *versions: int) -> list[Any]:
    return [Example.Heartbeat(originator_id=entity_id, originator_version=version) for version in versions]


def files_in(folder: Path) -> dict[str, str]:
    """Each file of a folder with the fingerprint of its content."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def pragma(path: Path, name: str) -> Any:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]


# Ours -------------------------------------------------------------------------------------------------------------


def test_a_new_store_says_that_it_is_ours_and_is_one_file(location: StoreLocation, classes: KnownClasses) -> None:
    opened = create_store(location, classes)
    assert (opened.is_writable, opened.format.is_ours, opened.location) == (True, True, location)
    assert opened.reader.counts() == Counts(0, 0, 0)
    opened.close()
    assert list(files_in(location.path.parent)) == ["made.esdb"]
    assert pragma(location.path, "application_id") == APPLICATION_ID
    assert pragma(location.path, "user_version") == USER_VERSION
    assert pragma(location.path, "journal_mode") == "wal"


def test_what_was_written_is_there_when_it_is_opened_again(location: StoreLocation, classes: KnownClasses) -> None:
    entity_id = uuid4()
    opened = create_store(location, classes)
    events_of(opened).append(heartbeats(entity_id, 0, 1, 2))
    opened.close()
    for writable in (True, False):
        opened = open_store(location, classes, writable=writable)
        assert (opened.is_writable, opened.may_be_written) == (writable, True)
        assert [event.originator_version for event in events_of(opened).get_domain_events(entity_id)] == [0, 1, 2]
        assert opened.reader.counts() == Counts(1, 3, 0)
        opened.close()
        assert list(files_in(location.path.parent)) == ["made.esdb"]


def test_the_tables_are_those_of_the_layout(location: StoreLocation, classes: KnownClasses) -> None:
    create_store(location, classes).close()
    with closing(sqlite3.connect(location.path)) as connection:
        for table in ("integer_sequenced_items", "snapshots"):
            columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
            assert [column[1] for column in columns] == ["id", "sequence_id", "position", "topic", "data"]
            assert [column[1] for column in columns if column[5]] == ["id"], "the primary key"
            (index,) = connection.execute(f"PRAGMA index_list({table})").fetchall()
            indexed = connection.execute(f"PRAGMA index_info({index[1]})").fetchall()
            assert (index[2], [column[2] for column in indexed]) == (1, ["sequence_id", "position"])


def test_foreign_keys_are_on_and_the_log_is_used(location: StoreLocation, classes: KnownClasses) -> None:
    opened = create_store(location, classes)
    session = opened.tables.events.strategy.session
    for name, expected in (("foreign_keys", 1), ("journal_mode", "wal"), ("query_only", 0)):
        assert session.connection().exec_driver_sql(f"PRAGMA {name}").scalar() == expected
    session.rollback()
    opened.close()


def test_a_store_opened_for_reading_cannot_be_written(location: StoreLocation, classes: KnownClasses) -> None:
    create_store(location, classes).close()
    before = files_in(location.path.parent)
    opened = open_store(location, classes, writable=False)
    with pytest.raises(Exception, match="readonly database"):
        events_of(opened).append(heartbeats(uuid4(), 0))
    opened.close()
    assert files_in(location.path.parent) == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_store_that_may_not_be_written_is_opened_for_reading(location: StoreLocation, classes: KnownClasses) -> None:
    create_store(location, classes).close()
    location.path.chmod(0o444)
    opened = open_store(location, classes, writable=True)
    assert (opened.is_writable, opened.may_be_written) == (False, False)
    assert opened.reader.counts() == Counts(0, 0, 0)
    opened.close()
    assert list(files_in(location.path.parent)) == ["made.esdb"]


# Refused ----------------------------------------------------------------------------------------------------------


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


def damaged(path: Path) -> None:
    other_tables(path)
    content = bytearray(path.read_bytes())
    content[100:] = b"\xff" * (len(content) - 100)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (nothing, "there is no file"),
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


# Made by another program ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("writable", [True, False])
def test_a_store_of_another_program_stays_byte_for_byte_what_it_was(
    tmp_path: Path, classes: KnownClasses, writable: bool
) -> None:
    path = tmp_path / SAMPLE.name
    shutil.copyfile(SAMPLE, path)
    before = files_in(tmp_path)
    opened = open_store(StoreLocation(path), classes, writable=writable)
    assert (opened.is_writable, opened.may_be_written, opened.format.is_ours) == (False, False, False)
    assert opened.reader.counts() == Counts(sequences=11, events=112, snapshots=7)
    summaries = list(opened.reader.sequences())
    assert len(summaries) == 11
    assert sum(each.events for each in summaries) == 112
    assert sum(each.snapshots for each in summaries) == 7
    for summary in summaries:
        assert isinstance(summary.sequence_id, UUID)
        events = opened.reader.events(summary.sequence_id)
        assert [event.version for event in events] == list(range(summary.events))
        assert all(event.error is None for event in events)
        assert (events[0], events[-1]) == (summary.first, summary.last)
        assert all(snapshot.error is None for snapshot in opened.reader.snapshots(summary.sequence_id))
    assert not opened.has_changed()
    assert files_in(tmp_path) == before, "while it is open"
    opened.close()
    assert files_in(tmp_path) == before


def in_wal_mode(path: Path) -> sqlite3.Connection:
    """A connection of another program, with changes that are still in the log."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    return connection


def test_a_log_beside_a_store_of_another_program_is_read_and_left_alone(tmp_path: Path, classes: KnownClasses) -> None:
    path = tmp_path / "live.db"
    shutil.copyfile(SAMPLE, path)
    with closing(in_wal_mode(path)) as other:
        insert = "INSERT INTO integer_sequenced_items VALUES (?, ?, 'shop#Cart.Filled', '{}')"
        with other:
            other.execute(insert, (uuid4().bytes, 0))
        before = files_in(tmp_path)
        opened = open_store(StoreLocation(path), classes, writable=True)
        assert opened.reader.counts().events == 113
        assert not opened.has_changed()
        assert files_in(tmp_path) == before
        with other:
            other.execute(insert, (uuid4().bytes, 0))
        assert opened.has_changed()
        assert opened.reader.counts().events == 114
        assert not opened.has_changed()
        opened.close()


# Changes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("writable", [True, False])
def test_a_commit_by_another_connection_is_noticed(
    location: StoreLocation, classes: KnownClasses, writable: bool
) -> None:
    create_store(location, classes).close()
    watching = open_store(location, classes, writable=writable)
    writing = open_store(location, classes, writable=True)
    assert not watching.has_changed()
    assert not watching.has_changed()
    events_of(writing).append(heartbeats(uuid4(), 0))
    assert watching.has_changed()
    assert not watching.has_changed()
    assert watching.reader.counts().events == 1
    watching.close()
    writing.close()
    assert list(files_in(location.path.parent)) == ["made.esdb"]


def test_our_own_commit_counts_as_well(location: StoreLocation, classes: KnownClasses) -> None:
    opened = create_store(location, classes)
    assert not opened.has_changed()
    events_of(opened).append(heartbeats(uuid4(), 0))
    assert opened.has_changed()
    assert not opened.has_changed()
    opened.close()


def test_a_commit_to_a_store_of_another_program_is_noticed(tmp_path: Path, classes: KnownClasses) -> None:
    path = tmp_path / "live.db"
    shutil.copyfile(SAMPLE, path)
    opened = open_store(StoreLocation(path), classes, writable=False)
    assert not opened.has_changed()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("DELETE FROM snapshots")
    assert opened.has_changed()
    assert opened.reader.counts() == Counts(11, 112, 0)
    opened.close()
