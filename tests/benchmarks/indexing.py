"""The side index: how fast it is filled, and how fast a word is found in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path

from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.session import open_session
from es_desktop.index import EventSearch
from es_desktop.index.events import event_rows, find_events

from .measuring import Figure, at_least, interleaved, ratio_of_at_most
from .stores import store_of


def index(folder: Path, events: int) -> Figure:
    """All that the program takes in, words too, as it does that; against nothing but the words, by one statement."""
    store, numbers = store_of(events), count()
    with closing(open_session(str(store), writable=False)) as session:

        def ours() -> None:
            with closing(StoreIndex(session, folder / str(next(numbers)))) as made:
                made.update(lambda done, total: None)
                assert made.state.is_whole and made.state.events == events

        def words_alone() -> None:
            path = folder / f"words-{next(numbers)}.db"
            with closing(sqlite3.connect(path)) as connection, connection:
                connection.execute("PRAGMA synchronous = OFF")
                connection.execute("CREATE VIRTUAL TABLE words USING fts5(data, content = '')")
                connection.execute("ATTACH DATABASE ? AS store", [str(store)])
                connection.execute("INSERT INTO words (rowid, data) SELECT id, data FROM store.integer_sequenced_items")

        mine, theirs = interleaved(ours, words_alone)
    return Figure("index", events / mine, events / theirs, "fts5 alone", "events/s", events, at_least(200_000))


def find(folder: Path, events: int) -> Figure:
    """The events that hold a rare word, by the index; against a look at every record, as DB Browser does it."""
    store = store_of(events)
    with (
        closing(open_session(str(store), writable=False)) as session,
        closing(StoreIndex(session, folder)) as made,
        closing(sqlite3.connect(store)) as connection,
    ):
        made.update(lambda done, total: None)
        word = _rare_word(connection)
        statement = "SELECT id, sequence_id, position FROM integer_sequenced_items WHERE data LIKE ?"

        def ours() -> list[tuple[int, bytes, int]]:
            numbers = [number for chunk in find_events(made.database, EventSearch(text=word)) for number in chunk]
            return [(row.n, row.id, row.position) for row in event_rows(made.database, numbers)]

        def look_at_all() -> list[tuple[int, bytes, int]]:
            return connection.execute(statement, [f"%{word}%"]).fetchall()

        assert ours() == look_at_all()
        mine, theirs = interleaved(ours, look_at_all)
    return Figure("find", mine * 1e3, theirs * 1e3, "LIKE over all", "ms", events, ratio_of_at_most(1 / 50))


def _rare_word(connection: sqlite3.Connection) -> str:
    """Return the number that a parcel in the middle of the store is tracked by."""
    (word,) = connection.execute(
        "SELECT json_extract(data, '$.tracking') FROM integer_sequenced_items WHERE topic LIKE '%.Shipped'"
        " AND id >= (SELECT max(id) / 2 FROM integer_sequenced_items) ORDER BY id LIMIT 1"
    ).fetchone()
    return str(word)
