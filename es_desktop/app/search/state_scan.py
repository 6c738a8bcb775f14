"""Looks at entities, many at once: folds each to its state as of a time, and asks a condition of that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
from es_desktop.replay import ABSENT, PlainTree, Step
from es_desktop.replay.conditions import ConditionError
from es_desktop.replay.paths import parse_path, value_of
from es_desktop.replay.walk import Moment

from .query import ScanResult, StateHit, StateSearch, understood
from .state_walk import Start, StateWalk, Unreachable, begun, is_later

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session

    from .store_index import StoreIndex


MOST_EVENTS: Final = 2_000
"""Of the entities that are read at once; one that has more is read by itself, in slices of as many."""
_MOST_ENTITIES: Final = 250
_PAGE: Final = 20_000
"""Entities that are listed at once."""


class Candidate(NamedTuple):
    """An entity that may be one that is looked for."""

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
    search: StateSearch
    """What is left to be asked of each of them."""


def candidates(
    session: Session, search: StateSearch, index: StoreIndex | None, among: Collection[int] | None
) -> Candidates:
    """Return the entities to look at; ``among`` is what the index calls those to choose from."""
    events = session.store.reader.event_count()
    if index is None or not (among is not None or _is_whole(index, events)):
        return Candidates(_batched(_in_store(session)), events, search)
    asked = EntitySearch(kinds=search.types, created_until=search.as_of)
    _, events = count_entities(index.database, asked)
    return Candidates(_batched(_in_index(index.database, asked, among)), events, replace(search, types=None))


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


class _Reached(NamedTuple):
    """A state that meets the condition."""

    walk: StateWalk
    tree: PlainTree


class StateScanner:
    """Looks for states. For one thread at a time."""

    def __init__(self, reading: Reading, search: StateSearch) -> None:
        self._reading = reading
        self._search = search
        self._condition = understood(search.condition)
        self._paths = [(path, parse_path(path)) for path in self._condition.paths]
        self._value = self._condition.run()

    def look(self, batch: Batch) -> Iterator[ScanResult]:
        """Yield what comes of a batch; of an entity by itself, which may be a long one, slice by slice."""
        self._value = self._condition.run()  # the time that it may take is for one batch
        wanted = self._of_types({id_of_raw(each.raw_id): each for each in batch})
        snapshots = self._snapshots(wanted)
        starts = self._starts(wanted, snapshots)
        if len(batch) == 1 and wanted:
            ((entity_id, candidate),) = wanted.items()
            yield from self._look_at_one(entity_id, candidate, starts.get(entity_id), len(snapshots.get(entity_id, ())))
            return
        after = {each: starts[each].version if each in starts else None for each in wanted}
        events = dict(self._reading.store.batches.events(after))
        walks = {each: self._begun(each, starts.get(each)) for each in wanted}
        for each, walk in walks.items():
            walk.take(events.get(each, ()))
        counts = {each: len(versions) for each, versions in snapshots.items()}
        yield self._told(walks, wanted, counts, len(batch), sum(each.events for each in batch))

    def _look_at_one(
        self, entity_id: EntityId, candidate: Candidate, start: Start | None, snapshots: int
    ) -> Iterator[ScanResult]:
        walk = self._begun(entity_id, start)
        version, left = None if start is None else start.version, candidate.events
        while events := self._reading.events(entity_id, version, MOST_EVENTS):
            walk.take(events)
            if walk.is_over or len(events) < MOST_EVENTS:
                break
            version, left = events[-1].version, left - len(events)
            yield ScanResult(events=len(events))
        yield self._told({entity_id: walk}, {entity_id: candidate}, {entity_id: snapshots}, 1, max(left, 0))

    def _begun(self, entity_id: EntityId, start: Start | None) -> StateWalk:
        return begun(self._reading, entity_id, self._search.as_of, start)

    def _told(
        self,
        walks: Mapping[EntityId, StateWalk],
        wanted: Mapping[EntityId, Candidate],
        snapshots: Mapping[EntityId, int],
        entities: int,
        events: int,
    ) -> ScanResult:
        """Tell of entities of which all was read that counts."""
        reached: dict[EntityId, _Reached] = {}
        failures: list[str] = []
        for entity_id, walk in walks.items():
            try:
                tree = self._met_by(walk)
            except Unreachable as failure:
                failures.append(f"{walk.type} {short_id(entity_id)} {failure}")
            else:
                if tree is not None:
                    reached[entity_id] = _Reached(walk, tree)
        return ScanResult(
            tuple(self._hits(reached, wanted, snapshots)),
            entities,
            events,
            len(failures),
            failures[0] if failures else "",
        )

    def _met_by(self, walk: StateWalk) -> PlainTree | None:
        """Return the state where it meets the condition; ``None`` where it does not, or there is none.

        Raises ``Unreachable`` where that cannot be told.
        """
        tree = walk.state()
        if tree is None or walk.last is None:
            return None
        step = Step(walk.last.version, walk.last.type, walk.last.timestamp)
        try:
            is_met = bool(self._value(Moment(walk.version, step, None, tree)))
        except ConditionError as error:
            raise Unreachable(f"has a state of which it cannot be told: {error.text}") from error
        if is_met:
            return tree
        missing = next((path for path, parts in self._paths if value_of(tree, parts) is ABSENT), None)
        if missing is not None:
            raise Unreachable(f"has no {missing}")
        return None

    def _hits(
        self,
        reached: Mapping[EntityId, _Reached],
        wanted: Mapping[EntityId, Candidate],
        snapshots: Mapping[EntityId, int],
    ) -> Iterator[StateHit]:
        lasts = [walk.last for walk, _ in reached.values()]
        if self._search.as_of is not None:
            ends = self._reading.events_at([(each, wanted[each].last) for each in reached])
            lasts = [end or last for end, last in zip(ends, lasts, strict=True)]
        for (entity_id, (walk, tree)), last in zip(reached.items(), lasts, strict=True):
            assert walk.first is not None and last is not None, "there is a state"
            facts = EntityFacts.told(
                entity_id,
                walk.first,
                last,
                events=wanted[entity_id].events,
                snapshots=snapshots.get(entity_id, 0),
            )
            values = {path: value_of(tree, parts) for path, parts in self._paths}
            yield StateHit(facts, walk.version, walk.exactness, values, walk.base)

    def _of_types(self, batch: dict[EntityId, Candidate]) -> dict[EntityId, Candidate]:
        types = self._search.types
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
    ) -> dict[EntityId, Start]:
        """Return what entities start from, where that is a snapshot: the nearest one that can be the base."""
        left = {each: [at for at in versions if at <= wanted[each].last] for each, versions in snapshots.items()}
        left = self._until_then(left) if self._search.as_of is not None else left
        firsts = dict(zip(left, self._reading.events_at([(each, wanted[each].first) for each in left]), strict=True))
        starts: dict[EntityId, Start] = {}
        while left := {each: versions for each, versions in left.items() if versions}:
            places = [(each, versions.pop()) for each, versions in left.items()]
            there = self._reading.store.batches.snapshots_at(places)
            events = self._reading.events_at(places)
            for place, event in zip(places, events, strict=True):
                entity_id, first, snapshot = place[0], firsts[place[0]], there.get(place)
                if first is not None and snapshot is not None and self._is_base(entity_id, first, snapshot):
                    starts[entity_id] = Start(snapshot, first, event)
                    del left[entity_id]
        return starts

    def _is_base(self, entity_id: EntityId, first: RecordedEvent, snapshot: RecordedSnapshot) -> bool:
        facts = EntityFacts.told(entity_id, first, first, events=0, snapshots=0)
        (found,) = self._reading.bases_of(self._reading.fold_for(facts), [snapshot]).rows
        return not found.error

    def _until_then(self, snapshots: Mapping[EntityId, list[int]]) -> dict[EntityId, list[int]]:
        """Return the versions whose own event was no later than the time that is asked for: half of them at a look."""
        spans = {each: (0, len(versions)) for each, versions in snapshots.items()}
        while places := [
            (each, snapshots[each][(low + high) // 2]) for each, (low, high) in spans.items() if low < high
        ]:
            for (each, _), event in zip(places, self._reading.events_at(places), strict=True):
                low, high = spans[each]
                middle = (low + high) // 2
                is_before = event is not None and not is_later(event, self._search.as_of)
                spans[each] = (middle + 1, high) if is_before else (low, middle)
        return {each: versions[: spans[each][0]] for each, versions in snapshots.items()}
