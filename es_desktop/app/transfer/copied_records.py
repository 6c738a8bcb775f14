"""The records that go into a working copy, entity by entity, and how far that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.store.reader import Reading
from es_desktop.core import SequencedItem

from .records import Progress, Record, RecordConverter

if TYPE_CHECKING:
    from es_desktop.stores.writing import Kind

_STRIDE: Final = 100


class CopiedRecords:
    """Gives the records of entities as a copy holds them, counts them, and reports how far the whole work is."""

    def __init__(self, source: Reading, progress: Progress, total: int) -> None:
        self.events = 0
        self.snapshots = 0
        self._source = source
        self._converter = RecordConverter(source)
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
                yield self._counted("snapshot", self._converter.snapshot(item))
            for item in reader.records(each.id, each.version):
                self.events += 1
                yield self._counted("event", self._converter.event(item))

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
