"""Events of a transaction that ends late have lower numbers than others that are in the index already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from es_desktop.app.runtime.errors import no_progress
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.session import create_session
from es_desktop.index import source
from es_desktop.index.source import id_of_raw
from tests.stores.serving import Server

INSERT = "INSERT INTO integer_sequenced_items (sequence_id, position, topic, data) VALUES (%s, %s, 'a#A.Created', '{}')"
Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def url(server: Server) -> str:
    return server.fresh_database()


@pytest.fixture
def index(url: str, tmp_path: Path) -> Iterator[StoreIndex]:
    with closing(create_session(url)) as session, closing(StoreIndex(session, tmp_path)) as index:
        yield index


def append(connection: Connection, *numbers: int) -> None:
    for number in numbers:
        connection.execute(INSERT, (UUID(int=number), 0))


def numbers_of(index: StoreIndex) -> list[int]:
    """Return the numbers of the entities of all events in the index, in its order."""
    index.update(no_progress)
    rows = index.database.rows("SELECT e.id FROM event v JOIN entity e ON e.no = v.entity ORDER BY v.n")
    counted = index.database.rows("SELECT sum(events) FROM entity")
    assert counted == [(len(rows) or None,)]
    return [UUID(str(id_of_raw(raw))).int for (raw,) in rows]


def test_they_are_added_at_the_end_and_nothing_twice(url: str, index: StoreIndex) -> None:
    with psycopg.connect(url) as late, psycopg.connect(url) as later, psycopg.connect(url, autocommit=True) as others:
        append(late, 1, 2)
        append(others, 3)
        append(later, 4)
        append(others, 5, 6)
        assert numbers_of(index) == [3, 5, 6]
        late.commit()
        assert numbers_of(index) == [3, 5, 6, 1, 2]
        append(others, 7)
        assert numbers_of(index) == [3, 5, 6, 1, 2, 7]
        later.commit()
        assert numbers_of(index) == [3, 5, 6, 1, 2, 7, 4]
        assert numbers_of(index) == [3, 5, 6, 1, 2, 7, 4]
        others.execute("DELETE FROM integer_sequenced_items WHERE sequence_id = %s", (str(UUID(int=5)),))
        assert numbers_of(index) == [1, 2, 3, 4, 6, 7]


def test_those_that_come_much_later_have_the_index_filled_again(
    url: str, index: StoreIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "READ_AGAIN", 2)
    with psycopg.connect(url) as late, psycopg.connect(url, autocommit=True) as others:
        append(late, 1)
        append(others, 2, 3, 4, 5)
        assert numbers_of(index) == [2, 3, 4, 5]
        late.commit()
        append(others, 6)
        assert numbers_of(index) == [1, 2, 3, 4, 5, 6]
