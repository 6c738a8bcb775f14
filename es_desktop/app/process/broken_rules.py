"""Where in a process rules on the order of events are broken: at which edges of its map, and in how many entities."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, Self

from es_desktop.app.rules.order_checks import OrderCheck, order_check
from es_desktop.app.rules.rule import ORDERS, Rule, RuleForm
from es_desktop.index.sequences import EventRun

from .counting import Repeats, Times, Types
from .layout import START
from .process_map import ProcessEdge

Edge = tuple[str, str]
"""The event types before and after; the first is ``START`` where an entity begins."""
_BEFORE_ANY: Final = -1
_Way = tuple[int, int]


class RuleBreak(NamedTuple):
    """A rule that is first broken at an edge, and in how many entities."""

    rule: Rule
    entities: int


def is_wrong_way(edge: ProcessEdge, broken: Iterable[RuleBreak]) -> bool:
    """Return whether at least half of the entities that take an edge break one rule there."""
    return any(2 * each.entities >= edge.entities for each in broken)


def broken_by(types: Sequence[str], rules: Iterable[Rule]) -> Rule | None:
    """Return the first rule that entities with such an order of event types break; those on a time are not tested."""
    for rule in rules:
        if rule.form is not RuleForm.WITHIN:
            check = order_check(rule)
            for at, name in enumerate(types):
                check.take(at, _Event(at, name, None))
            if check.is_broken:
                return rule
    return None


class _Event(NamedTuple):
    """What a rule on the order of events asks of one."""

    version: int
    """Its index in the entity."""
    type: str
    time: float | None


class _Ways:
    """The edges of the map that the events of an entity take."""

    def __init__(self, repeats: Repeats) -> None:
        self._is_first = repeats is Repeats.FIRST
        self._last = _BEFORE_ANY
        self._seen: set[int] = set()

    def taken_to(self, number: int) -> _Way:
        """Return the edge by which the next event is reached."""
        if self._is_first and number in self._seen:
            return number, number
        self._seen.add(number)
        way = self._last, number
        self._last = number
        return way


class BreakCounter:
    """Counts the entities that first break each rule, by the edge at which they do."""

    def __init__(self, rules: Iterable[Rule], repeats: Repeats, names: Mapping[int, str]) -> None:
        """Only rules on the order of events are counted; ``names`` are those of the event types in the index."""
        self._rules = tuple(each for each in rules if each.form in ORDERS)
        self._repeats = repeats
        self._names = dict(names)
        self._found: Counter[tuple[int, _Way]] = Counter()
        # Of the entity that is being counted:
        self._open: dict[int, OrderCheck] = {}
        self._ways = _Ways(repeats)
        self._at = 0

    def add_alike(self, types: Types, times: Sequence[Times], entities: Sequence[int]) -> None:
        for number, rule in enumerate(self._rules):
            if rule.form is not RuleForm.WITHIN:
                self._take_whole(number, types, (None,) * len(types), len(times))
                continue
            for row in times:
                self._take_whole(number, types, row, 1)

    def _take_whole(self, number: int, types: Types, times: Times, entities: int) -> None:
        """Check a whole entity on one rule."""
        if not any(self._names[each] == self._rules[number].event for each in types):
            return
        check, ways = order_check(self._rules[number]), _Ways(self._repeats)
        for at, (each, time) in enumerate(zip(types, times, strict=True)):
            way = ways.taken_to(each)
            if self._is_broken(check, at, each, time):
                self._found[number, way] += entities
                return

    def begin(self, entity: int) -> None:
        self._open = {number: order_check(rule) for number, rule in enumerate(self._rules)}
        self._ways, self._at = _Ways(self._repeats), 0

    def add(self, run: EventRun) -> None:
        for each, time in zip(run.types, run.times, strict=True) if self._open else ():
            way = self._ways.taken_to(each)
            broken = [number for number, check in self._open.items() if self._is_broken(check, self._at, each, time)]
            for number in broken:
                del self._open[number]
                self._found[number, way] += 1
            self._at += 1

    def end(self) -> None:
        self._open = {}

    def merge(self, other: Self) -> None:
        self._found.update(other._found)

    def result(self) -> dict[Edge, tuple[RuleBreak, ...]]:
        """Return the rules that are broken at each edge, those of the most entities first."""
        found: defaultdict[Edge, list[RuleBreak]] = defaultdict(list)
        for (number, (before, after)), entities in self._found.most_common():
            edge = START if before == _BEFORE_ANY else self._names[before], self._names[after]
            found[edge].append(RuleBreak(self._rules[number], entities))
        return {edge: tuple(rules) for edge, rules in found.items()}

    def _is_broken(self, check: OrderCheck, at: int, number: int, time: float | None) -> bool:
        check.take(at, _Event(at, self._names[number], time))
        return check.is_broken
