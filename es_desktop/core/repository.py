"""The repository: entities by id."""

from __future__ import annotations

from typing import Any

from .errors import RepositoryKeyError
from .eventplayer import EventPlayer, Mutator
from .events import EntityId
from .eventstore import AbstractEventStore
from .snapshotting import EventSourcedSnapshotStrategy


class EventSourcedRepository:
    """Rebuilds entities from their events; with a snapshot strategy, from their latest snapshot."""

    def __init__(
        self,
        event_store: AbstractEventStore,
        mutator: Mutator,
        snapshot_strategy: EventSourcedSnapshotStrategy | None = None,
        page_size: int | None = None,
    ) -> None:
        self.event_store = event_store
        self.event_player = EventPlayer(
            event_store=event_store, mutator=mutator, page_size=page_size, snapshot_strategy=snapshot_strategy
        )

    def __contains__(self, entity_id: EntityId) -> bool:
        return self.get_entity(entity_id) is not None

    def __getitem__(self, entity_id: EntityId) -> Any:
        """Return an entity at its last version. Raises ``RepositoryKeyError`` if it is unknown or discarded."""
        entity = self.get_entity(entity_id)
        if entity is None:
            raise RepositoryKeyError(entity_id)
        return entity

    def get_entity(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Return an entity at the last version within the bounds; ``None`` if there is none, or it was discarded."""
        return self.event_player.rebuild(entity_id, lt=lt, lte=lte)

    def take_snapshot(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Take a snapshot; see ``EventPlayer.take_snapshot``."""
        return self.event_player.take_snapshot(entity_id, lt=lt, lte=lte)
