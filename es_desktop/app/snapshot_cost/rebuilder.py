"""Rebuilding one entity with the core's own player, as an application does: nothing is told on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.store.reader import Reading
from es_desktop.core import (
    EventPlayer,
    EventSourcedSnapshotStrategy,
    EventStore,
    RecordedEvent,
    SequencedItem,
    SequencedItemMapper,
    Snapshot,
)
from es_desktop.replay.fold import State


class Rebuilder:
    """The steps that a rebuild is made of, for entities whose class is known here and for all others."""

    def __init__(self, reading: Reading, entity: EntityFacts) -> None:
        tables = reading.store.tables
        self._entity = entity
        self._fold = reading.fold_here(entity)  # what a program takes by itself is asked, not what a pipe takes
        events = EventStore(tables.events.strategy, _Recorded(tables.events.mapper.to_recorded_event))
        self._player = EventPlayer(events, self._mutate)
        if tables.snapshots is not None:
            read = _Recorded(tables.snapshots.mapper.to_recorded_snapshot)
            self._player.snapshot_strategy = EventSourcedSnapshotStrategy(EventStore(tables.snapshots.strategy, read))
        # What a snapshot would take is told as this program writes them, whatever table it would stand in.
        self._mapper = SequencedItemMapper(SequencedItem, "originator_id", "originator_version", reading.classes)

    def zero(self) -> State:
        """Return the state to begin with where there is no snapshot."""
        return self._fold.start(None)

    def read_snapshot(self, version: int) -> State:
        """Read and decode the last snapshot at or before a version, and return its state."""
        return self._fold.start(self._player.get_snapshot(self._entity.id, lte=version))

    def replay(self, state: State, after: int | None, limit: int) -> State:
        """Read and apply up to ``limit`` events after a version. May change the state it is given."""
        return self._player.replay_entity(self._entity.id, gt=after, limit=limit, initial_state=state)

    def encode(self, state: State) -> SequencedItem:
        """Return the record that a snapshot of a state would be. Raises ``ValueEncodingError``."""
        kept = state if state is None or isinstance(state, dict) else vars(state)
        snapshot = Snapshot(
            originator_id=self._entity.id,
            originator_version=self._entity.version,
            topic=self._entity.topic or "",
            state=kept,
        )
        item: SequencedItem = self._mapper.to_sequenced_item(snapshot)
        return item

    def decode(self, item: SequencedItem) -> State:
        """Return the state that the record of a snapshot holds."""
        return self._fold.start(self._mapper.to_recorded_snapshot(item))

    def _mutate(self, state: State, event: RecordedEvent) -> State:
        try:
            return self._fold.apply(state, event)
        except Exception:  # whatever the code of a model raises: the rebuild goes on, as every view of it does
            return self._fold.pass_over(state, event)


class _Recorded:
    """Hands out records as a reader sees them, so that one that cannot be decoded is no obstacle."""

    position_attr_name = "version"

    def __init__(self, read: Callable[[Any], Any]) -> None:
        self._read = read

    def from_sequenced_item(self, item: Any) -> Any:
        return self._read(item)

    def to_sequenced_item(self, event: Any) -> Any:
        raise TypeError("what is read here is never written")
