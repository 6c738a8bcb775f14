"""Makes the findings from what a survey has counted and from what the program knows of the store already."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from es_desktop.app.entity.facts import EntityCheck
from es_desktop.app.entity.verdict import difference_text
from es_desktop.app.text.times import format_gap, local_time
from es_desktop.core import EntityId
from es_desktop.replay.verify import NO_EVENT, ONLY_INFERRED
from es_desktop.system.counts import count_text, format_number, format_share

from .finding import WORDS, Finding, FindingRow
from .payloads import NULL, type_family
from .shape import Shape, ShapeRow
from .shape_changes import families_of, is_replaced
from .survey import Survey
from .tally import EndUse, EventKey, Seen, Tally, Use, month_text, without_numbers

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session

_MOST_ROWS: Final = 200
_MOST_OF_A_NAME: Final = 25
"""Findings of one name that stand apart; the others are one."""
_RARE: Final = 0.05
_FEWEST_OF_A_PATH: Final = 20
_RARE_NULL: Final = 0.01
_FEWEST_FOR_NULL: Final = 200
_FEWEST_ENTITIES: Final = 20
_ENDED: Final = 0.8
_IS_LAST: Final = 0.98
_LASTED: Final = 0.95
_DECIDE: Final = 0.5
_COUNT: Final = re.compile(r"\d+(?:\D\d{3})*")
"""A number with any separators."""


def findings_of(session: Session, survey: Survey, shape: Shape) -> tuple[Finding, ...]:
    """Return everything odd, the most serious and then the most frequent first."""
    found = [
        *_of_the_file(session),
        *_of_events(survey.tally),
        *_of_snapshots(survey),
        *_of_ids(survey),
        *_of_values(shape),
        *_without_end(survey.tally),
    ]
    order = [*WORDS]
    found.sort(key=lambda each: ([*type(each.severity)].index(each.severity), order.index(each.name), -each.count))
    return tuple(_limited(found))


def _limited(found: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the findings; of one name at most some, and the others as one."""
    names = Counter(each.name for each in found)
    seen: Counter[str] = Counter()
    rest: dict[str, list[Finding]] = {}
    for each in found:
        seen[each.name] += 1
        if seen[each.name] <= _MOST_OF_A_NAME or names[each.name] == _MOST_OF_A_NAME + 1:
            yield each
            continue
        rest.setdefault(each.name, []).append(each)
        if seen[each.name] == names[each.name]:
            others, types = rest[each.name], Counter[str]()
            for other in others:
                types.update(other.types)
            rows = tuple(row for other in others for row in other.rows)[:_MOST_ROWS]
            yield Finding(each.name, sum(x.count for x in others), types, rows, f"{len(others)} more of these")


def _of_the_file(session: Session) -> Iterator[Finding]:
    if session.store.damage is not None:
        damage = session.store.damage
        yield Finding("damaged", max(1, len(damage.tables) + len(damage.others)), {}, detail=str(damage))
    for each in session.store.tables.left_out:
        if not each.endswith("without events"):  # snapshots, which the survey finds
            count = _COUNT.match(each)
            yield Finding("left-out", int("".join(filter(str.isdigit, count[0]))) if count else 1, {}, detail=each)


def _of_events(tally: Tally) -> Iterator[Finding]:
    """Yield what was found at single events, those with the same reason together."""
    together: dict[tuple[str, str], list[tuple[EventKey, Use]]] = {}
    for (name, key, reason), use in tally.found.items():
        is_usual = name in ("no-payload", "no-time") and use.events > _DECIDE * tally.types[key].events
        if not is_usual:
            together.setdefault((name, reason), []).append((key, use))
    for (name, bare), uses in together.items():
        counts_amount = name in ("gap", "no-start")
        types = {" ".join(key): int(use.total) if counts_amount else use.events for key, use in uses}
        rows = [row for _, use in uses for row in use.rows]
        most = max(use.most for _, use in uses)
        detail = _detail(name, tally.reasons.get(bare, bare), most, sum(use.events for _, use in uses))
        yield Finding(name, sum(types.values()), types, _rows(rows), detail)


def _detail(name: str, reason: str, most: float, events: int) -> str:
    match name:
        case "gap" | "no-start":
            return f"before {count_text(events, 'event')}; {format_number(int(most))} in the longest gap"
        case "large":
            return f"the largest has {count_text(int(most), 'byte')}"
        case "time-back":
            return f"by {format_gap(most)} at most"
        case "future":
            return f"the latest is {local_time(most)}"
    return reason


