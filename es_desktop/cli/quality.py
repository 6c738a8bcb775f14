"""What ``quality`` prints: the findings with their rows, and the shape of the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from es_desktop.app.entity.ids import short_id
from es_desktop.app.text.times import local_time
from es_desktop.app.text.values import elide
from es_desktop.system.counts import count_text, format_number, format_share

if TYPE_CHECKING:
    from es_desktop.app.quality.finding import Finding
    from es_desktop.app.quality.report import QualityReport
    from es_desktop.app.quality.shape import EventShape, Shape, ShapeRow
    from es_desktop.app.quality.tally import Seen

_WIDEST: Final = 200
_MOST_ROWS: Final = 5
_MOST_TYPES: Final = 6
_BLOCKS: Final = " ▁▂▃▄▅▆▇█"
_MOST_MONTHS: Final = 24


def report_lines(report: QualityReport) -> Iterator[str]:
    """Yield the lines of the report without the shape."""
    yield report.facts.store
    yield f"{', '.join(report.facts.counts)}: {report.summary}"
    for note in report.facts.notes:
        yield f"note: {note}"
    if not report.checks_snapshots:
        yield "note: snapshots were not checked"
    for finding in report.findings:
        yield ""
        yield from _finding_lines(finding)


def shape_lines(shape: Shape) -> Iterator[str]:
    """Yield the lines of the shape: what changed, and the paths of each event type."""
    for change in shape.changes:
        yield elide(f"{change.month_text}  {change.text}", _WIDEST)
    months = sorted({month for each in shape.types for month in each.months})[-_MOST_MONTHS:]
    for each in shape.types:
        yield ""
        yield from _type_lines(each, months)


def _finding_lines(finding: Finding) -> Iterator[str]:
    yield elide(f"{finding.severity.value:<6} {finding.title}: {finding.counted}{_types(finding.types)}", _WIDEST)
    if finding.detail:
        yield elide(f"       {finding.detail}", _WIDEST)
    yield f"       {finding.words.why}"
    if finding.rows:
        rows = ", ".join(
            short_id(each.entity_id) + ("" if each.version is None else f"@{each.version}")
            for each in finding.rows[:_MOST_ROWS]
        )
        more = "" if finding.count <= _MOST_ROWS else ", …"
        yield elide(f"       at {rows}{more}", _WIDEST)


def _types(types: Mapping[str, int]) -> str:
    named = [f"{name} {format_number(count)}" for name, count in list(types.items())[:_MOST_TYPES]]
    return f" ({', '.join(named)}{', …' if len(types) > _MOST_TYPES else ''})" if named else ""


def _type_lines(shape: EventShape, months: list[int]) -> Iterator[str]:
    span = f", {_seen(shape.first)} to {_seen(shape.last)}" if shape.first is not None else ""
    yield elide(f"{shape.entity_type} {shape.event_type}: {count_text(shape.events, 'event')}{span}", _WIDEST)
    for version in shape.versions:
        yield elide(f"  {version.name} {version.value}: {count_text(version.events, 'event')}", _WIDEST)
    for row in shape.rows:
        types = ", ".join(f"{name} {format_number(count)}" for name, count in row.types.items())
        yield elide(f"  {format_share(row.share):>6}  {_bars(row, months)}  {row.path}: {types}", _WIDEST)


def _bars(row: ShapeRow, months: list[int]) -> str:
    """Return a letter for each month: the part of the events of that month that have the path."""
    letters = ""
    for month in months:
        of, events = row.of_months.get(month, 0), row.months.get(month, 0)
        letters += "·" if not of else _BLOCKS[-(-events * (len(_BLOCKS) - 1) // of)]
    return letters


def _seen(seen: Seen | None) -> str:
    return "no time" if seen is None or seen.time is None else local_time(seen.time)
