"""Looks at entities, many at once: folds each to its state as of a time, and asks a condition of that."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.ids import short_id
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.reader import Reading
from es_desktop.core import EntityId, RecordedEvent, RecordedSnapshot
from es_desktop.index import EntityOrder, EntitySearch, IndexDatabase
from es_desktop.index.entities import count_entities, entity_rows, find_entities
from es_desktop.index.ids import id_of_raw, raw_id
from es_desktop.index.source import RawId
from es_desktop.replay import ABSENT, Exactness, FoldError, PlainTree, Step
from es_desktop.replay.conditions import ConditionError
from es_desktop.replay.fold import Fold
from es_desktop.replay.fold_loop import FoldedState, fold_events, start_of
from es_desktop.replay.paths import parse_path, value_of
from es_desktop.replay.walk import Moment

from .query import ScanResult, StateHit, StateSearch

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session

    from .store_index import StoreIndex


MOST_EVENTS: Final = 2_000
"""Of the entities that are read at once; one that has more is read by itself, in slices of as many."""
_MOST_ENTITIES: Final = 250
_PAGE: Final = 20_000
"""Entities that are listed at once."""


class Candidate(NamedTuple):
    """An entity that may be one that is searched for."""

    raw_id: RawId
    events: int
    first: int
    """The version of its first event."""
    last: int


Batch = Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class Candidates:
    """All of them, in batches that are a moment's work each."""

    batches: Iterator[Batch]
    events: int
    """How many events they have together."""
    types: frozenset[str] | None = None
    """Types that are still to be asked of each of them: an index knows them already."""


def candidates(
    session: Session, search: StateSearch, index: StoreIndex | None, among: Collection[int] | None
) -> Candidates:
    """Return the entities to look at; ``among`` is what the index calls those to choose from."""
    events = session.store.reader.event_count()
    if index is None or not (among is not None or _is_whole(index, events)):
        return Candidates(_batched(_in_store(session)), events, search.types)
    asked = EntitySearch(entity_types=search.types, created_until=search.as_of)
    _, events = count_entities(index.database, asked)
    return Candidates(_batched(_in_index(index.database, asked, among)), events)


def _is_whole(index: StoreIndex, events: int) -> bool:
    state = index.state
    return state.is_whole and state.events == events


def _in_store(session: Session) -> Iterator[Candidate]:
    after: EntityId | None = None
    while spans := session.store.batches.spans(after, _PAGE):
        yield from (Candidate(raw_id(each.sequence_id), each.events, each.first, each.last) for each in spans)
        after = spans[-1].sequence_id


def _in_index(database: IndexDatabase, asked: EntitySearch, among: Collection[int] | None) -> Iterator[Candidate]:
    found = find_entities(database, asked, EntityOrder("id", descending=False))
    # In memory there is one connection, which everybody waits for until all of an answer is taken.
    for chunk in list(found) if database.path is None else found:
        numbers = chunk if among is None else [number for number in chunk if number in among]
        for start in range(0, len(numbers), _MOST_ENTITIES):
            some = numbers[start : start + _MOST_ENTITIES]
            rows = entity_rows(database, some)
            if len(rows) < len(some):
                raise UserError("the index of the store was made anew meanwhile", "Search once more.")
            yield from (Candidate(each.id, each.events, each.first, each.last) for each in rows)


def _batched(found: Iterable[Candidate]) -> Iterator[Batch]:
    batch: list[Candidate] = []
    events = 0
    for each in found:
        if batch and (events + each.events > MOST_EVENTS or len(batch) == _MOST_ENTITIES):
            yield batch
            batch, events = [], 0
        batch.append(each)
        events += each.events
    if batch:
        yield batch


class Unreachable(Exception):
    """A state, or what is asked of it, cannot be computed; the text continues from the name of the entity."""


@dataclass(frozen=True, slots=True)
class _Start:
    """A snapshot to start from."""

    snapshot: RecordedSnapshot
    first: RecordedEvent
    """The entity's first event, which says what it is."""
    at: RecordedEvent | None
    """The last event that is in the snapshot."""

    @property
    def version(self) -> int:
        return self.snapshot.version


def _is_later(event: RecordedEvent, as_of: float | None) -> bool:
    """Return whether an event was later than a time. One that has no time was not."""
    return as_of is not None and event.timestamp is not None and event.timestamp > as_of


