"""The report as one page of HTML: it needs nothing else, is light or dark as its reader wants, and prints well.

Every text of the store is escaped, and shown as what it is: nothing in it is markup, and no script is in the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Final

from es_desktop.app.entity.ids import short_id
from es_desktop.app.text.plain import elide
from es_desktop.app.text.times import local_time
from es_desktop.system.counts import count_text, format_number, format_share

from .finding import Finding, FindingRow
from .report import QualityReport
from .shape import EventShape, Shape, ShapeRow
from .tally import Seen, month_text

_MOST_ROWS: Final = 50
"""Rows of a finding that the page lists."""
_MOST_TYPES: Final = 12
_MOST_PATHS: Final = 400
"""Paths of an event type that the page lists."""
_MOST_BARS: Final = 36
_WIDEST: Final = 200
_BAR: Final = 5
_HEIGHT: Final = 16
_STYLE: Final = """
:root { color-scheme: light dark; --back: #f6f7f9; --panel: #fff; --line: #dfe3e8; --text: #1d2430; --dim: #5c6776;
  --accent: #2f6fde; --fault: #b03226; --fault-soft: #fdeaea; --doubt: #855509; --doubt-soft: #fdf3dc;
  --soft: #eef1f5; }
@media (prefers-color-scheme: dark) { :root { --back: #14181f; --panel: #1b212b; --line: #2c3542; --text: #e6eaf0;
  --dim: #98a4b3; --accent: #6aa0ff; --fault: #ff9b94; --fault-soft: #3d2224; --doubt: #edc26a; --doubt-soft: #3a311c;
  --soft: #202733; } }
body { margin: 0; background: var(--back); color: var(--text); font: 14px/1.5 Inter, system-ui, sans-serif; }
main { max-width: 1100px; margin: 0 auto; padding: 24px 20px 48px; }
h1 { font-size: 22px; margin: 0 0 4px; overflow-wrap: anywhere; } h2 { font-size: 17px; margin: 32px 0 8px; }
h3 { font-size: 14px; margin: 20px 0 4px; } p { margin: 4px 0; } .dim { color: var(--dim); }
section.finding { background: var(--panel); border: 1px solid var(--line); border-left: 4px solid var(--dim);
  border-radius: 6px; padding: 10px 14px; margin: 8px 0; break-inside: avoid; overflow-wrap: anywhere; }
section.fault { border-left-color: var(--fault); } section.doubt { border-left-color: var(--doubt); }
.pill { display: inline-block; border-radius: 9px; padding: 0 8px; font-size: 12px; background: var(--soft);
  color: var(--dim); } .fault .pill { background: var(--fault-soft); color: var(--fault); }
.doubt .pill { background: var(--doubt-soft); color: var(--doubt); } .finding b { margin: 0 6px; }
code, .mono { font: 12.5px/1.5 "JetBrains Mono", ui-monospace, monospace; }
details { margin-top: 4px; } summary { cursor: pointer; color: var(--dim); }
table { border-collapse: collapse; width: 100%; background: var(--panel); font-size: 13px; }
th, td { text-align: left; vertical-align: top; padding: 3px 10px 3px 0; border-bottom: 1px solid var(--line); }
th { color: var(--dim); font-weight: 500; } td.number { text-align: right; white-space: nowrap; }
td.path { overflow-wrap: anywhere; } svg { display: block; } svg rect { fill: var(--accent); }
svg rect.all { fill: var(--line); } ul { margin: 4px 0; padding-left: 20px; } li { margin: 2px 0; }
@media print { body { background: #fff; color: #000; font-size: 11px; } main { max-width: none; padding: 0; }
  section.finding, table { background: none; } summary { list-style: none; } }
""".strip()


def report_page(report: QualityReport, *, with_shape: bool = True) -> str:
    """Return the whole page as HTML."""
    return "\n".join(_page(report, with_shape=with_shape)) + "\n"


def _page(report: QualityReport, *, with_shape: bool) -> Iterator[str]:
    facts = report.facts
    title = f"Quality of {elide(facts.store, _WIDEST)}"
    yield "<!doctype html>"
    yield f'<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    # Nothing is loaded, and no script runs, whatever a text of the store may look like.
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield f"<style>{_STYLE}</style></head><body><main>"
    yield f"<h1>{escape(title)}</h1>"
    about = [facts.format, ", ".join(facts.counts)]
    if facts.first is not None:
        about.append(f"{local_time(facts.first)} to {local_time(facts.last)}")
    yield f'<p class="dim">{_text(" · ".join(about))}</p>'
    yield f'<p class="dim">Made {escape(local_time(report.made))}: {escape(report.summary)}.{_unchecked(report)}</p>'
    yield from (f'<p class="dim">Note: {_text(note)}</p>' for note in facts.notes)
    yield "<h2>Findings</h2>"
    if not report.findings:
        yield "<p>Nothing odd was found.</p>"
    for finding in report.findings:
        yield from _finding(finding)
    if with_shape:
        yield from _shape(report.shape)
    yield "</main></body></html>"


def _unchecked(report: QualityReport) -> str:
    return "" if report.checks_snapshots else " Snapshots were not checked."


def _finding(finding: Finding) -> Iterator[str]:
    words = finding.words
    yield f'<section class="finding {finding.severity.value}"><p><span class="pill">{finding.severity.value}</span>'
    yield f"<b>{escape(finding.title)}</b>{escape(finding.counted)}{_types(finding.types)}</p>"
    if finding.detail:
        yield f"<p>{_marked(finding.detail)}</p>"
    yield f'<p class="dim">{escape(words.why)}</p><details><summary>How it is found, and where</summary>'
    yield f'<p class="dim">{escape(words.rule)}</p>{_rows(finding)}</details></section>'


def _types(types: Mapping[str, int]) -> str:
    shown = [f"{_text(name)} {format_number(count)}" for name, count in list(types.items())[:_MOST_TYPES]]
    more = f", {len(types) - _MOST_TYPES} more" if len(types) > _MOST_TYPES else ""
    return f' <span class="dim">({", ".join(shown)}{more})</span>' if types else ""


def _rows(finding: Finding) -> str:
    if not finding.rows:
        return ""
    shown = "".join(f"<li>{_row(each)}</li>" for each in finding.rows[:_MOST_ROWS])
    left = finding.count - min(len(finding.rows), _MOST_ROWS)
    return f'<ul class="mono">{shown}</ul>' + (f'<p class="dim">and {format_number(left)} more</p>' if left > 0 else "")


def _row(row: FindingRow) -> str:
    return _text(f"{row.entity_id}{_at(row.version)}")


def _at(version: int | None) -> str:
    return "" if version is None else f" at version {format_number(version)}"


def _shape(shape: Shape) -> Iterator[str]:
    if shape.changes:
        yield "<h2>What changed</h2><ul>"
        yield from (f"<li>{escape(each.month_text)}: {_marked(each.text)}</li>" for each in shape.changes)
        yield "</ul>"
    yield "<h2>Shape</h2>"
    months = sorted({month for each in shape.types for month in each.months})[-_MOST_BARS:]
    for each in shape.types:
        yield from _event_shape(each, months)


def _event_shape(shape: EventShape, months: Sequence[int]) -> Iterator[str]:
    yield f"<h3>{_text(shape.entity_type)} ▸ {_text(shape.event_type)}</h3>"
    about = [count_text(shape.events, "event"), *_span(shape.first, shape.last)]
    about += [f"{each.name} {each.value}: {format_number(each.events)}" for each in shape.versions]
    yield f'<p class="dim">{_text("; ".join(about))}</p>'
    if not shape.rows:
        return
    headings = ("path", "types", "share", "first seen", "last seen", "by month" if months else "")
    yield f"<table><thead><tr>{''.join(f'<th>{each}</th>' for each in headings)}</tr></thead><tbody>"
    yield from (_path_row(row, months) for row in shape.rows[:_MOST_PATHS])
    yield "</tbody></table>"
    if len(shape.rows) > _MOST_PATHS:
        yield f'<p class="dim">and {count_text(len(shape.rows) - _MOST_PATHS, "more path")}</p>'


def _path_row(row: ShapeRow, months: Sequence[int]) -> str:
    types = ", ".join(f"{name} {format_number(count)}" for name, count in row.types.items())
    seen = "".join(f'<td class="dim">{_seen(each)}</td>' for each in (row.first, row.last))
    return (
        f'<tr><td class="path mono">{_text(row.path)}</td><td>{_text(types)}</td>'
        f'<td class="number">{format_share(row.share)}</td>{seen}<td>{_bars(row, months)}</td></tr>'
    )


def _bars(row: ShapeRow, months: Sequence[int]) -> str:
    """Return a bar for each month: how many events have the path, before how many there are."""
    highest = max((row.of_months.get(month, 0) for month in months), default=0)
    if not highest:
        return ""
    title = "; ".join(
        f"{month_text(each)}: {row.months.get(each, 0)} of {row.of_months.get(each, 0)}" for each in months
    )
    rects = []
    for at, month in enumerate(months):
        for counts, name in ((row.of_months, ' class="all"'), (row.months, "")):
            height = counts.get(month, 0) / highest * _HEIGHT
            if height:
                top = _HEIGHT - max(height, 1.0)
                rects.append(
                    f'<rect{name} x="{at * _BAR}" y="{top:.1f}" width="{_BAR - 1}" height="{max(height, 1):.1f}"/>'
                )
    size = f'width="{len(months) * _BAR}" height="{_HEIGHT}"'
    return f'<svg {size} role="img"><title>{escape(title)}</title>{"".join(rects)}</svg>'


def _span(first: Seen | None, last: Seen | None) -> Iterable[str]:
    times = [each.time for each in (first, last) if each is not None and each.time is not None]
    return [" to ".join(dict.fromkeys(map(local_time, times)))] if times else []


def _seen(seen: Seen | None) -> str:
    if seen is None:
        return ""
    where = f"{short_id(seen.entity_id)}{_at(seen.version)}"
    return _text(where if seen.time is None else f"{local_time(seen.time)}, {where}")


def _text(text: str) -> str:
    return escape(elide(text, _WIDEST))


def _marked(text: str) -> str:
    """Return a sentence in which what stands between two backticks is code."""
    parts = _text(text).split("`")
    return "".join(f"<code>{part}</code>" if at % 2 and at < len(parts) - 1 else part for at, part in enumerate(parts))
