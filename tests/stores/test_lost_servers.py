"""A server that stops, hangs, or whose answer to a commit is lost: told once, and nothing is written twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from time import monotonic
from uuid import uuid4

import psycopg
import pytest
from pytestqt.qtbot import QtBot

from es_desktop.core import ConcurrencyError, DatastoreError, KnownClasses, SequencedItem, StoreRefusedError
from es_desktop.stores import OpenedStore, create_store, open_store, parse_location
from es_desktop.stores.writing import append_records
from es_desktop.system.stop import stoppable
from tests.patience import PATIENCE
from tests.stores.link import Link
from tests.stores.serving import Server


@pytest.fixture
def link(server: Server) -> Iterator[Link]:
    with Link(server.fresh_database()) as link:
        yield link


@pytest.fixture
def opened(link: Link) -> Iterator[OpenedStore]:
    with closing(create_store(parse_location(link.url), KnownClasses())) as opened:
        opened.reader.counts()  # connects
        yield opened


ITEM = SequencedItem(uuid4(), 0, "nothing#Nothing", "{}")
WAYS: list[Callable[[OpenedStore], object]] = [
    lambda opened: opened.tables.events.strategy.append(ITEM),
    lambda opened: append_records(opened.tables, [("event", ITEM)]),
]


@pytest.mark.parametrize("write", WAYS)
def test_a_commit_whose_answer_is_lost_is_found(
    write: Callable[[OpenedStore], object], link: Link, opened: OpenedStore
) -> None:
    link.lose_commit(arrives=True)
    write(opened)
    assert list(opened.reader.all_records()) == [ITEM]


@pytest.mark.parametrize("write", WAYS)
def test_a_commit_that_did_not_arrive_has_written_nothing(
    write: Callable[[OpenedStore], object], link: Link, opened: OpenedStore
) -> None:
    link.lose_commit(arrives=False)
    with pytest.raises(DatastoreError):
        write(opened)
    assert not list(opened.reader.all_records())
    write(opened)
    assert list(opened.reader.all_records()) == [ITEM]


def test_nobody_knows_what_a_server_did_that_is_gone(link: Link, opened: OpenedStore) -> None:
    link.lose_commit(arrives=True)
    with stoppable(lambda: True), pytest.raises(DatastoreError, match="has not said whether this was written"):
        opened.tables.events.strategy.append(ITEM)


def test_who_does_not_want_to_wait_for_a_connection_does_not(server: Server, link: Link) -> None:
    link.hang()
    with stoppable(lambda: True), pytest.raises(StoreRefusedError, match="cannot be opened: it was cancelled"):
        open_store(parse_location(link.url), KnownClasses(), writable=True)
    link.restore()
    for each in threading.enumerate():
        if each.name == "es-connect":
            each.join(PATIENCE)  # it connects now, and closes the connection
    deadline = monotonic() + PATIENCE
    with psycopg.connect(server.url("postgres"), autocommit=True) as other:
        while other.execute(_SESSIONS, [parse_location(link.url).short_name]).fetchone() != (0,):
            assert monotonic() < deadline, "the connection that came too late stays"


_SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"


def test_a_server_that_is_gone_is_told_and_its_return_is_a_change(
    link: Link, opened: OpenedStore, qtbot: QtBot
) -> None:
    opened.has_changed()
    link.cut()
    errors = []
    for _ in range(2):
        with pytest.raises(DatastoreError, match="the server cannot be asked for what is new") as raised:
            opened.has_changed()
        errors.append(raised.value)
    assert errors[0] is errors[1]
    link.restore()

    def has_changed() -> bool:
        try:
            return opened.has_changed()
        except DatastoreError as error:
            assert error is errors[0]
            return False

    qtbot.waitUntil(has_changed)


def test_who_does_not_want_to_wait_for_a_server_that_hangs_does_not(link: Link, opened: OpenedStore) -> None:
    with opened.tables.events.strategy.engine.connect() as connection:
        link.hang()
        with stoppable(lambda: True), pytest.raises(Exception, match="it was cancelled"):
            connection.exec_driver_sql("SELECT 1")
    link.restore()
    assert opened.reader.counts().events == 0


def test_a_store_whose_table_is_locked_is_one(link: Link, opened: OpenedStore) -> None:
    with psycopg.connect(link.url) as other:
        other.execute("LOCK TABLE integer_sequenced_items")
        with pytest.raises(StoreRefusedError, match=r"cannot be read: .*it is locked by another program") as raised:
            open_store(parse_location(link.url), KnownClasses(), writable=False)
    assert (raised.value.hint, raised.value.wants) == ("Try again when that program is done.", "")
    open_store(parse_location(link.url), KnownClasses(), writable=False).close()


def test_who_does_not_want_to_wait_for_a_lock_does_not(link: Link, opened: OpenedStore) -> None:
    with psycopg.connect(link.url) as other:
        other.execute("LOCK TABLE integer_sequenced_items")
        with stoppable(lambda: True), pytest.raises(DatastoreError, match="it was cancelled"):
            opened.tables.events.strategy.append(ITEM)
    assert not list(opened.reader.all_records())
    opened.tables.events.strategy.append(ITEM)
    with pytest.raises((ConcurrencyError, Exception), match="is taken"):
        opened.tables.events.strategy.append(ITEM)
