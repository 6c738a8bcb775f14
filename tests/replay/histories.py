"""Histories to replay: written by the models' own commands, through the text that a store would keep, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from es_desktop.core import (
    EntityId,
    EventBus,
    KnownClasses,
    RecordedEvent,
    RecordedSnapshot,
    SequencedItem,
    SequencedItemMapper,
    Snapshot,
    topic_from_domain_class,
)
from es_desktop.examples import DEMO_MODELS
from es_desktop.replay import Branch, Chain, ClassFold, Fold, Mark, plain_state

CLASSES = KnownClasses([Snapshot])
CLASSES.register_model(*DEMO_MODELS)


@contextmanager
def published() -> Iterator[list[Any]]:
    """Collect the events that are published in a block, one by one; other handlers do not get them."""
    events: list[Any] = []
    bus = EventBus()
    bus.subscribe(lambda event: events.extend(event if isinstance(event, list) else [event]))
    with bus.activated():
        yield events


def mapper_of(classes: KnownClasses) -> SequencedItemMapper:
    return SequencedItemMapper(SequencedItem, "originator_id", "originator_version", classes)


def recorded(events: Sequence[Any], classes: KnownClasses = CLASSES) -> list[RecordedEvent]:
    """Return events as a store hands them out."""
    mapper = mapper_of(classes)
    return [mapper.to_recorded_event(mapper.to_sequenced_item(event)) for event in events]


def states_of(model: type[Any], events: Sequence[Any]) -> list[Any]:
    """Return the entity after each event, as the core itself replays it."""
    entity, states = None, []
    for event in events:
        entity = model.mutate(entity, event)
        states.append(deepcopy(entity))
    return states


def snapshots_of(entities: Sequence[Any], entity_id: Any) -> list[RecordedSnapshot]:
    """Return a snapshot of the entity after each of its events, as a store hands them out."""
    mapper = mapper_of(CLASSES)
    snapshots = [
        Snapshot(
            originator_id=entity_id,
            originator_version=version,
            topic=topic_from_domain_class(type(entity)),
            state=None if entity is None else entity.__dict__,
        )
        for version, entity in enumerate(entities)
    ]
    return [mapper.to_recorded_snapshot(mapper.to_sequenced_item(each)) for each in snapshots]


def plain_of(entity: Any) -> Any:
    """Return what a person should see of an entity."""
    return None if entity is None else plain_state(vars(entity))


Read = Callable[[int | None, int], list[RecordedEvent]]
"""``(after version or None, limit)`` to the next events of the entity."""


class PlayerOf:
    """An event player that reads events by a function, and has one snapshot at most."""

    def __init__(self, read: Read, snapshot: RecordedSnapshot | None = None) -> None:
        self._read = read
        self._snapshot = snapshot

    def get_snapshot(self, entity_id: EntityId, lt: Any = None, lte: Any = None) -> RecordedSnapshot | None:
        return None if self._snapshot is None or self._snapshot.version > lte else self._snapshot

    def get_domain_events(self, entity_id: EntityId, gt: Any = None, limit: int | None = None) -> list[RecordedEvent]:
        assert limit is not None
        return self._read(gt, limit)


def chain_by(fold: Fold, versions: Sequence[int], read: Read, snapshot: RecordedSnapshot | None = None) -> Chain:
    """Return the chain of events that a function reads, from a snapshot or from zero."""
    return Chain(fold, PlayerOf(read, snapshot), "a", versions, None if snapshot is None else snapshot.version)


def reader(events: Sequence[RecordedEvent]) -> Read:
    """Read events as a store does: those after a version, so many of them."""

    def read(after: int | None, limit: int) -> list[RecordedEvent]:
        return [each for each in events if after is None or each.version > after][:limit]

    return read


def rows_of(branch: Branch) -> list[tuple[int | None, int | None, Mark]]:
    """Return the version, the version in the history and the mark of each event that a branch has."""
    return [(each.version, each.original, each.mark) for each in branch.entries if each.version is not None]


def chain_of(
    events: Sequence[RecordedEvent], fold: Fold | type[Any], snapshot: RecordedSnapshot | None = None
) -> Chain:
    """Return the chain of recorded events; for an entity class, by its own mutator."""
    if isinstance(fold, type):
        fold = ClassFold(fold, CLASSES)
    return chain_by(fold, [each.version for each in events], reader(events), snapshot)
