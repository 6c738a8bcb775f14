"""The index of an open store: where its file is, how it is filled, and the facts of the store from it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from hashlib import sha256
from itertools import islice
from math import isclose
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any, Final

import msgspec

from es_desktop.app.entity.facts import StoreFacts
from es_desktop.app.runtime.errors import Progress, UserError
from es_desktop.app.runtime.processes import Send, run_in_processes
from es_desktop.core import DatastoreError, EntityId, SequencedItem
from es_desktop.core.values import dumps
from es_desktop.index import AttachedSource, IndexDatabase, IndexFiller, IndexState
from es_desktop.index.entities import encrypted_entity
from es_desktop.index.events import edge_rows
from es_desktop.index.source import Source, StagedRow, StreamedSource, TopicNames, id_of_raw, raw_id
from es_desktop.index.totals import index_state, totals
from es_desktop.stores import OpenOptions
from es_desktop.system.kept_file import sync_folder
from es_desktop.system.plugins import Group, usable
from es_desktop.system.waiting import is_locked, passing_reason

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session
    from es_desktop.stores import OpenedStore
SMALL: Final = 50_000
"""Stores with fewer events are indexed in memory; up to this many new events are indexed in this process."""
_ENDING: Final = ".index"
_KEPT_SECONDS: Final = 60 * 86_400.0
"""An index that was not opened for so long is deleted."""


class StoreIndex:
    """The index of an open store. Call ``update`` first, and whenever the store has changed.

    It contains nothing that the store does not: it can be deleted at any time. Words of encrypted records that a key
    opened are kept in memory only.
    """

    def __init__(self, session: Session, folder: Path) -> None:
        """Open the index as it is now, in ``folder`` if the store is large. Any thread may call it."""
        self.session = session
        self.events_in_store = 0
        """How many events the store held when the index was last brought up to date."""
        is_large = session.store.reader.has_more_events_than(SMALL)
        path = index_path(session, folder) if is_large else None
        self.database = open_index(path)
        self.path = self.database.path
        self.keeps_text = self.path is None or not session.options.keys
        """Whether the words of payloads can be searched for."""
        if self.path is not None and not self._is_of_this_store():
            self.database.clear()
        self.knows_entities = self.state.entities > 0
        """Whether it had entities when it was opened, before ``update``."""

    @classmethod
    def kept(cls, session: Session, folder: Path) -> StoreIndex | None:
        """Open the index of a store if there is a file of it; otherwise return ``None``."""
        return cls(session, folder) if index_path(session, folder).exists() else None

    @property
    def state(self) -> IndexState:
        return index_state(self.database)

    def update(self, progress: Progress) -> None:
        """Index new events of the store; many in a separate process. It may be stopped, and continues next time."""
        reader = self.session.store.reader
        self.events_in_store = reader.event_count()
        if self.events_in_store < self.state.events:
            self.database.clear()
        self._add_missing(progress)
        is_server = self.session.store.location.path is None
        if is_server and not self.events_in_store <= self.state.events <= reader.event_count():
            # Events were committed so late that they are far before the last ones.
            self.database.clear()
            self._add_missing(progress)

    def _add_missing(self, progress: Progress) -> None:
        missing = self.events_in_store - self.state.events
        if self.path is None or (missing <= SMALL and self.session.store.reader.appends_at_end):
            filling = IndexFiller(self.database, index_source(self.session.store), keeps_text=self.keeps_text)
            try:
                filling.run(lambda found: progress(found.events, self.events_in_store))
            except sqlite3.DatabaseError as error:
                reason, hint = passing_reason(error)
                raise DatastoreError(f"the store cannot be indexed: {reason or error}", hint) from error
            return
        arguments = (self.session.absolute_name, self.session.options, str(self.path), self.keeps_text)
        with closing(run_in_processes(_fill, [arguments])) as messages:
            for found in messages:
                progress((found or self.state).events, self.events_in_store)

    def close(self) -> None:
        """Close it; a large one stays for the next time."""
        self.database.close()

    def _is_of_this_store(self) -> bool:
        """Return whether the first and the last event of the index are the same in the store."""
        known = edge_rows(self.database)
        there = self.session.store.reader.events_at([(id_of_raw(row.id), row.position) for row in known])
        for row, event in zip(known, there, strict=True):
            if event is None or event.type != row.event_type:
                return False
            # SQLite may read the last digit of a number in another way; and it reads the time of a damaged record.
            time = row.time
            if event.timestamp is not None and (time is None or not isclose(event.timestamp, time, rel_tol=1e-12)):
                return False
        return True


def _fill(send: Send, store: str, options: OpenOptions, path: str, keeps_text: bool) -> None:
    """Fill an index in a separate process."""
    from es_desktop.app.store.session import open_session

    database = IndexDatabase(Path(path), is_filled_here=True)
    with closing(open_session(store, writable=False, options=options)) as session:
        try:
            IndexFiller(database, index_source(session.store), keeps_text=keeps_text).run(send)
        except (sqlite3.DatabaseError, DatastoreError) as error:
            reason, hint = passing_reason(error)
            hint = hint or getattr(error, "hint", "Try a copy of it.")
            raise UserError(f"the store cannot be indexed: {reason or error}", hint) from error


def index_path(session: Session, folder: Path) -> Path:
    """Return where the index of a store is kept, or would be."""
    key = [session.absolute_name, str(session.scope), repr(session.options.table_map), str(bool(session.options.keys))]
    # Other plugins, or another version of one, may decode the same records in another way.
    key += (f"{each.name} {each.package} {each.version}" for group in Group for each in usable(group))
    name = sha256("\0".join(key).encode(errors="surrogateescape")).hexdigest()[:32]
    return folder / f"{name}{_ENDING}"


def open_index(path: Path | None, clock: Callable[[], float] = time) -> IndexDatabase:
    """Open an index; in memory without a path, or if none can be kept there.

    Removes indexes in the same folder that were unused for 60 days.
    """
    if path is None:
        return IndexDatabase()
    try:
        # The index contains words of payloads, so no other user may read it.
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for each in path.parent.glob(f"*{_ENDING}"):
            if each != path and each.stat().st_mtime < clock() - _KEPT_SECONDS:
                _remove(each)
        try:
            database = IndexDatabase(path)
        except sqlite3.DatabaseError as error:
            if is_locked(error):
                raise
            # The file is damaged: make a new one.
            _remove(path)
            database = IndexDatabase(path)
        path.touch()
        return database
    except (OSError, sqlite3.DatabaseError):
        return IndexDatabase()


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        with suppress(PermissionError):  # another window has it open, on a system where that counts
            path.with_name(path.name + ending).unlink(missing_ok=True)
    sync_folder(path.parent)  # a loss of power would bring the log back, beside a new index


def index_source(store: OpenedStore) -> Source:
    """Return the source that fills an index of a store."""
    in_sql, uri = store.tables.in_sql, store.attachable
    if in_sql is None or uri is None or store.reader.has_shown_ids:
        return _streamed(store)  # SQL does not know the text for an id that is neither a UUID nor a text

    def topic_names(topic: str) -> TopicNames:
        event = store.tables.events.mapper.to_recorded_event(SequencedItem("", 0, topic, "{}"))
        return TopicNames(event.type, event.entity_type)

    return AttachedSource(uri, in_sql.events, in_sql.snapshots, topic_names)


def _streamed(store: OpenedStore) -> StreamedSource:
    mapper, reader = store.tables.events.mapper, store.reader
    is_ours = store.format.is_ours

    def rows(skipped: int) -> Iterator[StagedRow]:
        for item in islice(reader.shown_records(), skipped, None):
            event = mapper.to_recorded_event(item)
            names = (event.version, _in_utf_8(event.topic), _in_utf_8(event.entity_type), event.timestamp)
            text = "" if event.error is not None else _text(event.data, is_ours=is_ours)
            yield StagedRow(raw_id(_id_of(item[0])), *names, text, event.is_encrypted)

    def topic_names(topic: str) -> TopicNames:
        return TopicNames(mapper.event_type(topic), None)

    snapshots = ((raw_id(_id_of(found)), count) for found, count in reader.snapshot_counts().items())
    return StreamedSource(lambda: snapshots, rows, topic_names, appends_at_end=store.reader.appends_at_end)


def _id_of(found: Any) -> EntityId:
    return found if hasattr(found, "bytes") else str(found)


def _in_utf_8(text: str) -> str:
    """Return a text with an escape for each byte that is not UTF-8, as an index cannot take it."""
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()


def _text(data: Mapping[str, Any], *, is_ours: bool) -> str:
    """Return the text of a payload; of our stores as they have it, so that the same words are found as by SQL."""
    try:
        return dumps(data) if is_ours else msgspec.json.encode(data, enc_hook=str).decode()
    except (TypeError, ValueError, RecursionError):  # names that are not texts, or a tree that is too deep
        return ""


def indexed_facts(index: StoreIndex) -> StoreFacts:
    """Return the facts of a store from its index; while that is being filled, they are not of the whole store."""
    found = totals(index.database)
    encrypted = encrypted_entity(index.database)
    counts = (found.entities, index.events_in_store, found.snapshots, found.first_time, found.last_time)
    entity = None if encrypted is None else id_of_raw(encrypted)
    others = (found.entity_types, (), found.encrypted, entity, index.state.is_whole)
    return index.session.described(StoreFacts("", "", False, *counts, *others))
