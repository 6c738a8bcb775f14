"""The event player: rebuilds entities from their events and snapshots."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from itertools import chain
from typing import Any, Final

from .events import EntityId
from .eventstore import AbstractEventStore
from .snapshotting import EventSourcedSnapshotStrategy, entity_from_snapshot

PAGE_SIZE: Final = 500
"""Records in one query. With fewer, the queries take longer than reading the rows; with more, the garbage collector,
which runs after every 700 new objects, takes longer than both."""
Mutator = Callable[[Any, Any], Any]
"""``(entity or None, event) -> entity or None``."""


class EventPlayer:
    """Replays the events of entities with a mutator, and takes snapshots of entities."""

    def __init__(
        self,
        event_store: AbstractEventStore,
        mutator: Mutator,
        page_size: int | None = None,
        snapshot_strategy: EventSourcedSnapshotStrategy | None = None,
    ) -> None:
        self.event_store = event_store
        self.mutator = mutator
        self.page_size = page_size
        self.snapshot_strategy = snapshot_strategy

    def replay_entity(
        self,
        entity_id: EntityId,
        gt: Any = None,
        gte: Any = None,
        lt: Any = None,
        lte: Any = None,
        limit: int | None = None,
        initial_state: Any = None,
        query_descending: bool = False,
    ) -> Any:
        """Apply the events within the bounds to ``initial_state``, and return the result; ``None`` if there is none.

        The bounds are versions. Events are always applied in ascending order; with ``query_descending``, ``limit``
        selects the last ones. Raises the errors of the event store and of the mutator.
        """
        if limit is not None or query_descending:
            events = self.event_store.get_domain_events(
                entity_id, gt=gt, gte=gte, lt=lt, lte=lte, limit=limit, is_ascending=not query_descending
            )
            return self.replay_events(initial_state, reversed(events) if query_descending else events)
        pages = self.event_store.pages_of_events(entity_id, gt, gte, lt, lte, self.page_size or PAGE_SIZE)
        return self.replay_events(initial_state, chain.from_iterable(pages))

    def replay_events(self, initial_state: Any, events: Iterable[Any]) -> Any:
        """Apply events in the given order, and return the result."""
        return reduce(self.mutator, events, initial_state)

    def get_domain_events(self, entity_id: EntityId, gt: Any = None, limit: int | None = None) -> list[Any]:
        """Return the events of an entity after a version, in ascending order; the first ``limit`` of them."""
        return self.event_store.get_domain_events(entity_id, gt=gt, limit=limit)

    def get_most_recent_event(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Return the last event within the bounds, or ``None``."""
        return self.event_store.get_most_recent_event(entity_id, lt=lt, lte=lte)

    def get_snapshot(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Return the snapshot with the highest version within the bounds; ``None`` if there is none, or no strategy."""
        return self.snapshot_strategy and self.snapshot_strategy.get_snapshot(entity_id, lt=lt, lte=lte)

    def rebuild(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Rebuild an entity from its latest snapshot within the bounds and the events after it.

        Return ``None`` if it has no event within the bounds, or was discarded.
        """
        snapshot = self.get_snapshot(entity_id, lt=lt, lte=lte)
        if snapshot is None:
            return self.replay_entity(entity_id, lt=lt, lte=lte)
        if snapshot.state is None:
            return None
        return self.replay_entity(
            entity_id, gt=snapshot.originator_version, lt=lt, lte=lte, initial_state=entity_from_snapshot(snapshot)
        )

    def take_snapshot(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Take a snapshot at the last event within the bounds, from the previous snapshot and the events after it.

        Return the new snapshot; the existing one if that version has one; ``None`` if there is no event. Publishes
        the snapshot. Raises ``ValueError`` without a snapshot strategy.
        """
        if self.snapshot_strategy is None:
            raise ValueError("this event player has no snapshot strategy, so it cannot take snapshots")
        last_event = self.get_most_recent_event(entity_id, lt=lt, lte=lte)
        if last_event is None:
            return None
        version = self.event_store.position_of(last_event)
        snapshot = self.get_snapshot(entity_id, lte=version)
        if snapshot is not None and snapshot.originator_version == version:
            return snapshot
        return self.snapshot_strategy.take_snapshot(entity_id, self.rebuild(entity_id, lte=version), version)
