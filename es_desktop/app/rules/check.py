"""Checks rules on histories: which entities they apply to, and which are exceptions, and where first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple

from es_desktop.core import EntityId
from es_desktop.replay import Step
from es_desktop.replay.chain import Moment
from es_desktop.replay.conditions import Condition, ConditionError
from es_desktop.replay.diff import ABSENT, PathError, parse_path, value_of
from es_desktop.replay.histories import HistoryStep, state_after_step

from .known import KnownSteps
from .order_checks import OrderCheck, order_check
from .rule import ORDERS, Rule, RuleException, RuleForm

_NO_LIMIT: Final = 1e9
"""Seconds of a run. It is over the whole scan, which a person can stop; a state has limits of its own."""
_Value = Callable[[Moment], Any]


class Checked(NamedTuple):
    """What the check of one entity found, by the index of the rule."""

    entity: EntityId
    applies: int
    """A bit of each rule that applies to it."""
    exceptions: tuple[tuple[int, RuleException], ...] = ()
    unknown: int = 0
    """A bit of each rule whose condition could not be tested."""
    values: tuple[tuple[int, str, int], ...] = ()
    """Of rules on what is unique: the value at the end, and the version that it is of."""


class _Tests(NamedTuple):
    """The conditions of a rule, parsed, to be evaluated in this thread."""

    rule: Rule
    reads: frozenset[str]
    """The attributes that it reads: at a version that changes none of them, nothing has to be tested."""
    looks_back: bool
    where: _Value | None
    holds: _Value
    shows: tuple[tuple[str, _Value], ...]


@lru_cache(256)
def _tests(rule: Rule) -> _Tests:
    conditions = [Condition(text, limit_seconds=_NO_LIMIT) for text in (rule.holds, rule.where) if text]
    reads = frozenset(str(parse_path(path)[0]) for each in conditions for path in each.paths)
    where = (_values_are_there(rule.where) or conditions[1].run()) if rule.where else None
    shows = tuple((text, Condition(text, limit_seconds=_NO_LIMIT).run()) for text in rule.shows)
    looks_back = any(each.uses_previous for each in conditions)
    return _Tests(rule, reads, looks_back, where, conditions[0].run(), shows)


_THERE: Final = re.compile(r"(?!previous\b|version\b|event\b)([^\W\d_]\w*(?:\.[^\W\d_]\w*)*) is not None")


def _values_are_there(where: str) -> _Value | None:
    """Return a test of the premise that most rules have, that some values are not ``None``; ``None`` for another one.

    It says what the condition says, and takes a small part of its time.
    """
    found = [_THERE.fullmatch(each) for each in where.split(" and ")]
    if not all(found):
        return None
    paths = [parse_path(match[1]) for match in found if match is not None]

    def are_there(moment: Moment) -> bool:
        values = (value_of(moment.after, parts) for parts in paths)
        return all(value is not None and value is not ABSENT for value in values)

    return are_there


def why_unusable(rule: Rule) -> str:
    """Return why a rule cannot be checked, as one that another version of the program kept; empty if it can be."""
    try:
        if rule.holds:
            _tests(rule)
        elif rule.form is RuleForm.UNIQUE:
            parse_path(rule.path)
        elif rule.form not in ORDERS or not rule.event:
            return "it says nothing that this version knows"
    except (ConditionError, PathError) as error:
        return str(error)
    return ""


class RuleChecks:
    """The rules of one entity type, made ready once to be checked on many histories. For one thread."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Raises ``ConditionError`` or ``PathError`` for a rule of which ``why_unusable`` says why."""
        self._states = [(at, _tests(rule)) for at, rule in enumerate(rules) if rule.holds]
        self._orders = [(at, rule) for at, rule in enumerate(rules) if rule.form in ORDERS]
        self._unique = [(at, parse_path(rule.path)) for at, rule in enumerate(rules) if rule.form is RuleForm.UNIQUE]

    def check(self, entity: EntityId, steps: Iterable[HistoryStep]) -> Checked:
        """Check the rules on a history. Reads each step once."""
        states = [(at, _StateCheck(tests)) for at, tests in self._states]
        orders = [(at, order_check(rule)) for at, rule in self._orders]
        before: Any = None
        last = -1
        values: Mapping[str, Any] = {}
        for index, (step, is_known) in enumerate(KnownSteps(steps)):
            after = state_after_step(before, step)
            if is_known and after is not None:
                moment = Moment(step.version, Step(step.version, step.type, step.time), before, after)
                for _, check in states:
                    check.take(moment, step.changed)
                values = after
            for _, order in orders:
                order.take(index, step)
            before, last = after, step.version
        checks: list[tuple[int, _StateCheck | OrderCheck]] = [*states, *orders]
        named = tuple((at, text, last) for at, path in self._unique if (text := _text_at(values, path)))
        return Checked(
            entity,
            sum(1 << at for at in (*(at for at, check in checks if check.applies), *(at for at, *_ in named))),
            tuple((at, found) for at, check in checks if (found := check.exception(entity)) is not None),
            sum(1 << at for at, check in states if check.is_unknown),
            named,
        )


def check_history(entity: EntityId, steps: Iterable[HistoryStep], rules: Sequence[Rule]) -> Checked:
    """Check the rules of the entity's type on its history. Reads each step once."""
    return RuleChecks(rules).check(entity, steps)


def _text_at(state: Mapping[str, Any], path: Any) -> str:
    found = value_of(state, path)
    return "" if found is ABSENT or found is None else str(found)


@dataclass(slots=True)
class _StateCheck:
    """A condition on the states of one entity."""

    tests: _Tests
    applies: bool = False
    is_unknown: bool = False
    first: int | None = None
    """The first version that breaks it."""
    values: Mapping[str, Any] = field(default_factory=dict)
    is_broken: bool = False
    """Whether the last version that was tested breaks it."""

    def take(self, moment: Moment, changed: Mapping[str, Any]) -> None:
        if self.is_unknown:
            return
        # A rule that looks back may come to apply at a version that changes nothing.
        may_apply = self.tests.looks_back and not self.applies
        if not may_apply and self.tests.reads.isdisjoint(changed):
            return
        try:
            self._test(moment)
        except ConditionError:
            self.is_unknown = True

    def _test(self, moment: Moment) -> None:
        where, holds = self.tests.where, self.tests.holds
        if where is not None and not where(moment):
            self.is_broken = False
            return
        self.applies = True
        self.is_broken = not holds(moment)
        if self.is_broken and self.first is None:
            self.first = moment.version
            self.values = {text: value(moment) for text, value in self.tests.shows}

    def exception(self, entity: EntityId) -> RuleException | None:
        if self.first is None or self.is_unknown:
            return None
        return RuleException(entity, self.first, self.values, is_over=not self.is_broken)


def rules_by_type(rules: Iterable[Rule]) -> dict[str, tuple[Rule, ...]]:
    """Return rules by the entity type that they speak of, in their order."""
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        found.setdefault(rule.entity_type, []).append(rule)
    return {entity_type: tuple(each) for entity_type, each in found.items()}


def bits(number: int) -> Iterator[int]:
    """Yield the indexes of the bits that are set, ascending."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
