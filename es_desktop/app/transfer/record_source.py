"""The records of a store, or of some of its entities, as they go out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from es_desktop.app.store.reader import Reading
from es_desktop.core import EntityId, RecordedEvent, SequencedItem

from .records import Progress, Record, RecordConverter

_STRIDE: Final = 200
"""How many records there are between two calls of progress."""


class RecordSource:
    """The records of a store, or of some of its entities, up to a version where one is given.

    It counts what it gave, and tells how far it is.

    Raises ``UserError`` where an entity is not there, or a record has a field that no format can carry.
    """

    def __init__(
        self, session: Reading, entities: Sequence[EntityId] | None, progress: Progress, to: int | None = None
    ) -> None:
        self.events = 0
        self.snapshots = 0
        self._store = session.store
        self._converter = RecordConverter(session)
        self.to = to
        """The last version that is given of each entity; ``None`` for all."""
        self._entities = None if entities is None else list(dict.fromkeys(entities))
        self._progress = progress
        self._all_events, self._all_snapshots = self._totals(session)

    @property
    def store_name(self) -> str:
        """The name of the file without its folder, or of the database."""
        return self._store.location.short_name

    @property
    def copy_notes(self) -> str | None:
        """What the store says of where it comes from, without which the records of a working copy are misread."""
        return self._store.tables.copy_notes

    def records(self) -> Iterator[Record]:
        """Yield every record: those of a whole store in the order of its tables, else entity by entity."""
        reader = self._store.reader
        # Snapshots come first: an entity that grows meanwhile never has a snapshot beyond the events that are read.
        if self._entities is None:
            snapshots, events = reader.all_snapshot_records(), reader.all_records()
        else:
            snapshots = (item for each in self._entities for item in reader.snapshot_records(each, self.to))
            events = (item for each in self._entities for item in reader.records(each, self.to))
        return self._counted(self._joined(snapshots, events), self._all_events + self._all_snapshots)

    def events_by_entity(self) -> Iterator[Record]:
        """Yield the record of every event, all those of an entity together, in ascending order."""
        reader = self._store.reader
        if self._entities is None:
            events = reader.all_records(by_sequence=True)
        else:
            events = (item for each in self._entities for item in reader.records(each, self.to))
        return self._counted(self._joined([], events), self._all_events)

    def checkpoint(self) -> None:
        """Tell that nothing is given yet, during other work; raises where that is not wanted any more."""
        self._progress(0, self._all_events + self._all_snapshots)

    def read_event(self, item: SequencedItem) -> RecordedEvent:
        """Return what can be read of an event's record."""
        return self._converter.mapper.to_recorded_event(item)

    def time_of(self, record: Record) -> float | None:
        """Return when a record says that it was made, in seconds since the epoch."""
        if record.kind == "event":
            return self.read_event(record.item).timestamp
        return self._converter.mapper.to_recorded_snapshot(record.item).timestamp

    def _totals(self, session: Reading) -> tuple[int, int]:
        if self._entities is None:
            counts = self._store.reader.counts()
            return counts.events, counts.snapshots
        facts = [session.entity(each) for each in self._entities]
        return sum(each.events for each in facts), sum(each.snapshots for each in facts)

    def _joined(self, snapshots: Iterable[Any], events: Iterable[Any]) -> Iterator[Record]:
        for item in snapshots:
            yield Record("snapshot", self._converter.snapshot(item))
        for item in events:
            yield Record("event", self._converter.event(item))

    def _counted(self, records: Iterable[Record], total: int) -> Iterator[Record]:
        for done, record in enumerate(records):
            if done % _STRIDE == 0:
                self._progress(done, max(done, total))  # somebody may append meanwhile
            if self.to is not None and record.item.position > self.to:
                continue
            if record.kind == "event":
                self.events += 1
            else:
                self.snapshots += 1
            yield record
        done = self.events + self.snapshots
        self._progress(done, done)
