"""Checks of rules on the order of events, one event of an entity after another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from es_desktop.core import EntityId

from .rule import Rule, RuleException, RuleForm


class OrderedEvent(Protocol):
    """What a rule asks of an event: a step of a history has it."""

    @property
    def version(self) -> int: ...

    @property
    def type(self) -> str: ...

    @property
    def time(self) -> float | None:
        """Seconds since the epoch."""
        ...


class OrderCheck(Protocol):
    """A rule on the events of one entity."""

    @property
    def applies(self) -> bool:
        """Whether the entity has an event that the rule speaks of."""
        ...

    @property
    def is_broken(self) -> bool:
        """Whether the events so far break the rule."""
        ...

    def take(self, index: int, step: OrderedEvent) -> None:
        """Take the next event of the entity."""

    def exception(self, entity: EntityId) -> RuleException | None:
        """Return where the rule is first broken; ``None`` if it was not."""
        ...


def order_check(rule: Rule) -> OrderCheck:
    """Return the check of a rule on the events of one entity, before its first event."""
    return _CHECKS[rule.form](rule)


@dataclass(slots=True)
class _Check:
    rule: Rule
    applies: bool = False
    first: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    other: OrderedEvent | None = None
    """The first event of the other type."""

    @property
    def is_broken(self) -> bool:
        return self.first is not None

    def exception(self, entity: EntityId) -> RuleException | None:
        return None if self.first is None else RuleException(entity, self.first, self.values)

    def _break(self, step: OrderedEvent, **values: Any) -> None:
        if self.first is None:
            self.first, self.values = step.version, values


class _OnlyAfter(_Check):
    def take(self, index: int, step: OrderedEvent) -> None:
        if step.type == self.rule.event and not self.applies:
            self.applies = True
            if self.other is None:
                self._break(step, event=step.type)
        elif step.type == self.rule.other and self.other is None:
            self.other = step


class _NeverAfter(_Check):
    def take(self, index: int, step: OrderedEvent) -> None:
        if step.type == self.rule.event and self.other is not None:
            self._break(step, event=step.type, after=self.other.version)
        if step.type == self.rule.other and self.other is None:
            self.other, self.applies = step, True


class _Last(_Check):
    def take(self, index: int, step: OrderedEvent) -> None:
        if self.applies:
            self._break(step, event=step.type)
        self.applies |= step.type == self.rule.event


class _Within(_Check):
    """Applies to an entity in which the event came after the other one, and both have a time."""

    def take(self, index: int, step: OrderedEvent) -> None:
        if step.type == self.rule.other and self.other is None:
            self.other = step
        elif step.type == self.rule.event and self.other is not None and not self.applies:
            if step.time is None or self.other.time is None:
                return
            self.applies = True
            if step.time - self.other.time > self.rule.seconds:
                self._break(step, event=step.type, seconds=step.time - self.other.time)


_CHECKS: Final[dict[RuleForm, Callable[[Rule], OrderCheck]]] = {
    RuleForm.ONLY_AFTER: _OnlyAfter,
    RuleForm.NEVER_AFTER: _NeverAfter,
    RuleForm.LAST: _Last,
    RuleForm.WITHIN: _Within,
}
