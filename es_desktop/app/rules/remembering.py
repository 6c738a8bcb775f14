"""What a rule says of a version, remembered by the values that it reads: most of them are there many times."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, NamedTuple

from es_desktop.replay import PlainTree
from es_desktop.replay.chain import Moment
from es_desktop.replay.conditions import Condition
from es_desktop.replay.diff import ABSENT, Part, parse_path, value_of

Value = Callable[[Moment], Any]
_MOST_KNOWN: Final = 4_096
"""Verdicts of one rule that are remembered."""
_EXACT: Final = frozenset({str, int, bool, type(None)})
_BY_TEXT: Final = frozenset({float, Decimal})
"""Numbers that are equal and yet may differ: ``1.0`` and ``1.00``."""
_PATH: Final = r"([^\W\d_]\w*(?:\.[^\W\d_]\w*)*)"
_THERE: Final = re.compile(rf"(previous\.)?(?!version\b|event\b|previous\b){_PATH} is(?: not)? None")
_BEFORE: Final = re.compile(rf"\bprevious\b(?:\.{_PATH})?")


Verdict = bool | None
"""Whether a rule holds at a version; ``None`` where it does not apply."""


class _Read(NamedTuple):
    """A value that conditions read."""

    looks_back: bool
    name: str
    """The attribute."""
    inside: tuple[Part, ...]
    """Where in the attribute it is."""
    is_whole: bool
    """Whether the value counts, or only that it is there."""

    def key(self, moment: Moment) -> Any:
        """Return what is equal for values that conditions cannot tell apart; ``ABSENT`` if that takes long to say."""
        state: PlainTree = moment.before if self.looks_back else moment.after
        value = state.get(self.name) if isinstance(state, dict) else None
        if self.inside and value is not None:
            value = value_of(value, self.inside)
        value = None if value is ABSENT else value
        return _key(value) if self.is_whole else value is None


def _key(value: Any) -> Any:
    value_type = type(value)
    if value_type in _EXACT:
        return value_type, value
    if value_type in _BY_TEXT:
        return value_type, repr(value)
    return (value_type, value.name) if isinstance(value, enum.Enum) and value.name else ABSENT


def verdict_of(holds: Condition, where: Condition | None = None) -> Callable[[Moment], Verdict]:
    """Return what tells what a rule says of a version. Raises ``ConditionError`` as the conditions do.

    For one thread at a time. It says what the conditions say; those that read few values are not evaluated again for
    the same ones.
    """
    evaluate = _evaluated(holds, where)
    reads = _reads([each for each in (holds, where) if each is not None])
    if reads is None:
        return evaluate
    known: dict[Any, Verdict] = {}

    def verdict(moment: Moment) -> Verdict:
        key = tuple([each.key(moment) for each in reads])
        if key in known:
            return known[key]
        found = evaluate(moment)
        if len(known) < _MOST_KNOWN and ABSENT not in key:
            known[key] = found
        return found

    return verdict


def _evaluated(holds: Condition, where: Condition | None) -> Callable[[Moment], Verdict]:
    value = holds.run()
    applies = _applies(where)

    def verdict(moment: Moment) -> Verdict:
        return bool(value(moment)) if applies is None or applies(moment) else None

    return verdict


def _applies(where: Condition | None) -> Value | None:
    """Return the test of a premise; for the one that most rules have, that values are there, one that is quick."""
    if where is None:
        return None
    presence = _presence(where.expression)
    if presence is None or " is None" in where.expression:
        return where.run()
    reads = _reads([where]) or []
    return lambda moment: not any(each.key(moment) for each in reads)


def _reads(conditions: list[Condition]) -> list[_Read] | None:
    """Return the values that conditions read; ``None`` if they read more than values at paths."""
    found: dict[tuple[bool, str], bool] = {}
    for each in conditions:
        presence = _presence(each.expression)
        if presence is not None:
            for key in presence:
                found.setdefault(key, False)
        elif each.uses_step or "changed" in each.expression:
            return None
        else:
            before = {match[1] for match in _BEFORE.finditer(each.expression)}
            if not before <= {*each.paths}:
                return None
            sides = (False, True) if each.uses_previous else (False,)
            found.update(((looks_back, path), True) for looks_back in sides for path in each.paths)
    parsed = [(looks_back, parse_path(path), is_whole) for (looks_back, path), is_whole in found.items()]
    if not all(parts and isinstance(parts[0], str) for _, parts, _ in parsed):
        return None
    return [_Read(looks_back, str(parts[0]), parts[1:], is_whole) for looks_back, parts, is_whole in parsed]


def _presence(text: str) -> list[tuple[bool, str]] | None:
    """Return the paths of a condition that only says which values are there; ``None`` for another one."""
    found = [_THERE.fullmatch(each) for each in text.split(" and ")]
    return [(each[1] is not None, each[2]) for each in found if each is not None] if all(found) else None