def _of_snapshots(survey: Survey) -> Iterator[Finding]:
    if survey.orphans.snapshots:
        rows = tuple(FindingRow(*each) for each in survey.orphans.rows)
        yield Finding("orphan", survey.orphans.snapshots, {}, rows)
    false = [each for each in survey.checks if each.check.ok is False]
    for each in false:
        row = FindingRow(each.entity.id, each.check.version)
        yield Finding("false-snapshot", 1, {each.entity.type: 1}, (row,), difference_text(each.check))
    reasons: dict[str, list[EntityCheck]] = {}
    for each in survey.checks:
        if each.check.ok is None and not each.check.reason.startswith(ONLY_INFERRED):
            reasons.setdefault(without_numbers(each.check.reason), []).append(each)
    for reason, checks in reasons.items():
        name = "snapshot-without-event" if reason.startswith(NO_EVENT) else "unchecked-snapshot"
        types = Counter(each.entity.type for each in checks)
        rows = tuple(FindingRow(each.entity.id, each.check.version) for each in checks[:_MOST_ROWS])
        yield Finding(name, len(checks), types, rows, checks[0].check.reason)


def _of_ids(survey: Survey) -> Iterator[Finding]:
    ids = survey.ids
    if ids.empty:
        yield Finding("empty-id", ids.empty, {}, _whole(ids.empty_rows))
    if ids.alike:
        yield Finding("alike-id", ids.alike, {}, _whole(ids.rows))


def _of_values(shape: Shape) -> Iterator[Finding]:
    for row in shape.rows:
        families = families_of(row)
        nulls = families.pop(NULL, (0, {}))[0]
        what = f"`{row.path}` of {row.event_type}"
        if nulls and row.events >= _FEWEST_FOR_NULL and nulls <= _RARE_NULL * row.events:
            text = f"{what} is NULL in {format_share(nulls, row.events)} of the events"
            yield _of_type(row, "rare-null", NULL, nulls, text)
        if len(families) > 1 and row.events >= _FEWEST_OF_A_PATH:
            yield from _flips(row, families, what)


def _flips(row: ShapeRow, families: dict[str, tuple[int, dict[int, int]]], what: str) -> Iterator[Finding]:
    usual = max(families, key=lambda name: families[name][0])
    for name, (count, months) in families.items():
        if name == usual:
            continue
        since = f" since {month_text(min(months))}" if months else ""
        if count <= _RARE * row.events:
            text = f"{what} is {name} in {format_share(count, row.events)} of the events{since}, and otherwise {usual}"
            yield _of_type(row, "type-flip", name, count, text)
        elif is_replaced(row, usual, name):
            yield _of_type(row, "type-flip", name, count, f"{what} is {name}{since}, and was {usual} before")
        elif is_replaced(row, name, usual):
            text = f"{what} is {usual} since {month_text(min(families[usual][1]))}, and was {name} before"
            yield _of_type(row, "type-flip", name, count, text)


def _of_type(row: ShapeRow, name: str, family: str, count: int, text: str) -> Finding:
    rows = [seen for each, use in row.uses.items() if type_family(each) == family for seen in use.rows]
    return Finding(name, count, {f"{row.entity_type} {row.event_type}": count}, _rows(rows), text)


def _without_end(tally: Tally) -> Iterator[Finding]:
    by_type: dict[str, dict[str, EndUse]] = {}
    for key, end in tally.ends.items():
        by_type.setdefault(key.entity_type, {})[key.event_type] = end
    for entity_type, ends in by_type.items():
        last = {name for name in ends if _is_last(EventKey(entity_type, name), ends[name], tally)}
        entities, ended = sum(each.entities for each in ends.values()), sum(ends[name].entities for name in last)
        if entities < _FEWEST_ENTITIES or ended < _ENDED * entities or tally.last_time is None:
            continue
        lasted = Counter[int]()
        for name in last:
            lasted.update(ends[name].lasted)
        silent_since = tally.last_time - _usual_seconds(lasted)
        others = [each for name, each in ends.items() if name not in last]
        count = sum(sum(time < silent_since for time in each.times) for each in others)
        rows = [seen for each in others for seen in each.rows if seen.time is not None and seen.time < silent_since]
        if count:
            named = " or ".join(sorted(last, key=lambda name: -ends[name].entities))
            text = (
                f"{format_share(ended, entities)} of {entity_type} end with {named}; these do not, and their last "
                f"event is more than {format_gap(tally.last_time - silent_since)} before the last one of the store"
            )
            yield Finding("no-end", count, {entity_type: count}, _rows(rows), text)


def _is_last(key: EventKey, end: EndUse, tally: Tally) -> bool:
    """Return whether events of a type are the last ones of their entities, and not their first as well."""
    having = tally.having[key]
    return not tally.beginning[key] and having >= _FEWEST_ENTITIES / 2 and end.entities >= _IS_LAST * having


def _usual_seconds(lasted: Counter[int]) -> float:
    """Return in which time most of the entities had ended, as a power of 2."""
    wanted, counted = _LASTED * lasted.total(), 0
    for power in sorted(lasted):
        counted += lasted[power]
        if counted >= wanted:
            return float(2 ** (power + 1))
    return 0.0


def _rows(rows: Iterable[Seen]) -> tuple[FindingRow, ...]:
    found = sorted(rows, key=lambda seen: float("inf") if seen.time is None else seen.time)[:_MOST_ROWS]
    return tuple(FindingRow(each.entity_id, each.version) for each in found)


def _whole(ids: Iterable[EntityId]) -> tuple[FindingRow, ...]:
    return tuple(FindingRow(each, None) for each in ids)
