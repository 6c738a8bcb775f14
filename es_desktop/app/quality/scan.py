"""Scans the entities of a store for the shape of their events and for what is odd, one pass over all records."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from es_desktop.app.entity.checks import verify_entity
from es_desktop.app.entity.facts import EntityCheck
from es_desktop.app.search.state_scan import MOST_EVENTS, Batch, Candidate
from es_desktop.app.search.state_walk import facts_of_first
from es_desktop.app.store.reader import Reading
from es_desktop.core import EntityId, RecordedEvent, RecordedSnapshot
from es_desktop.index.source import id_of_raw
from es_desktop.replay import Exactness, FoldError
from es_desktop.replay.fold import Failure, Fold, FoldedState, fold_events, start_of
from es_desktop.replay.verify import is_true

from .entity_look import EntityLook
from .payloads import Shapes
from .tally import Tally

_MOST_CHECKS: Final = 200
"""Checks of snapshots that are sent of one batch."""


@dataclass(frozen=True, slots=True)
class QualityPart:
    """What was found in a part of the entities."""

    tally: Tally
    checks: tuple[EntityCheck, ...] = ()
    """Those of snapshots that are false, or could not be checked."""
    more_checks: int = 0
    """How many more there are of these."""


@dataclass(frozen=True, slots=True)
class QualityScan:
    """What is scanned for: all that is counted of the records of every entity."""

    now: float
    """Seconds since the epoch; what is later has a wrong clock."""
    checks_snapshots: bool = True
    """Whether each snapshot is compared with its events."""
    types: frozenset[str] | None = None
    as_of: float | None = None

    def scanner(self, reading: Reading, types: frozenset[str] | None) -> QualityScanner:
        return QualityScanner(reading, self)


class QualityScanner:
    """Looks at the entities of batches. For one thread at a time."""

    def __init__(self, reading: Reading, search: QualityScan) -> None:
        self._reading = reading
        self._search = search
        self._shapes = Shapes()

    def scan(self, batch: Batch) -> Iterator[QualityPart]:
        """Yield what is found in a batch; of one entity, whose history may be long, for each slice of it."""
        wanted = {id_of_raw(each.raw_id): each for each in batch}
        snapshots: Mapping[EntityId, list[int]] = {}
        if self._reading.store.tables.snapshots is not None:
            snapshots = self._reading.store.batches.snapshot_versions(list(wanted))
        if len(wanted) == 1 and batch[0].events > MOST_EVENTS:
            yield from self._long(batch[0], snapshots)
            return
        tally = Tally(entities=len(wanted), events=sum(each.events for each in batch))
        kept = self._kept(snapshots) if self._search.checks_snapshots else {}
        checks: list[EntityCheck] = []
        nothing_before: dict[EntityId, int | None] = dict.fromkeys(wanted)
        for entity_id, events in self._reading.store.batches.events(nothing_before):
            history = _History(self._reading, entity_id, wanted[entity_id], events[0])
            look = self._look(tally, wanted[entity_id], history)
            look.take(events)
            look.fail(history.failures_of_all(events, kept.get(entity_id, ())))
            look.end()
            tally.snapshots += len(snapshots.get(entity_id, ()))
            if not history.are_snapshots_true:
                checks += self._checks(history, snapshots)
        yield _part(tally, checks)

    def _kept(self, snapshots: Mapping[EntityId, Sequence[int]]) -> dict[EntityId, list[RecordedSnapshot]]:
        """Return the snapshots of each entity, ascending."""
        keys = [(each, version) for each, versions in snapshots.items() for version in versions]
        there = self._reading.store.batches.snapshots_at(keys) if keys else {}
        return {
            each: [there[each, at] for at in versions if (each, at) in there] for each, versions in snapshots.items()
        }

    def _long(self, one: Candidate, snapshots: Mapping[EntityId, list[int]]) -> Iterator[QualityPart]:
        entity_id = id_of_raw(one.raw_id)
        tally, after, history, look = Tally(entities=1), None, None, None
        while events := self._reading.events(entity_id, after, MOST_EVENTS):
            tally.events += len(events)
            if history is None or look is None:
                history = _History(self._reading, entity_id, one, events[0])
                look = self._look(tally, one, history)
            look.tally = tally
            look.take(events)
            look.fail(history.failures_of_slice(events))
            after = events[-1].version
            yield QualityPart(tally)
            tally = Tally()
        if look is not None and history is not None:
            look.tally = tally
            look.fail(history.failures_by_code())
            look.end()
            tally.snapshots += len(snapshots.get(entity_id, ()))
            yield _part(tally, self._checks(history, snapshots))

    def _look(self, tally: Tally, one: Candidate, history: _History) -> EntityLook:
        first_version = self._reading.store.tables.first_version
        return EntityLook(tally, self._shapes, one.raw_id, history.facts.type, first_version, self._search.now)

    def _checks(self, history: _History, snapshots: Mapping[EntityId, list[int]]) -> list[EntityCheck]:
        if not self._search.checks_snapshots or history.facts.id not in snapshots:
            return []
        return [each for each in verify_entity(self._reading, history.facts) if not each.check.ok]


def _part(tally: Tally, checks: Sequence[EntityCheck]) -> QualityPart:
    return QualityPart(tally, tuple(checks[:_MOST_CHECKS]), max(0, len(checks) - _MOST_CHECKS))


class _History:
    """The events of one entity that its fold could not apply."""

    def __init__(self, reading: Reading, entity_id: EntityId, one: Candidate, first: RecordedEvent) -> None:
        self.facts = facts_of_first(entity_id, first)
        self._reading = reading
        self._raw_id = one.raw_id
        self._fold: Fold | None = None if reading.trusted is not None else reading.fold_for(self.facts)
        self._folded: FoldedState | None = None
        self.are_snapshots_true = False
        """Whether nothing needs to be said of its snapshots."""

    def failures_of_all(
        self, events: Sequence[RecordedEvent], snapshots: Sequence[RecordedSnapshot] = ()
    ) -> list[tuple[RecordedEvent, Failure]]:
        """Return the events that fail, of all that the entity has, and see whether its snapshots are true."""
        if self._fold is None:
            return self.failures_by_code(events)
        # Without copies of the state, which only an entity with a failure needs.
        if self._is_folded(self._fold, events, snapshots):
            return []
        return self._failures(start_of(self._fold, None), events)

    def _is_folded(self, fold: Fold, events: Sequence[RecordedEvent], snapshots: Sequence[RecordedSnapshot]) -> bool:
        """Fold the events from snapshot to snapshot, and return whether all can be applied."""
        folded, at, are_true = start_of(fold, None), 0, True
        is_exact, versions = fold.exactness is Exactness.EXACT, [each.version for each in events]
        has_order = all(isinstance(version, int) for version in versions)
        for snapshot in snapshots if has_order else ():
            end = max(at, bisect_right(versions, snapshot.version))
            folded, at = fold_events(fold, folded, events[at:end], until_failure=True), end
            if folded.failure is not None:
                return False
            # Without the model's code only those matter that cannot be read, or have no event.
            is_there = snapshot.error is None and snapshot.version == folded.version
            are_true = are_true and (is_true(fold, folded, snapshot) if is_exact else is_there)
        self.are_snapshots_true = are_true and has_order
        return fold_events(fold, folded, events[at:], until_failure=True).failure is None

    def failures_of_slice(self, events: Sequence[RecordedEvent]) -> list[tuple[RecordedEvent, Failure]]:
        """Return the events that fail, of the next ones; trusted code is called once, at the end."""
        if self._fold is None:
            return []
        return self._failures(self._folded or start_of(self._fold, None), events)

    def failures_by_code(self, events: Sequence[RecordedEvent] | None = None) -> list[tuple[RecordedEvent, Failure]]:
        """Return the events that trusted code could not apply; none without such code."""
        if self._fold is not None:
            return []
        versions = (
            self._reading.outline(self.facts.id).versions if events is None else [each.version for each in events]
        )
        chain = self._reading.chain(self.facts, versions)
        try:
            chain.state_after(len(chain))
        except FoldError as error:
            last = self._reading.event(self.facts.id, versions[-1])
            return [(last, Failure(f"the state cannot be read: {error}"))]
        keys = [(self.facts.id, versions[at]) for at in sorted(chain.failures)]
        there = self._reading.events_at(keys)
        failures = (chain.failures[at] for at in sorted(chain.failures))
        return [(event, why) for event, why in zip(there, failures, strict=True) if event is not None]

    def _failures(self, start: FoldedState, events: Sequence[RecordedEvent]) -> list[tuple[RecordedEvent, Failure]]:
        found: list[tuple[RecordedEvent, Failure]] = []

        def watch(at: int, result: Any) -> None:
            if result.failure is not None:
                found.append((events[at], result.failure))

        assert self._fold is not None, "the caller knows"
        self._folded = fold_events(self._fold, start, events, watch)
        return found
