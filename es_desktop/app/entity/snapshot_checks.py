"""What the debugger tells of entities: whether their snapshots are true, and where a condition changes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from es_desktop.app.store.reader import Reading
from es_desktop.app.watch.watchpoints import refusal
from es_desktop.replay import Checkpoint
from es_desktop.replay.conditions import Condition, ConditionError
from es_desktop.replay.verify import check_snapshots
from es_desktop.replay.watch import Crossing, crossings

from .facts import EntityCheck, EntityFacts

MOST_EVENTS: Final = 20_000
"""So many are compared with a snapshot in a second or so."""


def verify_entity(
    reading: Reading, entity: EntityFacts, checkpoint: Checkpoint = lambda: None
) -> Iterator[EntityCheck]:
    """Yield a check of each snapshot of an entity, by version."""
    snapshots = reading.snapshots(entity.id)
    if snapshots:
        chain = reading.chain(entity, reading.outline(entity.id).versions)
        for check in check_snapshots(chain, snapshots, checkpoint):
            yield EntityCheck(entity, check)


def check_base(reading: Reading, entity: EntityFacts, version: int | None) -> None:
    """Check the snapshot of an entity that a rebuild starts from; ``reading.checks`` knows it from then on.

    Nothing is done where the rebuild starts from zero (``None``), and where so many events lead to the snapshot that
    to wait for them is not worth it to everyone: ``verify_entity`` is what a person asks for then.
    """
    versions = reading.outline(entity.id).versions if version is not None else ()
    if version is None or bisect_right(versions, version) > MOST_EVENTS:
        return
    snapshots = [each for each in reading.snapshots(entity.id) if each.version == version]
    found = check_snapshots(reading.chain(entity, versions), snapshots)
    reading.checks.add([EntityCheck(entity, each) for each in found])


def verify_store(
    reading: Reading, progress: Callable[[int, int], None] = lambda done, total: None
) -> Iterator[EntityCheck]:
    """Yield a check of every snapshot of a store, entity by entity. ``progress`` may raise to stop the work."""
    entities = [each for each in reading.entities() if each.snapshots]
    total = sum(each.events for each in entities)
    done = 0
    for entity in entities:
        yield from verify_entity(reading, entity, partial(progress, done, total))
        done += entity.events
        progress(done, total)


def watch(
    reading: Reading, entity: EntityFacts, expression: str, checkpoint: Checkpoint = lambda: None
) -> Iterator[Crossing]:
    """Yield each version at which the value of an expression is another than at the version before.

    Raises ``UserError`` for an expression that cannot be understood, or takes too much.
    """
    try:
        chain = reading.chain(entity, reading.outline(entity.id).versions)
        yield from crossings(chain, Condition(expression), checkpoint)
    except ConditionError as error:
        raise refusal(error) from error
