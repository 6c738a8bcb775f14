"""The meaning of each clause said in another way: over the whole list of the versions of one entity, slowly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from es_desktop.app.ask.question import (
    AmountClause,
    AsOfClause,
    BeforeClause,
    Clause,
    Comparison,
    EventNamed,
    Question,
    StateClause,
    TimeWord,
    asks_events_only,
    counts_each,
)
from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.history.histories import EntityHistory
from es_desktop.replay import Exactness, Step
from es_desktop.replay.chain import Moment
from es_desktop.replay.conditions import Condition
from es_desktop.replay.histories import HistoryStep, changed_attributes

ID = UUID(int=1)


@dataclass(frozen=True)
class Version:
    """One version of an entity, with its whole state."""

    number: int
    type: str
    time: float | None
    state: dict[str, Any] | None
    before: dict[str, Any] | None
    reached: float | None
    failure: str = ""

    def meets(self, condition: Condition) -> bool:
        if self.state is None and not asks_events_only(condition):
            return False
        step = Step(self.number, self.type, self.time)
        return bool(condition.run()(Moment(self.number, step, self.before, self.state)))


def versions_of(events: Sequence[tuple[str, float | None, dict[str, Any] | None]]) -> list[Version]:
    """Return the versions of an entity by the type, the time and the state after each event."""
    found: list[Version] = []
    for number, (event_type, time, state) in enumerate(events):
        last = found[-1] if found else None
        known = [each for each in (last and last.reached, time) if each is not None]
        found.append(Version(number, event_type, time, state, last.state if last else None, max(known, default=None)))
    return found


def history_of(versions: Sequence[Version]) -> EntityHistory:
    """Return the same as a history, as a store gives it."""
    steps = [
        HistoryStep(
            each.number,
            each.type,
            each.time,
            each.reached,
            changed_attributes(each.before, each.state),
            each.state is not None,
            Exactness.BROKEN if each.failure else Exactness.EXACT,
            each.failure,
        )
        for each in versions
    ]
    first = versions[0]
    facts = EntityFacts(ID, "Order", None, first.number, 0, 0, first.time, first.time, discarded=False)
    return EntityHistory(facts, iter(steps))


def counted(versions: Sequence[Version], as_of: float | None) -> list[Version]:
    """Return the versions until a time."""
    return [each for each in versions if as_of is None or each.reached is None or each.reached <= as_of]


def holds(question: Question, versions: Sequence[Version], end: float | None) -> bool:
    """Return whether a question holds for an entity; a state that has not ended lasts until ``end``."""
    return bool(versions) and all(clause_holds(each, versions, end) for each in question.clauses)


def clause_holds(clause: Clause, versions: Sequence[Version], end: float | None) -> bool:
    if isinstance(clause, BeforeClause):
        first, second = (first_of(each, versions) for each in clause.operands)
        return first is not None and second is not None and first < second
    (condition,) = clause.conditions
    true = [each.meets(condition) for each in versions]
    if isinstance(clause, AsOfClause):
        until = counted(versions, clause.time)
        return bool(until) and until[-1].meets(condition) and until[-1].state is not None
    if isinstance(clause, AmountClause):
        amount = seconds(true, versions, end) if clause.word is TimeWord.HOW_LONG else times(true, condition)
        return clause.comparison is None or compared(amount, clause.comparison)
    if isinstance(clause, StateClause) and clause.word is TimeWord.NOW:
        return true[-1] and versions[-1].state is not None
    if clause.word is TimeWord.NEVER:
        return not any(true)
    if clause.word is TimeWord.ALWAYS:
        asked = [each for each in versions if each.state is not None or asks_events_only(condition)]
        return bool(asked) and all(each.meets(condition) for each in asked)
    return any(true)


def first_of(operand: Condition | EventNamed, versions: Sequence[Version]) -> int | None:
    found = (
        at
        for at, each in enumerate(versions)
        if (each.type.lower() == operand.name.lower() if isinstance(operand, EventNamed) else each.meets(operand))
    )
    return next(found, None)


def seconds(true: Sequence[bool], versions: Sequence[Version], end: float | None) -> float:
    """Return the time in which a condition was true: from each version at which it is to the next one."""
    reached = [each.reached for each in versions] + [end]
    pairs = zip(true, reached, reached[1:], strict=False)
    return sum(max(0.0, until - since) for is_true, since, until in pairs if is_true and None not in (since, until))


def times(true: Sequence[bool], condition: Condition) -> int:
    if counts_each(condition):
        return sum(true)
    return sum(is_true and not was for was, is_true in zip([False, *true], true, strict=False))


def compared(amount: float, comparison: Comparison) -> bool:
    return {
        ">": amount > comparison.amount,
        ">=": amount >= comparison.amount,
        "<": amount < comparison.amount,
        "<=": amount <= comparison.amount,
        "==": amount == comparison.amount,
        "!=": amount != comparison.amount,
    }[comparison.operator]
