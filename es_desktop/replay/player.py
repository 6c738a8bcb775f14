"""What ``replay`` needs from an event player of the core, and a cache for one entity."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import islice
from typing import Any, Final, Protocol

from es_desktop.core import EntityId, RecordedEvent, RecordedSnapshot

_MOST_KEPT: Final = 512


class Player(Protocol):
    """The part of ``core.EventPlayer`` that is used, with ``RecordedEvent`` and ``RecordedSnapshot``."""

    def get_snapshot(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        """Return the latest ``RecordedSnapshot`` of an entity within bounds; ``None`` if there is none."""

    def get_domain_events(self, entity_id: EntityId, gt: Any = None, limit: int | None = None) -> list[Any]:
        """Return the first ``limit`` events of an entity after a version, in ascending order."""


class EntityPlayer:
    """The player of one entity, with its snapshots and a cache of the events that were read last.

    For one thread at a time.
    """

    def __init__(self, player: Player, versions: Sequence[int], snapshots: Sequence[RecordedSnapshot] = ()) -> None:
        """``versions`` are those of all events of the entity, ``snapshots`` all its snapshots; both ascending."""
        self._player = player
        self._versions = versions
        # The cache is by version, which must be unique for that.
        self._is_unique = isinstance(versions, range) or len(set(versions)) == len(versions)
        self._snapshots = snapshots
        self._events: dict[int, RecordedEvent] = {}

    def get_snapshot(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> Any:
        found = [
            each
            for each in self._snapshots
            if (lt is None or each.version < lt) and (lte is None or each.version <= lte)
        ]
        return found[-1] if found else None

    def get_domain_events(self, entity_id: EntityId, gt: Any = None, limit: int | None = None) -> list[Any]:
        if limit is None or not self._is_unique:
            return self._player.get_domain_events(entity_id, gt=gt, limit=limit)
        first = 0 if gt is None else bisect_right(self._versions, gt)
        wanted = self._versions[first : first + limit]
        missing = [at for at, version in enumerate(wanted) if version not in self._events]
        if missing:
            after = wanted[missing[0] - 1] if missing[0] else gt
            count = missing[-1] - missing[0] + 1
            read = self._player.get_domain_events(entity_id, gt=after, limit=count)
            self._events.update((event.version, event) for event in read)
        events = [self._events[version] for version in wanted if version in self._events]
        for oldest in list(islice(self._events, max(0, len(self._events) - _MOST_KEPT))):
            del self._events[oldest]
        return events
