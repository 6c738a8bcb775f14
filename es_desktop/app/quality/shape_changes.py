"""What changed in the shape of events, and when, in sentences.

A change is only named where chance does not explain it: a path that ``p`` of the later events have would be missing in
all ``n`` earlier ones with the probability ``(1 - p) ** n``, which must be below ``CHANCE``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from es_desktop.system.counts import count_text, format_share

from .payloads import NULL, type_family
from .shape import EventShape, ShapeChange, ShapeRow
from .tally import Seen, Use, month_of, month_text

CHANCE: Final = 0.001
_FEWEST: Final = 10
"""Events before and after a change; with fewer there is no telling."""


def changes_of(types: Sequence[EventShape]) -> Iterator[ShapeChange]:
    """Yield what changed, in any order."""
    for each in types:
        yield from _of_versions(each)
        changed: set[tuple[str, int, bool]] = set()
        for row in sorted(each.rows, key=lambda row: len(row.path)):
            for change, is_end in _of_path(row):
                # Of an object that appears whole its members need no sentences of their own.
                if not any((outer, change.month, is_end) in changed for outer in _outer_paths(row.path)):
                    yield change
                changed.add((row.path, change.month, is_end))
            yield from _of_types(row)


def _outer_paths(path: str) -> Iterator[str]:
    while path:
        path = path.removesuffix("[]") if path.endswith("[]") else path[: max(path.rfind("."), path.rfind("["), 0)]
        if path:
            yield path


def _count(months: Mapping[int, int], since: int | None = None, before: int | None = None) -> int:
    return sum(
        n for month, n in months.items() if (since is None or month >= since) and (before is None or month < before)
    )


def is_no_chance(share: float, events: int) -> bool:
    """Return whether it is no chance that what ``share`` of the events have is missing in so many others."""
    return events >= _FEWEST and (1.0 - share) ** events < CHANCE


def _of_path(row: ShapeRow) -> Iterator[tuple[ShapeChange, bool]]:
    """Yield what changed of the path as a whole, and whether it is an end."""
    if not row.months or not row.of_months or row.events == row.of_events:
        return
    what, name = (row.entity_type, row.event_type, row.path), f"`{row.path}`"
    first, last = min(row.months), max(row.months)
    before, since = _count(row.of_months, before=first), _count(row.of_months, since=first)
    if since >= _FEWEST and is_no_chance(_count(row.months) / since, before):
        some = _of_events(_count(row.months) / since)
        text = f"{name} appears in {row.event_type} from {month_text(first)}{some}; {_earlier(before)} without it."
        yield ShapeChange(first, *what, text, row.first), False
        if last == max(row.of_months):
            return
    until, after = _count(row.of_months, before=last + 1), _count(row.of_months, since=last + 1)
    if until >= _FEWEST and is_no_chance(_count(row.months, since=first) / until, after):
        gone = min(month for month in row.of_months if month > last)
        text = f"{name} is gone from {row.event_type} since {month_text(gone)}; {_later(after)} without it."
        yield ShapeChange(gone, *what, text, row.last), True
        return
    partly = min((month for month, n in row.of_months.items() if row.months.get(month, 0) < n), default=None)
    if partly is None or partly <= first:
        return
    full, rest = _count(row.of_months, before=partly), _count(row.of_months, since=partly)
    share = _count(row.months, since=partly) / rest
    if is_no_chance(1.0 - share, full):
        text = (
            f"{name} was in every {row.event_type} until {month_text(partly)}, and is in {format_share(share)} since."
        )
        yield ShapeChange(partly, *what, text, row.last), False


def _of_types(row: ShapeRow) -> Iterator[ShapeChange]:
    """Yield where the values of a path are of a type that they were not before."""
    families = families_of(row)
    if len(families) < 2:
        return
    starts = {name: min(months) for name, (_, months) in families.items() if months}
    for name, start in starts.items():
        before, since = _count(row.months, before=start), _count(row.months, since=start)
        share = families[name][0] / since if since else 0.0
        if not is_no_chance(share, before):
            continue
        old = [each for each in starts if starts[each] < start]
        what = f"`{row.path}` of {row.event_type}"
        if name != NULL and all(is_replaced(row, each, name) for each in old if each != NULL):
            text = f"{what} turns from {_listed(old)} to {name} in {month_text(start)}."
        else:
            some = f"in {format_share(share)} of the events " if share < 1 else ""
            text = f"{what} is {name} {some}since {month_text(start)}, before only {_listed(old)}."
        yield ShapeChange(start, row.entity_type, row.event_type, row.path, text, first_of(row, name))


def _of_versions(shape: EventShape) -> Iterator[ShapeChange]:
    """Yield where another version of the schema, or another topic, was first seen."""
    begins: dict[str, list[tuple[int, str, Seen | None]]] = {}
    for each in shape.versions:
        month = None if each.first is None else month_of(each.first.time)
        if month is not None:
            begins.setdefault(each.name, []).append((month, each.value, each.first))
    start = min(shape.months, default=0)
    for name, found in begins.items():
        for month, value, seen in found[1:] if name == "topic" else [each for each in found if each[0] > start]:
            text = f"{shape.event_type} with {name} {value} is first seen in {month_text(month)}."
            yield ShapeChange(month, shape.entity_type, shape.event_type, "", text, seen)


def families_of(row: ShapeRow) -> dict[str, tuple[int, dict[int, int]]]:
    """Return how many events have values of each type, all numbers as one, and by month."""
    found: dict[str, tuple[int, dict[int, int]]] = {}
    for name, use in row.uses.items():
        count, months = found.get(type_family(name), (0, {}))
        added = {month: months.get(month, 0) + use.months.get(month, 0) for month in {*months, *use.months}}
        found[type_family(name)] = count + use.events, added
    return found


def first_of(row: ShapeRow, family: str) -> Seen | None:
    """Return the first event that has a value of a type, or of one of the types of numbers."""
    uses: list[Use] = [use for name, use in row.uses.items() if type_family(name) == family]
    seen = [use.first for use in uses if use.first is not None]
    return min(seen, key=lambda each: float("inf") if each.time is None else each.time, default=None)


def is_replaced(row: ShapeRow, old: str, new: str) -> bool:
    """Return whether the last value of a type is before the first one of another type."""
    first, lasts = first_of(row, new), [use.last for name, use in row.uses.items() if type_family(name) == old]
    last = max((each.time for each in lasts if each is not None and each.time is not None), default=None)
    return first is not None and first.time is not None and last is not None and last < first.time


def _listed(names: Sequence[str]) -> str:
    return " or ".join(names) if names else "nothing"


def _of_events(share: float) -> str:
    return "" if share >= 1 else f" in {format_share(share)} of the events"


def _earlier(count: int) -> str:
    return f"the {count_text(count, 'earlier event')} {'is' if count == 1 else 'are'}"


def _later(count: int) -> str:
    return f"the {count_text(count, 'later event')} {'is' if count == 1 else 'are'}"
