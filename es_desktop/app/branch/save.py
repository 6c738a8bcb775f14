"""Saving a branch: its events as a new store, which can be opened like any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.transfer.origin import Origin
from es_desktop.app.transfer.records import Progress, Record
from es_desktop.core import (
    DatastoreError,
    KnownClasses,
    RecordedEvent,
    SequencedItem,
    SequencedItemError,
    SequencedItemMapper,
    StoreRefusedError,
)
from es_desktop.core.clock import now
from es_desktop.replay import Branch, BranchPlace, EventName, Mark

from .history import RecordedHistory

_STRIDE: Final = 200
_MAPPER: Final = SequencedItemMapper(SequencedItem, "originator_id", "originator_version")


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
    writer = _Writer(recorded)
    for number, place in enumerate(branch.places):
        if number % _STRIDE == 0:
            progress(number, len(branch.places))
        if place.version is not None:
            yield Record("event", writer.item(place, branch.event_at(place.happened - 1)))


class _Writer:
    """Makes records of ours of the events of a branch."""

    def __init__(self, recorded: RecordedHistory) -> None:
        store = recorded.reading.store
        self._id = recorded.facts.id
        self._format = store.format
        self._recorded: dict[EventName, Any] = {item[1]: item for item in store.reader.records(self._id)}

    def item(self, place: BranchPlace, event: RecordedEvent) -> SequencedItem:
        """Return the record of an event."""
        from es_desktop.stores.copiedmapper import copied_event, copied_topic

        item, is_ours = self._recorded.get(place.name), self._format.is_ours
        if item is not None and is_ours and place.mark in (Mark.KEPT, Mark.MOVED):
            return SequencedItem(self._id, event.version, item[2], item[3])
        if event.domain_event is not None:
            return SequencedItem(*_MAPPER.to_sequenced_item(event.domain_event))
        topic = event.topic if is_ours else copied_topic(event, self._format.name)
        data = copied_event(event) if event.error is None else _unread(item)
        return SequencedItem(self._id, event.version, topic, data)


def _unread(item: Any) -> Any:
    """Return a payload that cannot be read as it stands, in a form that a table of ours can hold."""
    data = "" if item is None else item[3]
    return data if isinstance(data, (str, bytes)) else repr(data)


def _copy_notes(recorded: RecordedHistory) -> str | None:
    """Return what tells how the records of a store are to be read that holds copies of another program's."""
    store = recorded.reading.store
    if store.format.is_ours:
        return store.tables.copy_notes
    source = f"a hypothetical branch of {store.location.place}"
    tables = store.tables
    return Origin(source, store.format.name, now(), tables.scope, tables.tells_core_kinds).to_json()
