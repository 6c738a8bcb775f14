"""What the command line prints: JSON objects and lines of text."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from es_desktop.app.entity.ids import short_id
from es_desktop.app.text.json_view import to_json
from es_desktop.app.text.times import local_time
from es_desktop.app.text.values import elide
from es_desktop.replay.diff import ABSENT, Change
from es_desktop.system.counts import count_text

if TYPE_CHECKING:
    from es_desktop.api import Check, Entity, Event, FoundState, LoggedEvent, Snapshot
    from es_desktop.app.compare.compare import ComparisonReport
    from es_desktop.app.entity.facts import EntityFacts, StoreFacts
    from es_desktop.app.entity.verdict import Verdict
    from es_desktop.app.transfer.working_copy import CopyResult
    from es_desktop.core import RecordedEvent
    from es_desktop.replay import Rebuild
    from es_desktop.replay.watch import Crossing

WIDEST: Final = 100
"""Letters of what a line holds of a payload or a state, or of several values."""
_WIDEST_VALUE: Final = 40
NOTHING_FOUND: Final = "nothing found"
_MEASURED: Final = 200
"""Rows of a table whose cells decide on the widths of its columns."""
_MOST_LINES: Final = 50_000
"""Lines of a state."""


def store_lines(facts: StoreFacts) -> Iterator[str]:
    yield f"{facts.store}"
    yield f"{facts.format}, {'writable' if facts.writable else 'read-only'}"
    yield ", ".join(facts.counts)
    if facts.first is not None:
        yield f"from {local_time(facts.first)} to {local_time(facts.last)}"
    for name, count in facts.types.items():
        yield f"  {count:>7}  {name}"
    if facts.stores:
        yield f"{count_text(len(facts.stores), 'store')} in this database:"
    for each in facts.stores:
        yield f"  {each.described}: {'shown' if each.is_shown else f'--scope {shlex.quote(each.scope)} opens it'}"
    for note in facts.notes:
        yield f"note: {note}"


def table_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a heading and rows, in columns that are as wide as the first rows need."""
    found = iter(rows)
    first = list(islice(found, _MEASURED))
    headings = list(first[0])
    texts = ([_cell(each.get(name)) for name in headings] for each in chain(first, found))
    measured = list(islice(texts, len(first)))
    widths = [min(WIDEST, max(map(len, column))) for column in zip(headings, *measured, strict=True)]
    numbers = [all(isinstance(each[name], int | float | Decimal | None) for each in first) for name in headings]
    for cells in chain([headings], measured, texts):
        padded = (
            cell.rjust(width) if is_number else cell.ljust(width)
            for cell, width, is_number in zip(cells, widths, numbers, strict=True)
        )
        yield "  ".join(padded).rstrip()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else to_json(value).strip('"')


def entity_lines(entities: Iterable[Entity]) -> Iterator[str]:
    yield f"{'type':<14} {'id':<36} {'version':>7} {'events':>6} {'snaps':>5}  changed"
    for each in (entity.facts for entity in entities):
        mark = f"  ({each.mark})" if each.mark else ""
        counts = f"{each.version:>7} {each.events:>6} {each.snapshots:>5}"
        yield f"{each.type:<14} {each.id!s:<36} {counts}  {local_time(each.modified)}{mark}"


def event_lines(events: Iterable[Event]) -> Iterator[str]:
    for each in (event.recorded for event in events):
        yield f"{each.version:>6}  {local_time(each.timestamp)}  {each.type:<20} {elide(_payload(each), WIDEST)}"


def _payload(event: RecordedEvent) -> str:
    payload = f"! {event.error}" if event.error else to_json(dict(event.data))
    return f"({event.note}) {payload}" if event.note else payload


def snapshot_lines(snapshots: Iterable[Snapshot]) -> Iterator[str]:
    for each in (snapshot.to_dict() for snapshot in snapshots):
        text = f"! {each['error']}" if each["error"] else to_json(each["state"])
        yield f"{each['version']:>6}  {each['type']:<14} {elide(text, WIDEST)}"


