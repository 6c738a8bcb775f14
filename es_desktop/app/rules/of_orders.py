"""Rules on the order of events, from the profile of a type: only after, never after, nothing after, within."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from statistics import median
from typing import Final

from .candidates import MOST_EXCEPTIONS, Candidate, Tested, surprising
from .profile import TypeProfile
from .rule import Rule, RuleForm
from .samples import Sample
from .words import duration_words, rounded_up

_LEAST_GAPS: Final = 10
_LEAST_LATE: Final = 3
"""Gaps that are nearly as long as the bound: where there are fewer, the longest one is just the longest so far."""
_FAR: Final = 2.0
"""An exception is clear if it is at least so many times the bound."""


def order_candidates(profile: TypeProfile) -> Iterator[Candidate]:
    """Yield the candidates, by their forms."""
    yield from surprising(_only_after(profile))
    yield from surprising(_never_after(profile))
    yield from surprising(_last(profile))
    yield from surprising(_within(profile))


def _only_after(profile: TypeProfile) -> Iterator[Tested]:
    for (event, other), order in profile.orders.items():
        if event == other or _is_first(profile, other):
            continue
        entities = profile.events[event]
        # Where there is no ``other``, chance is how many entities of the type have none.
        alone = (entities - order.both) * (1 - profile.events[other] / profile.entities)
        chance = (order.wrong_before + alone) / entities
        rule = partial(_order, profile, RuleForm.ONLY_AFTER, f"{event} only after {other}", event, other)
        yield Tested(entities, entities - order.before, chance, rule, (event, other))


def _never_after(profile: TypeProfile) -> Iterator[Tested]:
    together = {pair for pair, order in profile.orders.items() if order.both}
    types = list(profile.events)
    for event in types:
        for other in types:
            if _is_first(profile, event) and event != other:
                continue  # the first event of an entity
            if _is_first(profile, other) or other in profile.endings:
                continue
            order = profile.orders[event, other] if (event, other) in together else None
            entities = profile.events[other]
            if event == other:
                yield from _at_most_once(profile, event)
                continue
            both = 0 if order is None else order.both
            by_order = 0.0 if order is None else order.wrong_after
            # Where there is no ``event``, chance is that there is one, and after the other.
            alone = (entities - both) * profile.events[event] / profile.entities / 2
            chance = max(by_order, alone) / entities
            against = 0 if order is None else order.after
            rule = partial(_order, profile, RuleForm.NEVER_AFTER, f"{event} never after {other}", event, other)
            yield Tested(entities, against, chance, rule, (event, other))


def _at_most_once(profile: TypeProfile, event: str) -> Iterator[Tested]:
    """Yield that there is no second event of a type, where most other types have one."""
    others = [(pair[0], order) for pair, order in profile.orders.items() if pair[0] == pair[1]]
    others = [(name, order) for name, order in others if not _is_first(profile, name) and name not in profile.endings]
    twice = sum(order.after for _, order in others) / max(sum(order.both for _, order in others), 1)
    entities, against = profile.events[event], profile.orders[event, event].after
    rule = partial(_order, profile, RuleForm.NEVER_AFTER, f"{event} at most once", event, event)
    if not _is_first(profile, event):
        yield Tested(entities, against, twice, rule, (event, event))


def _last(profile: TypeProfile) -> Iterator[Tested]:
    for event, entities in profile.events.items():
        if event not in profile.endings and not _is_first(profile, event):
            chance = 1 - profile.lasts_chance[event] / entities
            rule = partial(_order, profile, RuleForm.LAST, f"nothing after {event}", event)
            yield Tested(entities, entities - profile.lasts[event], chance, rule, (event,))


def _within(profile: TypeProfile) -> Iterator[Tested]:
    for (event, other), order in profile.orders.items():
        is_other = event != other and other not in profile.endings
        if is_other and order.before >= max(_LEAST_GAPS, 0.95 * profile.events[event]):
            for bound, share, chance in _bounds(order.gaps):
                sentence = f"{event} within {duration_words(bound)} of {other}"
                rule = partial(_order, profile, RuleForm.WITHIN, sentence, event, other, bound)
                yield Tested(order.before, round(share * order.before), chance, rule, (event, other))


def _bounds(gaps: Sample) -> Iterator[tuple[float, float, float]]:
    """Yield what may be the longest usual gap, the share of those that are longer, and the chance of a longer one.

    By chance, gaps are as those between calls in a telephone network: few are much longer than the median, and a bound
    that is near it is a surprise. Those beyond the bound must be far from it.
    """
    numbers = sorted(gaps.numbers)
    count = len(numbers)
    middle = median(numbers)
    if numbers[0] < 0 or middle <= 0:
        return
    for against in range(int(count * MOST_EXCEPTIONS) + 1):
        bound = rounded_up(numbers[count - 1 - against])
        usual = numbers[: count - against]
        late = sum(each >= 0.8 * usual[-1] for each in usual)
        is_end = late >= max(_LEAST_LATE, 0.15 * len(usual))
        if is_end and (not against or numbers[count - against] >= _FAR * bound):
            yield bound, against / count, 2 ** (-bound / middle)


def _is_first(profile: TypeProfile, event: str) -> bool:
    """Return whether entities begin with an event type, all but a few."""
    return profile.firsts[event] >= 0.95 * profile.entities


def _order(
    profile: TypeProfile, form: RuleForm, sentence: str, event: str, other: str = "", seconds: float = 0.0
) -> Rule:
    return Rule(profile.entity_type, form, sentence, event=event, other=other, seconds=seconds)
