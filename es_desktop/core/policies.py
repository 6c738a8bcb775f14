"""Policies: handlers that store events and take snapshots as events are published."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from .bus import current_bus
from .eventplayer import EventPlayer
from .events import EntityId, VersionedEntityEvent
from .eventstore import AbstractEventStore

_log = logging.getLogger(__name__)


class PersistencePolicy:
    """Appends published events of a class to an event store, a list of them in one transaction."""

    def __init__(self, event_store: AbstractEventStore, event_type: type | tuple[type, ...] | None = None) -> None:
        self.event_store = event_store
        self.event_type = event_type
        self._bus = current_bus()
        self._bus.subscribe(handler=self.store_event, predicate=self.is_event)

    def is_event(self, event: Any) -> bool:
        """Return whether an event, or each of a list of events, is of the class that this policy stores."""
        if isinstance(event, (list, tuple)):
            return all(map(self.is_event, event))
        return self.event_type is None or isinstance(event, self.event_type)

    def store_event(self, event: Any) -> None:
        """Append an event, or a list of events, in one transaction. Raises as ``EventStore.append`` does."""
        self.event_store.append(event)

    def close(self) -> None:
        """Unsubscribe."""
        self._bus.unsubscribe(handler=self.store_event, predicate=self.is_event)


class SnapshottingPolicy:
    """Takes a snapshot of an entity at every ``frequency``-th event.

    If that fails, the event stays in the store, and the error is passed to ``on_failure`` or written to the log file.
    """

    def __init__(
        self,
        event_player: EventPlayer,
        frequency: int,
        on_failure: Callable[[EntityId, Exception], None] | None = None,
    ) -> None:
        if frequency < 1:
            raise ValueError(f"frequency must be 1 or more, not {frequency}")
        self.event_player = event_player
        self.frequency = frequency
        self._on_failure = on_failure or _log_failure
        self._bus = current_bus()
        self._bus.subscribe(handler=self.take_snapshot, predicate=self.triggers_snapshot)

    def triggers_snapshot(self, event: Any) -> bool:
        """Return whether an event, or any of a list of events, is due for a snapshot."""
        return any(self._is_due(each) for each in _as_list(event))

    def take_snapshot(self, event: Any) -> None:
        """Take a snapshot at the version of each event that is due. Never raises: see the class."""
        for each in filter(self._is_due, _as_list(event)):
            try:
                self.event_player.take_snapshot(each.originator_id, lte=each.originator_version)
            except Exception as error:
                self._on_failure(each.originator_id, error)

    def close(self) -> None:
        """Unsubscribe."""
        self._bus.unsubscribe(handler=self.take_snapshot, predicate=self.triggers_snapshot)

    def _is_due(self, event: Any) -> bool:
        return isinstance(event, VersionedEntityEvent) and (event.originator_version + 1) % self.frequency == 0


def _as_list(event: Any) -> list[Any]:
    return list(event) if isinstance(event, (list, tuple)) else [event]


def _log_failure(entity_id: EntityId, error: Exception) -> None:
    _log.error("The event is stored, but no snapshot of %s could be taken: %s", entity_id, error, exc_info=error)