class _Walk:
    """One entity on its way to the state that it had at a time. Its events are taken slice by slice.

    A person's own code is asked once for all of them: what is kept until then are their versions.
    """

    _fold: Fold
    _folded: FoldedState

    def __init__(self, reading: Reading, entity_id: EntityId, as_of: float | None, start: _Start | None) -> None:
        self.first: RecordedEvent | None = None
        self.last: RecordedEvent | None = None
        """The last event that counted; ``None`` if none did."""
        self.base = None if start is None else start.version
        """The version of the snapshot that it started from; ``None`` for zero."""
        self.version = -1 if start is None else start.version
        """The version of its last event so far."""
        self.exactness = Exactness.EXACT
        self.is_over = start is not None and _is_later(start.first, as_of)
        """Whether no later event counts any more."""
        self._reading = reading
        self._entity_id = entity_id
        self._as_of = as_of
        self._versions = array("q")
        if start is not None and not self.is_over:
            self.last = start.at or start.first
            self._begin(start.first, start.snapshot)

    @property
    def type(self) -> str:
        """The type of the entity, as far as it is known by now."""
        return "" if self.first is None else self.first.entity_type

    def take(self, events: Sequence[RecordedEvent]) -> None:
        """Apply the events that come next, as far as they count."""
        if self._as_of is not None and not self.is_over:
            counted = list(takewhile(lambda event: not _is_later(event, self._as_of), events))
            self.is_over, events = len(counted) < len(events), counted
        elif self.is_over:
            return
        if not events:
            return
        if self.first is None:
            self._begin(events[0], None)
        self.last, self.version = events[-1], events[-1].version
        if self._reading.trusted is not None:
            self._versions.extend(event.version for event in events)
            return
        self._folded = fold_events(self._fold, self._folded, events, until_failure=True)
        self.exactness = self._folded.exactness
        self.is_over |= self._folded.failure is not None

    def state(self) -> PlainTree | None:
        """Return the state that it has come to; ``None`` if there is no entity.

        Raises ``Unreachable`` if an event could not be applied.
        """
        if self.last is None:
            return None
        if self._reading.trusted is not None:
            return self._state_by_code()
        if self._folded.failure is not None:
            raise Unreachable(f"fails at version {self._folded.version}: {self._folded.failure.reason}")
        return self._fold.view(self._folded.state)

    def _begin(self, first: RecordedEvent, snapshot: RecordedSnapshot | None) -> None:
        self.first = first
        self._facts = EntityFacts.of_events(self._entity_id, first, first, events=0, snapshots=0)
        if self._reading.trusted is None:
            self._fold = self._reading.fold_for(self._facts)
            self._folded = start_of(self._fold, snapshot)
            self.exactness = self._folded.exactness

    def _state_by_code(self) -> PlainTree | None:
        chain = self._reading.chain(self._facts, self._versions, self.base)
        try:
            state, self.exactness = chain.state_after(len(chain))
        except FoldError as error:
            raise Unreachable(f"has a state that cannot be read: {error}") from error
        for at, failure in sorted(chain.failures.items()):
            raise Unreachable(f"fails at version {chain.versions[at]}: {failure.reason}")
        return state


class _Match(NamedTuple):
    """A state that meets the condition."""

    walk: _Walk
    tree: PlainTree


