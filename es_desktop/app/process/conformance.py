"""Conformance: whether the event types follow each other as a pattern says; if not, where they first differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, Self

from es_desktop.index.sequences import EventRun

from .counting import Projection, Repeats, Times, Types
from .pattern import Pattern

_NOTHING_READ: Final = -1
"""The position in a pattern before any event."""
States = frozenset[int]
"""The elements of a pattern that the last event may stand for."""


class Fault(StrEnum):
    """In which way an entity first differs from a pattern."""

    MISSING = "missing"
    """A type that the pattern asks for never comes."""
    EXTRA = "extra"
    """An event of a type that the pattern does not have, or not once more."""
    ORDER = "order"
    """A type of the pattern comes, but after another one that must not come first."""


class Deviation(NamedTuple):
    """The first difference of an entity from a pattern."""

    fault: Fault
    type: str
    """The event type that is missing or extra, or that comes too early."""
    beside: str
    """The type before which it is missing or comes, or after which it is extra; empty for the end, or the start."""

    def __str__(self) -> str:
        match self.fault:
            case Fault.MISSING:
                return f"no {self.type} before {self.beside}" if self.beside else f"ends without {self.type}"
            case Fault.EXTRA:
                return f"{self.type} not expected after {self.beside}" if self.beside else f"starts with {self.type}"
        return f"{self.type} comes before {self.beside}"


@dataclass(frozen=True, slots=True)
class DeviationCount:
    """How many entities first differ in this way."""

    deviation: Deviation
    entities: int
    share: float
    """Of all entities of the type, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Conformance:
    """How many entities fit a pattern, and how the others first differ."""

    entity_type: str
    pattern: Pattern
    repeats: Repeats
    entities: int
    fitting: int
    deviations: tuple[DeviationCount, ...]
    """The most frequent first."""


class Automaton:
    """Follows a pattern, event by event."""

    def __init__(self, pattern: Pattern, names: Mapping[int, str]) -> None:
        """``names`` are those of the event types by their numbers in the index."""
        self._elements = pattern.elements
        self._names = names
        self._next: dict[tuple[States, int], States] = {}
        self.start: Final[States] = frozenset({_NOTHING_READ})

    def after(self, states: States, event_type: int) -> States:
        """Return the states after one more event; empty if the pattern has no such event there."""
        key = (states, event_type)
        found = self._next.get(key)
        if found is None:
            name = self._names[event_type]
            found = frozenset(at for state in states for at in self._reachable(state) if self._elements[at].fits(name))
            self._next[key] = found
        return found

    def required_after(self, states: States) -> int | None:
        """Return the first element that must still come; ``None`` if the pattern may end here."""
        missing = [self._first_required(state + 1) for state in states]
        return None if None in missing else max(each for each in missing if each is not None)

    def element_of(self, name: str, after: int) -> int | None:
        """Return the first element behind another one that names a type; ``None`` if there is none."""
        rest = range(after + 1, len(self._elements))
        return next((at for at in rest if name in self._elements[at].types), None)

    def types_at(self, element: int) -> list[str]:
        """Return the event types of an element."""
        return sorted(self._elements[element].types)

    def has(self, name: str) -> bool:
        """Return whether the pattern names a type."""
        return any(name in each.types for each in self._elements)

    def _first_required(self, start: int) -> int | None:
        rest = range(start, len(self._elements))
        return next((at for at in rest if self._elements[at].is_required), None)

    def _reachable(self, state: int) -> Sequence[int]:
        """Return the elements that the next event can stand for."""
        last = self._first_required(state + 1)
        end = len(self._elements) if last is None else last + 1
        again = state >= 0 and self._elements[state].is_repeated
        return range(state + (not again), end)


class _Suspect(NamedTuple):
    """A type was passed: it is missing, or comes later."""

    numbers: frozenset[int]
    name: str
    beside: str


