"""Rules on one value of a state, from the profile of a type: one of few, range, monotone, constant, unique."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from statistics import median
from typing import Any, Final

from .candidates import LEAST_ENTITIES, MOST_EXCEPTIONS, Candidate, Tested, is_rule, surprising
from .observed import Seen
from .profile import AttributeProfile, TypeProfile
from .rule import Rule, RuleForm
from .samples import Ends
from .words import expression_of, listed, literal, previous_of, words_of

_MOST_CHOICES: Final = 12
_LEAST_EACH: Final = 3
"""Entities that have each of few values."""
_LEAST_NUMBERS: Final = 10
"""Entities with a number, before its range is one."""
_LEAST_UNIQUE: Final = 20


def value_candidates(profile: TypeProfile) -> Iterator[Candidate]:
    """Yield the candidates, by their forms."""
    yield from _one_of(profile)
    yield from _ranges(profile)
    yield from surprising(_monotone(profile))
    yield from surprising(_constant(profile))
    yield from _unique(profile)


def _one_of(profile: TypeProfile) -> Iterator[Candidate]:
    for each in profile.attributes.values():
        if each.choices is None or not each.is_mostly(Seen.TEXT):
            continue
        counts = each.choices.most_common()
        usual = [(value, count) for value, count in counts if count >= _LEAST_EACH]
        rare = sum(count for _, count in counts[len(usual) :])
        if not usual or len(usual) > _MOST_CHOICES or each.entities < 5 * len(usual):
            continue
        least = usual[-1][1]
        is_clear = not rare or (least >= 5 * rare and least >= 0.03 * each.entities)
        expression = expression_of(each.path)
        is_empty = len(usual) == 1 and not usual[0][0]
        if is_empty or not is_clear or not is_rule(each.entities, rare) or not expression:
            continue
        values = sorted(value for value, _ in usual)
        words = [value or '""' for value in values]
        sentence = f"{each.path} is one of {listed(words)}" if len(values) > 1 else f"{each.path} is always {words[0]}"
        holds = f"{expression} in [{', '.join(map(literal, values))}]"
        rule = Rule(
            profile.entity_type,
            RuleForm.ONE_OF,
            sentence,
            holds,
            where=f"{expression} is not None",
            shows=(expression,),
        )
        # By Good and Turing, the chance of a new value is the share of those that were seen once.
        yield Candidate(rule, each.entities, rare, least / 2, (each.path,))


def _ranges(profile: TypeProfile) -> Iterator[Candidate]:
    for each in profile.attributes.values():
        expression = expression_of(each.path)
        if not each.is_mostly(Seen.NUMBER) or each.lows.count < _LEAST_NUMBERS or not expression:
            continue
        middle = median(each.amounts.numbers)
        low = _end(each.lows, middle)
        high = _end(each.highs, middle)
        if low is None and each.lows.from_the_end()[0][0] >= 0 and not each.path.startswith("len("):
            low = (0, 0, 0)
        if low is None or (high is None and each.path.startswith("len(")):
            continue
        against, where, shows = low[1], f"{expression} is not None", (expression,)
        surprises = max(each.entities / 4, 1.0)
        if high is None or high[0] == low[0]:
            sentence, holds = f"{words_of(each.path)} at least {low[0]}", f"{expression} >= {literal(low[0])}"
        else:
            sentence = f"{words_of(each.path)} between {low[0]} and {high[0]}"
            holds = f"{literal(low[0])} <= {expression} <= {literal(high[0])}"
            against += high[1]
        if is_rule(each.entities, against):
            rule = Rule(profile.entity_type, RuleForm.RANGE, sentence, holds, where=where, shows=shows)
            yield Candidate(rule, each.entities, against, min(surprises, 20.0 + low[2] / 4), (each.path,))


def _end(ends: Ends, middle: float) -> tuple[Any, int, int] | None:
    """Return the end of a range, the entities beyond it, and those that reach it; ``None`` if there is no clear end.

    An end is clear if several entities reach it. Those beyond it must be few, and further from it than most others:
    the thin end of a smooth distribution is no rule.
    """
    beyond = 0
    nearest: float | None = None
    for value, count in ends.from_the_end():
        if beyond > ends.count * MOST_EXCEPTIONS:
            return None
        reach = abs(middle - float(value))
        is_reached = count >= max(_LEAST_EACH, 0.01 * ends.count)
        is_far = nearest is None or (count >= 5 * beyond and abs(nearest - float(value)) >= max(reach, 1e-9))
        if is_reached and is_far and (reach or not beyond):
            return value, beyond, count
        beyond += count
        nearest = float(value)
    return None


def _monotone(profile: TypeProfile) -> Iterator[Tested]:
    for each in profile.attributes.values():
        if not each.moved or "mixed" in each.scales:
            continue
        chance = each.moves_chance / each.moved
        for kept, verb, sign in ((each.rising, "falls", ">="), (each.falling, "rises", "<=")):
            rule = partial(_monotone_rule, profile, each, verb, sign)
            yield Tested(each.moved, each.moved - kept, chance, rule, (each.path, sign))


def _monotone_rule(profile: TypeProfile, each: AttributeProfile, verb: str, sign: str) -> Rule | None:
    now, before = expression_of(each.path), previous_of(each.path)
    if not now or not before:
        return None
    return Rule(
        profile.entity_type,
        RuleForm.MONOTONE,
        f"{words_of(each.path)} never {verb}",
        f"{now} {sign} {before}",
        where=f"{before} is not None and {now} is not None and {now} != {before}",
        shows=(before, now),
    )


def _constant(profile: TypeProfile) -> Iterator[Tested]:
    """Yield what never changes, where other values do."""
    attributes = [each for each in profile.attributes.values() if each.changeable]
    steps = sum(each.steps for each in attributes)
    rate = min(0.9, sum(each.changes for each in attributes) / max(steps, 1))
    for each in attributes:
        is_plain = each.seen[Seen.NOTHING] < each.entities and not each.path.startswith("len(")
        if not is_plain or "." in each.path or "[" in each.path:
            continue
        chance = 1 - (1 - rate) ** (each.steps / each.changeable)
        yield Tested(each.changeable, each.changed, chance, partial(_constant_rule, profile, each), (each.path,))


def _constant_rule(profile: TypeProfile, each: AttributeProfile) -> Rule | None:
    now, before = expression_of(each.path), previous_of(each.path)
    if not before:
        return None
    sentence = f"{each.path} never changes"
    where = f"{before} is not None"
    return Rule(
        profile.entity_type, RuleForm.CONSTANT, sentence, f"{now} == {before}", where=where, shows=(before, now)
    )


def _unique(profile: TypeProfile) -> Iterator[Candidate]:
    for each in profile.attributes.values():
        if not each.is_mostly(Seen.TEXT) or each.entities < _LEAST_UNIQUE or each.words > 0.02 * each.entities:
            continue
        counted = sum(each.lasts.values())
        again = sum(count - 1 for count in each.lasts.values())
        against = round(again * each.entities / max(counted, 1))
        is_one = counted >= LEAST_ENTITIES and counted >= 0.9 * min(each.entities, len(each.lasts) + 1)
        if is_one and against <= max(2, 0.01 * each.entities) and is_rule(each.entities, against):
            sentence = f"no two have the same {each.path}"
            rule = Rule(profile.entity_type, RuleForm.UNIQUE, sentence, path=each.path, shows=(each.path,))
            yield Candidate(rule, each.entities, against, 10.0, (each.path,))
