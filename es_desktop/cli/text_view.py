"""The text that the program prints for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from es_desktop.app.compare.report import ComparisonReport
from es_desktop.app.entity.facts import EntityCheck, EntityFacts, StoreFacts
from es_desktop.app.entity.ids import short_id
from es_desktop.app.entity.verdict import Verdict
from es_desktop.app.text.json_view import to_json
from es_desktop.app.text.times import local_time
from es_desktop.app.text.values import elide
from es_desktop.core import RecordedEvent
from es_desktop.replay import Change, Rebuild
from es_desktop.replay.watch import Crossing

_WIDEST = 100


def store_lines(facts: StoreFacts) -> Iterator[str]:
    """Tell what a store holds."""
    yield f"{facts.store}"
    yield f"{facts.format}, {'writable' if facts.writable else 'read-only'}"
    yield f"{facts.entities} entities, {facts.events} events, {facts.snapshots} snapshots"
    if facts.first is not None:
        yield f"from {local_time(facts.first)} to {local_time(facts.last)}"
    for name, count in facts.types.items():
        yield f"  {count:>7}  {name}"
    for note in facts.notes:
        yield f"note: {note}"


def entity_lines(entities: Iterable[EntityFacts]) -> Iterator[str]:
    """Tell the entities, one a line."""
    yield f"{'type':<14} {'id':<36} {'version':>7} {'events':>6} {'snaps':>5}  changed"
    for each in entities:
        gone = "  (discarded)" if each.discarded else ""
        yield (
            f"{each.type:<14} {each.id!s:<36} {each.version:>7} {each.events:>6} {each.snapshots:>5}  "
            f"{local_time(each.modified)}{gone}"
        )


def event_lines(events: Iterable[RecordedEvent]) -> Iterator[str]:
    """Tell events, one a line."""
    for each in events:
        told = f"! {each.error}" if each.error else to_json(dict(each.data))
        yield f"{each.version:>6}  {local_time(each.timestamp)}  {each.type:<20} {elide(told, _WIDEST)}"


def snapshot_lines(snapshots: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Tell snapshots, one a line."""
    for each in snapshots:
        told = f"! {each['error']}" if each["error"] else to_json(each["state"])
        yield f"{each['version']:>6}  {each['type']:<14} {elide(told, _WIDEST)}"


def rebuild_lines(rebuild: Rebuild, entity: EntityFacts, at: int, verdict: Verdict) -> Iterator[str]:
    """Tell how a state came to be, step by step."""
    yield f"{entity.type} {short_id(entity.id)} at version {at} ({verdict.word})"
    yield verdict.reason
    if rebuild.base.version is None:
        yield "from zero"
    else:
        yield f"from the snapshot at {rebuild.base.version}; {rebuild.skipped} events were not read"
    for step in rebuild.steps:
        told = f"! {step.error}" if step.error else ", ".join(map(change_text, step.changes))
        yield f"{step.version:>6}  {step.type:<20} {elide(told, _WIDEST)}"
        yield from (f"        {line}" for line in step.traceback.splitlines())
    yield to_json(rebuild.state, indent=2)


def check_lines(checks: Iterable[EntityCheck]) -> Iterator[str]:
    """Tell which snapshots are true, one a line."""
    for found in checks:
        check = found.check
        told = {True: "true", False: "FALSE", None: "cannot be told"}[check.ok]
        if check.ok is False:
            values = f"{elide(to_json(check.snapshot), 40)}, replayed {elide(to_json(check.replayed), 40)}"
            told += f"  {check.path}: {values}; they part at event {check.first_event}"
        elif check.reason:
            told += f"  {check.reason}"
        yield f"{found.entity.type:<14} {short_id(found.entity.id)} {check.version:>6}  {told}"


def crossing_lines(crossings: Iterable[Crossing]) -> Iterator[str]:
    """Tell where a condition changes, one a line."""
    for each in crossings:
        yield f"{each.version:>6}  {elide(to_json(each.before), 40)} → {elide(to_json(each.after), 40)}"


def comparison_lines(reports: Iterable[ComparisonReport]) -> Iterator[str]:
    """Tell what differs between two states each, and from which version on two entities differ."""
    for report in reports:
        yield from _comparison_lines(report)


def _comparison_lines(report: ComparisonReport) -> Iterator[str]:
    compared, found = report.compared, report.divergences
    for name, side, store in (
        ("left", compared.left, report.left_store),
        ("right", compared.right, report.right_store),
    ):
        facts = side.view.facts
        yield f"{name:<6} {facts.type} {short_id(facts.id)} at version {side.version} ({side.verdict.word}), {store}"
    if found is not None:
        first = "no version differs" if found.first is None else f"first differs at version {found.first}"
        yield f"{first}; {found.count} differ: {found.spans()}" if found.count > 1 else first
    yield from map(change_text, compared.told)
    if not compared.told:
        yield "the two states are alike"


def change_text(change: Change) -> str:
    """Tell one change: the path, what was there, what is there now."""
    if change.is_addition:
        return f"{change.path} = {elide(to_json(change.after), 40)}"
    if change.is_removal:
        return f"{change.path} removed"
    return f"{change.path}: {elide(to_json(change.before), 40)} → {elide(to_json(change.after), 40)}"
