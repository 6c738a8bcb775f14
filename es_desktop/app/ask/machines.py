"""The meaning of a clause: a small machine that sees the steps of one entity, and says whether the clause holds.

There is no other definition of it: what answers questions in another way is compared with these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from es_desktop.replay import PlainTree, Step
from es_desktop.replay.chain import Moment
from es_desktop.replay.conditions import Condition
from es_desktop.replay.histories import HistoryStep

from .question import (
    AmountClause,
    AsOfClause,
    BeforeClause,
    ChangedClause,
    Clause,
    Comparison,
    EventNamed,
    Operand,
    Question,
    StateClause,
    TimeWord,
    asks_events_only,
    counts_each,
)

_SHARED: Final = 250
"""Entities that share the runs of conditions."""


class Witness(NamedTuple):
    """The version that makes a clause true."""

    version: int
    time: float | None
    """Of its event; seconds since the epoch."""
    state: PlainTree | None
    """After its event. It must not be changed."""


class Finding(NamedTuple):
    """What is found of a clause for one entity."""

    holds: bool | None
    """``None`` where that is not known, because a state is not."""
    witness: Witness | None = None
    amount: float | None = None
    """Seconds for ``how long``, a number of times for ``how often``; ``None`` for other clauses."""


class Machine:
    """Sees the steps of one entity, ascending, and says at any of them whether a clause holds up to there."""

    def __init__(self, *conditions: Condition) -> None:
        self.needs_state: Final = any(not asks_events_only(each) for each in conditions)
        """Whether it must ``miss`` the steps whose state is not known."""
        self.is_unsure = False

    def see(self, step: HistoryStep, before: PlainTree | None, after: PlainTree | None) -> None:
        """See the next step, with the states before and after it. Raises ``ConditionError``."""
        raise NotImplementedError

    def miss(self, step: HistoryStep) -> None:
        """Leave out the next step, because the state after it is not known."""
        self.is_unsure = True

    def found(self, end: float | None) -> Finding:
        """Return what is found up to here; a state that has not ended lasts until ``end``, seconds since the epoch."""
        raise NotImplementedError

    @property
    def is_refuted(self) -> bool:
        """Whether the clause does not hold, whatever comes."""
        return False


class Runs:
    """The runs of conditions that the entities share which one process looks at, one after another.

    A run has a limit of time, so a new one is started for every 250 entities. It is not taken to another process.
    """

    def __init__(self) -> None:
        self._values: dict[Condition, Callable[[Moment], Any]] = {}
        self._entities = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return Runs, ()

    def begin_entity(self) -> None:
        """Say that what follows is of another entity."""
        self._entities += 1
        if self._entities % _SHARED == 0:
            self._values.clear()

    def of(self, condition: Condition) -> Callable[[Moment], Any]:
        """Return what gives the value of a condition at a moment."""
        found = self._values.get(condition)
        if found is None:
            found = self._values[condition] = condition.run()
        return found


class Truth:
    """Whether a condition is true after a step; evaluated only where what it reads has changed."""

    def __init__(self, condition: Condition, runs: Runs) -> None:
        self._value = runs.of(condition)
        self._attributes: Final = condition.attributes
        self._is_of_step: Final = condition.uses_step or condition.uses_previous
        self._is_of_events: Final = asks_events_only(condition)
        self._is_known = False
        self._last = False

    def after(self, step: HistoryStep, before: PlainTree | None, after: PlainTree | None) -> bool:
        if after is None and not self._is_of_events:
            self._is_known = self._last = False
        elif self._is_of_step or not self._is_known or any(name in step.changed for name in self._attributes):
            moment = Moment(step.version, Step(step.version, step.type, step.time), before, after)
            self._last = bool(self._value(moment))
            self._is_known = True
        return self._last


class _Latest(Machine):
    """now, as of: the last state that counts."""

    def __init__(self, condition: Condition, runs: Runs, until: float | None = None) -> None:
        super().__init__(condition)
        self._truth = Truth(condition, runs)
        self._until = until
        self._is_over = False
        self._holds = False
        self._witness: Witness | None = None

    def see(self, step: HistoryStep, before: PlainTree | None, after: PlainTree | None) -> None:
        if self._counts(step):
            self.is_unsure = False  # what was missed is before it
            self._holds = after is not None and self._truth.after(step, before, after)
            self._witness = Witness(step.version, step.time, after)

    def miss(self, step: HistoryStep) -> None:
        self.is_unsure |= self._counts(step)

    def _counts(self, step: HistoryStep) -> bool:
        if self._until is not None and step.reached is not None and step.reached > self._until:
            self._is_over = True
        return not self._is_over

    def found(self, end: float | None) -> Finding:
        if self.is_unsure:
            return Finding(None)
        return Finding(self._holds, self._witness if self._holds else None)

    @property
    def is_refuted(self) -> bool:
        return self._is_over and not self._holds and not self.is_unsure


class _Ever(Machine):
    """ever, never, when first, changed: at any version, or at none."""

    def __init__(self, condition: Condition, runs: Runs, *, never: bool = False) -> None:
        super().__init__(condition)
        self._truth = Truth(condition, runs)
        self._never = never
        self._witness: Witness | None = None

    def see(self, step: HistoryStep, before: PlainTree | None, after: PlainTree | None) -> None:
        if self._witness is None and self._truth.after(step, before, after):
            self._witness = Witness(step.version, step.time, after)

    def found(self, end: float | None) -> Finding:
        if self._never:
            return Finding(False if self._witness is not None else None if self.is_unsure else True)
        if self._witness is None:
            return Finding(None if self.is_unsure else False)
        return Finding(True, self._witness)

    @property
    def is_refuted(self) -> bool:
        return self._never and self._witness is not None


class _Always(Machine):
    """always: at every version that has a state, and there is one."""

    def __init__(self, condition: Condition, runs: Runs) -> None:
        super().__init__(condition)
        self._truth = Truth(condition, runs)
        self._was_asked = False
        self._failed = False

    def see(self, step: HistoryStep, before: PlainTree | None, after: PlainTree | None) -> None:
        if self._failed or (after is None and self.needs_state):
            return
        self._was_asked = True
        self._failed = not self._truth.after(step, before, after)

    def found(self, end: float | None) -> Finding:
        return Finding(False if self._failed else None if self.is_unsure else self._was_asked)

    @property
    def is_refuted(self) -> bool:
        return self._failed


class _HowLong(Machine):
    """how long: the time from each version at which it became true to the next one at which it was not."""

    def __init__(self, condition: Condition, runs: Runs, comparison: Comparison | None) -> None:
        super().__init__(condition)
        self._truth = Truth(condition, runs)
        self._comparison = comparison
        self._witness: Witness | None = None
        self._is_true = False
        self._since: float | None = None
        self._seconds = 0.0

    def see(self, step: HistoryStep, before: PlainTree | None, after: PlainTree | None) -> None:
        was_true, self._is_true = self._is_true, self._truth.after(step, before, after)
        if self._is_true:
            self._witness = self._witness or Witness(step.version, step.time, after)
            if self._since is None:  # from the first time on that is known
                self._since = step.reached
        elif was_true:
            self._seconds += self._length(step.reached)
            self._since = None

    def _length(self, until: float | None) -> float:
        return 0.0 if self._since is None or until is None else max(0.0, until - self._since)

    def found(self, end: float | None) -> Finding:
        seconds = self._seconds + (self._length(end) if self._is_true else 0.0)
        return _compared(seconds, self._comparison, self._witness, is_unsure=self.is_unsure)


class _HowOften(Machine):
    """how often: the versions at which it became true."""

    def __init__(self, condition: Condition, runs: Runs, comparison: Comparison | None) -> None:
        super().__init__(condition)
        self._truth = Truth(condition, runs)
        self._counts_each = counts_each(condition)
        self._comparison = comparison
        self._deciding = deciding_count(comparison)
        self._witness: Witness | None = None
        self._is_true = False
        self._times = 0

    def see(self, step: HistoryStep, before: PlainTree | None, after: PlainTree | None) -> None:
        was_true, self._is_true = self._is_true, self._truth.after(step, before, after)
        if self._is_true and (self._counts_each or not was_true):
            self._times += 1
            if self._times <= self._deciding:
                self._witness = Witness(step.version, step.time, after)

    def found(self, end: float | None) -> Finding:
        return _compared(self._times, self._comparison, self._witness, is_unsure=self.is_unsure)


def deciding_count(comparison: Comparison | None) -> float:
    """Return which of the times it became true is the witness: the one that made the comparison true, or the first."""
    if comparison is None or comparison.operator not in (">", ">=", "=="):
        return 1
    return max(1, comparison.amount + (comparison.operator == ">"))


def _compared(amount: float, comparison: Comparison | None, witness: Witness | None, *, is_unsure: bool) -> Finding:
    """Return the finding for an amount, which can only grow with what is not known."""
    if comparison is None:
        return Finding(None if is_unsure else True, witness, amount)
    holds: bool | None = comparison.holds(amount)
    is_decided = comparison.operator in ((">", ">=") if holds else ("<", "<="))
    if is_unsure and not is_decided:
        holds = None
    return Finding(holds, witness if holds else None, amount)


class _Before(Machine):
    """X before Y: both happened, and the first X was at an earlier version than the first Y."""

    def __init__(self, clause: BeforeClause, runs: Runs) -> None:
        super().__init__(*clause.conditions)
        self._tests = [_happens(each, runs) for each in clause.operands]
        self._firsts: list[Witness | None] = [None, None]
        self._is_first_earlier: bool | None = None
        """``None`` as long as none of both happened."""
        self._may_have_happened = False

    def see(self, step: HistoryStep, before: PlainTree | None, after: PlainTree | None) -> None:
        happened = [
            first is None and test(step, before, after) for test, first in zip(self._tests, self._firsts, strict=True)
        ]
        if self._is_first_earlier is None and any(happened):
            self._is_first_earlier = not happened[1]
        for number, happens in enumerate(happened):
            if happens:
                self._firsts[number] = Witness(step.version, step.time, after)

    def miss(self, step: HistoryStep) -> None:
        self.is_unsure = True
        self._may_have_happened |= self._is_first_earlier is None

    def found(self, end: float | None) -> Finding:
        if self._may_have_happened:
            return Finding(None)
        if self._is_first_earlier is False:
            return Finding(False)
        if None in self._firsts:
            return Finding(None if self.is_unsure else False)
        return Finding(True, self._firsts[0])

    @property
    def is_refuted(self) -> bool:
        return self._is_first_earlier is False and not self._may_have_happened


_Happens = Callable[[HistoryStep, PlainTree | None, PlainTree | None], bool]


def _happens(operand: Operand, runs: Runs) -> _Happens:
    if isinstance(operand, EventNamed):
        return lambda step, before, after: operand.is_of(step.type)
    return Truth(operand, runs).after


def machine_of(clause: Clause, runs: Runs) -> Machine:
    """Return a new machine for a clause, for one entity."""
    match clause:
        case StateClause(word=TimeWord.NOW):
            return _Latest(clause.condition, runs)
        case StateClause(word=TimeWord.ALWAYS):
            return _Always(clause.condition, runs)
        case StateClause():
            return _Ever(clause.condition, runs, never=clause.word is TimeWord.NEVER)
        case AsOfClause():
            return _Latest(clause.condition, runs, clause.time)
        case ChangedClause():
            return _Ever(clause.condition, runs)
        case AmountClause(word=TimeWord.HOW_LONG):
            return _HowLong(clause.condition, runs, clause.comparison)
        case AmountClause():
            return _HowOften(clause.condition, runs, clause.comparison)
        case BeforeClause():
            return _Before(clause, runs)
    raise AssertionError(clause)


@dataclass(slots=True)
class QuestionMachine:
    """All clauses of a question, for one entity."""

    machines: tuple[Machine, ...]

    @classmethod
    def of(cls, question: Question, runs: Runs) -> QuestionMachine:
        """Return machines that have seen nothing, for the next entity."""
        runs.begin_entity()
        return cls(tuple(machine_of(each, runs) for each in question.clauses))

    def see(self, step: HistoryStep, before: PlainTree | None, after: PlainTree | None, *, is_known: bool) -> None:
        """Show a step to all machines; those that need its state miss it where that ``is_known`` not."""
        for each in self.machines:
            if is_known or not each.needs_state:
                each.see(step, before, after)
            else:
                each.miss(step)

    @property
    def is_refuted(self) -> bool:
        """Whether the question does not hold for the entity, whatever comes."""
        return any(each.is_refuted for each in self.machines)

    def findings(self, end: float | None) -> tuple[Finding, ...]:
        """Return what is found of each clause up to here; ``end`` as of ``Machine.found``."""
        return tuple(each.found(end) for each in self.machines)


def all_hold(findings: tuple[Finding, ...]) -> bool | None:
    """Return whether all clauses hold; ``None`` if that is not known."""
    if any(each.holds is False for each in findings):
        return False
    return None if any(each.holds is None for each in findings) else True
