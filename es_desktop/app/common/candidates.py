"""The facts that may make a difference, from what is kept of the entities of both groups."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import permutations
from math import floor, log10
from typing import Any, Final

from es_desktop.app.rules.digest import AttributeDigest, HistoryDigest
from es_desktop.app.rules.observed import Seen
from es_desktop.app.rules.words import rounded_up

from .facts import Fact, FactForm, is_filled
from .statistics import Shares

_LARGE: Final = 10**15
_MOST_CUTS: Final = 40
"""Numbers at which the values of a path are split."""
_MOST_VALUES: Final = 20
"""Different texts of a path."""
_MOST_EVENT_TYPES: Final = 20
Group = Sequence[HistoryDigest]


def candidate_facts(these: Group, others: Group) -> Iterator[Fact]:
    """Yield facts that are true of some of these entities."""
    yield from _of_events(these, others)
    paths: dict[str, list[AttributeDigest]] = defaultdict(list)
    rest: dict[str, list[AttributeDigest]] = defaultdict(list)
    for group, found in ((these, paths), (others, rest)):
        for digest in group:
            for each in digest.attributes.values():
                found[each.path].append(each)
    sizes = len(these), len(others)
    for path in {**paths, **rest}:
        yield from _of_values(path, paths.get(path, ()), rest.get(path, ()), sizes)


# Events -------------------------------------------------------------------------------------------------------------


def _of_events(these: Group, others: Group) -> Iterator[Fact]:
    counts = Counter(event for each in (*these, *others) for event in each.events)
    types = [event for event, _ in counts.most_common(_MOST_EVENT_TYPES)]
    sizes = len(these), len(others)
    for event in types:
        yield Fact(FactForm.HAD, event)
        yield Fact(FactForm.NEVER_HAD, event)
        one, two = ([each.events[event].number for each in group if event in each.events] for group in (these, others))
        cut = _best_cut(one, two, sizes)
        if cut is not None and cut > 1:
            yield Fact(FactForm.HAD_TIMES, event, int(cut))
    for event, later in permutations(types, 2):
        gaps, other_gaps = _gaps(these, event, later), _gaps(others, event, later)
        if gaps:
            yield Fact(FactForm.BEFORE, event, later)
            cut = _best_cut(gaps, other_gaps, sizes)
            if cut is not None and cut > 0:
                yield Fact(FactForm.LONGER, event, later, _shorter(cut))


def _gaps(group: Group, event: str, later: str) -> list[float]:
    found = []
    for each in group:
        one, two = each.events.get(event), each.events.get(later)
        if one is not None and two is not None and one.first < two.first:
            known = one.time is not None and two.time is not None
            found.append((two.time or 0.0) - (one.time or 0.0) if known else 0.0)
    return found


def _shorter(seconds: float) -> float:
    """Return a whole duration that is just shorter."""
    rounded = rounded_up(seconds)
    unit = next(each for each in (86_400.0, 3_600.0, 60.0, 1.0) if seconds >= 2 * each or each == 1.0)
    return rounded - unit if rounded > seconds or rounded == seconds else rounded


# Values -------------------------------------------------------------------------------------------------------------


def _of_values(
    path: str, these: Sequence[AttributeDigest], others: Sequence[AttributeDigest], sizes: tuple[int, int]
) -> Iterator[Fact]:
    both = (*these, *others)
    can_be_empty = any(each.seen & (Seen.TEXT | Seen.LIST | Seen.MAPPING) for each in both)
    can_be_empty = can_be_empty and any(each.seen & Seen.EMPTY for each in both)
    is_everywhere = all(map(is_filled, both)) and len(both) == sum(sizes)
    if not path.startswith("len(") and not is_everywhere:
        yield Fact(FactForm.THERE, path, can_be_empty=can_be_empty)
        yield Fact(FactForm.NOT_THERE, path, can_be_empty=can_be_empty)
    texts = Counter(each.value for each in these if each.now & (Seen.TEXT | Seen.BOOL) and each.value is not None)
    yield from (Fact(FactForm.IS, path, value) for value, _ in texts.most_common(_MOST_VALUES))
    ever = Counter(value for each in these for value in each.choices or ())
    yield from (Fact(FactForm.EVER_WAS, path, value) for value, _ in ever.most_common(_MOST_VALUES))
    now = [[each.value for each in group if each.now & Seen.NUMBER] for group in (these, others)]
    high = [[each.high for each in group if each.high is not None] for group in (these, others)]
    if (cut := _best_cut(now[0], now[1], sizes)) is not None:
        yield Fact(FactForm.AT_LEAST, path, cut)
    if (cut := _best_cut([-each for each in now[0]], [-each for each in now[1]], sizes)) is not None:
        yield Fact(FactForm.AT_MOST, path, -cut)
    if (cut := _best_cut(high[0], high[1], sizes)) is not None:
        yield Fact(FactForm.EVER_AT_LEAST, path, cut)


def _best_cut(these: Sequence[Any], others: Sequence[Any], sizes: tuple[int, int]) -> Any:
    """Return the number from which on the groups differ most, as short as it can be; ``None`` if it splits nothing."""
    values = sorted({*these, *others})
    if len(values) < 2 or not these:
        return None
    step = max(1, len(values) // _MOST_CUTS)

    def difference(at: int) -> float:
        cut = values[at]
        counts = (sum(each >= cut for each in group) for group in (these, others))
        one, two = counts
        return Shares(one, sizes[0], two, sizes[1]).least_difference

    best = max(range(1, len(values), step), key=difference)
    return short_between(values[best - 1], values[best])


def short_between(low: Any, high: Any) -> Any:
    """Return a number above ``low`` and at most ``high`` with as few digits as there can be; whole for two integers."""
    if isinstance(low, int) and isinstance(high, int):
        return high
    exact_low, exact_high = Decimal(str(low)), Decimal(str(high))
    gap = exact_high - exact_low
    exponent = floor(log10(gap)) if gap > 0 else 0
    for digits in range(exponent + 1, exponent - 4, -1):
        unit = Decimal(1).scaleb(digits)
        rounded = (exact_high / unit).to_integral_value(rounding="ROUND_FLOOR") * unit
        if exact_low < rounded <= exact_high:
            if rounded == rounded.to_integral_value() and abs(rounded) < _LARGE:
                return int(rounded)
            return float(rounded) if isinstance(high, float) else rounded.normalize()
    return high


def without_subjects(facts: Iterable[Fact], names: frozenset[str]) -> Iterator[Fact]:
    """Yield the facts that do not speak of some paths or event types: those that a question asked for already."""
    for each in facts:
        spoken = {each.name, each.name.removeprefix("len(").removesuffix(")"), each.name.partition(".")[0]}
        if each.form in (FactForm.BEFORE, FactForm.LONGER):
            spoken.add(str(each.value))
        if spoken.isdisjoint(names):
            yield each
