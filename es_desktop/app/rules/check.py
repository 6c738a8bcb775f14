"""Checks rules on histories: which entities they apply to, and which are exceptions, and where first."""

from __future__ import annotations

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
from .remembering import Value, Verdict, verdict_of
from .rule import ORDERS, Rule, RuleException, RuleForm

_NO_LIMIT: Final = 1e9
"""Seconds of a run. It is over the whole scan, which a person can stop; a state has limits of its own."""


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
    verdict: Callable[[Moment], Verdict]
    shows: tuple[tuple[str, Value], ...]


@lru_cache(256)
def _tests(rule: Rule) -> _Tests:
    conditions = [Condition(text, limit_seconds=_NO_LIMIT) for text in (rule.holds, rule.where) if text]
    reads = frozenset(str(parse_path(path)[0]) for each in conditions for path in each.paths)
    shows = tuple((text, Condition(text, limit_seconds=_NO_LIMIT).run()) for text in rule.shows)
    looks_back = any(each.uses_previous for each in conditions)
    return _Tests(rule, reads, looks_back, verdict_of(*conditions), shows)


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
        self._readers: dict[str, list[int]] = {}
        """Which of the conditions read an attribute."""
        for number, (_, tests) in enumerate(self._states):
            for name in tests.reads:
                self._readers.setdefault(name, []).append(number)

    def check(self, entity: EntityId, steps: Iterable[HistoryStep]) -> Checked:
        """Check the rules on a history. Reads each step once."""
        states = [_StateCheck(tests) for _, tests in self._states]
        waiting = [each for each in states if each.tests.looks_back]
        """Those that may come to apply at a version that changes nothing."""
        orders = [order_check(rule) for _, rule in self._orders]
        before: Any = None
        last = -1
        values: Mapping[str, Any] = {}
        for index, (step, is_known) in enumerate(KnownSteps(steps)):
            after = state_after_step(before, step)
            if is_known and after is not None:
                moment = Moment(step.version, Step(step.version, step.type, step.time), before, after)
                touched = {number for name in step.changed for number in self._readers.get(name, ())}
                for check in (*(states[number] for number in touched), *waiting):
                    check.take(moment)
                waiting = [each for each in waiting if not each.applies]
                values = after
            for order in orders:
                order.take(index, step)
            before, last = after, step.version
        of_states = [(at, check) for (at, _), check in zip(self._states, states, strict=True)]
        of_orders = [(at, check) for (at, _), check in zip(self._orders, orders, strict=True)]
        checks: list[tuple[int, _StateCheck | OrderCheck]] = [*of_states, *of_orders]
        named = tuple((at, text, last) for at, path in self._unique if (text := _text_at(values, path)))
        return Checked(
            entity,
            sum(1 << at for at in (*(at for at, check in checks if check.applies), *(at for at, *_ in named))),
            tuple((at, found) for at, check in checks if (found := check.exception(entity)) is not None),
            sum(1 << at for at, check in of_states if check.is_unknown),
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

    def take(self, moment: Moment) -> None:
        """Take a version that the rule may say something new about."""
        if self.is_unknown:
            return
        try:
            holds = self.tests.verdict(moment)
            self.is_broken = holds is False
            self.applies |= holds is not None
            if self.is_broken and self.first is None:
                self.first = moment.version
                self.values = {text: value(moment) for text, value in self.tests.shows}
        except ConditionError:
            self.is_unknown = True

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
