"""A candidate: a rule that the profile of a type makes likely; and how unlikely it is that one holds by chance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import exp, lgamma, log, log1p, log2
from typing import Final, NamedTuple

from .rule import Rule

LEAST_ENTITIES: Final = 5
"""A rule that applies to fewer entities is no rule."""
MOST_EXCEPTIONS: Final = 0.05
"""The largest share of entities that may break a rule that is mined."""
FALSE_SHARE: Final = 0.001
"""How likely it may be that random data has one rule of a form."""
_ALMOST: Final = 1e-9


def surprise(entities: int, against: int, chance: float) -> float:
    """Return how unlikely it is that so few are against, in bits: the lower tail of a binomial distribution.

    ``chance`` is how likely an entity breaks the rule where nothing makes it hold. By it, rules of all forms are
    compared, and a few entities never make a rule.
    """
    if entities <= 0 or chance <= _ALMOST or against >= entities * chance:
        return 0.0
    chance = min(chance, 1 - _ALMOST)
    right, wrong = log1p(-chance), log(chance)
    largest, total = None, 0.0
    for count in range(against, -1, -1):  # each is smaller than the one before
        term = lgamma(entities + 1) - lgamma(count + 1) - lgamma(entities - count + 1)
        term += count * wrong + (entities - count) * right
        largest = term if largest is None else largest
        if term - largest < -40:
            break
        total += exp(term - largest)
    assert largest is not None, "none against is a count too"
    return -(largest + log(total)) / log(2)


def required(candidates: int) -> float:
    """Return the surprise that one of so many candidates needs (Bonferroni's correction), in bits."""
    return log2(max(candidates, 1) / FALSE_SHARE)


def is_rule(entities: int, against: int) -> bool:
    """Return whether there are enough entities, and few enough exceptions."""
    return entities >= LEAST_ENTITIES and against <= entities * MOST_EXCEPTIONS


class Candidate(NamedTuple):
    """A rule, and what the profile says of it."""

    rule: Rule
    entities: int
    exception_count: int
    surprise: float
    """In bits."""
    about: tuple[str, ...] = ()
    """The values or event types that it speaks of: what other rules may imply it by."""


class Tested(NamedTuple):
    """A possible rule, before it is known whether it is a surprise."""

    entities: int
    exception_count: int
    chance: float
    """How likely an entity breaks it if nothing makes it hold."""
    rule: Callable[[], Rule | None]
    """Makes it; ``None`` if no condition can say it."""
    about: tuple[str, ...] = ()


MOST_OF_A_FORM: Final = 40


def surprising(tested: Iterable[Tested], others: int = 0) -> Iterator[Candidate]:
    """Yield those that are rules, the most surprising first.

    The more were tested, ``others`` as well, the more surprising one has to be.
    """
    all_tested = list(tested)
    least = required(len(all_tested) + others)
    found = []
    for each in all_tested:
        if is_rule(each.entities, each.exception_count):
            bits = surprise(each.entities, each.exception_count, each.chance)
            if bits >= least:
                found.append((bits, each))
    found.sort(key=lambda pair: -pair[0])
    for bits, each in found[:MOST_OF_A_FORM]:
        rule = each.rule()
        if rule is not None:
            yield Candidate(rule, each.entities, each.exception_count, bits, each.about)