class StateScanner:
    """Looks for states. For one thread at a time."""

    def __init__(self, reading: Reading, search: StateSearch, types: frozenset[str] | None = None) -> None:
        """``types`` are those that are still to be asked of each entity."""
        self._reading = reading
        self._search = search
        self._types = types
        self._paths = [(path, parse_path(path)) for path in search.parsed.paths]
        self._value = search.parsed.run()

    def scan(self, batch: Batch) -> Iterator[ScanResult]:
        """Yield what comes of a batch; of an entity by itself, which may be a long one, slice by slice."""
        self._value = self._search.parsed.run()  # the time that it may take is for one batch
        wanted = self._of_types({id_of_raw(each.raw_id): each for each in batch})
        snapshots = self._snapshots(wanted)
        starts = self._starts(wanted, snapshots)
        if len(batch) == 1 and wanted:
            ((entity_id, candidate),) = wanted.items()
            count = len(snapshots.get(entity_id, ()))
            yield from self._scan_one(entity_id, candidate, starts.get(entity_id), count)
            return
        after = {each: starts[each].version if each in starts else None for each in wanted}
        events = dict(self._reading.store.batches.events(after))
        walks = {each: self._walk(each, starts.get(each)) for each in wanted}
        for each, walk in walks.items():
            walk.take(events.get(each, ()))
        counts = {each: len(versions) for each, versions in snapshots.items()}
        yield self._result(walks, wanted, counts, len(batch), sum(each.events for each in batch))

    def _scan_one(
        self, entity_id: EntityId, candidate: Candidate, start: _Start | None, snapshots: int
    ) -> Iterator[ScanResult]:
        walk = self._walk(entity_id, start)
        version, left = None if start is None else start.version, candidate.events
        while events := self._reading.events(entity_id, version, MOST_EVENTS):
            walk.take(events)
            if walk.is_over or len(events) < MOST_EVENTS:
                break
            version, left = events[-1].version, left - len(events)
            yield ScanResult(events=len(events))
        yield self._result({entity_id: walk}, {entity_id: candidate}, {entity_id: snapshots}, 1, max(left, 0))

    def _walk(self, entity_id: EntityId, start: _Start | None) -> _Walk:
        return _Walk(self._reading, entity_id, self._search.as_of, start)

    def _result(
        self,
        walks: Mapping[EntityId, _Walk],
        wanted: Mapping[EntityId, Candidate],
        snapshots: Mapping[EntityId, int],
        entities: int,
        events: int,
    ) -> ScanResult:
        """Return the results for entities whose events are all read."""
        matches: dict[EntityId, _Match] = {}
        failures: list[str] = []
        for entity_id, walk in walks.items():
            try:
                tree = self._met_by(walk)
            except Unreachable as failure:
                failures.append(f"{walk.type} {short_id(entity_id)} {failure}")
            else:
                if tree is not None:
                    matches[entity_id] = _Match(walk, tree)
        hits = tuple(self._hits(matches, wanted, snapshots))
        return ScanResult(hits, entities, events, len(failures), failures[0] if failures else "")

    def _met_by(self, walk: _Walk) -> PlainTree | None:
        """Return the state where it meets the condition; ``None`` if it does not, or there is none.

        Raises ``Unreachable`` if that is not known.
        """
        tree = walk.state()
        if tree is None or walk.last is None:
            return None
        step = Step(walk.last.version, walk.last.type, walk.last.timestamp)
        try:
            is_met = bool(self._value(Moment(walk.version, step, None, tree)))
        except ConditionError as error:
            raise Unreachable(f"has a state for which it cannot be evaluated: {error.text}") from error
        if is_met:
            return tree
        missing = next((path for path, parts in self._paths if value_of(tree, parts) is ABSENT), None)
        if missing is not None:
            raise Unreachable(f"has no {missing}")
        return None

    def _hits(
        self,
        matches: Mapping[EntityId, _Match],
        wanted: Mapping[EntityId, Candidate],
        snapshots: Mapping[EntityId, int],
    ) -> Iterator[StateHit]:
        lasts = [walk.last for walk, _ in matches.values()]
        if self._search.as_of is not None:
            ends = self._reading.events_at([(each, wanted[each].last) for each in matches])
            lasts = [end or last for end, last in zip(ends, lasts, strict=True)]
        for (entity_id, (walk, tree)), last in zip(matches.items(), lasts, strict=True):
            assert walk.first is not None and last is not None, "there is a state"
            facts = EntityFacts.of_events(
                entity_id,
                walk.first,
                last,
                events=wanted[entity_id].events,
                snapshots=snapshots.get(entity_id, 0),
            )
            values = {path: value_of(tree, parts) for path, parts in self._paths}
            yield StateHit(facts, walk.version, walk.exactness, values, walk.base)

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

    def _snapshots(self, wanted: Mapping[EntityId, Candidate]) -> dict[EntityId, list[int]]:
        """Return the versions of the snapshots of entities, ascending."""
        if self._reading.store.tables.snapshots is None or not wanted:
            return {}
        return self._reading.store.batches.snapshot_versions(list(wanted))

    def _starts(
        self, wanted: Mapping[EntityId, Candidate], snapshots: Mapping[EntityId, list[int]]
    ) -> dict[EntityId, _Start]:
        """Return what entities start from, where that is a snapshot: the nearest one that can be the base."""
        left = {each: [at for at in versions if at <= wanted[each].last] for each, versions in snapshots.items()}
        left = self._until_then(left) if self._search.as_of is not None else left
        firsts = dict(zip(left, self._reading.events_at([(each, wanted[each].first) for each in left]), strict=True))
        starts: dict[EntityId, _Start] = {}
        while left := {each: versions for each, versions in left.items() if versions}:
            keys = [(each, versions.pop()) for each, versions in left.items()]
            there = self._reading.store.batches.snapshots_at(keys)
            events = self._reading.events_at(keys)
            for key, event in zip(keys, events, strict=True):
                entity_id, first, snapshot = key[0], firsts[key[0]], there.get(key)
                if first is not None and snapshot is not None and self._is_base(entity_id, first, snapshot):
                    starts[entity_id] = _Start(snapshot, first, event)
                    del left[entity_id]
        return starts

    def _is_base(self, entity_id: EntityId, first: RecordedEvent, snapshot: RecordedSnapshot) -> bool:
        facts = EntityFacts.of_events(entity_id, first, first, events=0, snapshots=0)
        (found,) = self._reading.bases_of(self._reading.fold_for(facts), [snapshot]).rows
        return not found.error

    def _until_then(self, snapshots: Mapping[EntityId, list[int]]) -> dict[EntityId, list[int]]:
        """Return the versions whose own event was no later than the time that is requested: half of them at a look."""
        spans = {each: (0, len(versions)) for each, versions in snapshots.items()}
        while keys := [(each, snapshots[each][(low + high) // 2]) for each, (low, high) in spans.items() if low < high]:
            for (each, _), event in zip(keys, self._reading.events_at(keys), strict=True):
                low, high = spans[each]
                middle = (low + high) // 2
                is_before = event is not None and not _is_later(event, self._search.as_of)
                spans[each] = (middle + 1, high) if is_before else (low, middle)
        return {each: versions[: spans[each][0]] for each, versions in snapshots.items()}
