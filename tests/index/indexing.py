"""Stores and indexes for the tests, and the content of an index."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import strategies as st

from es_desktop.app.search.store_index import index_source
from es_desktop.app.store.session import open_session
from es_desktop.app.transfer.records import Record
from es_desktop.index import IndexDatabase, IndexFiller, IndexState, Source
from tests.app.recording import event, snapshot, store_of

IDS: Final = (UUID(int=1), UUID("5f2c91d0-9c1e-4a4e-8a77-0d5f7c1b2a3e"), UUID(int=3), "ticket-1", "", "100%")
TOPICS: Final = ("shop#Cart.Filled", "shop#Cart.Discarded", "bank#account.Opened", "bank#Loan.Paid", "bare")
WORDS: Final = ("teapot", "Kraków", "153.60", "x1")


def timed_event(entity_id: UUID | str, version: int, topic: str, time: float | None, text: str = "") -> Record:
    """Return an event as the core writes it: its time first, if it has one."""
    payload = {"note": text} if time is None else {"timestamp": time, "note": text}
    return event(entity_id, version, json.dumps(payload, separators=(",", ":"), ensure_ascii=False), topic)


@st.composite
def histories(draw: st.DrawFn) -> list[Record]:
    """Events of a few entities, in the order of appending, and snapshots of some of them."""
    records: list[Record] = []
    versions: dict[UUID | str, int] = {}
    for _ in range(draw(st.integers(0, 24))):
        entity_id = draw(st.sampled_from(IDS))
        version = versions[entity_id] = versions.get(entity_id, draw(st.integers(-2, 2))) + draw(st.integers(1, 2))
        time = draw(
            st.none() | st.integers(-9_000, 9_000).map(float) | st.integers(0, 2 * 10**12).map(lambda ms: ms / 1000)
        )
        words = draw(st.lists(st.sampled_from(WORDS), max_size=2))
        records.append(timed_event(entity_id, version, draw(st.sampled_from(TOPICS)), time, " ".join(words)))
    some = draw(st.lists(st.sampled_from(records), unique=True)) if records else []
    return records + [snapshot(each.item[0], each.item[1]) for each in some if each.item[1] >= 0]


@contextmanager
def slices_of(events: int) -> Iterator[None]:
    """Limit the events, and the sequences, of one transaction."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SLICE", "STREAMED_SLICE", "SURVEYED"):
            patch.setattr(f"es_desktop.index.source.{name}", events)
        yield


@contextmanager
def source_of(store: Path, *, streamed: bool = False) -> Iterator[Source]:
    """Yield the events of a store, read by SQL alone or one at a time."""
    with closing(open_session(str(store), writable=False)) as session:
        if streamed:
            session.store.tables = replace(session.store.tables, in_sql=None)
        yield index_source(session.store)


def fill(database: IndexDatabase, store: Path, *, streamed: bool = False, keeps_text: bool = True) -> list[IndexState]:
    """Bring an index up to date with a store; return its reports."""
    reports: list[IndexState] = []
    with source_of(store, streamed=streamed) as source:
        IndexFiller(database, source, keeps_text=keeps_text).run(reports.append)
    return reports


@contextmanager
def indexed_store(folder: Path, records: Sequence[Record]) -> Iterator[IndexDatabase]:
    """Yield an index in memory of a store with these records."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(IndexDatabase()) as database:
        fill(database, store_of(folder / "made.esdb", list(records)))
        yield database


_CONTENT: Final = {
    "entities": "SELECT e.id, k.name, events, first, last, snapshots, created, modified, ended, encrypted FROM entity e"
    " LEFT JOIN kind k ON k.no = e.kind ORDER BY e.id",
    "events": "SELECT n, e.id, position, t.topic, t.name, time FROM event JOIN entity e ON e.no = event.entity"
    " JOIN topic t ON t.no = event.topic ORDER BY n",
    "counted": "SELECT t.topic, events FROM counted c JOIN topic t ON t.no = c.topic ORDER BY 1",
    "hours": "SELECT hour, t.topic, events FROM hour h JOIN topic t ON t.no = h.topic ORDER BY 1, 2",
    "spans": "SELECT sum(events), min(first), max(last), min(earliest), max(latest) FROM slice",
    "words": "SELECT term, doc, offset FROM temp.word_position ORDER BY 1, 2, 3",
}


def content(database: IndexDatabase) -> dict[str, list[Any]]:
    """Return the content of an index, without the numbers of entities and the bounds of slices."""
    with database.reading() as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.word_position USING fts5vocab('main', 'words', 'instance')"
        )
        found = {name: connection.execute(statement).fetchall() for name, statement in _CONTENT.items()}
        connection.execute("DROP TABLE temp.word_position")
    return found
