"""The index of an open store: made in memory for a small one, kept in the user's cache folder for a large one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from math import isclose
from pathlib import Path
from typing import TYPE_CHECKING, Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.runtime.processes import Tell, told_by_processes
from es_desktop.core import DatastoreError
from es_desktop.index import IndexDatabase, IndexFiller, IndexState
from es_desktop.index.events import edge_rows
from es_desktop.index.ids import id_of_raw
from es_desktop.index.totals import index_state
from es_desktop.stores import OpenOptions

from .index_files import index_path, opened_index
from .index_source import index_source

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session

SMALL: Final = 50_000
"""A store of no more events is indexed anew whenever it is opened, in a moment; and so many more are taken in here."""
Progress = Callable[[int, int], None]
"""Told how much is done, and of how much; may raise to stop the work."""


class StoreIndex:
    """What is known of a store without reading it whole. ``update`` it before, and whenever the store has changed.

    It holds nothing that the store does not: it may be thrown away at any time. Words of encrypted records, opened by
    a key, are kept in memory only.
    """

    def __init__(self, session: Session, folder: Path) -> None:
        """Open what there is by now, in ``folder`` where the store is large. It may be of any thread."""
        self.session = session
        self.events_in_store = 0
        """How many events the store held when the index was last brought up to date."""
        is_large = session.store.reader.has_more_events_than(SMALL)
        self.path = index_path(session, folder) if is_large else None
        self.keeps_text = self.path is None or not session.options.keys
        """Whether the words of payloads can be looked for."""
        self.database = opened_index(self.path)
        if self.path is not None and not self._is_of_this_store():
            self.database.clear()
        self.knows_entities = self.state.entities > 0
        """Whether it told of entities from the start, before it is brought up to date."""

    @classmethod
    def kept(cls, session: Session, folder: Path) -> StoreIndex | None:
        """Open the index of a store where one was kept; ``None`` where there is none."""
        return cls(session, folder) if index_path(session, folder).exists() else None

    @property
    def state(self) -> IndexState:
        """How far it is."""
        return index_state(self.database)

    def update(self, progress: Progress) -> None:
        """Take in what the store holds and the index does not; in a process of its own where that is much.

        It can be stopped anywhere, and goes on from there the next time.
        """
        reader = self.session.store.reader
        self.events_in_store = reader.event_count()
        if self.path is not None and self.events_in_store < self.state.events:
            self.database.clear()
        missing = self.events_in_store - self.state.events
        if self.path is None or (missing <= SMALL and self.session.store.log.grows_at_its_end):
            filling = IndexFiller(self.database, index_source(self.session.store), keeps_text=self.keeps_text)
            try:
                filling.run(lambda found: progress(found.events, self.events_in_store))
            except sqlite3.DatabaseError as error:
                raise DatastoreError(f"the store cannot be indexed: {error}") from error
            return
        arguments = (self.session.place, self.session.options, str(self.path), self.keeps_text)
        with closing(told_by_processes(_fill, [arguments])) as messages:
            for found in messages:
                progress((found or self.state).events, self.events_in_store)

    def close(self) -> None:
        """Close it; a large one stays for the next time."""
        self.database.close()

    def _is_of_this_store(self) -> bool:
        """Tell whether the first and the last event that it knows are there as it knows them."""
        known = edge_rows(self.database)
        there = self.session.store.log.events_at([(id_of_raw(row.id), row.position) for row in known])
        return all(
            event is not None and event.type == row.event_type and _is_same_time(event.timestamp, row.time)
            for row, event in zip(known, there, strict=True)
        )


def _is_same_time(told: float | None, indexed: float | None) -> bool:
    # SQLite may read the last digit of a number in another way; and it reads the time of a damaged record.
    return told is None or (indexed is not None and isclose(told, indexed, rel_tol=1e-12))


def _fill(tell: Tell, place: str, options: OpenOptions, path: str, keeps_text: bool) -> None:
    """Fill an index in a process of its own."""
    from es_desktop.app.store.session import open_session

    database = IndexDatabase(Path(path), is_filled_here=True)
    with closing(open_session(place, writable=False, options=options)) as session:
        try:
            IndexFiller(database, index_source(session.store), keeps_text=keeps_text).run(tell)
        except (sqlite3.DatabaseError, DatastoreError) as error:
            raise UserError(f"the store cannot be indexed: {error}", "It may be damaged; try a copy of it.") from error
