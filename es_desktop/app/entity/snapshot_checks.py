"""What the debugger tells of entities: whether their snapshots are true, and where a condition changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from es_desktop.app.store.reader import Reading
from es_desktop.app.watch.watchpoints import refusal
from es_desktop.replay import Checkpoint
from es_desktop.replay.conditions import Condition, ConditionError
from es_desktop.replay.verify import check_snapshots
from es_desktop.replay.watch import Crossing, crossings

from .facts import EntityCheck, EntityFacts


def verify_entity(
    reading: Reading, entity: EntityFacts, checkpoint: Checkpoint = lambda: None
) -> Iterator[EntityCheck]:
    """Yield a check of each snapshot of an entity, by version."""
    snapshots = reading.snapshots(entity.id)
    if snapshots:
        chain = reading.chain(entity, reading.outline(entity.id).versions)
        for check in check_snapshots(chain, snapshots, checkpoint):
            yield EntityCheck(entity, check)


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
