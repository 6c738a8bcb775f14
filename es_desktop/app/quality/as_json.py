"""The report and the shape as plain objects: what the command line prints as JSON, and what the API returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from es_desktop.app.text.json_objects import JsonObject, store_json
from es_desktop.app.text.json_view import utc_time

from .tally import month_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .finding import Finding
    from .report import QualityReport
    from .shape import EventShape, Shape, ShapeChange, ShapeRow
    from .tally import Seen


def report_json(report: QualityReport, *, with_shape: bool = False) -> JsonObject:
    """The object of ``quality``."""
    found: JsonObject = {
        "store": store_json(report.facts),
        "made": utc_time(report.made),
        "snapshots_checked": report.checks_snapshots,
        "findings": [finding_json(each) for each in report.findings],
    }
    return {**found, "shape": shape_json(report.shape)} if with_shape else found


def finding_json(finding: Finding) -> JsonObject:
    """One finding, with the rows that show it."""
    return {
        "name": finding.name,
        "severity": finding.severity.value,
        "title": finding.title,
        "detail": finding.detail,
        "count": finding.count,
        "unit": finding.words.unit,
        "types": dict(finding.types),
        "why": finding.words.why,
        "rule": finding.words.rule,
        "rows": [{"entity": str(each.entity_id), "version": each.version} for each in finding.rows],
        "all_rows": finding.has_all_rows,
    }


def shape_json(shape: Shape) -> JsonObject:
    """The object of ``quality --shape``: the event types with their paths, and what changed."""
    return {"types": [_type_json(each) for each in shape.types], "changes": [change_json(x) for x in shape.changes]}


def row_json(row: ShapeRow) -> JsonObject:
    """One path of an event type."""
    return {
        "entity_type": row.entity_type,
        "event_type": row.event_type,
        "path": row.path,
        "types": dict(row.types),
        "events": row.events,
        "share": row.share,
        "first": _seen_json(row.first),
        "last": _seen_json(row.last),
        "months": _months(row.months),
    }


def change_json(change: ShapeChange) -> JsonObject:
    """One change of the shape."""
    return {
        "month": change.month_text,
        "entity_type": change.entity_type,
        "event_type": change.event_type,
        "path": change.path,
        "text": change.text,
        "seen": _seen_json(change.seen),
    }


def _type_json(shape: EventShape) -> JsonObject:
    return {
        "entity_type": shape.entity_type,
        "event_type": shape.event_type,
        "events": shape.events,
        "first": _seen_json(shape.first),
        "last": _seen_json(shape.last),
        "months": _months(shape.months),
        "versions": [
            {
                "name": each.name,
                "value": each.value,
                "events": each.events,
                "first": _seen_json(each.first),
                "last": _seen_json(each.last),
            }
            for each in shape.versions
        ],
        "paths": [row_json(each) for each in shape.rows],
    }


def _seen_json(seen: Seen | None) -> Any:
    if seen is None:
        return None
    return {"entity": str(seen.entity_id), "version": seen.version, "time": utc_time(seen.time)}


def _months(months: Mapping[int, int]) -> dict[str, int]:
    return {month_text(each): months[each] for each in sorted(months)}
