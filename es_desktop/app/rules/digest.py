"""What mining keeps of one history: a small value, whatever the history is, made in one pass over its steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from es_desktop.core import EntityId
from es_desktop.replay.diff import ABSENT, join_path
from es_desktop.replay.histories import HistoryStep

from .known import KnownSteps
from .observed import MOST_PATHS, NOTHING, Observed, Seen, flat, has_fractions, list_sums, observe
from .sums import SumSearch

MOST_EVENT_TYPES: Final = 60
MOST_ORDERED: Final = 14
"""Values of one entity that are compared with each other."""
MOST_CHOICES: Final = 8
"""Different values of an attribute in one entity, if it is one of few."""
LONGEST_CHOICE: Final = 24
MOST_CHOOSERS: Final = 8
"""Attributes of one entity whose values may imply something."""
LESS, SAME, MORE = 1, 2, 4
"""How two values of an entity compared, as bits."""


class EventDigest(NamedTuple):
    """The events of one type in a history."""

    number: int
    """How many there are."""
    first: int
    """The index of the first one in the history."""
    last: int
    time: float | None
    """Of the first one."""


@dataclass(slots=True)
class AttributeDigest:
    """The values of one path in a history."""

    path: str
    seen: int = 0
    """All that its values were, as bits of ``Seen``."""
    now: int = Seen.NOTHING
    """What it is at the end."""
    value: Any = None
    """The last one that is kept."""
    low: Any = None
    high: Any = None
    scale: str = ""
    """``mixed`` for values of several scales."""
    changes: int = 0
    """After it was there for the first time."""
    rises: int = 0
    falls: int = 0
    steps: int = 0
    """After the one at which it was there for the first time."""
    choices: tuple[str, ...] | None = ()
    """The different short texts it was; ``None`` if there are more, or others."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Processes send many of these: what dataclasses do by themselves takes three times as long."""
        return AttributeDigest, tuple([getattr(self, name) for name in self.__slots__])


class ChoiceDigest(NamedTuple):
    """What was there while an attribute had one value: bits of the attributes, by their index."""

    filled: int
    empty: int


class HistoryDigest(NamedTuple):
    """What is kept of one history."""

    id: EntityId
    type: str
    steps: int
    events: Mapping[str, EventDigest]
    last: str
    """The type of the last event."""
    is_ended: bool
    is_known: bool
    """Whether its state at the end is known."""
    attributes: Mapping[str, AttributeDigest]
    """By path."""
    pairs: Mapping[tuple[str, str], int]
    """How two ordered values compared: bits of ``LESS``, ``SAME``, ``MORE``."""
    sums: Mapping[tuple[str, str], frozenset[str] | None]
    choices: Mapping[tuple[str, str], ChoiceDigest]
    """By path and value."""


def digest_of(
    entity_id: EntityId, entity_type: str, steps: Iterable[HistoryStep], *, relations: bool = True
) -> HistoryDigest:
    """Return what is kept of a history; without ``relations`` not how its values compare. Reads each step once."""
    reader = _Reader(relations)
    known = KnownSteps(steps)
    for step, is_known in known:
        reader.take(step, is_known)
    reader.is_known = known.is_known
    return reader.digest(entity_id, entity_type)


