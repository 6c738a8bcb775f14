"""A question to the histories of entities, parsed: frozen values that say all of it, and read no store."""

from __future__ import annotations

import enum
import operator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from es_desktop.replay.conditions import Condition


class TimeWord(enum.StrEnum):
    """The word of a clause that says which versions of an entity it is about."""

    NOW = "now"
    AS_OF = "as of"
    EVER = "ever"
    NEVER = "never"
    ALWAYS = "always"
    FIRST = "when first"
    HOW_LONG = "how long"
    HOW_OFTEN = "how often"
    CHANGED = "changed"
    BEFORE = "before"


OPERATORS: Final = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a duration, or a number of times, is compared with."""

    operator: str
    """One of ``OPERATORS``."""
    amount: float
    """Seconds, or a number of times."""
    text: str
    """The amount as it was typed: ``7 days``, ``2``."""

    def holds(self, amount: float) -> bool:
        """Return whether an amount meets it."""
        return bool(OPERATORS[self.operator](amount, self.amount))


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of a question; an entity is an answer if all parts hold for it."""

    text: str
    """As it was typed."""
    word: TimeWord

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Its conditions on a state; none where it only names event types."""
        return ()


@dataclass(frozen=True, slots=True)
class StateClause(Clause):
    """A condition on the last state, or on the states of all versions: now, ever, never, always, when first."""

    condition: Condition
    is_bare: bool = False
    """Whether it was typed without a word of time."""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return (self.condition,)


@dataclass(frozen=True, slots=True)
class AsOfClause(Clause):
    """A condition on the state as it was at a time."""

    condition: Condition
    time: float
    """Seconds since the epoch: the last moment that counts."""
    time_text: str
    """As it was typed."""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return (self.condition,)


@dataclass(frozen=True, slots=True)
class AmountClause(Clause):
    """How long a condition was true in all, or how often it became true."""

    condition: Condition
    comparison: Comparison | None = None
    """``None`` where the amount is only shown."""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return (self.condition,)


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that was typed."""

    text: str
    value: Any


@dataclass(frozen=True, slots=True)
class ChangedClause(Clause):
    """A value changed, from any value or a given one, to any value or a given one.

    The event that creates an entity changes nothing: there was no value before.
    """

    path: str
    before: Literal | None
    after: Literal | None
    condition: Condition
    """Is true at the versions of the change, where the entity has a state."""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return (self.condition,)


@dataclass(frozen=True, slots=True)
class EventNamed:
    """Any event of a type."""

    name: str
    """The name of the type, in any case."""

    def is_of(self, event_type: str) -> bool:
        """Return whether an event type is meant."""
        return event_type.casefold() == self.name.casefold()


Operand: TypeAlias = EventNamed | Condition


@dataclass(frozen=True, slots=True)
class BeforeClause(Clause):
    """Both happened, and the first time of one was at an earlier version than the first time of the other."""

    first: Operand
    second: Operand

    @property
    def operands(self) -> tuple[Operand, Operand]:
        """Both, in the order of the clause."""
        return (self.first, self.second)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return tuple(each for each in self.operands if isinstance(each, Condition))


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of each entity: whether all clauses hold for it."""

    text: str
    """As it was typed, in one line."""
    types: tuple[str, ...]
    """The entity types that are asked; none for all."""
    clauses: tuple[Clause, ...]

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions of all clauses, in their order."""
        return tuple(condition for clause in self.clauses for condition in clause.conditions)

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the state that it names, each once."""
        named = [path for condition in self.conditions for path in condition.paths]
        changed = [clause.path for clause in self.clauses if isinstance(clause, ChangedClause)]
        return tuple(dict.fromkeys((*named, *changed)))

    @property
    def event_types(self) -> tuple[str, ...]:
        """The event types that its clauses name by ``before``, as they were typed."""
        found = [each for clause in self.clauses if isinstance(clause, BeforeClause) for each in clause.operands]
        return tuple(dict.fromkeys(each.name for each in found if isinstance(each, EventNamed)))


def asks_events_only(condition: Condition) -> bool:
    """Return whether a condition reads only the version and the event type.

    Such a condition is asked of every version; any other only where the entity has a state: an event such as
    ``Discarded`` leaves none.
    """
    return condition.uses_step and not condition.paths and not condition.uses_previous


def counts_each(condition: Condition) -> bool:
    """Return whether a condition becomes true at each version at which it is true.

    It does if it is about the event, or about what the event changed: two payments are two, also one after the other.
    """
    return condition.uses_step or condition.uses_previous
