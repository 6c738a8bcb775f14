"""From a part of a process to its entities: which have an event type, an edge, a variant or a difference."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Protocol, Self, TypeAlias

from es_desktop.index.sequences import EventRun

from .conformance import ConformanceReader, Deviation
from .counting import Projection, Repeats, Times, Types
from .pattern import Pattern
from .variants import VariantKey, VariantReader


@dataclass(frozen=True, slots=True)
class OfType:
    """Entities that have an event of a type."""

    type: str


@dataclass(frozen=True, slots=True)
class OfEdge:
    """Entities in which one event type follows another one directly."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class OfVariant:
    """Entities of a variant, by its key."""

    key: VariantKey


@dataclass(frozen=True, slots=True)
class OfDeviation:
    """Entities that first differ from a pattern in one way; or that fit, without one."""

    pattern: Pattern
    deviation: Deviation | None


@dataclass(frozen=True, slots=True)
class OfWaiting:
    """Entities that wait for a time in a range from their first event of a type to the next one of another type."""

    before: str
    after: str
    least: float
    """Seconds."""
    below: float


ByTypes: TypeAlias = OfType | OfEdge | OfVariant | OfDeviation
"""What an entity has by the types of its events alone."""
Part: TypeAlias = ByTypes | OfWaiting
"""A part of a process."""
_UNKNOWN: Final = -1
"""Stands for an event type that the index does not have."""


class _Test(Protocol):
    """Tests one entity after another."""

    def begin(self) -> None: ...

    def read(self, types: Types) -> None: ...

    def is_met(self) -> bool: ...


class EntityFinder:
    """Collects the numbers of the entities that have a part of the process."""

    def __init__(self, part: ByTypes, repeats: Repeats, names: Mapping[int, str]) -> None:
        """``names`` are those of the event types by their numbers in the index."""
        self.numbers = array("I")
        """The numbers of the entities in the index, in any order."""
        self._test: _Test = _test_of(part, repeats, names)
        self._entity = 0

    def add_alike(self, types: Types, times: Sequence[Times], entities: Sequence[int]) -> None:
        self._test.begin()
        self._test.read(types)
        if self._test.is_met():
            self.numbers.extend(entities)
        self._test.begin()  # what makes the digest of a variant cannot be pickled

    def begin(self, entity: int) -> None:
        self._entity = entity
        self._test.begin()

    def add(self, run: EventRun) -> None:
        self._test.read(run.types)

    def end(self) -> None:
        if self._test.is_met():
            self.numbers.append(self._entity)
        self._test.begin()

    def merge(self, other: Self) -> None:
        self.numbers.extend(other.numbers)


def _test_of(part: ByTypes, repeats: Repeats, names: Mapping[int, str]) -> _Test:
    number_of = {name: number for number, name in names.items()}
    match part:
        case OfType(name):
            return _HasType(number_of.get(name, _UNKNOWN))
        case OfEdge(before, after):
            return _HasEdge(number_of.get(before, _UNKNOWN), number_of.get(after, _UNKNOWN), repeats)
        case OfVariant(key):
            return _IsVariant(key, repeats)
        case OfDeviation(pattern, deviation):
            return _Deviates(ConformanceReader(pattern, repeats, names), deviation)


class _HasType:
    def __init__(self, number: int) -> None:
        self._number = number
        self._is_met = False

    def begin(self) -> None:
        self._is_met = False

    def read(self, types: Types) -> None:
        self._is_met = self._is_met or self._number in types

    def is_met(self) -> bool:
        return self._is_met


class _HasEdge:
    def __init__(self, before: int, after: int, repeats: Repeats) -> None:
        self._pair = pair = (before, after)
        # Of a loop in a map of first times: whether the type occurs again at all.
        self._is_again = repeats is Repeats.FIRST and pair[0] == pair[1]
        self._projection = Projection(Repeats.EACH if repeats is Repeats.COLLAPSED else repeats)
        self._again = 0
        self.begin()

    def begin(self) -> None:
        self._projection.begin()
        self._again = 0
        self._last: tuple[int, ...] = ()
        self._is_met = False

    def read(self, types: Types) -> None:
        if self._is_met:
            return
        if self._is_again:
            self._again += types.count(self._pair[0])
            self._is_met = self._again > 1
            return
        counted = self._last + tuple(map(types.__getitem__, self._projection.counted(types)))
        self._last = counted[-1:]
        self._is_met = self._pair in pairwise(counted)

    def is_met(self) -> bool:
        return self._is_met


class _IsVariant:
    def __init__(self, key: VariantKey, repeats: Repeats) -> None:
        self._key = key
        self._reader = VariantReader(repeats)

    def begin(self) -> None:
        self._reader.begin()

    def read(self, types: Types) -> None:
        self._reader.read(types)

    def is_met(self) -> bool:
        return self._reader.key() == self._key


class _Deviates:
    def __init__(self, reader: ConformanceReader, deviation: Deviation | None) -> None:
        self._reader = reader
        self._deviation = deviation

    def begin(self) -> None:
        self._reader.begin()

    def read(self, types: Types) -> None:
        self._reader.read(types)

    def is_met(self) -> bool:
        return self._reader.deviation() == self._deviation
