"""The directly-follows map of an entity type: which event types follow each other directly, how often, how soon."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

from es_desktop.index.sequences import EventRun

from .counting import Projection, Repeats, Times, Types
from .durations import Durations

_KEPT_GAPS: Final = 65_536
"""Times between events that are kept before they are summed up."""
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ProcessNode:
    """One event type of the map."""

    type: str
    entities: int
    """Entities that have such an event."""
    events: int
    visits: int
    """How often it is reached from another type or at the start: events without immediate repeats, or entities."""
    starts: int
    """Entities whose first event it is."""
    ends: int
    """Entities whose last event it is."""


@dataclass(frozen=True, slots=True)
class ProcessEdge:
    """Two event types of which the second follows the first directly; or one that occurs again."""

    before: str
    after: str
    entities: int
    """Entities in which that happens."""
    times: int
    """How often it happens."""
    median: float | None
    """Seconds between the two events, as the median; ``None`` if no times are known."""
    mean: float | None
    untimed: int
    """How often the time between them is not known, because one has none, or the second has an earlier one."""

    @property
    def is_loop(self) -> bool:
        """Whether an event type follows itself."""
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class ProcessMap:
    """Event types and what follows what. For each node ``starts`` and the ``times`` of the edges to it are ``visits``.

    So are ``ends`` and the ``times`` of the edges from it. Loops do not count there.
    """

    entity_type: str
    repeats: Repeats
    entities: int
    events: int
    nodes: tuple[ProcessNode, ...]
    """The most frequent first."""
    edges: tuple[ProcessEdge, ...]
    """The most frequent first."""

    def shown(self, at_least: int = 1, always: Collection[tuple[str, str]] = ()) -> ShownMap:
        """Return the part of the map that at least so many entities have.

        The edges ``always``, by the types before and after, are shown at any number, and so are their nodes.
        """
        shown_by_edge = {name for edge in always for name in edge}
        nodes = tuple(each for each in self.nodes if each.entities >= at_least or each.type in shown_by_edge)
        edges, hidden = list[ProcessEdge](), list[ProcessEdge]()
        for each in self.edges:
            is_shown = each.entities >= at_least or (each.before, each.after) in always
            (edges if is_shown else hidden).append(each)
        into, out_of = Counter[str](), Counter[str]()
        for each in hidden:
            if not each.is_loop:
                into[each.after] += each.times
                out_of[each.before] += each.times
        return ShownMap(
            self, at_least, nodes, tuple(edges), into, out_of, len(hidden), sum(each.times for each in hidden)
        )


@dataclass(frozen=True, slots=True)
class ShownMap:
    """The part of a map that is shown. With what is hidden at each node its counts add up."""

    map: ProcessMap
    at_least: int
    nodes: tuple[ProcessNode, ...]
    edges: tuple[ProcessEdge, ...]
    hidden_into: Mapping[str, int]
    """How often each event type is reached by edges that are hidden."""
    hidden_out_of: Mapping[str, int]
    """How often each event type is left by edges that are hidden."""
    hidden_edges: int
    hidden_times: int
    """How often the hidden edges are taken, loops too."""


class MapCounter:
    """Counts a directly-follows map."""

    def __init__(self, repeats: Repeats) -> None:
        self._repeats = repeats
        self._entities = 0
        self._starts: Counter[int] = Counter()
        self._ends: Counter[int] = Counter()
        self._events: Counter[int] = Counter()
        self._with_type: Counter[int] = Counter()
        self._times: Counter[Pair] = Counter()
        self._with_pair: Counter[Pair] = Counter()
        self._durations: defaultdict[Pair, Durations] = defaultdict(Durations)
        self._gaps: defaultdict[Pair, list[float]] = defaultdict(list)
        self._kept_gaps = 0
        self._untimed: Counter[Pair] = Counter()
        # Of the entity that is being counted:
        self._projection = Projection(repeats)
        self._types: set[int] = set()
        self._pairs: set[Pair] = set()
        self._last: tuple[int, float | None] | None = None
        self._last_times: dict[int, float | None] = {}

    def add_alike(self, types: Types, times: Sequence[Times], entities: Sequence[int]) -> None:
        count = len(times)
        counted, steps = self._steps(types)
        self._entities += count
        self._starts[types[counted[0]]] += count
        self._ends[types[counted[-1]]] += count
        for each in types:
            self._events[each] += count
        for each in set(types):
            self._with_type[each] += count
        for pair in {(types[first], types[second]) for first, second in steps}:
            self._with_pair[pair] += count
        for first, second in steps:
            pair = (types[first], types[second])
            self._times[pair] += count
            both = [(row[first], row[second]) for row in times]
            gaps = [end - begin for begin, end in both if begin is not None and end is not None]
            self._untimed[pair] += count - len(gaps)
            self._durations[pair].extend(gaps)

    def _steps(self, types: Types) -> tuple[list[int], list[Pair]]:
        """Return the indexes of the events of an entity that count, and those before and after each edge."""
        is_first = self._repeats is Repeats.FIRST
        counted = Projection(Repeats.FIRST if is_first else Repeats.EACH).counted(types)
        steps, before = list(pairwise(counted)), dict[int, int]()
        for at, each in enumerate(types if is_first else ()):
            if each in before:
                steps.append((before[each], at))
            before[each] = at
        return counted, steps

    def begin(self, entity: int) -> None:
        self._entities += 1
        self._projection.begin()
        self._types.clear()
        self._pairs.clear()
        self._last_times.clear()
        self._last = None

    def add(self, run: EventRun) -> None:
        self._events.update(run.types)
        self._types.update(run.types)
        types: Sequence[int] = run.types
        times: Sequence[float | None] = run.times
        if self._repeats is Repeats.FIRST:
            counted = self._projection.counted(run.types)
            self._count_again(run, frozenset(counted))
            types, times = [types[at] for at in counted], [times[at] for at in counted]
        if not types:
            return
        if self._last is None:
            self._starts[types[0]] += 1
        else:
            types, times = [self._last[0], *types], [self._last[1], *times]
        self._last = (types[-1], times[-1])
        pairs = list(pairwise(types))
        self._times.update(pairs)
        self._pairs.update(pairs)
        self._add_gaps(pairs, times[:-1], times[1:])

    def end(self) -> None:
        if self._last is not None:
            self._ends[self._last[0]] += 1
        self._with_type.update(self._types)
        self._with_pair.update(self._pairs)

    def merge(self, other: Self) -> None:
        self._sum_up()
        other._sum_up()
        self._entities += other._entities
        for ours, theirs in (
            (self._starts, other._starts),
            (self._ends, other._ends),
            (self._events, other._events),
            (self._with_type, other._with_type),
        ):
            ours.update(theirs)
        for pairs, others in (
            (self._times, other._times),
            (self._with_pair, other._with_pair),
            (self._untimed, other._untimed),
        ):
            pairs.update(others)
        for pair, durations in other._durations.items():
            self._durations[pair].merge(durations)

    def result(self, entity_type: str, names: Mapping[int, str]) -> ProcessMap:
        """Return the map; ``names`` are those of the event types."""
        self._sum_up()
        nodes = [
            ProcessNode(
                names[number],
                self._with_type[number],
                events,
                self._visits(number),
                self._starts[number],
                self._ends[number],
            )
            for number, events in self._events.items()
        ]
        edges = [self._edge(pair, names) for pair in self._times]
        nodes.sort(key=lambda each: (-each.entities, -each.events, each.type))
        edges.sort(key=lambda each: (-each.entities, -each.times, each.before, each.after))
        events = self._events.total()
        return ProcessMap(entity_type, self._repeats, self._entities, events, tuple(nodes), tuple(edges))

    def _visits(self, number: int) -> int:
        if self._repeats is Repeats.FIRST:
            return self._with_type[number]
        return self._events[number] - self._times[number, number]

    def _edge(self, pair: Pair, names: Mapping[int, str]) -> ProcessEdge:
        found = self._durations.get(pair) or Durations()
        before, after = names[pair[0]], names[pair[1]]
        untimed = self._untimed[pair] + found.left_out
        return ProcessEdge(before, after, self._with_pair[pair], self._times[pair], found.median, found.mean, untimed)

    def _count_again(self, run: EventRun, counted: frozenset[int]) -> None:
        """Count the events of types that the entity had before, each with the time since the one before."""
        before = self._last_times
        for at, (number, time) in enumerate(zip(run.types, run.times, strict=True)):
            if at not in counted:
                pair = (number, number)
                self._times[pair] += 1
                self._pairs.add(pair)
                self._add_gaps([pair], [before[number]], [time])
            before[number] = time

    def _add_gaps(self, pairs: list[Pair], begins: Sequence[float | None], ends: Sequence[float | None]) -> None:
        gaps = self._gaps
        for pair, begin, end in zip(pairs, begins, ends, strict=True):
            if begin is None or end is None:
                self._untimed[pair] += 1
            else:
                gaps[pair].append(end - begin)
        self._kept_gaps += len(pairs)
        if self._kept_gaps >= _KEPT_GAPS:
            self._sum_up()

    def _sum_up(self) -> None:
        for pair, gaps in self._gaps.items():
            self._durations[pair].extend(gaps)
        self._gaps.clear()
        self._kept_gaps = 0
