"""A database on a server: our own stores work there in full, and those of other programs are only read."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import monotonic
from uuid import uuid4

import psycopg
import pytest

from es_desktop.core import ConcurrencyError, KnownClasses, StoreRefusedError
from es_desktop.stores import Counts, OpenedStore, create_store, open_store, parse_location
from es_desktop.stores.writing import append_records
from tests.patience import PATIENCE
from tests.stores.inspection import events_of, heartbeats
from tests.stores.serving import PASSWORD, Server

PROGRAM = Path(__file__).with_name("append_events.py")


def test_a_store_is_made_written_and_read_again(server: Server, classes: KnownClasses) -> None:
    location, entity_id = parse_location(server.fresh_database()), uuid4()
    opened = create_store(location, classes)
    assert (opened.is_writable, opened.may_be_written, opened.format.is_ours) == (True, True, True)
    events_of(opened).append(heartbeats(entity_id, 0, 1, 2))
    with pytest.raises(ConcurrencyError):
        events_of(opened).append(heartbeats(entity_id, 3, 2))
    opened.close()
    again = open_store(location, classes, writable=False)
    assert not again.is_writable
    assert again.reader.counts() == Counts(1, 3, 0)
    assert [each.version for each in again.reader.events(entity_id)] == [0, 1, 2], "all of a list or nothing"
    again.close()


def test_it_holds_what_a_file_holds(server: Server, classes: KnownClasses, demo_template: Path) -> None:
    file = open_store(parse_location(str(demo_template)), classes, writable=False)
    database = create_store(parse_location(server.fresh_database()), classes)
    append_records(database.tables, (("event", each) for each in file.reader.all_records()))
    append_records(database.tables, (("snapshot", each) for each in file.reader.all_snapshot_records()))
    ours, theirs = list(database.reader.sequences()), list(file.reader.sequences())
    by_id = {each.sequence_id: each for each in theirs}
    assert len(ours) == len(theirs)
    for each in ours:
        assert each == by_id[each.sequence_id]
        assert database.reader.events(each.sequence_id) == file.reader.events(each.sequence_id)
        assert database.reader.snapshots(each.sequence_id) == file.reader.snapshots(each.sequence_id)
    assert list(database.reader.all_records()) == list(file.reader.all_records())
    database.close()
    file.close()


def test_who_only_reads_cannot_write(server: Server, classes: KnownClasses) -> None:
    location = parse_location(server.fresh_database())
    create_store(location, classes).close()
    reading = open_store(location, classes, writable=False)
    with pytest.raises(Exception, match="read-only transaction"):
        events_of(reading).append(heartbeats(uuid4(), 0))
    reading.close()


def until(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Ask again and again, each time after the server had something to do, until it holds.

    Ask some times at least: a machine with other work may be past the seconds after the first.
    """
    end, asked = monotonic() + seconds, 0
    while not holds():
        asked += 1
        if monotonic() > end and asked > 20:
            return False
    return True


def test_commits_of_others_are_noticed_and_our_own_are_nothing_new(server: Server, classes: KnownClasses) -> None:
    url, entity_id = server.fresh_database(), uuid4()
    with closing(create_store(parse_location(url), classes)) as opened:
        assert until_quiet(opened)
        for position in range(3):
            events_of(opened).append(heartbeats(entity_id, position))
            assert not opened.has_changed()
        with closing(open_store(parse_location(url), classes, writable=True)) as others:
            events_of(others).append(heartbeats(entity_id, 3))
        events_of(opened).append(heartbeats(entity_id, 4))
        assert opened.has_changed(), "what was appended is known at once, although we appended after it"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DELETE FROM integer_sequenced_items WHERE position = 2")
        # What is not appended is counted a moment later.
        assert until(opened.has_changed)


def until_quiet(opened: OpenedStore) -> bool:
    """Wait until the server counted what was written when the store was made."""
    opened.has_changed()
    return until(lambda: not until(opened.has_changed, 1.5))


def test_two_processes_append_without_a_gap(server: Server) -> None:
    url, entity_id, count = server.fresh_database(), uuid4(), 500
    create_store(parse_location(url), KnownClasses()).close()
    command = [sys.executable, "-W", "error", str(PROGRAM), url, str(entity_id), str(count)]
    environment = {**os.environ, "PYTHONPATH": str(PROGRAM.parents[2])}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    processes = [subprocess.Popen(command, env=environment, text=True, **pipes) for _ in range(2)]
    outcomes = [(*process.communicate("\n", timeout=PATIENCE), process.returncode) for process in processes]
    assert [(error, code) for _, error, code in outcomes] == [("", 0)] * 2
    opened = open_store(parse_location(url), KnownClasses(), writable=False)
    events = opened.reader.events(entity_id)
    opened.close()
    assert [each.version for each in events] == list(range(2 * count))
    assert Counter(each.data["note"] for each in events) == dict.fromkeys(range(count), 2), "each event of both"


@pytest.mark.parametrize("what", ["database", "user", "server"])
def test_an_unreachable_server_is_reported_without_its_password(
    server: Server, classes: KnownClasses, what: str
) -> None:
    url = {
        "database": server.url("nowhere"),
        "user": server.url("postgres", user="nobody:tiger-secret"),
        "server": "postgresql://nobody:tiger-secret@127.0.0.1:1/nowhere?connect_timeout=2",
    }[what]
    with pytest.raises(StoreRefusedError, match="cannot be opened") as caught:
        open_store(parse_location(url), classes, writable=True)
    assert "secret" not in f"{caught.value} {caught.value.hint} {parse_location(url)!r}"
    assert caught.value.hint


def test_a_database_without_events_is_reported(server: Server, classes: KnownClasses) -> None:
    with pytest.raises(StoreRefusedError, match="holds no event tables"):
        open_store(parse_location(server.fresh_database()), classes, writable=False)


def test_a_store_is_not_made_twice(server: Server, classes: KnownClasses) -> None:
    location = parse_location(server.fresh_database())
    create_store(location, classes).close()
    with pytest.raises(StoreRefusedError, match="holds a store already"):
        create_store(location, classes)


def test_a_user_who_may_only_look_opens_a_store_for_reading(server: Server, classes: KnownClasses) -> None:
    url = server.database_with_password()
    create_store(parse_location(url).with_password(PASSWORD), classes).close()
    owner = url.replace("ana@", "postgres@")
    with psycopg.connect(owner) as connection:
        connection.execute("CREATE ROLE guest LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest")
    opened = open_store(parse_location(url.replace("ana@", "guest@")), classes, writable=True)
    assert (opened.is_writable, opened.may_be_written) == (False, False)
    assert opened.reader.counts() == Counts(0, 0, 0)
    opened.close()
    mine = open_store(parse_location(url).with_password(PASSWORD), classes, writable=False)
    assert (mine.is_writable, mine.may_be_written) == (False, True)
    mine.close()


def test_only_what_holds_no_secret_of_a_url_is_named() -> None:
    url = "postgresql://ana:tiger-secret@/shop?host=/run/pg&sslmode=require&sslpassword=tiger-secret&password=x-secret"
    location = parse_location(url)
    assert "secret" not in f"{location.name} {location.absolute_name} {location!r}"
    again = parse_location(location.absolute_name)
    assert again.url is not None
    assert again.url.query == {"host": "/run/pg", "sslmode": "require"}
    assert (again.password, location.password) == (None, "tiger-secret")
    assert parse_location("postgresql://ana@h/d?password=x-secret").password == "x-secret"
    assert parse_location("made.esdb").with_password("x").password is None
