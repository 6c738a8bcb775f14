"""The event player: replays the events of an entity into its state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from itertools import chain
from typing import Any, Final

from .events import EntityId
from .eventstore import AbstractEventStore
from .snapshotting import EventSourcedSnapshotStrategy, entity_from_snapshot

PAGE_SIZE: Final = 500
"""Records that are read at once: fewer, and asking for them takes longer than reading them; more, and the garbage
collector, which looks at all there is from 700 new objects on, takes longer than both."""
Mutator = Callable[[Any, Any], Any]
"""``(entity or None, event) -> entity or None``."""


class EventPlayer:
    """Replays events with a mutator, and takes snapshots of what comes out."""

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
        """Return the entity that the events within bounds make of ``initial_state``; ``None`` where there is none.

        Events are applied in ascending order always; ``query_descending`` says from which end ``limit`` counts.
        """
        if limit is not None or query_descending:
            events = self.event_store.get_domain_events(
                entity_id, gt=gt, gte=gte, lt=lt, lte=lte, limit=limit, is_ascending=not query_descending
            )
            return self.replay_events(initial_state, reversed(events) if query_descending else events)
        pages = self.event_store.pages_of_events(entity_id, gt, gte, lt, lte, self.page_size or PAGE_SIZE)
        return self.replay_events(initial_state, chain.from_iterable(pages))

    def replay_events(self, initial_state: Any, events: Iterable[Any]) -> Any:
        """Apply events, in the order given."""
        return reduce(self.mutator, events, initial_state)

    def get_domain_events(self, entity_id: EntityId, gt: Any = None, limit: int | None = None) -> list[Any]:
        """Return the events of an entity after a version, in ascending order; the first ``limit`` of them."""
        return self.event_store.get_domain_events(entity_id, gt=gt, limit=limit)

    def get_most_recent_event(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Return the last event within bounds, or ``None``."""
        return self.event_store.get_most_recent_event(entity_id, lt=lt, lte=lte)

    def get_snapshot(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Return the latest snapshot within bounds, or ``None``."""
        return self.snapshot_strategy and self.snapshot_strategy.get_snapshot(entity_id, lt=lt, lte=lte)

    def rebuild(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Return the entity from its latest snapshot within bounds and the events after it; ``None`` if there is none.

        A discarded entity stays discarded: its snapshot has no state to go on from.
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
        """Take a snapshot at the last event within bounds, from the last snapshot plus the events since.

        Returns the snapshot taken, the one that is there already at that version, or ``None`` where there is no event.
        Raises ``ValueError`` without a snapshot strategy.
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
