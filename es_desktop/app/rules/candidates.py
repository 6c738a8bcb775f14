"""A candidate: a rule that the profile of a type makes likely, with the support that it seems to have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from .evidence import is_rule, required, surprise
from .rule import Rule


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
