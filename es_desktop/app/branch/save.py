"""Saving a branch: its events as a new store, which can be opened like any other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from es_desktop.app.transfer.records import Progress, Record, RecordConverter
from es_desktop.app.transfer.store_file import CopyNotes, new_store
from es_desktop.core.events import now
from es_desktop.replay import Branch, EventRef, Mark

from .view import RecordedHistory

if TYPE_CHECKING:
    from es_desktop.stores import OpenedStore

_STRIDE: Final = 200


def save_branch(
    recorded: RecordedHistory, branch: Branch, path: Path, progress: Progress = lambda done, total: None
) -> int:
    """Make a store of ours that holds the events of a branch, and nothing else; return how many.

    In a store of ours, events that are as they were recorded keep their records to the last byte; those of another
    program become records as a working copy has them. All are written in one transaction.
    Raises ``UserError`` if a file stands already or none can be written, and what ``progress`` raises; then no file
    is left. The store that the branch comes from is only read.
    """

    def fill(opened: OpenedStore) -> int:
        # SQLAlchemy takes longer to load than the window does; see session.py.
        from es_desktop.stores.writing import append_records

        notes = _copy_notes(recorded)
        if notes is not None:
            opened.write_copy_notes(notes)
        return append_records(opened.tables, _records(recorded, branch, progress)).events

    return new_store(path.expanduser().resolve(), fill)


def _records(recorded: RecordedHistory, branch: Branch, progress: Progress) -> Iterator[Record]:
    reading, entity_id = recorded.reading, recorded.facts.id
    converter = RecordConverter(reading)
    items: dict[EventRef, Any] = {item[1]: item for item in reading.store.reader.records(entity_id)}
    for number, entry in enumerate(branch.entries):
        if number % _STRIDE == 0:
            progress(number, len(branch.entries))
        if entry.version is not None:
            item = items.get(entry.name) if entry.mark in (Mark.KEPT, Mark.MOVED) else None
            if item is None:
                made = converter.edited_event(entity_id, branch.event_at(entry.count_in_branch - 1))
            else:
                made = converter.event(item)._replace(position=entry.version)
            yield Record("event", made)


def _copy_notes(recorded: RecordedHistory) -> str | None:
    """Return what tells how the records of a store are to be read that holds copies of another program's."""
    store = recorded.reading.store
    if store.format.is_ours:
        return store.tables.copy_notes
    source = f"a hypothetical branch of {store.location.absolute_name}"
    tables = store.tables
    return CopyNotes(source, store.format.name, now(), tables.scope, tables.has_core_event_types).to_json()