def rebuild_lines(rebuild: Rebuild, entity: EntityFacts, at: int, verdict: Verdict) -> Iterator[str]:
    """Yield the lines of ``explain``: the base, each step, and the state."""
    yield f"{entity.type} {short_id(entity.id)} at version {at} ({verdict.word})"
    yield verdict.reason
    if rebuild.base.version is None:
        yield "from zero"
    else:
        not_read = f"{count_text(rebuild.skipped, 'event')} {'was' if rebuild.skipped == 1 else 'were'} not read"
        yield f"from the snapshot at {rebuild.base.version}; {not_read}"
    for step in rebuild.steps:
        text = f"! {step.error}" if step.error else step.note or ", ".join(map(change_text, step.changes))
        text = f"({step.odd}) {text}" if step.odd else text
        yield f"{step.version:>6}  {step.type:<20} {elide(text, WIDEST)}"
        yield from (f"        {line}" for line in step.traceback.splitlines())
    # A long value is shown in part; JSON has all of it.
    lines = to_json(rebuild.state, indent=2).split("\n")
    yield from map(elide, lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        yield f"… {len(lines) - _MOST_LINES:,} more lines: --json prints all of the state"


def check_lines(checks: Iterable[Check]) -> Iterator[str]:
    for found in (check.found for check in checks):
        check = found.check
        text = {True: "true", False: "FALSE", None: "unknown"}[check.ok]
        if check.ok is False:
            values = f"{_value_text(check.snapshot)}, replayed {_value_text(check.replayed)}"
            text += f"  {check.path}: {values}; they part at event {check.first_event}"
        elif check.reason:
            text += f"  {check.reason}"
        yield f"{found.entity.type:<14} {short_id(found.entity.id)} {check.version:>6}  {text}"


def crossing_lines(crossings: Iterable[Crossing]) -> Iterator[str]:
    for each in crossings:
        yield f"{each.version:>6}  {_value_text(each.before)} → {_value_text(each.after)}"


def comparison_lines(report: ComparisonReport) -> Iterator[str]:
    """Yield the lines of ``compare``: the differences of two states, and where two histories differ."""
    compared, found = report.compared, report.divergences
    sides = ("left", compared.left, report.left_store), ("right", compared.right, report.right_store)
    for name, side, store in sides:
        facts = side.view.facts
        yield f"{name:<6} {facts.type} {short_id(facts.id)} at version {side.version} ({side.verdict.word}), {store}"
    if found is not None:
        first = "no version differs" if found.first is None else f"first differs at version {found.first}"
        yield f"{first}; {found.count} differ: {found.spans()}" if found.count > 1 else first
    yield from map(change_text, compared.changes_for_people)
    if not compared.changes_for_people:
        yield "the two states are alike"


def change_text(change: Change) -> str:
    """Return one change: the path, the old value, the new value."""
    if change.is_addition:
        return f"{change.path} = {_value_text(change.after)}"
    if change.is_removal:
        return f"{change.path} removed"
    return f"{change.path}: {_value_text(change.before)} → {_value_text(change.after)}"


def logged_lines(events: Iterable[LoggedEvent]) -> Iterator[str]:
    for each in events:
        event, about = each.recorded, at_version(each.entity_type, each.entity_id, each.version)
        yield f"{about}  {local_time(event.timestamp)}  {event.type:<20} {elide(_payload(event), WIDEST)}"


def found_lines(found: Iterable[FoundState]) -> Iterator[str]:
    for each in (state.hit for state in found):
        entity = each.entity
        about = f"{at_version(entity.type, entity.id, each.version)}  {each.exactness:<8}"
        ended = "  (discarded)" if entity.discarded else ""
        yield f"{about}  {elide(values_text(each.values), WIDEST)}{ended}".rstrip()


def at_version(entity_type: str, entity_id: object, version: int) -> str:
    """Return the columns that begin a line on a version of an entity."""
    return f"{entity_type:<14} {entity_id!s:<36} {version:>7}"


def values_text(values: Mapping[str, Any], none: str = "") -> str:
    """Return values with their paths; ``none`` stands for those that are not there, which are left out without it."""
    shown = (
        f"{path} = {none if value is ABSENT else _value_text(value)}"
        for path, value in values.items()
        if value is not ABSENT or none
    )
    return ", ".join(shown)


def _value_text(value: Any) -> str:
    return elide(to_json(value), _WIDEST_VALUE)


_MOST_NAMED: Final = 20


def copied_lines(copied: CopyResult, target: str, left_out: str) -> Iterator[str]:
    """Yield the lines of ``copy``: the result, what was left out, and where the copy differs from the store."""
    from es_desktop.app.transfer.working_copy import describe_copy

    yield f"{target}: {describe_copy(copied)}"
    if left_out:
        yield left_out
    for each in copied.mismatches[:_MOST_NAMED]:
        yield f"{each.entity} up to version {each.version}: {each.text}"
    if len(copied.mismatches) > _MOST_NAMED:
        yield f"and {count_text(len(copied.mismatches) - _MOST_NAMED, 'more entity')}"
