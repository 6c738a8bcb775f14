"""Rules on several values of a state, from the profile of a type: sums, order, equality, and what implies what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Final

from .candidates import MOST_EXCEPTIONS, Candidate, Tested, surprising
from .digest import LESS, MORE
from .observed import Seen
from .profile import MOST_CHOOSING, AttributeProfile, TypeProfile
from .rule import Rule, RuleForm
from .sums import PLAIN
from .words import expression_of, listed, literal, words_of

_COMPARED: Final = 60
_LEAST_DIFFERENT: Final = 5
"""Entities in which the further number of a sum was not zero."""


def several_candidates(profile: TypeProfile) -> Iterator[Candidate]:
    """Yield the candidates, by their forms."""
    yield from surprising(_sums(profile), others=len(profile.terms))
    yield from surprising(_pairs(profile))
    yield from surprising(_implied(profile))


# Sums ---------------------------------------------------------------------------------------------------------------


def _sums(profile: TypeProfile) -> Iterator[Tested]:
    """Yield for each target and list the simplest sum that is most often true."""
    by_list: dict[tuple[str, str], list[tuple[int, int, str, str, str]]] = defaultdict(list)
    for (target, key, term), matched in profile.terms.items():
        if term[:1] == "!":
            continue
        entities = profile.sums[target, key]
        if matched < entities * (1 - MOST_EXCEPTIONS):
            continue
        if term and profile.terms[target, key, f"!{term}"] < _LEAST_DIFFERENT:
            continue  # it was zero wherever the sum was right: that is the sum without it
        if key[0] == "|" and not _is_canonical(profile, target, key[1:], term):
            continue
        by_list[target, key.partition("|")[0]].append((-matched, len(term) + key.count("*"), target, key, term))
    for found in by_list.values():
        matched, _, target, key, term = min(found)
        entities = profile.sums[target, key]
        rule = partial(_sum_rule, profile, target, key, term)
        about = (target, key.removeprefix("|"), term[1:])
        yield Tested(entities, entities + matched, 0.9 if term or key[0] == "|" else 0.95, rule, about)


def _is_canonical(profile: TypeProfile, target: str, other: str, term: str) -> bool:
    """Return whether, of the equal forms of a sum of two numbers, this is the one whose target comes last."""
    if term == PLAIN or any(each not in profile.attributes for each in (target, other, term[1:])):
        return False  # an equality is found as a pair
    order = [profile.attributes[each].order for each in (target, other, term[1:])]
    return order[0] == max(order) and (term[0] == "-" or order[1] < order[2])


def _sum_rule(profile: TypeProfile, target: str, key: str, term: str) -> Rule | None:
    source, _, fields = key.partition("|")
    total, added = _list_sum(source, fields) if source else (expression_of(fields), words_of(fields))
    left, further = expression_of(target), expression_of(term[1:]) if term else ""
    if not total or not left or (term and not further):
        return None
    where = " and ".join(f"{each} is not None" for each in (left, expression_of(source) if source else total) if each)
    if term:
        sign = term[0]
        total, added = f"{total} {sign} {further}", f"{added} {'−' if sign == '-' else '+'} {words_of(term[1:])}"
        where += f" and {further} is not None"
        where += f" and len({expression_of(source)}) > 0" if source else ""
    named = (target, term[1:], source or fields)
    is_exact = not any(profile.attributes[each].seen[Seen.FRACTION] for each in named if each in profile.attributes)
    holds = f"{left} == {total}" if is_exact else f"abs({left} - ({total})) < 0.005"
    sentence = f"{words_of(target)} = {added}"
    return Rule(profile.entity_type, RuleForm.SUM, sentence, holds, where=where, shows=(left, total))


def _list_sum(source: str, fields: str) -> tuple[str, str]:
    """Return the expression of a sum over a list, and its words."""
    members = expression_of(source)
    if not members or not all(each.isidentifier() for each in fields.split("*") if fields):
        return "", ""
    if not fields:
        return f"sum({members})", f"sum of {source}"
    product = " * ".join(f"each.{field}" for field in fields.split("*"))
    words = fields.replace("*", " × ")
    return f"sum({product} for each in {members})", f"sum of {source} ({words})"


# Order and equality -------------------------------------------------------------------------------------------------


def _pairs(profile: TypeProfile) -> Iterator[Tested]:
    for (one, two), counts in profile.pairs.items():
        if one not in profile.attributes or two not in profile.attributes:
            continue
        entities = counts.total()
        smaller, larger, equal = (
            sum(count for bits, count in counts.items() if not bits & wrong) for wrong in (MORE, LESS, MORE | LESS)
        )
        if equal >= entities * (1 - MOST_EXCEPTIONS):
            chance = 0.9 if _may_differ(profile, one, two) else 0.0
            yield Tested(entities, entities - equal, chance, partial(_pair_rule, profile, one, two, "=="), (one, two))
            continue
        for left, right, kept in ((one, two, smaller), (two, one, larger)):
            chance = _chance_above(profile.attributes[left], profile.attributes[right])
            rule = partial(_pair_rule, profile, left, right, "<=")
            yield Tested(entities, entities - kept, chance, rule, (left, right))


def _may_differ(profile: TypeProfile, one: str, two: str) -> bool:
    """Return whether two values have many different ones, so that they are not equal by chance."""
    return all(len(profile.attributes[each].lasts) >= 4 for each in (one, two))


def _chance_above(left: AttributeProfile, right: AttributeProfile) -> float:
    """Return how often the one is larger than the other, between different entities."""
    lows, highs = left.amounts.numbers[:_COMPARED], right.amounts.numbers[:_COMPARED]
    if not lows or not highs:
        return 0.25  # times: they are compared, and not kept
    above = sum(one > two for at, one in enumerate(lows) for other, two in enumerate(highs) if at != other)
    return above / max(len(lows) * len(highs) - min(len(lows), len(highs)), 1)


def _pair_rule(profile: TypeProfile, left: str, right: str, sign: str) -> Rule | None:
    one, two = expression_of(left), expression_of(right)
    if not one or not two:
        return None
    form, shown = (RuleForm.EQUAL, "=") if sign == "==" else (RuleForm.AT_MOST, "≤")
    where = f"{one} is not None and {two} is not None"
    sentence = f"{words_of(left)} {shown} {words_of(right)}"
    return Rule(profile.entity_type, form, sentence, f"{one} {sign} {two}", where=where, shows=(one, two))


# What implies what --------------------------------------------------------------------------------------------------


def _implied(profile: TypeProfile) -> Iterator[Tested]:
    choosers: dict[str, list[str]] = defaultdict(list)
    for path, value in profile.chosen:
        attribute = profile.attributes.get(path)
        if attribute is not None and attribute.choices is not None and len(attribute.choices) <= MOST_CHOOSING:
            choosers[path].append(value)
    for path, values in choosers.items():
        for other in profile.attributes.values():
            inside = other.path.startswith((f"{path}.", f"{path}["))
            if other.path == path or inside or other.path.startswith("len(") or len(values) < 2:
                continue
            yield from _implied_by(profile, path, values, other)


def _implied_by(profile: TypeProfile, path: str, values: list[str], other: AttributeProfile) -> Iterator[Tested]:
    """Yield that a value is there, is not there, or is positive, where an attribute has some of its values."""
    entities = {value: profile.chosen[path, value] for value in values}
    name = other.path
    tests = (
        ("there", {value: profile.filled[path, value, name] for value in values}),
        ("not there", {value: count - profile.ever_filled[path, value, name] for value, count in entities.items()}),
    )
    for word, kept in tests:
        whole = sum(entities.values())
        chance = (whole - sum(kept.values())) / max(whole, 1)
        chosen = [
            each for each in values if kept[each] >= entities[each] * (1 - MOST_EXCEPTIONS) and entities[each] > 1
        ]
        if chosen and len(chosen) < len(values):
            support = sum(entities[each] for each in chosen)
            against = support - sum(kept[each] for each in chosen)
            rule = partial(_implied_rule, profile, path, sorted(chosen), other, word)
            yield Tested(support, against, chance, rule, (path, word, other.path))


def _implied_rule(
    profile: TypeProfile, path: str, values: list[str], other: AttributeProfile, word: str
) -> Rule | None:
    one, two = expression_of(path), expression_of(other.path)
    if not one or not two:
        return None
    is_bool = profile.attributes[path].is_mostly(Seen.BOOL)
    literals = values if is_bool else [literal(each) for each in values]
    where = f"{one} == {literals[0]}" if len(values) == 1 else f"{one} in [{', '.join(literals)}]"
    filled = f"{two} is not None"
    if other.seen[Seen.EMPTY]:
        filled = f"{two} is not None and len({two}) > 0"
    holds = filled if word == "there" else f"not ({filled})" if " and " in filled else f"{two} is None"
    words = listed([each.lower() if is_bool else each or '""' for each in values])
    sentence = f"{path} {words} means {other.path} is {word}"
    return Rule(profile.entity_type, RuleForm.IMPLIES, sentence, holds, where=where, shows=(one, two))
