"""Whether an entity is the same in a working copy and in the store that it was copied from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from es_desktop.app.store.reader import Reading
from es_desktop.app.text.values import summarise_changes
from es_desktop.core import EntityId, RecordedEvent, RecordedSnapshot
from es_desktop.replay import Chain, Checkpoint, Exactness, Fold, PlainTree, compare_states, plain, plain_state
from es_desktop.replay.compare import same_tree

_PAGE = 500
_MOST_TOLD = 3


@dataclass(frozen=True, slots=True)
class Mismatch:
    """How an entity of a copy is not what it is in the store."""

    entity: EntityId
    version: int
    """Up to which the two were compared."""
    text: str


def mismatch(
    source: Reading, copy: Reading, entity_id: EntityId, version: int, checkpoint: Checkpoint
) -> Mismatch | None:
    """Compare an entity up to a version: its records one by one, and the states that they lead to there."""
    for text in (
        _records(source, copy, entity_id, version, checkpoint),
        _snapshots(source, copy, entity_id, version),
        _states(source, copy, entity_id, version, checkpoint),
    ):
        if text:
            return Mismatch(entity_id, version, text)
    return None


def _records(source: Reading, copy: Reading, entity_id: EntityId, version: int, checkpoint: Checkpoint) -> str:
    pairs = zip_longest(*(_events(each, entity_id, version, checkpoint) for each in (source, copy)))
    for number, (theirs, ours) in enumerate(pairs):
        if theirs is None or ours is None:
            rest = 1 + sum(1 for _ in pairs)
            counts = (number + rest, number) if ours is None else (number, number + rest)
            return f"{counts[0]} events in the store, {counts[1]} in the copy"
        if _told(theirs) != _told(ours) or not same_tree(plain(theirs.data), plain(ours.data)):
            return f"the event at version {theirs.version} is another one"
    return ""


def _events(reading: Reading, entity_id: EntityId, version: int, checkpoint: Checkpoint) -> Iterator[RecordedEvent]:
    after: int | None = None
    while True:
        checkpoint()
        page = reading.events(entity_id, after, _PAGE)
        for event in page:
            if event.version > version:
                return
            yield event
        if len(page) < _PAGE:
            return
        after = page[-1].version


def _told(event: RecordedEvent) -> tuple[Any, ...]:
    """What there is of an event beside its payload; the reason why it cannot be read may be told in other words."""
    is_read = event.error is None
    return event.version, event.type, event.entity_type, is_read, event.timestamp if is_read else None


def _snapshots(source: Reading, copy: Reading, entity_id: EntityId, version: int) -> str:
    """Compare each snapshot of the store; the copy may have got others."""
    ours = {each.version: each for each in copy.snapshots(entity_id)}
    theirs = [each for each in source.snapshots(entity_id) if each.version <= version]
    lost = [each.version for each in theirs if each.version not in ours]
    if lost:
        return f"{len(theirs)} snapshots in the store, {len(theirs) - len(lost)} in the copy"
    wrong = [each.version for each in theirs if not _is_same(each, ours[each.version])]
    return f"the snapshot at version {wrong[0]} is another one" if wrong else ""


def _is_same(theirs: RecordedSnapshot, ours: RecordedSnapshot) -> bool:
    if theirs.error is not None or ours.error is not None:
        return (theirs.error is None) is (ours.error is None)
    states = [None if each.state is None else plain_state(each.state) for each in (theirs, ours)]
    return (theirs.topic, theirs.timestamp) == (ours.topic, ours.timestamp) and same_tree(*states)


def _states(source: Reading, copy: Reading, entity_id: EntityId, version: int, checkpoint: Checkpoint) -> str:
    # With one fold, so that only the records count: code of the user's own may be at work in one of the two.
    fold = copy.fold_for(copy.entity(entity_id))
    theirs, ours = (_state(each, fold, entity_id, version, checkpoint) for each in (source, copy))
    changes = compare_states(theirs[0], ours[0])
    if changes:
        return f"the states at version {version} differ: {summarise_changes(changes[:_MOST_TOLD], _MOST_TOLD)}"
    if theirs[1] is not ours[1]:
        return f"the state at version {version} is {theirs[1].value} in the store, and {ours[1].value} in the copy"
    return ""


def _state(
    reading: Reading, fold: Fold, entity_id: EntityId, version: int, checkpoint: Checkpoint
) -> tuple[PlainTree | None, Exactness]:
    versions = reading.outline(entity_id).versions
    chain = Chain(fold, versions, lambda after, limit: reading.events(entity_id, after, limit))
    return chain.state_after(chain.index_of(version), checkpoint)
