"""A rule: what holds of every entity of a type, as a condition of the language, or as an order of its events."""

from __future__ import annotations

import json
import keyword
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec

from es_desktop.core import EntityId


class RuleForm(StrEnum):
    """What a rule speaks of."""

    SUM = "sum"
    """A value is the sum of others."""
    ONLY_AFTER = "only after"
    NEVER_AFTER = "never after"
    LAST = "nothing after"
    WITHIN = "within"
    IMPLIES = "implies"
    """One value means that another is there."""
    AT_MOST = "at most"
    """A value is not larger than another."""
    EQUAL = "equal"
    ONE_OF = "one of"
    RANGE = "range"
    MONOTONE = "monotone"
    CONSTANT = "constant"
    UNIQUE = "unique"


ORDERS = frozenset({RuleForm.ONLY_AFTER, RuleForm.NEVER_AFTER, RuleForm.LAST, RuleForm.WITHIN})
"""Those that speak of the events of an entity, and not of its states."""


class Rule(msgspec.Struct, frozen=True, omit_defaults=True):
    """What holds of the entities of one type."""

    entity_type: str
    form: RuleForm
    sentence: str
    """The rule in words."""
    holds: str = ""
    """The condition that is true at every version; empty for an order of events, and for ``UNIQUE``."""
    where: str = ""
    """The condition on a version to which the rule applies; every one if it is empty."""
    event: str = ""
    """Of an order: the event type that it speaks of."""
    other: str = ""
    """The event type that ``event`` comes after, never after, or soon after; empty for nothing after ``event``."""
    seconds: float = 0.0
    """How long after the first ``other`` the first ``event`` comes at most."""
    path: str = ""
    """Of ``UNIQUE``: the value that no two entities share."""
    shows: tuple[str, ...] = ()
    """Expressions whose values explain an exception."""

    @property
    def key(self) -> tuple[str, ...]:
        """What it says, without the words: there is at most one rule for each."""
        return (self.entity_type, self.form, self.holds, self.where, self.event, self.other, self.path)

    @property
    def breaks(self) -> str:
        """The condition that is true at a version that breaks it; empty if a single version cannot."""
        if not self.holds:
            return ""
        otherwise = f"not ({self.holds})"
        return f"({self.where}) and {otherwise}" if self.where else otherwise

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that find what breaks it, each some of it; empty where the language has none.

        What they find breaks it. They do not find an entity in which an event of a type came both before and after what
        it must not follow, nor what follows the last event of a type that is there again at the end.
        """
        about, is_event = named(self.entity_type), f"event == {json.dumps(self.event)}"
        if self.holds:
            return (f"{about} where ever ({self.breaks})",)
        if self.form is RuleForm.ONLY_AFTER:
            event, other = named(self.event), named(self.other)
            missing = f"ever {is_event} and never event == {json.dumps(self.other)}"
            return (f"{about} where {event} before {other}", f"{about} where {missing}")
        if self.form is RuleForm.NEVER_AFTER and self.event == self.other:
            return (f"{about} where how often {is_event} > 1",)
        if self.form is RuleForm.NEVER_AFTER:
            return (f"{about} where {named(self.other)} before {named(self.event)}",)
        if self.form is RuleForm.LAST:
            return (f"{about} where ever {is_event} and now not ({is_event})",)
        return ()

    def fails_where(self, version: int) -> str:
        """Return the condition at which a test of an entity that breaks it fails, first at a version."""
        if self.holds:
            return self.breaks
        return f"version == {version} and event == {json.dumps(self.event)}" if self.event else ""


def named(type_name: str) -> str:
    """Return a type as a question names it: in quotes if it is no name of Python."""
    is_plain = type_name.isidentifier() and not keyword.iskeyword(type_name)
    return type_name if is_plain else json.dumps(type_name, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class RuleException:
    """An entity that breaks a rule, and the version at which it first does."""

    entity: EntityId
    version: int
    values: Mapping[str, Any] = field(default_factory=dict)
    """What explains it, by the expressions or words of the rule."""
    is_over: bool = False
    """Whether the rule holds again at the end of the entity."""


@dataclass(frozen=True, slots=True)
class RuleSupport:
    """A rule, and the entities that it holds in."""

    rule: Rule
    entities: int
    """To how many entities it applies: those that it holds in, and the exceptions."""
    exceptions: tuple[RuleException, ...] = ()
    """The first of them, by the order of reading, at most as many as are kept."""
    exception_count: int = 0
    """How many exceptions there are."""
    unknown: int = 0
    """Entities whose states could not be tested."""
    surprise: float = 0.0
    """How unlikely the support is by chance, in bits; 0 for a rule that was not mined."""
    problem: str = ""
    """Why a rule that was kept cannot be checked at all."""

    @property
    def holds_in(self) -> int:
        return self.entities - self.exception_count
