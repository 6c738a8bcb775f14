"""One entity as a person examines it: its snapshots, the rebuilds of its states, its history, and its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.runtime.processes import Send, run_in_processes
from es_desktop.app.store.reader import Reading
from es_desktop.app.text.values import describe_change, format_transition, format_value, is_member, summarise_changes
from es_desktop.core import EntityId, RecordedEvent, RecordedSnapshot
from es_desktop.replay import ABSENT, BLOCK, Base, Chain, Change, Checkpoint, Exactness, Step, join_path, parse_path
from es_desktop.replay.chain import EntityPlayer
from es_desktop.replay.diff import Part, same_tree, value_of
from es_desktop.replay.steps import Blame
from es_desktop.stores import OpenOptions
from es_desktop.system.counts import format_number

from .fields import Field, Ways, state_fields, ways_to_change
from .generic import GenericEntity
from .verdict import NEAREST, ZERO, BaseChoice, failure_text


@dataclass(frozen=True, slots=True)
class StateView:
    """The state at one version, and how it was rebuilt."""

    version: int
    base: Base
    base_state: Any
    skipped: int
    """How many events were not read because of the base."""
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
        later = (each for each in self.failures.items() if (base is None or each[0] > base) and each[0] <= version)
        return next((failure_text(*each) for each in later), "")


class EntityView:
    """One entity of a session. Its methods that read are for one thread at a time."""

    def __init__(self, reading: Reading, entity_id: EntityId) -> None:
        """Read the entity's outline and snapshots. Raises ``UserError`` if there is no such entity."""
        self.reading: Final = reading
        """The store that it is an entity of."""
        self.facts: Final = reading.entity(entity_id)
        self.outline: Final = replace(reading.outline(entity_id), type_hues=reading.type_hues)
        self.bases: Final = reading.bases(self.facts)
        self._player = EntityPlayer(reading.player, self.outline.versions, self.snapshots)
        self._chains: dict[int | None, Chain] = {}
        self.fields: Final = self._fields()

    def _fields(self) -> list[Field]:
        if not self.reading.is_generic(self.facts):
            return self.reading.attribute_fields(self.facts)
        # The values of the last state can be changed. It is kept, as it is shown next in any case.
        chain = self._chain_to(self.facts.version, NEAREST)
        return state_fields(chain.state_after(len(chain))[0] or {})

    def ways_to_change(self, path: str) -> Ways:
        """Return what can change the value at a path of the state."""
        model = GenericEntity if self.reading.is_generic(self.facts) else self.reading.class_of(self.facts)
        if model is None:
            return Ways(
                why_none=f"The model {self.facts.type} is not known here, so it is not known what changes a value"
            )
        return ways_to_change(model, self.fields, path)

    @property
    def snapshots(self) -> list[RecordedSnapshot]:
        return [each.snapshot for each in self.bases.rows]

    @property
    def snapshot_versions(self) -> list[int]:
        return [each.version for each in self.bases.rows]

    def is_entity_of(self, other: EntityView) -> bool:
        """Return whether the other one examines the same entity of the same store, perhaps at another time."""
        return self.reading is other.reading and self.facts.id == other.facts.id

    def state_at(self, version: int, *, base: BaseChoice, checkpoint: Checkpoint) -> StateView:
        """Return the state at a version. An unusable base is replaced by the nearest; ``base_note`` says why."""
        chain = self._chain_to(version, base)
        count = chain.index_of(version)
        state, exactness = chain.state_after(count, checkpoint)
        seconds = chain.seconds(count, checkpoint)
        # At a snapshot's own version no step is needed, but the changes of its last event are still shown.
        before = chain if count else self._chain_to(version - 1, base)
        index = before.index_of(version)
        step = next(iter(before.steps(index - 1, index, checkpoint)), None)
        found = (version, chain.base, chain.base_state, chain.skipped, count, seconds, state, exactness, step)
        return StateView(*found, base_note=self.bases.why_not(base, version))

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
        return self.reading.chain(self.facts, self.outline.versions)

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
            if len(self._chains) >= 8:
                del self._chains[next(iter(self._chains))]
            self._chains[key] = self.reading.chain(self.facts, self.outline.versions, key, self._player)
        return self._chains[key]


