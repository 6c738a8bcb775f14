"""A fact on an entity: what it had, was, or did, as a clause of the question language and in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from es_desktop.app.rules.digest import AttributeDigest, HistoryDigest
from es_desktop.app.rules.observed import Seen
from es_desktop.app.rules.words import duration_words, expression_of, literal, words_of
from es_desktop.system.counts import count_text, format_number


class FactForm(StrEnum):
    """What a fact speaks of."""

    HAD = "had"
    """It has an event of a type."""
    NEVER_HAD = "never had"
    HAD_TIMES = "had times"
    BEFORE = "before"
    """The first event of a type was before the first one of another."""
    LONGER = "longer"
    """From the one to the other it took longer than a time."""
    IS = "is"
    """A value at the end."""
    EVER_WAS = "ever was"
    AT_LEAST = "at least"
    AT_MOST = "at most"
    EVER_AT_LEAST = "ever at least"
    THERE = "there"
    NOT_THERE = "not there"


_OF_EVENTS: Final = frozenset({FactForm.HAD, FactForm.NEVER_HAD, FactForm.HAD_TIMES, FactForm.BEFORE, FactForm.LONGER})


@dataclass(frozen=True, slots=True)
class Fact:
    """What may be true of an entity."""

    form: FactForm
    name: str
    """The event type, or the path of the value."""
    value: Any = None
    """The other event type, the value, or the number it is compared with."""
    amount: float = 0.0
    """Of ``LONGER``: seconds."""
    can_be_empty: bool = False
    """Of ``THERE``: whether the value is a text, list or mapping that may be empty."""

    @property
    def subject(self) -> tuple[str, ...]:
        """What it speaks of: of several facts on one subject the best is shown."""
        if self.form is FactForm.BEFORE:
            return tuple(sorted((self.name, str(self.value))))
        if self.form is FactForm.LONGER:
            return ("time to", str(self.value))
        return ("event" if self.form in _OF_EVENTS else "value", self.name.removeprefix("len(").removesuffix(")"))

    def holds(self, found: HistoryDigest) -> bool:
        """Return whether it is true of an entity."""
        return self._of_events(found) if self.form in _OF_EVENTS else self._of_value(found)

    def _of_events(self, found: HistoryDigest) -> bool:
        one = found.events.get(self.name)
        match self.form:
            case FactForm.HAD:
                return one is not None
            case FactForm.NEVER_HAD:
                return one is None
            case FactForm.HAD_TIMES:
                return one is not None and one.number >= self.value
        two = found.events.get(self.value)
        if one is None or two is None or one.first >= two.first:
            return False
        if self.form is FactForm.BEFORE:
            return True
        return one.time is not None and two.time is not None and two.time - one.time > self.amount

    def _of_value(self, found: HistoryDigest) -> bool:
        each = found.attributes.get(self.name)
        if self.form is FactForm.EVER_WAS:
            return each is not None and self.value in (each.choices or ())
        if self.form is FactForm.EVER_AT_LEAST:
            return each is not None and each.high is not None and each.high >= self.value
        if found.is_ended or not found.is_known:
            return False  # a question to the state now finds no entity without one
        if self.form in (FactForm.THERE, FactForm.NOT_THERE):
            return (each is not None and is_filled(each)) is (self.form is FactForm.THERE)
        if each is None or not is_there(each):
            return False
        if self.form is FactForm.IS:
            return each.value == self.value and bool(each.now & (Seen.TEXT | Seen.BOOL))
        if not each.now & Seen.NUMBER:
            return False
        return bool(each.value >= self.value if self.form is FactForm.AT_LEAST else each.value <= self.value)

    @property
    def clause(self) -> str:
        """The clause of the question language that finds it; empty where that has none."""
        event = f"event == {json.dumps(self.name, ensure_ascii=False)}"
        match self.form:
            case FactForm.HAD:
                return f"ever {event}"
            case FactForm.NEVER_HAD:
                return f"never {event}"
            case FactForm.HAD_TIMES:
                return f"how often {event} >= {self.value} times"
            case FactForm.BEFORE:
                return f"{_type(self.name)} before {_type(self.value)}"
            case FactForm.LONGER:
                return ""
        expression = expression_of(self.name)
        return self._condition(expression) if expression else ""

    def _condition(self, expression: str) -> str:
        there = f"{expression} is not None" + (f" and len({expression}) > 0" if self.can_be_empty else "")
        match self.form:
            case FactForm.THERE:
                return f"now {there}"
            case FactForm.NOT_THERE:
                return f"now not ({there})" if self.can_be_empty else f"now {expression} is None"
            case FactForm.IS | FactForm.EVER_WAS:
                word = "now" if self.form is FactForm.IS else "ever"
                return f"{word} {expression} == {_literal(self.value)}"
            case FactForm.EVER_AT_LEAST:
                return f"ever {expression} >= {literal(self.value)}"
        sign = ">=" if self.form is FactForm.AT_LEAST else "<="
        return f"now {expression} {sign} {literal(self.value)}"

    @property
    def words(self) -> str:
        """What the entities did or have, to follow "11 of these"."""
        match self.form:
            case FactForm.HAD:
                return f"had {self.name}"
            case FactForm.NEVER_HAD:
                return f"never had {self.name}"
            case FactForm.HAD_TIMES:
                return f"had {self.name} {count_text(self.value, 'time')} or more"
            case FactForm.BEFORE:
                return f"had {self.name} before {self.value}"
            case FactForm.LONGER:
                return f"took over {duration_words(self.amount)} from {self.name} to {self.value}"
            case FactForm.THERE:
                return f"have {self.name}"
            case FactForm.NOT_THERE:
                return f"have no {self.name}"
            case FactForm.EVER_WAS:
                return f"had {self.name} {_value_words(self.value)} at some time"
            case FactForm.IS:
                return f"have {self.name} {_value_words(self.value)}"
        if self.name.startswith("len("):
            sides = {FactForm.AT_MOST: "or fewer", FactForm.AT_LEAST: "or more", FactForm.EVER_AT_LEAST: "or more"}
            once = " at some time" if self.form is FactForm.EVER_AT_LEAST else ""
            return f"have {format_number(int(self.value))} {sides[self.form]} {self.name[4:-1]}{once}"
        side = "at most" if self.form is FactForm.AT_MOST else "at least"
        once = "had once" if self.form is FactForm.EVER_AT_LEAST else "have"
        return f"{once} {words_of(self.name)} {side} {self.value}"

    @property
    def title(self) -> str:
        """What it is called above its sentence: its clause without a needless word of time."""
        if self.form is FactForm.LONGER:
            return f"{self.name} to {self.value} over {duration_words(self.amount)}"
        return self.clause.removeprefix("now ") or self.words


def is_there(each: AttributeDigest) -> bool:
    """Return whether there is a value at the end."""
    return not each.now & Seen.NOTHING


def is_filled(each: AttributeDigest) -> bool:
    """Return whether there is a value at the end that is not empty."""
    return not each.now & (Seen.NOTHING | Seen.EMPTY)


def _literal(value: Any) -> str:
    return value if value in ("True", "False") else literal(value)


def _value_words(value: Any) -> str:
    if value in ("True", "False"):
        return str(value).lower()
    is_word = bool(value) and str(value)[-1].isalnum()  # another mark at the end would be read as one of the sentence
    return str(value) if is_word else json.dumps(value, ensure_ascii=False)


def _type(name: str) -> str:
    return name if name.isidentifier() else json.dumps(name, ensure_ascii=False)
