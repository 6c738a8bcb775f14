"""Scanning states: many entities at once are folded to their state as of a time, and a condition is tested on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.ids import short_id
from es_desktop.app.store.reader import Reading
from es_desktop.app.watch.watchpoints import refusal
from es_desktop.core import EntityId, RecordedEvent, RecordedSnapshot
from es_desktop.index.source import RawId, id_of_raw
from es_desktop.replay import ABSENT, PlainTree, Step
from es_desktop.replay.chain import Moment
from es_desktop.replay.conditions import Condition, ConditionError
from es_desktop.replay.diff import Part, parse_path, value_of

from .scan_results import EntityState as EntityState
from .scan_results import ScanResult as ScanResult
from .scan_results import SearchProgress as SearchProgress
from .scan_results import StateHit as StateHit
from .scan_results import Without as Without
from .state_values import state_values
from .state_walk import EvaluationError, Start, Walk, facts_of_first, is_later

R_co = TypeVar("R_co", covariant=True)
MOST_EVENTS: Final = 2_000
"""Of the entities of one batch; an entity that has more is a batch by itself, and is read in slices of as many."""


class Candidate(NamedTuple):
    """An entity that may be one of those that are searched for."""

    raw_id: RawId
    events: int
    first: int
    """The version of its first event."""
    last: int
    number: int = 0
    """In an index; 0 if it was not asked."""
    known_to: int | None = None
    """The version up to which its history is known; ``None`` if nothing is."""


Batch = Sequence[Candidate]


class Scanner(Protocol[R_co]):
    """Reads entities, many at once. For one thread at a time."""

    def scan(self, batch: Batch) -> Iterator[R_co]:
        """Yield the results of a batch, which can be pickled."""


class ScanRequest(Protocol[R_co]):
    """What all entities of a store are scanned for. It can be pickled, as other processes may scan some of them."""

    def scanner(self, reading: Reading, types: frozenset[str] | None) -> Scanner[R_co]:
        """Return what scans them in this process; ``types`` are those that entities must still be tested for."""


class ShownEnd(NamedTuple):
    """The end as of which values are shown beside those of an earlier time."""

    as_of: float | None
    """Seconds since the epoch; ``None`` for the entity's end."""


@dataclass(frozen=True, slots=True)
class StateSearch:
    """Which entities are searched for: those whose state meets a condition, such as ``status == "open"``.

    Raises ``UserError`` for a condition that cannot be parsed, or that examines more than one state.
    """

    condition: str
    as_of: float | None = None
    """Seconds since the epoch: the state is that after the events until then; at the entity's end where without one.

    An event without a time counts as earlier. The times of an entity are taken to ascend.
    """
    types: frozenset[str] | None = None
    """Types of the entities that are requested."""
    columns: tuple[str, ...] = ()
    """Paths whose values a hit has; those that the condition names if there are none."""
    end: ShownEnd | None = None
    """Until when the values are shown as well that a hit has at its end; ``None`` for none of these."""
    parsed: Condition = field(init=False, compare=False, repr=False)
    """The condition, parsed once."""

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "parsed", _one_state_condition(self.condition))
        except ConditionError as error:
            raise refusal(error) from error

    def scanner(self, reading: Reading, types: frozenset[str] | None) -> StateScanner:
        return StateScanner(reading, self, types)


@dataclass(frozen=True, slots=True)
class EveryState:
    """What is searched for instead: the values of the state of every entity at its end, or before it was discarded."""

    take: Callable[[PlainTree | None], Any] = state_values
    """Returns what is kept of a state; can be pickled."""
    types: frozenset[str] | None = None
    as_of: float | None = None
    """Seconds since the epoch, as of ``StateSearch``."""

    def scanner(self, reading: Reading, types: frozenset[str] | None) -> StateScanner:
        return StateScanner(reading, self, types)


def _one_state_condition(text: str) -> Condition:
    condition = Condition(text)
    if condition.uses_previous:
        reason = "it looks back at the state before, and a search looks at one state of each entity"
        raise ConditionError(reason, "Leave previous and changed out", text)
    return condition


