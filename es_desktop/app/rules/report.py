"""A rule with its support as lines of text, and as a plain object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from es_desktop.app.text.json_objects import JsonObject
from es_desktop.app.text.json_view import plain_json
from es_desktop.app.text.values import format_value
from es_desktop.system.counts import count_text, format_number

from .rule import ORDERS, Rule, RuleException, RuleForm, RuleSupport
from .words import duration_words, rounded_up

_WIDEST: Final = 64
_MOST_LISTED: Final = 100


def support_json(support: RuleSupport, is_kept: bool) -> JsonObject:
    """The object of a rule."""
    rule = support.rule
    return {
        "type": rule.entity_type,
        "form": str(rule.form),
        "rule": rule.sentence,
        "kept": is_kept,
        "holds_in": support.holds_in,
        "of": support.entities,
        "exceptions": [exception_json(rule, each) for each in support.exceptions],
        "exception_count": support.exception_count,
        "unknown": support.unknown,
        "breaks": rule.breaks,
        "questions": list(rule.questions),
        "surprise": round(support.surprise, 1),
        **({"problem": support.problem} if support.problem else {}),
    }


def exception_json(rule: Rule, exception: RuleException) -> JsonObject:
    """The object of an entity that breaks a rule."""
    return {
        "entity": str(exception.entity),
        "version": exception.version,
        "values": {name: plain_json(value) for name, value in exception.values.items()},
        "is_over": exception.is_over,
        "fails_where": rule.fails_where(exception.version),
    }


def rule_lines(found: Iterable[tuple[RuleSupport, bool]], *, with_exceptions: bool) -> Iterator[str]:
    """Yield the lines of rules, each with whether it is kept, under the names of their types."""
    shown = ""
    for support, is_kept in found:
        if support.rule.entity_type != shown:
            shown = support.rule.entity_type
            yield shown
        yield f"{'★' if is_kept else ' '} {support.rule.sentence:<{_WIDEST}} {support_text(support)}".rstrip()
        if with_exceptions:
            yield from (f"      {each}" for each in exception_lines(support))


def support_text(support: RuleSupport) -> str:
    """Return in how many entities a rule holds, and what breaks it: ``117 of 118  1 exception``."""
    if support.problem:
        return f"not checked: {support.problem}"
    counts = f"{format_number(support.holds_in)} of {format_number(support.entities)}"
    words = [count_text(support.exception_count, "exception")] if support.exception_count else []
    words += [f"{format_number(support.unknown)} not tested"] if support.unknown else []
    return f"{counts:>12}  {', '.join(words)}"


def exception_lines(support: RuleSupport) -> Iterator[str]:
    """Yield the first exceptions of a rule, a line each."""
    for each in support.exceptions[:_MOST_LISTED]:
        yield f"{each.entity} at version {each.version}: {exception_text(support.rule, each)}"
    if support.exception_count > _MOST_LISTED:
        yield f"and {count_text(support.exception_count - min(_MOST_LISTED, len(support.exceptions)), 'more entity')}"


def exception_text(rule: Rule, exception: RuleException) -> str:
    """Return in words what breaks a rule: ``total is 256.50, sum of lines (quantity × price) is 263.10``."""
    values = exception.values
    over = "; it holds again at the end" if exception.is_over else ""
    return f"{_order_text(rule, values) if rule.form in ORDERS else _values_text(rule, values)}{over}"


def _values_text(rule: Rule, values: Mapping[str, Any]) -> str:
    if rule.form is RuleForm.SUM and len(values) == 2:
        left, right = (format_value(each) for each in values.values())
        name, _, words = rule.sentence.partition(" = ")
        return f"{name} is {left}, {words} is {right}"
    return ", ".join(f"{name} is {format_value(value)}" for name, value in values.items())


def _order_text(rule: Rule, values: Mapping[str, Any]) -> str:
    match rule.form:
        case RuleForm.ONLY_AFTER:
            return f"{rule.event} without {rule.other} before it"
        case RuleForm.NEVER_AFTER:
            return f"{rule.event} after {rule.other} at version {values.get('after')}"
        case RuleForm.LAST:
            return f"{values.get('event')} after {rule.event}"
    return f"{rule.event} after {_duration(values.get('seconds'))}"


def _duration(seconds: Any) -> str:
    return duration_words(rounded_up(seconds)) if isinstance(seconds, int | float) else "too long"
