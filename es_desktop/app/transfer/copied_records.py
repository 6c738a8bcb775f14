"""The records that go into a working copy, entity by entity, and how far that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.store.reader import Reading
from es_desktop.core import SequencedItem, ValueEncodingError

from .records import Progress, Record

if TYPE_CHECKING:
    from es_desktop.stores.writing import Kind

_STRIDE: Final = 100


class CopiedRecords:
    """Gives the records of entities as a copy holds them, counts them, and tells how far the whole work is.

    Those of our own stores stand as they are. One that cannot be read keeps its payload, so that it stays unreadable.
    """

    def __init__(self, source: Reading, progress: Progress, total: int) -> None:
        self.events = 0
        self.snapshots = 0
        self._source = source
        self._tables = source.store.tables
        self._is_ours = source.store.format.is_ours
        self._progress = progress
        self._total = total
        self._done = 0

    def of(self, entities: Sequence[EntityFacts]) -> Iterator[Record]:
        """Yield the records of entities up to the versions that they are known at."""
        reader = self._source.store.reader
        for each in entities:
            # Snapshots come first: an entity that grows meanwhile never has one beyond the events that are read.
            for item in reader.snapshot_records(each.id, each.version):
                self.snapshots += 1
                yield self._counted("snapshot", self._snapshot(item))
            for item in reader.records(each.id, each.version):
                self.events += 1
                yield self._counted("event", self._event(item))

    def passed(self, count: int) -> None:
        """Count other work that belongs to the whole."""
        self._done += count
        self.checkpoint()

    def checkpoint(self) -> None:
        """Tell how far it is; raises where the work is not wanted any more."""
        self._progress(min(self._done, self._total), self._total)

    def _counted(self, kind: Kind, item: SequencedItem) -> Record:
        if self._done % _STRIDE == 0:
            self.checkpoint()
        self._done += 1
        return Record(kind, item)

    def _event(self, item: Any) -> SequencedItem:
        from es_desktop.stores.copiedmapper import copied_event, copied_topic

        if self._is_ours:
            return SequencedItem(*item[:4])
        event = self._tables.events.mapper.to_recorded_event(item)
        topic = copied_topic(event, self._source.store.format.name)
        try:
            data = _unread(item[3]) if event.error is not None else copied_event(event)
        except ValueEncodingError:
            data = _unread(item[3])
        return SequencedItem(item[0], item[1], topic, data)

    def _snapshot(self, item: Any) -> SequencedItem:
        from es_desktop.stores.copiedmapper import copied_snapshot

        assert self._tables.snapshots is not None, "it came from there"
        if self._is_ours:
            return SequencedItem(*item[:4])
        snapshot = self._tables.snapshots.mapper.to_recorded_snapshot(item)
        try:
            topic, data = (str(item[2]), _unread(item[3])) if snapshot.error else copied_snapshot(snapshot)
        except ValueEncodingError:
            topic, data = str(item[2]), _unread(item[3])
        return SequencedItem(item[0], item[1], topic, data)


def _unread(data: Any) -> Any:
    """A payload as it stands, in a form that a table of ours can hold."""
    return data if isinstance(data, (str, bytes)) else repr(data)
