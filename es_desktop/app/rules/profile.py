"""What the histories of one entity type have in common: counts over their digests, which can be added in any order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import comb
from typing import Any, Final

from .candidates import LEAST_ENTITIES
from .digest import AttributeDigest, EventDigest, HistoryDigest
from .observed import COUNTED, Seen
from .samples import Ends, Sample

MOST_VALUES: Final = 40
"""Different choices of an attribute, beyond which it is not one of few."""
MOST_CHOOSING: Final = 12
"""Different choices of an attribute whose values may imply something."""
_MOST_PATTERNS: Final = 4_096
MOST_HASHES: Final = 4_096
MOST_PROFILED: Final = 120
"""Paths of one entity type."""


@dataclass(slots=True)
class AttributeProfile:
    """The values of one path in the entities of a type."""

    path: str
    order: int
    """Where it is among the attributes."""
    entities: int = 0
    """In how many it is ever there."""
    seen: Counter[int] = field(default_factory=Counter)
    """In how many entities it was what."""
    changeable: int = 0
    """Entities with a later version."""
    steps: int = 0
    """Their later versions."""
    changed: int = 0
    """Entities in which it changed after it was there."""
    changes: int = 0
    moved: int = 0
    """Entities in which a number or a time rose or fell."""
    rising: int = 0
    """Those of them in which it never fell, and in ``falling`` those in which it never rose."""
    falling: int = 0
    moves_chance: float = 0.0
    """The sum of the chances that an entity falls at least once, if it rose and fell at random."""
    scales: Counter[str] = field(default_factory=Counter)
    lows: Ends = field(default_factory=Ends)
    highs: Ends = field(default_factory=lambda: Ends(largest=True))
    amounts: Sample = field(default_factory=Sample)
    choices: Counter[str] | None = field(default_factory=Counter)
    """In how many entities it had each of few values; ``None`` for other values."""
    lasts: Counter[int] = field(default_factory=Counter)
    """How many entities end with each value, by its hash; at most ``MOST_HASHES`` of them."""
    words: int = 0
    """Entities whose last value is a text of several words."""

    def add(self, found: AttributeDigest) -> None:
        """Count one entity."""
        if not found.seen & ~Seen.NOTHING:
            return
        self.entities += 1
        for each in COUNTED:
            if found.seen & each:
                self.seen[each] += 1
        if found.steps:
            self.changeable += 1
            self.steps += found.steps
        self.changed += found.changes > 0
        self.changes += found.changes
        self.scales[found.scale] += 1
        moves = found.rises + found.falls
        if moves:
            self.moved += 1
            self.rising += not found.falls
            self.falling += not found.rises
            self.moves_chance += 1 - 0.5**moves
        if found.low is not None:
            self.lows.add(found.low)
            self.highs.add(found.high)
            self.amounts.add(float(found.high))
        self._add_choices(found)
        self._add_last(found.value)

    def _add_choices(self, found: AttributeDigest) -> None:
        if self.choices is None:
            return
        self.choices.update(found.choices or ())
        if found.choices is None or len(self.choices) > MOST_VALUES:
            self.choices = None

    def _add_last(self, value: Any) -> None:
        self.words += isinstance(value, str) and " " in value
        if value is not None and (len(self.lasts) < MOST_HASHES or hash(value) in self.lasts):
            self.lasts[hash(value)] += 1

    def is_mostly(self, seen: int) -> bool:
        """Return whether its values are of a type, but for a few entities that are odd."""
        return self.entities >= LEAST_ENTITIES and self.seen[seen] >= 0.95 * self.entities


@dataclass(slots=True)
class OrderProfile:
    """Two event types in the entities of a type: the first one as ``event``, the other as ``other``."""

    before: int = 0
    """Entities in which the first ``other`` came before the first ``event``."""
    after: int = 0
    """Those in which an ``event`` came after the first ``other``."""
    both: int = 0
    wrong_before: float = 0.0
    """The sum of the chances that ``event`` came first, in any order of the events of each entity that has both."""
    wrong_after: float = 0.0
    """The sum of the chances that an ``event`` came after the first ``other``."""
    gaps: Sample = field(default_factory=Sample)
    """Seconds from the first ``other`` to the first ``event``."""


@dataclass(slots=True)
class TypeProfile:
    """What the histories of one entity type have in common."""

    entity_type: str
    entities: int = 0
    events: Counter[str] = field(default_factory=Counter)
    """In how many entities each event type is."""
    firsts: Counter[str] = field(default_factory=Counter)
    lasts: Counter[str] = field(default_factory=Counter)
    """In how many entities nothing comes after the first event of a type."""
    lasts_chance: dict[str, float] = field(default_factory=dict)
    """The sum of the chances of that, in any order of the events after the first."""
    endings: Counter[str] = field(default_factory=Counter)
    """Event types that ended an entity."""
    orders: defaultdict[tuple[str, str], OrderProfile] = field(default_factory=lambda: defaultdict(OrderProfile))
    attributes: dict[str, AttributeProfile] = field(default_factory=dict)
    pairs: defaultdict[tuple[str, str], Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    """How two values compared in an entity: bits of ``LESS``, ``SAME``, ``MORE``."""
    sums: Counter[tuple[str, str]] = field(default_factory=Counter)
    """In how many entities a sum was tested."""
    terms: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """In how many it held throughout, by the term."""
    chosen: Counter[tuple[str, str]] = field(default_factory=Counter)
    """In how many entities an attribute ever had a value."""
    filled: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """In how many another one was always there then."""
    ever_filled: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """In how many it was ever there then."""
    _patterns: Counter[tuple[str, str, tuple[str, ...], int, int]] = field(default_factory=Counter)
    """In how many an attribute had a value, by what was ever and always there then: bits of the paths."""

    def add(self, found: HistoryDigest) -> None:
        """Count one entity."""
        self.entities += 1
        self._add_events(found)
        for each in found.attributes.values():
            profile = self.attributes.get(each.path)
            if profile is None and len(self.attributes) < MOST_PROFILED:
                profile = self.attributes[each.path] = AttributeProfile(each.path, len(self.attributes))
            if profile is not None:
                profile.add(each)
        for pair, bits in found.pairs.items():
            self.pairs[pair][bits] += 1
        for (target, key), terms in found.sums.items():
            self.sums[target, key] += 1
            self.terms.update((target, key, term) for term in terms or ())
        self._add_choices(found)

    def _add_events(self, found: HistoryDigest) -> None:
        self.events.update(found.events.keys())
        if found.is_ended:
            self.endings[found.last] += 1
        for event, one in found.events.items():
            if one.first == 0:
                self.firsts[event] += 1
            if one.first == found.steps - 1:
                self.lasts[event] += 1
            self.lasts_chance[event] = self.lasts_chance.get(event, 0.0) + 1 / max(found.steps - 1, 1)
            for other, two in found.events.items():
                _add_order(self.orders[event, other], one, two, event == other)

    def settle(self) -> None:
        """Count by attribute what was counted by patterns, before ``chosen`` and what follows it is read."""
        for (path, value, paths, filled, always_filled), count in self._patterns.items():
            self.chosen[path, value] += count
            for other in _paths_of(filled, paths):
                self.ever_filled[path, value, other] += count
            for other in _paths_of(always_filled, paths):
                self.filled[path, value, other] += count
        self._patterns.clear()

    def _add_choices(self, found: HistoryDigest) -> None:
        paths = tuple(found.attributes)
        for (path, value), bits in found.choices.items():
            attribute = self.attributes.get(path)
            if attribute is None or attribute.choices is None or len(attribute.choices) > MOST_CHOOSING:
                continue  # where a value of each entity would be counted, as a number of a parcel
            self._patterns[path, value, paths, bits.filled, bits.filled & ~bits.empty] += 1
        if len(self._patterns) > _MOST_PATTERNS:
            self.settle()


def _paths_of(bits: int, paths: tuple[str, ...]) -> Iterator[str]:
    while bits:
        lowest = bits & -bits
        yield paths[lowest.bit_length() - 1]
        bits ^= lowest


def _add_order(profile: OrderProfile, one: EventDigest, two: EventDigest, is_same: bool) -> None:
    if is_same:
        profile.both += 1
        profile.after += one.number > 1
        return
    profile.both += 1
    profile.before += two.first < one.first
    profile.after += one.last > two.first
    profile.wrong_before += one.number / (one.number + two.number)
    profile.wrong_after += 1 - 1 / comb(one.number + two.number, min(two.number, 20)) if one.number < 500 else 1.0
    if two.first < one.first and one.time is not None and two.time is not None:
        profile.gaps.add(one.time - two.time)