class ConformanceReader:
    """Finds the first difference of each entity from a pattern."""

    def __init__(self, pattern: Pattern, repeats: Repeats, names: Mapping[int, str]) -> None:
        self._names = dict(names)
        self._numbers = {name: number for number, name in names.items()}
        self._automaton = Automaton(pattern, self._names)
        self._projection = Projection(repeats)
        self.begin()

    def begin(self) -> None:
        """Start with another entity."""
        self._projection.begin()
        self._states = self._automaton.start
        self._seen: set[int] = set()
        self._last: int | None = None
        self._suspect: _Suspect | None = None
        self._found: Deviation | None = None

    def read(self, types: Types) -> None:
        """Read the next events, by their types."""
        if self._found is not None:
            return
        counted = [types[at] for at in self._projection.counted(types)]
        if self._suspect is None:
            counted = self._follow(counted)
        if self._suspect is not None:
            later = next((each for each in counted if each in self._suspect.numbers), None)
            if later is not None:
                self._found = Deviation(Fault.ORDER, self._suspect.beside, self._names[later])

    def deviation(self) -> Deviation | None:
        """Return the first difference of the entity whose events were read; ``None`` if it fits."""
        if self._found is not None:
            return self._found
        if self._suspect is not None:
            return Deviation(Fault.MISSING, self._suspect.name, self._suspect.beside)
        missing = self._automaton.required_after(self._states)
        return None if missing is None else Deviation(Fault.MISSING, self._automaton.types_at(missing)[0], "")

    def _follow(self, counted: list[int]) -> list[int]:
        """Follow the pattern as far as it goes; return the events after the first that differs."""
        for index, number in enumerate(counted):
            states = self._automaton.after(self._states, number)
            if not states:
                self._differ(number)
                return counted[index + 1 :]
            self._states, self._last = states, number
            self._seen.add(number)
        return []

    def _differ(self, number: int) -> None:
        """Say how an event differs, or what must be known of later events to say it."""
        automaton, name = self._automaton, self._names[number]
        at = max(self._states)
        missing = automaton.required_after(self._states)
        if missing is not None and automaton.element_of(name, missing) is not None:
            names = automaton.types_at(missing)
            numbers = frozenset(self._numbers[each] for each in names if each in self._numbers)
            self._suspect = _Suspect(numbers, names[0], name)
        elif automaton.has(name) and number not in self._seen and self._last is not None and at >= 0:
            self._found = Deviation(Fault.ORDER, self._names[self._last], name)
        else:
            self._found = Deviation(Fault.EXTRA, name, "" if self._last is None else self._names[self._last])


class ConformanceCounter:
    """Counts the entities that fit a pattern, and the first differences of the others."""

    def __init__(self, pattern: Pattern, repeats: Repeats, names: Mapping[int, str]) -> None:
        self._pattern = pattern
        self._repeats = repeats
        self._reader = ConformanceReader(pattern, repeats, names)
        self._found: Counter[Deviation | None] = Counter()

    def add_alike(self, types: Types, times: Sequence[Times], entities: Sequence[int]) -> None:
        self._reader.begin()
        self._reader.read(types)
        self._found[self._reader.deviation()] += len(entities)

    def begin(self, entity: int) -> None:
        self._reader.begin()

    def add(self, run: EventRun) -> None:
        self._reader.read(run.types)

    def end(self) -> None:
        self._found[self._reader.deviation()] += 1

    def merge(self, other: Self) -> None:
        self._found.update(other._found)

    def result(self, entity_type: str) -> Conformance:
        """Return what was counted."""
        entities = self._found.total()
        order = sorted(
            (each for each in self._found.items() if each[0] is not None), key=lambda each: (-each[1], each[0])
        )
        deviations = tuple(
            DeviationCount(found, count, count / entities) for found, count in order if found is not None
        )
        return Conformance(entity_type, self._pattern, self._repeats, entities, self._found[None], deviations)
