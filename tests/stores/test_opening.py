"""A store of ours is opened for writing or reading, and leaves no other file behind."""

import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from es_desktop.core import KnownClasses
from es_desktop.stores import Counts, StoreLocation, create_store, open_store
from es_desktop.stores.engines.sqlite import APPLICATION_ID
from es_desktop.stores.formats.esdb import USER_VERSION
from tests.stores.inspection import events_of, files_in, heartbeats, unprivileged_user


def pragma(path: Path, name: str) -> Any:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]


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


def test_foreign_keys_are_on_and_the_log_is_used_and_synced(location: StoreLocation, classes: KnownClasses) -> None:
    opened = create_store(location, classes)
    connection = opened.tables.events.strategy.engine.connect()
    for name, expected in (
        ("foreign_keys", 1),
        ("journal_mode", "wal"),
        ("query_only", 0),
        ("synchronous", 2),
        ("fullfsync", 1),
    ):
        assert connection.exec_driver_sql(f"PRAGMA {name}").scalar() == expected
    connection.close()
    opened.close()


def test_a_store_opened_for_reading_cannot_be_written(location: StoreLocation, classes: KnownClasses) -> None:
    create_store(location, classes).close()
    before = files_in(location.path.parent)
    opened = open_store(location, classes, writable=False)
    with pytest.raises(Exception, match="readonly database"):
        events_of(opened).append(heartbeats(uuid4(), 0))
    opened.close()
    assert files_in(location.path.parent) == before


def test_a_store_that_may_not_be_written_is_opened_for_reading(classes: KnownClasses) -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to other users
        location = StoreLocation(Path(folder) / "made.esdb")
        create_store(location, classes).close()
        location.path.chmod(0o444)
        Path(folder).chmod(0o755)
        with unprivileged_user():
            opened = open_store(location, classes, writable=True)
            assert (opened.is_writable, opened.may_be_written) == (False, False)
            assert opened.reader.counts() == Counts(0, 0, 0)
            opened.close()
        assert list(files_in(location.path.parent)) == ["made.esdb"]


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


def test_our_own_commits_are_nothing_new(location: StoreLocation, classes: KnownClasses) -> None:
    with closing(create_store(location, classes)) as opened, closing(sqlite3.connect(location.path)) as others:
        entity_id = uuid4()
        assert not opened.has_changed()
        for position in range(3):
            events_of(opened).append(heartbeats(entity_id, position))
            assert not opened.has_changed()
            assert not opened.has_changed(), "nor once the log was folded in"
        for act in (lambda: events_of(opened).append(heartbeats(entity_id, 3)), lambda: None):
            others.execute("CREATE TABLE IF NOT EXISTS theirs (x)")
            others.execute("INSERT INTO theirs VALUES (1)")
            others.commit()
            act()
            assert opened.has_changed(), "a commit of another program before our own is reported"
            assert not opened.has_changed()


def test_no_commit_of_another_process_is_missed_among_our_own(location: StoreLocation, classes: KnownClasses) -> None:
    """The other process commits again only once its last commit was noticed, so one that is missed stops it."""
    commits, entity_id = 10, uuid4()
    program = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=240)\n"
        "for line in sys.stdin: c.execute('INSERT INTO theirs VALUES (1)')"
    )
    with closing(create_store(location, classes)) as opened, closing(sqlite3.connect(location.path)) as looking:
        looking.execute("CREATE TABLE theirs (x)")
        assert not opened.has_changed()
        command = [sys.executable, "-c", program, str(location.path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            position = 0
            for number in range(1, commits + 1):
                process.stdin.write("go on\n")
                process.stdin.flush()
                noticed = False
                while not noticed:
                    assert position < 10_000, "a commit was missed"
                    events_of(opened).append(heartbeats(entity_id, position))
                    position += 1
                    noticed = opened.has_changed()
                assert looking.execute("SELECT count(*) FROM theirs").fetchone() == (number,), "and none was made up"
            process.stdin.close()
