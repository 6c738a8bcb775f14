"""What the command line prints and the API returns as plain objects: their times are ``datetime``, in UTC.

``to_json`` writes them. Only for their types are the values of the program imported: a command needs few of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from es_desktop.replay.diff import plain_state

from .json_view import utc_time

if TYPE_CHECKING:
    from es_desktop.app.ask.answers import Answer, FoundVersion
    from es_desktop.app.ask.buckets import Bucket
    from es_desktop.app.ask.question import Question
    from es_desktop.app.compare.compare import ComparisonReport, Side
    from es_desktop.app.entity.facts import EntityCheck, EntityFacts, StoreFacts
    from es_desktop.app.entity.verdict import Verdict
    from es_desktop.app.search.state_scan import StateHit
    from es_desktop.app.transfer.working_copy import CopyResult
    from es_desktop.core import EntityId, RecordedEvent, RecordedSnapshot
    from es_desktop.replay import Change, Rebuild
    from es_desktop.replay.watch import Crossing

JsonObject = dict[str, Any]


def store_json(facts: StoreFacts) -> JsonObject:
    """The object of ``info``; with ``stores`` if the database holds several."""
    about = {
        **_fields(facts, "store", "format", "writable", "entities", "events", "snapshots"),
        "first": utc_time(facts.first),
        "last": utc_time(facts.last),
        "types": facts.types,
        "notes": list(facts.notes),
    }
    if facts.stores:
        fields = "scope", "format", "entities", "events"
        about["stores"] = [{**_fields(each, *fields), "shown": each.is_shown} for each in facts.stores]
    return about


def entity_json(entity: EntityFacts) -> JsonObject:
    """A line of ``entities``."""
    return {
        "id": str(entity.id),
        **_fields(entity, "type", "version", "events", "snapshots"),
        "created": utc_time(entity.created),
        "modified": utc_time(entity.modified),
        "discarded": entity.discarded,
        **({"note": entity.note} if entity.note else {}),
    }


def event_json(event: RecordedEvent) -> JsonObject:
    """A line of ``events``."""
    return {
        **_fields(event, "version", "type", "topic"),
        "timestamp": utc_time(event.timestamp),
        "data": dict(event.data) if event.error is None else None,
        "error": event.error,
        **({"note": event.note} if event.note else {}),
    }


def snapshot_json(snapshot: RecordedSnapshot, entity_type: str) -> JsonObject:
    """A line of ``snapshots``."""
    return {
        "version": snapshot.version,
        "type": entity_type,
        "timestamp": utc_time(snapshot.timestamp),
        "state": None if snapshot.state is None else plain_state(snapshot.state),
        "error": snapshot.error,
    }


def rebuild_json(rebuild: Rebuild, entity: EntityFacts, at: int, verdict: Verdict) -> JsonObject:
    """The object of ``explain``."""
    return {
        "entity": str(entity.id),
        "type": entity.type,
        "at": at,
        "exactness": verdict.exactness.value,
        "reason": verdict.reason,
        "base": {"kind": rebuild.base.name, "version": rebuild.base.version},
        "skipped": rebuild.skipped,
        "steps": [
            {
                **_fields(step, "version", "type"),
                "changes": _change_list(step.changes),
                "error": step.error,
                **({"note": step.note} if step.note else {}),
            }
            for step in rebuild.steps
        ],
        "state": rebuild.state,
        "writers": rebuild.writers,
    }


def check_json(found: EntityCheck) -> JsonObject:
    """A line of ``verify``."""
    names = ("version", "ok", "path", "snapshot", "replayed", "first_event")
    return {"entity": str(found.entity.id), **_fields(found.check, *names)}


def comparison_json(report: ComparisonReport) -> JsonObject:
    """The object of ``compare``."""
    compared, found = report.compared, report.divergences
    return {
        "left": _side_json(compared.left, report.left_store),
        "right": _side_json(compared.right, report.right_store),
        "first_divergence": None if found is None else found.first,
        "changes": _change_list(compared.changes),
    }


def crossing_json(crossing: Crossing) -> JsonObject:
    """A line of ``watch``."""
    return {"version": crossing.version, "from": crossing.before, "to": crossing.after}


def found_state_json(found: StateHit) -> JsonObject:
    """A line of ``find`` with a condition."""
    entity = found.entity
    return {
        "id": str(entity.id),
        "type": entity.type,
        "version": found.version,
        "exactness": found.exactness.value,
        "values": dict(found.values),
        "created": utc_time(entity.created),
        "modified": utc_time(entity.modified),
        "discarded": entity.discarded,
    }


def answer_json(found: Answer, question: Question) -> JsonObject:
    """A line of ``find`` with a question to whole histories."""
    entity = found.entity
    return {
        "id": str(entity.id),
        "type": entity.type,
        "version": found.version,
        "time": utc_time(found.time),
        "exactness": found.exactness.value,
        "values": dict(found.values),
        "now": dict(found.now),
        "clauses": [
            {
                "clause": clause.text,
                "version": each.version,
                "time": utc_time(each.time),
                **({} if each.seconds is None else {"seconds": round(each.seconds, 6)}),
                **({} if each.times is None else {"times": each.times}),
            }
            for clause, each in zip(question.clauses, found.clauses, strict=True)
        ],
        "created": utc_time(entity.created),
        "modified": utc_time(entity.modified),
        "discarded": entity.discarded,
    }


def found_version_json(found: FoundVersion) -> JsonObject:
    """A line of ``find --versions``."""
    return {
        "id": str(found.entity.id),
        "type": found.entity.type,
        "version": found.version,
        "event": found.event,
        "time": utc_time(found.time),
        "exactness": found.exactness.value,
        "values": dict(found.values),
    }


def bucket_json(bucket: Bucket) -> JsonObject:
    """A line of ``find --count-over-time``."""
    return {"from": utc_time(bucket.begin), "until": utc_time(bucket.end), "count": bucket.count}


def logged_event_json(entity_id: EntityId, entity_type: str, event: RecordedEvent) -> JsonObject:
    """A line of ``find`` with words only."""
    return {
        "entity": str(entity_id),
        "type": entity_type,
        "version": event.version,
        "event": event.type,
        "timestamp": utc_time(event.timestamp),
        "data": dict(event.data) if event.error is None else None,
    }


def copied_json(copied: CopyResult, target: str, left_out: str) -> JsonObject:
    """The object of ``copy``."""
    return {
        "copy": target,
        "entities": copied.entities,
        "already": copied.already,
        "events": copied.events,
        "snapshots": copied.snapshots,
        "behind": [str(each) for each in copied.outdated],
        "differences": [
            {"entity": str(each.entity), "version": each.version, "what": each.text} for each in copied.mismatches
        ],
        **({"left_out": left_out} if left_out else {}),
    }


def _side_json(side: Side, store: str) -> JsonObject:
    return {
        "store": store,
        "entity": str(side.view.facts.id),
        "type": side.view.facts.type,
        "at": side.version,
        "exactness": side.verdict.exactness.value,
        "reason": side.verdict.reason,
        "state": side.state,
    }


def _change_list(changes: Iterable[Change]) -> list[JsonObject]:
    return [_fields(each, "path", "before", "after") for each in changes]


def _fields(source: object, *names: str) -> JsonObject:
    return {name: getattr(source, name) for name in names}
