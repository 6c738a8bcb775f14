"""Saving a branch: its events as a new store, which can be opened like any other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from es_desktop.core import (
    DatastoreError,
    KnownClasses,
    RecordedEvent,
    SequencedItem,
    SequencedItemError,
    SequencedItemMapper,
    StoreRefusedError,
    values,
)
from es_desktop.replay import Branch, BranchPlace, EventName, Mark
from es_desktop.replay.retelling import FRAME

from .errors import UserError
from .rawrecords import Progress, Record
from .trunk import Trunk

_STRIDE: Final = 200
_VERSION: Final = "originator_version"
_MAPPER: Final = SequencedItemMapper(SequencedItem, "originator_id", _VERSION)


def save_branch(trunk: Trunk, branch: Branch, path: Path, progress: Progress = lambda done, total: None) -> int:
    """Make a store of ours that holds the events of a branch, and nothing else; return how many.

    Events that are as they were recorded keep their records to the last byte, where they are of a format like ours; all
    are written in one transaction.
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
                return append_records(opened.tables, _records(trunk, branch, progress)).events
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


def _records(trunk: Trunk, branch: Branch, progress: Progress) -> Iterator[Record]:
    writer = _Writer(trunk)
    for number, place in enumerate(branch.places):
        if number % _STRIDE == 0:
            progress(number, len(branch.places))
        if place.version is not None:
            yield Record("event", writer.item(place, branch.event_at(place.happened - 1)))


class _Writer:
    """Makes records of ours of the events of a branch."""

    def __init__(self, trunk: Trunk) -> None:
        store = trunk.reading.store
        self._id = trunk.facts.id
        self._is_like_ours = isinstance(store.tables.events.mapper, SequencedItemMapper)
        self._recorded: dict[EventName, Any] = {item[1]: item for item in store.reader.records(self._id)}

    def item(self, place: BranchPlace, event: RecordedEvent) -> SequencedItem:
        """Return the record of an event."""
        item = self._recorded.get(place.name)
        data: Any = None if item is None else item[3]
        if self._is_like_ours and item is not None and place.mark in (Mark.KEPT, Mark.MOVED):
            return SequencedItem(self._id, event.version, item[2], _renumbered(data, event.version))
        if event.domain_event is not None:
            return SequencedItem(*_MAPPER.to_sequenced_item(event.domain_event))
        if event.error is None:
            told = json.loads(values.dumps(dict(event.data)))
            data = json.dumps({**self._envelope(event, data), **told})
        # Where the topic does not tell the type of the entity, it has to from now on.
        topic = f"{event.entity}.{event.kind}" if event.entity and event.kind else event.topic
        return SequencedItem(self._id, event.version, topic, data)

    def _envelope(self, event: RecordedEvent, data: Any) -> dict[str, Any]:
        """Return what the record of an event says beside what happened, or at least when it was."""
        tree = _tree(data) if self._is_like_ours else {}
        envelope = {name: value for name, value in tree.items() if name in FRAME}
        if _VERSION in envelope:
            envelope[_VERSION] = event.version
        if "timestamp" not in envelope and event.timestamp is not None:
            envelope["timestamp"] = event.timestamp
        return envelope


def _renumbered(data: Any, version: int) -> Any:
    """Return a payload as it stands; with the version that its record has now, where it repeats that."""
    if not isinstance(data, str) or f'"{_VERSION}"' not in data:
        return data
    tree = _tree(data)
    return data if tree.get(_VERSION, version) == version else json.dumps({**tree, _VERSION: version})


def _tree(data: Any) -> dict[str, Any]:
    """Return a payload as it stands, without turning anything into a value; nothing where that cannot be."""
    try:
        tree = json.loads(data)
    except (ValueError, TypeError, RecursionError):
        return {}
    return tree if isinstance(tree, dict) else {}
