"""One entity as it is looked at: its outline, its snapshots, and the rebuilds of its states."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from es_desktop.core import EntityId, RecordedEvent, RecordedSnapshot
from es_desktop.replay import BLOCK, Base, Chain, Change, Checkpoint, Exactness, Step
from es_desktop.replay.blame import Blame

from .facts import EntityFacts, Outline
from .fields import Field
from .reading import Reading

_CHAINS_KEPT: Final = 8


@dataclass(frozen=True, slots=True)
class StateView:
    """The state at one version, and how it came to be."""

    version: int
    base: Base
    base_state: Any
    skipped: int
    """Events that the base made it unnecessary to read."""
    step_count: int
    seconds: float
    """Time that the steps took when they were worked out."""
    state: Any
    exactness: Exactness
    step: Step | None
    """The step of the event at this version; the rebuild takes it only where the base is not of this version."""

    @property
    def changes(self) -> tuple[Change, ...]:
        return () if self.step is None else self.step.changes


@dataclass(frozen=True, slots=True)
class History:
    """What only a walk through all events tells: who wrote each path, and which events failed."""

    blame: Blame = field(default_factory=Blame)
    failed: tuple[int, ...] = ()

    def last_writer(self, path: str, version: int) -> int | None:
        """Return the version of the last event, at or before a version, that set a path or a value inside it."""
        return self.blame.last_writer(path, version)


class EntityView:
    """One entity of a session. Its methods that read are for one thread at a time."""

    def __init__(self, reading: Reading, entity_id: EntityId) -> None:
        """Read the entity's outline and snapshots. Raises ``UserError`` where there is no such entity."""
        self._reading = reading
        self.facts: EntityFacts = reading.entity(entity_id)
        self.outline: Outline = reading.outline(entity_id)
        self.snapshots: list[RecordedSnapshot] = reading.snapshots(entity_id)
        self.fields: list[Field] = reading.attribute_fields(self.facts)
        self._chains: dict[int | None, Chain] = {}

    @property
    def snapshot_versions(self) -> list[int]:
        return [snapshot.version for snapshot in self.snapshots]

    def state_at(self, version: int, *, from_snapshot: bool, checkpoint: Checkpoint) -> StateView:
        """Return the state at a version, rebuilt from the nearest snapshot that can be used, or from zero."""
        chain = self._chain_to(version, from_snapshot=from_snapshot)
        count = chain.index_of(version)
        state, exactness = chain.state_after(count, checkpoint)
        seconds = chain.seconds(count, checkpoint)
        # At a snapshot's own version no step is needed, but what its last event changed is still worth telling.
        before = chain if count else self._chain_to(version - 1, from_snapshot=from_snapshot)
        place = before.index_of(version)
        step = next(iter(before.steps(place - 1, place, checkpoint)), None)
        return StateView(version, chain.base, chain.base_state, chain.skipped, count, seconds, state, exactness, step)

    def steps(self, version: int, number: int, *, from_snapshot: bool, checkpoint: Checkpoint) -> list[Step]:
        """Return a block of the steps that lead to a version."""
        chain = self._chain_to(version, from_snapshot=from_snapshot)
        return chain.steps(number * BLOCK, (number + 1) * BLOCK, checkpoint)

    def history(self, checkpoint: Checkpoint) -> History:
        """Walk through all events from zero, beside any other thread's work."""
        chain = self._reading.chain(self.facts, self.outline.versions)
        blame = Blame()
        failed: list[int] = []
        for first in range(0, len(chain), BLOCK):
            checkpoint()
            steps = chain.steps(first, first + BLOCK, checkpoint)
            failed += [step.version for step in steps if step.error]
            blame.add(steps)
        return History(blame, tuple(failed))

    def event_at(self, version: int) -> tuple[RecordedEvent, Any]:
        """Return an event decoded, and its record as it stands in the table."""
        record = self._reading.record(self.facts.id, version)
        event = self._reading.events(self.facts.id, after=version - 1, limit=1)[0]
        return event, record

    def _chain_to(self, version: int, *, from_snapshot: bool) -> Chain:
        snapshots = self.snapshots if from_snapshot else []
        usable = [each for each in snapshots if each.version <= version and each.error is None]
        key = usable[-1].version if usable else None
        if key not in self._chains:
            if len(self._chains) >= _CHAINS_KEPT:
                del self._chains[next(iter(self._chains))]
            self._chains[key] = self._reading.nearest_chain(self.facts, self.outline.versions, usable, version)
        return self._chains[key]