LONG: Final = 20_000
"""Events that are folded in about a second; more would slow the window down for too long, as Python runs one thread."""


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


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One event that set a value, removed it, or changed something inside it."""

    version: int
    type: str
    timestamp: float | None
    text: str
    """The change of the value, in one line."""


def value_changes(
    view: EntityView, path: str, versions: Sequence[int], checkpoint: Checkpoint
) -> Iterator[ValueChange]:
    """Yield the change of a path by each event at some versions, ascending. Raises ``PathError``."""
    parts, chain = parse_path(path), view.chain()
    for version in versions:
        stop = chain.index_of(version)
        for step in chain.steps(max(0, stop - 1), stop, checkpoint):
            yield ValueChange(step.version, step.type, step.timestamp, _described(step, parts))


def _described(step: Step, parts: tuple[Part, ...]) -> str:
    for change in step.changes:
        where = parse_path(change.path)
        if parts[: len(where)] == where:
            before, after = (value_of(side, parts[len(where) :]) for side in (change.before, change.after))
            return format_transition(before, after)
    inside = [*_inside(step.readable_changes, parts)] or [*_inside(step.changes, parts)]
    return summarise_changes(inside, limit=2)


def _inside(changes: Sequence[Change], parts: tuple[Part, ...]) -> Iterator[Change]:
    """Yield the changes inside a path, each named as it is called there."""
    for change in changes:
        where = parse_path(change.path)
        if where[: len(parts)] == parts:
            yield replace(change, path=reduce(join_path, where[len(parts) :], ""))


@dataclass(slots=True)
class _Net:
    """One path over all the steps; added and removed members of a list or table are only counted."""

    before: Any = ABSENT
    after: Any = ABSENT
    knows_before: bool = True
    knows_after: bool = True
    added: int = 0
    removed: int = 0


def summarise_steps(head: Sequence[Step], tail: Sequence[Step] = (), limit: int = 3) -> str:
    """Return the net change of consecutive steps in one line; an empty text if nothing changed.

    If there is a ``tail``, steps between ``head`` and ``tail`` may be missing. Of a path that changed on one side only,
    the text has as much as is known then.
    """
    has_gap = bool(tail)
    nets: dict[str, _Net] = {}
    for steps, knows_before, knows_after in ((head, True, not has_gap), (tail, not has_gap, True)):
        for change in (change for step in steps for change in step.readable_changes):
            if is_member(change.path) and (change.is_addition or change.is_removal):
                owner = reduce(join_path, parse_path(change.path)[:-1], "")
                net = nets.setdefault(owner, _Net())
                net.added += change.is_addition
                net.removed += change.is_removal
            else:
                net = nets.setdefault(change.path, _Net(change.before, knows_before=knows_before))
                net.after, net.knows_after = change.after, knows_after
    texts = (_describe(path, net, has_gap) for path, net in nets.items() if not _is_inside(path, nets))
    texts_shown = [text for text in texts if text]
    more = [f"+{format_number(len(texts_shown) - limit)} more"] if len(texts_shown) > limit else []
    return " · ".join([*texts_shown[:limit], *more])


def _is_inside(path: str, nets: dict[str, _Net]) -> bool:
    """Return whether a container of the path has a line: a value, or a list whose members moved."""
    return any(mark in ".[" and path[:index] in nets for index, mark in enumerate(path))


def _describe(path: str, net: _Net, has_gap: bool) -> str:
    has_members = net.added or net.removed
    if not net.knows_after or (has_members and has_gap):
        return f"{path} changed"
    if has_members:
        counts = [f"{sign}{format_number(count)}" for sign, count in (("+", net.added), ("−", net.removed)) if count]
        return f"{path} {' '.join(counts)}"
    if not net.knows_before:
        return f"{path} → {format_value(net.after, 32)}" if net.after is not ABSENT else f"{path} removed"
    return "" if same_tree(net.before, net.after) else describe_change(Change(path, net.before, net.after))
