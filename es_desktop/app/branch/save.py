"""Saving a branch: its events as a new store, which can be opened like any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.transfer.records import CopyNotes, Progress, Record, RecordConverter
from es_desktop.core import (
    DatastoreError,
    KnownClasses,
    SequencedItemError,
    StoreRefusedError,
)
from es_desktop.core.clock import now
from es_desktop.replay import Branch, EventName, Mark

from .history import RecordedHistory

_STRIDE: Final = 200


def save_branch(
    recorded: RecordedHistory, branch: Branch, path: Path, progress: Progress = lambda done, total: None
) -> int:
    """Make a store of ours that holds the events of a branch, and nothing else; return how many.

    In a store of ours, events that are as they were recorded keep their records to the last byte; those of another
    program become records as a working copy has them. All are written in one transaction.
    Raises ``UserError`` where a file stands already or none can be written, and what ``progress`` raises; then no file
    is left. The store that the branch comes from is only read.
    """
    # SQLAlchemy takes longer to load than the window does; see session.py.
    from es_desktop.stores import StoreLocation, create_store
    from es_desktop.stores.writing import append_records

    with _new_file(path.expanduser().resolve()) as unfinished:
        try:
            opened = create_store(StoreLocation(unfinished), KnownClasses())
            try:
                notes = _copy_notes(recorded)
                if notes is not None:
                    opened.write_copy_notes(notes)
                return append_records(opened.tables, _records(recorded, branch, progress)).events
            finally:
                opened.close()
        except StoreRefusedError as error:
            raise UserError(str(error), error.hint) from error
        except (DatastoreError, SequencedItemError) as error:
            raise UserError(f"the branch cannot be saved: {error}", "Choose another folder.") from error


@contextmanager
def _new_file(path: Path) -> Iterator[Path]:
    """Give a name beside ``path`` to write to; what was written gets its name at the end."""
    try:
        path.open("xb").close()  # the name is ours from now on
    except FileExistsError:
        raise UserError(f"{path} exists already, and is not written over", "Choose another name.") from None
    except OSError as error:
        raise UserError(f"{path} cannot be made: {error.strerror}", "Choose another folder.") from error
    try:
        # A folder rather than a file: what a database leaves beside itself goes with it.
        with TemporaryDirectory(prefix=".es-desktop-", dir=path.parent) as folder:
            unfinished = Path(folder) / path.name
            yield unfinished
            unfinished.replace(path)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise UserError(f"{path} cannot be written: {error.strerror}", "Choose another folder.") from error
        raise


def _records(recorded: RecordedHistory, branch: Branch, progress: Progress) -> Iterator[Record]:
    reading, entity_id = recorded.reading, recorded.facts.id
    converter = RecordConverter(reading)
    items: dict[EventName, Any] = {item[1]: item for item in reading.store.reader.records(entity_id)}
    for number, place in enumerate(branch.places):
        if number % _STRIDE == 0:
            progress(number, len(branch.places))
        if place.version is not None:
            item = items.get(place.name) if place.mark in (Mark.KEPT, Mark.MOVED) else None
            event = branch.event_at(place.happened - 1)
            yield Record("event", converter.branch_event(entity_id, event, item))


def _copy_notes(recorded: RecordedHistory) -> str | None:
    """Return what tells how the records of a store are to be read that holds copies of another program's."""
    store = recorded.reading.store
    if store.format.is_ours:
        return store.tables.copy_notes
    source = f"a hypothetical branch of {store.location.place}"
    tables = store.tables
    return CopyNotes(source, store.format.name, now(), tables.scope, tables.tells_core_kinds).to_json()
