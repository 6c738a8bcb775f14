"""Saving a branch: its events as a new store, which can be opened like any other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from es_desktop.app.runtime.errors import Progress, no_progress
from es_desktop.app.transfer.records import Record, RecordConverter
from es_desktop.app.transfer.store_file import CopyNotes, new_store
from es_desktop.core.events import now
from es_desktop.replay import Branch, EventRef, Mark

from .view import RecordedHistory

if TYPE_CHECKING:
    from es_desktop.stores import OpenedStore


def save_branch(recorded: RecordedHistory, branch: Branch, path: Path, progress: Progress = no_progress) -> int:
    """Make a store of ours at ``path`` that holds the events of a branch, and nothing else; return how many.

    Records of ours that were not edited are copied unchanged; those of another program are converted as for a working
    copy. All are written in one transaction. Raises ``UserError`` if the file exists or cannot be written, and what
    ``progress`` raises; then no file is left. The store that the branch comes from is only read.
    """

    def fill(opened: OpenedStore) -> int:
        # SQLAlchemy takes longer to load than the window does; see session.py.
        from es_desktop.stores.writing import append_records

        store = recorded.reading.store
        notes = store.tables.copy_notes
        if not store.format.is_ours:
            source, tables = f"a hypothetical branch of {store.location.absolute_name}", store.tables
            copy_notes = CopyNotes(source, store.format.name, now(), store.scope, tables.has_core_event_types)
            notes = copy_notes.to_json()
        if notes is not None:  # they say how the records of another program's store are to be read
            opened.write_copy_notes(notes)
        return append_records(opened.tables, _records(recorded, branch, progress)).events

    return new_store(path.expanduser().resolve(), fill)


def _records(recorded: RecordedHistory, branch: Branch, progress: Progress) -> Iterator[Record]:
    reading, entity_id = recorded.reading, recorded.facts.id
    converter = RecordConverter(reading)
    items: dict[EventRef, Any] = {item[1]: item for item in reading.store.reader.records(entity_id)}
    for number, entry in enumerate(branch.entries):
        if number % 200 == 0:
            progress(number, len(branch.entries))
        if entry.version is not None:
            item = items.get(entry.name) if entry.mark in (Mark.KEPT, Mark.MOVED) else None
            if item is None:
                made = converter.edited_event(entity_id, branch.event_at(entry.count_in_branch - 1))
            else:
                made = converter.event(item)._replace(position=entry.version)
            yield Record("event", made)
