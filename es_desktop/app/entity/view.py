"""One entity as it is looked at: its outline, its snapshots, the rebuilds of its states, and its history."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.runtime.processes import Send, run_in_processes
from es_desktop.app.store.reader import Reading
from es_desktop.core import EntityId, RecordedEvent, RecordedSnapshot
from es_desktop.replay import BLOCK, Base, Chain, Change, Checkpoint, Exactness, Step
from es_desktop.replay.chain import EntityPlayer
from es_desktop.replay.steps import Blame
from es_desktop.stores import OpenOptions

from .facts import EntityFacts, Outline
from .fields import Field, state_fields
from .verdict import NEAREST, ZERO, BaseChoice, Bases, failure_text

_CHAINS_KEPT: Final = 8


@dataclass(frozen=True, slots=True)
class StateView:
    """The state at one version, and how it was rebuilt."""

    version: int
    base: Base
    base_state: Any
    skipped: int
    """Events that the base made it unnecessary to read."""
    step_count: int
    seconds: float
    """Time that the steps took when they were computed."""
    state: Any
    exactness: Exactness
    step: Step | None
    """The step of the event at this version; the rebuild takes it only where the base is not of this version."""
    base_note: str = ""
    """Why the base is not the picked snapshot."""

    @property
    def changes(self) -> tuple[Change, ...]:
        return () if self.step is None else self.step.changes


@dataclass(frozen=True, slots=True)
class History:
    """The result of a walk through all events: the writers of each path, and the events that failed."""

    blame: Blame = field(default_factory=Blame)
    failures: Mapping[int, str] = field(default_factory=dict)
    """The reasons of the events that failed, by version, ascending."""

    @property
    def failed(self) -> tuple[int, ...]:
        """The versions of the events that failed."""
        return tuple(self.failures)

    def failure_before(self, version: int, base: int | None) -> str:
        """Return which event after the base broke the state at a version first, and why; empty if none did."""
        for failed, reason in self.failures.items():
            if (base is None or failed > base) and failed <= version:
                return failure_text(failed, reason)
        return ""

    def last_writer(self, path: str, version: int) -> int | None:
        """Return the version of the last event, at or before a version, that set a path or a value inside it."""
        return self.blame.last_writer(path, version)


class EntityView:
    """One entity of a session. Its methods that read are for one thread at a time."""

    def __init__(self, reading: Reading, entity_id: EntityId) -> None:
        """Read the entity's outline and snapshots. Raises ``UserError`` if there is no such entity."""
        self._reading = reading
        self.facts: EntityFacts = reading.entity(entity_id)
        self.outline: Outline = reading.outline(entity_id)
        self.bases: Bases = reading.bases(self.facts)
        self._player = EntityPlayer(reading.player, self.outline.versions, self.snapshots)
        self._chains: dict[int | None, Chain] = {}
        self.fields: list[Field] = self._fields()

    def _fields(self) -> list[Field]:
        if not self._reading.is_generic(self.facts):
            return self._reading.attribute_fields(self.facts)
        # What can be changed is what the last state has; it is shown next in any case, and kept for that.
        chain = self._chain_to(self.facts.version, NEAREST)
        return state_fields(chain.state_after(len(chain))[0] or {})

    @property
    def snapshots(self) -> list[RecordedSnapshot]:
        return [each.snapshot for each in self.bases.rows]

    @property
    def snapshot_versions(self) -> list[int]:
        return [each.version for each in self.bases.rows]

    @property
    def reading(self) -> Reading:
        """The store that it is an entity of."""
        return self._reading

    def is_entity_of(self, other: EntityView) -> bool:
        """Return whether the other one examines the same entity of the same store, perhaps at another time."""
        return self._reading is other._reading and self.facts.id == other.facts.id

    def state_at(self, version: int, *, base: BaseChoice, checkpoint: Checkpoint) -> StateView:
        """Return the state at a version, rebuilt from the base that is wanted.

        Where the snapshot that was picked cannot be it, the nearest one is, and ``base_note`` says why.
        """
        chain = self._chain_to(version, base)
        count = chain.index_of(version)
        state, exactness = chain.state_after(count, checkpoint)
        seconds = chain.seconds(count, checkpoint)
        # At a snapshot's own version no step is needed, but the changes of its last event are still shown.
        before = chain if count else self._chain_to(version - 1, base)
        index = before.index_of(version)
        step = next(iter(before.steps(index - 1, index, checkpoint)), None)
        note = self.bases.why_not(base, version)
        return StateView(
            version, chain.base, chain.base_state, chain.skipped, count, seconds, state, exactness, step, note
        )

    def steps(self, version: int, number: int, *, base: BaseChoice, checkpoint: Checkpoint) -> list[Step]:
        """Return a block of the steps that lead to a version."""
        chain = self._chain_to(version, base)
        return chain.steps(number * BLOCK, (number + 1) * BLOCK, checkpoint)

    def history(self, checkpoint: Checkpoint) -> History:
        """Walk through all events from zero, independently of other threads."""
        chain = self.own_chain()
        blame = Blame()
        failures: dict[int, str] = {}
        for first in range(0, len(chain), BLOCK):
            checkpoint()
            steps = chain.steps(first, first + BLOCK, checkpoint)
            failures.update((step.version, step.error) for step in steps if step.error)
            blame.add(steps)
        return History(blame, failures)

    def chain(self) -> Chain:
        """Return the steps from zero that the other methods compute too."""
        return self._chain_to(self.facts.version, ZERO)

    def own_chain(self) -> Chain:
        """Return the steps from zero as a chain of the caller's own, for a walk independently of other threads."""
        return self._reading.chain(self.facts, self.outline.versions)

    def event_at(self, version: int) -> tuple[RecordedEvent, Any]:
        """Return an event decoded, and its record as it is in the table. Raises ``IndexError`` without any."""
        event = next(iter(self._player.get_domain_events(self.facts.id, gt=version - 1, limit=1)), None)
        if event is None or event.version != version:
            raise IndexError(f"the entity {self.facts.id} has no event at version {version}")
        return event, event.raw

    def _chain_to(self, version: int, base: BaseChoice) -> Chain:
        snapshot = self.bases.chosen(base, version)
        key = None if snapshot is None else snapshot.version
        if key not in self._chains:
            if len(self._chains) >= _CHAINS_KEPT:
                del self._chains[next(iter(self._chains))]
            self._chains[key] = self._reading.chain(self.facts, self.outline.versions, key, self._player)
        return self._chains[key]


LONG: Final = 20_000
"""Events that are walked through in a second or so; of more, Python would get in the way of the window for long."""


def history_of(view: EntityView, checkpoint: Checkpoint) -> History:
    """Return the history of an entity; ``checkpoint`` is called as ``EntityView.history`` calls it."""
    if view.reading.elsewhere is None or len(view.outline.versions) <= LONG:
        return view.history(checkpoint)
    return history_elsewhere(view, checkpoint)


def history_elsewhere(view: EntityView, checkpoint: Checkpoint) -> History:
    """Return the history of an entity, walked through in a separate process."""
    assert view.reading.elsewhere is not None, "a person's own code is asked here"
    with closing(run_in_processes(_walk, [(*view.reading.elsewhere, view.facts.id)])) as parts:
        for part in parts:
            checkpoint()
            if isinstance(part, History):
                return part
    raise UserError("the history was not read", "Refresh, to read it again.")


def _walk(send: Send, store: str, options: OpenOptions, entity_id: EntityId) -> None:
    from es_desktop.app.store.session import open_session

    with closing(open_session(store, writable=False, options=options)) as session:
        send(EntityView(session, entity_id).history(lambda: send(None)))
