"""Checks of snapshots: each is compared with what its events lead to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import partial
from typing import Final

from es_desktop.app.runtime.errors import Progress, no_progress
from es_desktop.app.store.reader import Reading
from es_desktop.replay.chain import BLOCK
from es_desktop.replay.counting import counting
from es_desktop.replay.verify import check_snapshots

from .facts import EntityCheck, EntityFacts

MOST_EVENTS: Final = 20_000
"""So many are compared with a snapshot in about a second."""


def verify_entity(reading: Reading, entity: EntityFacts, progress: Progress = no_progress) -> Iterator[EntityCheck]:
    """Yield a check of each snapshot of an entity, by version. ``progress`` counts events; it may raise to stop."""
    snapshots = reading.snapshots(entity.id)
    if snapshots:
        chain = reading.chain(entity, reading.outline(entity.id).versions)
        checkpoint = counting(progress, entity.events, per_call=BLOCK // 2)
        for check in check_snapshots(chain, snapshots, checkpoint):
            yield EntityCheck(entity, check)


def check_base(reading: Reading, entity: EntityFacts, version: int | None, progress: Progress = no_progress) -> None:
    """Check the snapshot at a version, which a rebuild starts from, and add the result to ``reading.checks``.

    Does nothing for zero (``None``), or if more than ``MOST_EVENTS`` events lead to the snapshot: that takes so long
    that a person has to ask for it. ``progress`` counts the events that are compared.
    """
    versions = reading.outline(entity.id).versions if version is not None else ()
    if version is None or bisect_right(versions, version) > MOST_EVENTS:
        return
    snapshots = [each for each in reading.snapshots(entity.id) if each.version == version]
    checkpoint = counting(progress, bisect_right(versions, version), per_call=BLOCK // 2)
    found = check_snapshots(reading.chain(entity, versions), snapshots, checkpoint)
    reading.checks.add([EntityCheck(entity, each) for each in found])


def _within(progress: Progress, before: int, total: int, done: int, _: int) -> None:
    progress(before + done, total)


def verify_store(reading: Reading, progress: Progress = no_progress) -> Iterator[EntityCheck]:
    """Yield a check of every snapshot of a store, entity by entity. ``progress`` may raise to stop the work."""
    entities = [each for each in reading.entities() if each.snapshots]
    total = sum(each.events for each in entities)
    done = 0
    for entity in entities:
        yield from verify_entity(reading, entity, partial(_within, progress, done, total))
        done += entity.events
        progress(done, total)