@dataclass(slots=True)
class _Reader:
    """Reads the steps of one history."""

    relations: bool
    index: int = 0
    events: dict[str, EventDigest] = field(default_factory=dict)
    last: str = ""
    exists: bool = False
    is_known: bool = True
    attributes: dict[str, AttributeDigest] = field(default_factory=dict)
    bits: dict[str, int] = field(default_factory=dict)
    now: dict[str, Observed] = field(default_factory=dict)
    first_at: dict[str, int] = field(default_factory=dict)
    parts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The paths in each attribute of the state."""
    ordered: dict[str, str] = field(default_factory=dict)
    """The scale of each value that is compared."""
    choosers: list[str] = field(default_factory=list)
    pairs: dict[tuple[str, str], int] = field(default_factory=dict)
    sums: SumSearch = field(default_factory=SumSearch)
    choices: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    filled: int = 0
    """A bit of each path that has a value now."""

    def take(self, step: HistoryStep, is_known: bool) -> None:
        self._take_event(step)
        self.last, self.exists = step.type, step.exists
        if step.changed and step.exists and is_known:
            changed = [path for name, value in step.changed.items() for path in self._take_attribute(name, value)]
            if self.relations:
                self._compare([path for path in changed if path in self.ordered])
                self.sums.test()
                self._note_choices()
        self.index += 1

    def digest(self, entity_id: EntityId, entity_type: str) -> HistoryDigest:
        for path, attribute in self.attributes.items():
            attribute.now = self.now[path].seen
            attribute.steps = self.index - 1 - self.first_at.get(path, self.index - 1)
        choices = {key: ChoiceDigest(*bits) for key, bits in self.choices.items()}
        attributes = self.attributes
        known = self.index, self.events, self.last, not self.exists, self.is_known, attributes, self.pairs
        return HistoryDigest(entity_id, entity_type, *known, self.sums.found(), choices)

    def _take_event(self, step: HistoryStep) -> None:
        known = self.events.get(step.type)
        if not step.type:
            return
        if known is not None:
            self.events[step.type] = known._replace(number=known.number + 1, last=self.index)
        elif len(self.events) < MOST_EVENT_TYPES:
            self.events[step.type] = EventDigest(1, self.index, self.index, step.time)

    def _take_attribute(self, name: str, value: Any) -> Iterator[str]:
        """Take the new value of an attribute, and yield the paths in it that changed."""
        before = self.parts.get(name)
        if before is not None and len(before) == 1 and not isinstance(value, Mapping | list) and value is not ABSENT:
            yield from self._set(before[0], observe(value))
            return
        values = {} if value is ABSENT else dict(flat(join_path("", name), value))
        before, self.parts[name] = before or (), tuple(values)
        for path in before:
            if path not in values:
                yield from self._set(path, NOTHING)
        for path, member in values.items():
            yield from self._set(path, observe(member))
            if isinstance(member, list):
                self._take_list(path, member)
                length = len(member)
                yield from self._set(f"len({path})", Observed(Seen.NUMBER, length, "number", float(length)))

    def _take_list(self, path: str, members: list[Any]) -> None:
        sums = list_sums(members) if self.relations else {}
        self.sums.set_list(path, sums)
        if sums and path in self.attributes and has_fractions(members):
            self.attributes[path].seen |= Seen.FRACTION

    def _set(self, path: str, new: Observed) -> Iterator[str]:
        attribute = self.attributes.get(path)
        if attribute is None:
            if len(self.attributes) >= MOST_PATHS:
                return
            attribute = self._add(path)
        old, self.now[path] = self.now.get(path, NOTHING), new
        if old == new and new.value is not None:
            return
        is_there = not new.seen & Seen.NOTHING
        attribute.seen |= new.seen
        if path in self.first_at:
            attribute.changes += 1
            if old.scale and old.scale == new.scale:
                attribute.rises += new.amount > old.amount
                attribute.falls += new.amount < old.amount
        elif is_there:
            self.first_at[path] = self.index
        if is_there:
            self._note_value(attribute, new)
        self._note_bits(path, new)
        yield path

    def _add(self, path: str) -> AttributeDigest:
        added = self.attributes[path] = AttributeDigest(path)
        bit = self.bits[path] = 1 << len(self.bits)
        for bits in self.choices.values():  # of the versions so far, at which it was not there
            bits[1] |= bit
        return added

    def _note_value(self, attribute: AttributeDigest, new: Observed) -> None:
        attribute.value = new.value
        if new.scale:
            attribute.scale = new.scale if attribute.scale in ("", new.scale) else "mixed"
            self._note_ends(attribute, new)
        if attribute.path not in self.ordered and new.scale and len(self.ordered) < MOST_ORDERED:
            self.ordered[attribute.path] = new.scale
        if new.seen & (Seen.TEXT | Seen.BOOL):
            self._note_choice(attribute, new)
        else:
            attribute.choices = None

    def _note_ends(self, attribute: AttributeDigest, new: Observed) -> None:
        if attribute.scale != "number":
            return
        if attribute.low is None or new.value < attribute.low:
            attribute.low = new.value
        if attribute.high is None or new.value > attribute.high:
            attribute.high = new.value

    def _note_choice(self, attribute: AttributeDigest, new: Observed) -> None:
        if attribute.choices is None or new.value in attribute.choices:
            return
        is_short = new.value is not None and len(new.value) <= LONGEST_CHOICE
        if not is_short or len(attribute.choices) >= MOST_CHOICES:
            attribute.choices = None
            return
        attribute.choices = (*attribute.choices, new.value)
        if attribute.path not in self.choosers and len(self.choosers) < MOST_CHOOSERS:
            self.choosers.append(attribute.path)

    def _note_bits(self, path: str, new: Observed) -> None:
        bit = self.bits[path]
        self.filled = self.filled | bit if new.is_filled else self.filled & ~bit
        self.sums.set_value(path, new.amount if new.scale == "number" else None)

    def _compare(self, changed: list[str]) -> None:
        for path in changed:
            one = self.now[path]
            if not one.scale:
                continue
            for other, scale in self.ordered.items():
                two = self.now[other]
                if other == path or scale != one.scale or two.scale != scale:
                    continue
                pair, left, right = (path, other), one.amount, two.amount
                if path > other:
                    pair, left, right = (other, path), right, left
                found = LESS if left < right else MORE if left > right else SAME
                self.pairs[pair] = self.pairs.get(pair, 0) | found

    def _note_choices(self) -> None:
        everything = (1 << len(self.bits)) - 1
        for path in self.choosers:
            value = self.now[path].value
            if value is None or self.attributes[path].choices is None:
                continue
            known = self.choices.setdefault((path, value), [0, 0])
            known[0] |= self.filled
            known[1] |= everything & ~self.filled
