"""Variants: entities whose event types follow each other in the same order are one variant."""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Self

from es_desktop.index.sequences import EventRun

from .counting import Projection, Repeats, Times, Types
from .durations import Durations

MOST_TYPES: Final = 200
"""Event types of a variant that are known by name; a longer one is told from others by all of them."""
MOST_VARIANTS: Final = 100_000
"""Variants that are counted one by one; entities of any further variant are only counted together."""
_KEPT_SPANS: Final = 65_536
"""Durations that are kept before they are summed up."""
_LENGTH_BYTES: Final = 8
_DIGEST_BYTES: Final = 16
VariantKey = bytes


@dataclass(frozen=True, slots=True)
class Variant:
    """The order of event types that some entities have in common."""

    types: tuple[str, ...]
    """The first 200 event types."""
    length: int
    """How many event types there are in all."""
    entities: int
    share: float
    """Of all entities of the type, from 0 to 1."""
    median: float | None
    """Seconds from the earliest to the latest event, as the median; ``None`` if no entity has a time."""
    key: VariantKey
    """Which variant it is, in the index that it was read from."""


@dataclass(frozen=True, slots=True)
class Variants:
    """The variants of an entity type, the most frequent first."""

    entity_type: str
    repeats: Repeats
    entities: int
    variants: tuple[Variant, ...]
    count: int
    """How many variants there are; ``variants`` may be the first of them."""
    uncounted: int
    """Entities of further variants, of which only the entities were counted: there were too many variants."""

    def covered_by(self, first: int) -> float:
        """Return the share of the entities that the first variants have, from 0 to 1."""
        return sum(each.share for each in self.variants[:first])


class VariantReader:
    """Makes the key of the variant of each entity."""

    def __init__(self, repeats: Repeats) -> None:
        self._projection = Projection(repeats)
        self._head = array("I")
        self._length = 0
        self._digest: blake2b | None = None

    def begin(self) -> None:
        """Start with another entity, and forget what was read."""
        self._projection.begin()
        self._head = array("I")
        self._length = 0
        self._digest = None

    def read(self, types: Types) -> None:
        """Read the next events, by their types."""
        counted = array("I", map(types.__getitem__, self._projection.counted(types)))
        if self._length + len(counted) > MOST_TYPES:
            if self._digest is None:
                self._digest = blake2b(self._head.tobytes(), digest_size=_DIGEST_BYTES)
            self._digest.update(counted.tobytes())
        if self._length < MOST_TYPES:
            self._head.extend(counted[: MOST_TYPES - self._length])
        self._length += len(counted)

    def key(self) -> VariantKey:
        """Return the key of the variant of the entity whose events were read."""
        head = self._head.tobytes()
        if self._digest is None:
            return head
        return head + self._length.to_bytes(_LENGTH_BYTES, "little") + self._digest.digest()


def _head_and_length(key: VariantKey) -> tuple[array[int], int]:
    head, most = array("I"), MOST_TYPES * array("I").itemsize
    head.frombytes(key[:most])
    return head, len(head) if len(key) <= most else int.from_bytes(key[most : most + _LENGTH_BYTES], "little")


class VariantCounter:
    """Counts the entities of each variant."""

    def __init__(self, repeats: Repeats) -> None:
        self._repeats = repeats
        self._entities: Counter[VariantKey] = Counter()
        self._durations: defaultdict[VariantKey, Durations] = defaultdict(Durations)
        self._spans: defaultdict[VariantKey, list[float]] = defaultdict(list)
        self._kept_spans = 0
        self._uncounted = 0
        # Of the entity that is being counted:
        self._reader = VariantReader(repeats)
        self._earliest = math.inf
        self._latest = -math.inf

    def add_alike(self, types: Types, times: Sequence[Times], entities: Sequence[int]) -> None:
        self._reader.read(types)
        key = self._reader.key()
        self._reader.begin()
        if not self._has_room_for(key):
            self._uncounted += len(times)
            return
        self._entities[key] += len(times)
        known = ([each for each in row if each is not None] if None in row else row for row in times)
        self._durations[key].extend(max(row) - min(row) for row in known if row)  # type: ignore[operator,type-var]

    def begin(self, entity: int) -> None:
        self._earliest, self._latest = math.inf, -math.inf

    def add(self, run: EventRun) -> None:
        self._reader.read(run.types)
        times = [each for each in run.times if each is not None]
        if times:
            self._earliest = min(self._earliest, *times)
            self._latest = max(self._latest, *times)

    def end(self) -> None:
        key = self._reader.key()
        self._reader.begin()  # what makes a digest cannot be pickled
        if not self._has_room_for(key):
            self._uncounted += 1
            return
        self._entities[key] += 1
        if self._earliest <= self._latest:
            self._spans[key].append(self._latest - self._earliest)
            self._kept_spans += 1
        if self._kept_spans >= _KEPT_SPANS:
            self._sum_up()

    def merge(self, other: Self) -> None:
        self._sum_up()
        other._sum_up()
        self._uncounted += other._uncounted
        for key, entities in other._entities.items():
            if self._has_room_for(key):
                self._entities[key] += entities
                self._durations[key].merge(other._durations[key])
            else:
                self._uncounted += entities

    def result(self, entity_type: str, names: Mapping[int, str], most: int) -> Variants:
        """Return at most so many variants; ``names`` are those of the event types."""
        self._sum_up()
        entities = self._entities.total() + self._uncounted
        order = sorted(self._entities.items(), key=lambda each: (-each[1], len(each[0]), each[0]))[:most]
        found = []
        for key, count in order:
            head, length = _head_and_length(key)
            types = tuple(names[number] for number in head)
            found.append(Variant(types, length, count, count / entities, self._durations[key].median, key))
        return Variants(entity_type, self._repeats, entities, tuple(found), len(self._entities), self._uncounted)

    def _has_room_for(self, key: VariantKey) -> bool:
        return key in self._entities or len(self._entities) < MOST_VARIANTS

    def _sum_up(self) -> None:
        for key, spans in self._spans.items():
            self._durations[key].extend(spans)
        self._spans.clear()
        self._kept_spans = 0