class _PathMissing(Exception):
    """A state has not what the condition names at ``path``."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class StateScanner:
    """Tests the condition of a search on the states of entities. For one thread at a time."""

    def __init__(self, reading: Reading, search: StateSearch | EveryState, types: frozenset[str] | None = None) -> None:
        """``types`` are the entity types that each entity must still be tested for; ``None`` for no test."""
        self._reading = reading
        self._search = search
        self._types = types
        self._condition = search.parsed if isinstance(search, StateSearch) else None
        self._take = search.take if isinstance(search, EveryState) else state_values
        self._paths = _parsed(self._condition.paths if self._condition else ())
        self._columns = (_parsed(search.columns) if isinstance(search, StateSearch) else []) or self._paths
        self._end = search.end if isinstance(search, StateSearch) else None

    def scan(self, batch: Batch) -> Iterator[ScanResult]:
        """Yield the result of a batch; of one entity, whose history may be long, a result for each slice of it."""
        wanted = self._of_types({id_of_raw(each.raw_id): each for each in batch})
        snapshots: Mapping[EntityId, list[int]] = {}
        if self._reading.store.tables.snapshots is not None and wanted:
            snapshots = self._reading.store.batches.snapshot_versions(list(wanted))
        starts = self._starts(wanted, snapshots)
        walks = {each: Walk(self._reading, each, self._search.as_of, starts.get(each)) for each in wanted}
        ends: dict[EntityId, Walk] = {}
        if self._end is not None:
            ends = {each: Walk(self._reading, each, self._end.as_of, starts.get(each)) for each in wanted}

        def take(entity_id: EntityId, events: Sequence[RecordedEvent]) -> None:
            walks[entity_id].take(self._counted(events))
            if ends:
                ends[entity_id].take(events)

        left = sum(each.events for each in batch)
        if len(batch) == 1 and walks:
            ((entity_id, walk),) = walks.items()
            version = walk.base
            while events := self._reading.events(entity_id, version, MOST_EVENTS):
                take(entity_id, events)
                if (walk.is_over and not ends) or len(events) < MOST_EVENTS:
                    break
                version, left = events[-1].version, left - len(events)
                yield ScanResult(events=len(events))
        else:
            found = dict(self._reading.store.batches.events({each: walk.base for each, walk in walks.items()}))
            for each in walks:
                take(each, found.get(each, ()))
        if self._condition is None:
            states = tuple(self._values(wanted[each], walk) for each, walk in walks.items())
            yield ScanResult(states=states, entities=len(batch), events=max(left, 0))
        else:
            yield self._result(walks, ends, wanted, snapshots, len(batch), max(left, 0))

    def _counted(self, events: Sequence[RecordedEvent]) -> Sequence[RecordedEvent]:
        """Return the events without those that discard, where the last state is wanted that there was."""
        return events if self._condition is not None else [each for each in events if each.type != "Discarded"]

    def _values(self, candidate: Candidate, walk: Walk) -> EntityState:
        state, failure = None, ""
        try:
            state = walk.state()
        except EvaluationError as error:
            state, failure = walk.state_before_failure(), str(error)
        return EntityState(candidate.raw_id, candidate.last, self._take(state), failure, walk.exactness, walk.base)

    def _result(
        self,
        walks: Mapping[EntityId, Walk],
        ends: Mapping[EntityId, Walk],
        wanted: Mapping[EntityId, Candidate],
        snapshots: Mapping[EntityId, Sequence[int]],
        entities: int,
        events: int,
    ) -> ScanResult:
        """Return the results for entities whose events are all read."""
        states: dict[EntityId, PlainTree] = {}
        failures: list[str] = []
        missing: list[tuple[str, str]] = []
        types_with: set[str] = set()
        assert self._condition is not None, "the values of states are no hits"
        value = self._condition.run()  # it has a time limit, which is for one batch
        for entity_id, walk in walks.items():
            entity_type = "" if walk.first is None else walk.first.entity_type
            try:
                state = walk.state()
                is_met = state is not None and self._is_met(walk, state, value)
            except _PathMissing as absent:
                missing.append((entity_type, absent.path))
            except EvaluationError as failure:
                failures.append(f"{entity_type} {short_id(entity_id)} {failure}")
            else:
                types_with |= {entity_type} if state is not None else set()
                if state is not None and is_met:
                    states[entity_id] = state
        lasts: list[RecordedEvent | None] = [None] * len(states)
        if self._search.as_of is not None:
            lasts = self._reading.events_at([(each, wanted[each].last) for each in states])
        hits: list[StateHit] = []
        for (entity_id, state), end in zip(states.items(), lasts, strict=True):
            walk, versions = walks[entity_id], snapshots.get(entity_id, ())
            last = end or walk.last
            assert walk.first is not None and last is not None, "there is a state"
            facts = EntityFacts.of_events(
                entity_id, walk.first, last, events=wanted[entity_id].events, snapshots=len(versions)
            )
            now = self._values_at(_state_at_end(ends[entity_id])) if ends else {}
            values, time = self._values_at(state), walk.last.timestamp if walk.last is not None else None
            hits.append(StateHit(facts, walk.version, walk.exactness, values, walk.base, time, now))
        path = missing[0][1] if missing else ""
        without = Without(path, Counter(entity_type for entity_type, _ in missing), frozenset(types_with))
        return ScanResult(tuple(hits), entities, events, len(failures), failures[0] if failures else "", without)

    def _values_at(self, state: PlainTree | None) -> dict[str, Any]:
        return {path: value_of(state, parts) for path, parts in self._columns}

    def _is_met(self, walk: Walk, tree: PlainTree, value: Callable[[Moment], object]) -> bool:
        """Return whether a state meets the condition. Raises ``EvaluationError`` if that is not known."""
        if walk.last is None:
            return False
        step, failure = Step(walk.last.version, walk.last.type, walk.last.timestamp), None
        try:
            if bool(value(Moment(walk.version, step, None, tree))):
                return True
        except ConditionError as error:
            failure = error
        missing = next((path for path, parts in self._paths if value_of(tree, parts) is ABSENT), None)
        if missing is not None:
            raise _PathMissing(missing) from failure
        if failure is not None:
            raise EvaluationError(f"has a state for which it cannot be evaluated: {failure.text}") from failure
        return False

    def _of_types(self, batch: dict[EntityId, Candidate]) -> dict[EntityId, Candidate]:
        types = self._types
        if types is None:
            return batch
        firsts = self._reading.events_at([(entity_id, each.first) for entity_id, each in batch.items()])
        return {
            entity_id: each
            for (entity_id, each), first in zip(batch.items(), firsts, strict=True)
            if first is not None and first.entity_type in types
        }

    def _starts(
        self, wanted: Mapping[EntityId, Candidate], snapshots: Mapping[EntityId, list[int]]
    ) -> dict[EntityId, Start]:
        """Return the nearest snapshot that can be the base, for each entity that has one."""
        left = {each: [at for at in versions if at <= wanted[each].last] for each, versions in snapshots.items()}
        left = self._not_later(left) if self._search.as_of is not None else left
        firsts = dict(zip(left, self._reading.events_at([(each, wanted[each].first) for each in left]), strict=True))
        starts: dict[EntityId, Start] = {}
        while left := {each: versions for each, versions in left.items() if versions}:
            keys = [(each, versions.pop()) for each, versions in left.items()]
            there = self._reading.store.batches.snapshots_at(keys)
            for key, event in zip(keys, self._reading.events_at(keys), strict=True):
                entity_id, first, snapshot = key[0], firsts[key[0]], there.get(key)
                if first is not None and snapshot is not None and self._is_base(entity_id, first, snapshot):
                    starts[entity_id] = Start(snapshot, first, event)
                    del left[entity_id]
        return starts

    def _is_base(self, entity_id: EntityId, first: RecordedEvent, snapshot: RecordedSnapshot) -> bool:
        if self._condition is None and snapshot.state is None:
            return False  # of an entity that was discarded: its last state is wanted
        fold = self._reading.fold_for(facts_of_first(entity_id, first))
        (found,) = self._reading.bases_of(fold, [snapshot]).rows
        return not found.error

    def _not_later(self, snapshots: Mapping[EntityId, list[int]]) -> dict[EntityId, list[int]]:
        """Return the versions of events up to the requested time: one binary search in all entities together."""
        spans = {each: (0, len(versions)) for each, versions in snapshots.items()}
        while keys := [(each, snapshots[each][(low + high) // 2]) for each, (low, high) in spans.items() if low < high]:
            for (each, _), event in zip(keys, self._reading.events_at(keys), strict=True):
                low, high = spans[each]
                middle = (low + high) // 2
                is_before = event is not None and not is_later(event, self._search.as_of)
                spans[each] = (middle + 1, high) if is_before else (low, middle)
        return {each: versions[: spans[each][0]] for each, versions in snapshots.items()}


def _parsed(paths: Sequence[str]) -> list[tuple[str, tuple[Part, ...]]]:
    return [(path, parse_path(path)) for path in paths]


def _state_at_end(walk: Walk) -> PlainTree | None:
    try:
        return walk.state()
    except EvaluationError:
        return walk.state_before_failure()
