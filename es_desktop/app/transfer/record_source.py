"""The records that leave a store: all, or those of some entities, each converted to a record of ours and counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeVar

from es_desktop.app.runtime.errors import Progress, UserError
from es_desktop.app.store.reader import Reading
from es_desktop.core import EntityId, RecordedEvent, SequencedItem

from .records import Record, RecordConverter

if TYPE_CHECKING:
    from es_desktop.stores.ourmapper import EventOutline
    from es_desktop.stores.writing import RecordType

_PROGRESS_EVERY: Final = 200
"""Records between two calls of ``progress``."""


E = TypeVar("E", "RecordedEvent", "EventOutline | RecordedEvent")


class RecordSource:
    """The records of a store, or of some of its entities, up to a version if given.

    It counts the records that it yields, and reports progress. Raises ``UserError`` if an entity is not there, or a
    record has a field that no format can carry.
    """

    def __init__(
        self,
        session: Reading,
        entities: Sequence[EntityId] | None,
        progress: Progress,
        to: int | None = None,
        refused: list[str] | None = None,
    ) -> None:
        """``refused`` gets the reason for each record that no format can carry, which is left out then."""
        self.events = 0
        self.snapshots = 0
        self.store: Final = session.store
        self.to: Final = to
        """The last version of each entity to yield; ``None`` for all."""
        self.notes: Final[list[str]] = []
        """What a format could not write as it is, a line each."""
        self._converter = RecordConverter(session)
        self._refused = refused
        self._entities = None if entities is None else list(dict.fromkeys(entities))
        self._progress = progress
        if self._entities is None:
            counts = session.store.reader.counts()
            self._all_events, self._all_snapshots = counts.events, counts.snapshots
        else:
            facts = [session.entity(each) for each in self._entities]
            self._all_events, self._all_snapshots = (
                sum(each.events for each in facts),
                sum(each.snapshots for each in facts),
            )

    @property
    def event_count(self) -> int:
        """How many events there are, of any version."""
        return self._all_events

    @property
    def entities(self) -> Sequence[EntityId] | None:
        """The entities whose records are read; ``None`` for all."""
        return self._entities

    @property
    def store_name(self) -> str:
        """The name of the file without its folder, or of the database."""
        return self.store.location.short_name

    def records(self) -> Iterator[Record]:
        """Yield every record: of a whole store in the order of its tables, otherwise entity by entity."""
        reader = self.store.reader
        # Snapshots first: if an entity grows meanwhile, no snapshot is later than the events that are read.
        if self._entities is None:
            # Of other programs' stores, no list shows a snapshot of an entity without events; ours may hold one.
            snapshots = reader.all_snapshot_records(with_events=not self.store.format.is_ours)
            events = reader.all_records()
        else:
            snapshots = (item for each in self._entities for item in reader.snapshot_records(each, self.to))
            events = (item for each in self._entities for item in reader.records(each, self.to))
        return self._counted(snapshots, events, self._all_events + self._all_snapshots)

    def events_by_entity(self) -> Iterator[Record]:
        """Yield the record of every event, all those of an entity together, in ascending order."""
        reader = self.store.reader
        if self._entities is None:
            events = reader.all_records(by_sequence=True)
        else:
            events = (item for each in self._entities for item in reader.records(each, self.to))
        return self._counted([], events, self._all_events)

    def typed_events(self, read: Callable[[SequencedItem], E]) -> Iterator[tuple[Record, str, E]]:
        """Yield the same records, each with its entity type and its event, by ``read_event`` or ``outline_of``."""
        entity: EntityId | None = None
        entity_type = ""
        for record in self.events_by_entity():
            event = read(record.item)
            if entity != record.item.sequence_id:
                # The type of an entity is that of its first event, as in a list of entities.
                entity, entity_type = record.item.sequence_id, event.entity_type
            yield record, entity_type, event

    def checkpoint(self) -> None:
        """Report during other work that nothing is done yet. Raises if it was cancelled."""
        self._progress(0, self._all_events + self._all_snapshots)

    def read_event(self, item: SequencedItem) -> RecordedEvent:
        """Return the decoded event of a record."""
        return self._converter.mapper.to_recorded_event(item)

    def outline_of(self, item: SequencedItem) -> EventOutline | RecordedEvent:
        """Return the types and the time of a record; the whole event where only that has them."""
        return self._converter.mapper.event_outline(item) or self.read_event(item)

    def time_of(self, record: Record) -> float | None:
        """Return the time of a record, in seconds since the epoch UTC; ``None`` if unknown."""
        if record.record_type == "event":
            return self.outline_of(record.item).timestamp
        return self._converter.mapper.to_recorded_snapshot(record.item).timestamp

    def _counted(self, snapshots: Iterable[Any], events: Iterable[Any], total: int) -> Iterator[Record]:
        converted = chain(
            self._converted("snapshot", self._converter.snapshot, snapshots),
            self._converted("event", self._converter.event, events),
        )
        for done, record in enumerate(converted):
            if done % _PROGRESS_EVERY == 0:
                self._progress(done, max(done, total))  # the store may have grown since
            if self.to is not None and record.item.position > self.to:
                continue
            if record.record_type == "event":
                self.events += 1
            else:
                self.snapshots += 1
            yield record
        done = self.events + self.snapshots
        self._progress(done, done)

    def _converted(
        self, record_type: RecordType, convert: Callable[[Any], SequencedItem], items: Iterable[Any]
    ) -> Iterator[Record]:
        for item in items:
            try:
                yield Record(record_type, convert(item))
            except UserError as error:
                if self._refused is None:
                    raise
                self._refused.append(error.text)
