"""The objects that are printed as JSON and returned by the API: exactly the keys promised, and times as times."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from es_desktop.app.entity.facts import EntityFacts, StoreFacts
from es_desktop.app.entity.verdict import first_failure, verdict_on
from es_desktop.app.text.json_objects import entity_json, event_json, rebuild_json, snapshot_json, store_json
from es_desktop.app.text.json_view import to_json
from es_desktop.core import RecordedEvent, RecordedSnapshot
from es_desktop.replay import ABSENT, Base, Change, Exactness, Rebuild, Step

ENTITY = EntityFacts(UUID(int=1), "Order", "shop#Order", 4, 5, 1, 0.0, 1_700_000_000.5, True)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATER = datetime(2023, 11, 14, 22, 13, 20, 500_000, UTC)


def test_the_object_of_a_store() -> None:
    facts = StoreFacts("a.esdb", "es-desktop store", True, 3, 9, 1, 0.0, None, {"Order": 3}, ("a note",))
    assert store_json(facts) == {
        "store": "a.esdb",
        "format": "es-desktop store",
        "writable": True,
        "entities": 3,
        "events": 9,
        "snapshots": 1,
        "first": EPOCH,
        "last": None,
        "types": {"Order": 3},
        "notes": ["a note"],
    }


def test_the_object_of_an_entity() -> None:
    assert entity_json(ENTITY) == {
        "id": "00000000-0000-0000-0000-000000000001",
        "type": "Order",
        "version": 4,
        "events": 5,
        "snapshots": 1,
        "created": EPOCH,
        "modified": LATER,
        "discarded": True,
    }


def test_the_object_of_an_event_and_of_one_that_cannot_be_decoded() -> None:
    data = {"name": "_foo", "value": (1,)}
    fine = event_json(RecordedEvent(3, "shop#Order.AttributeChanged", 0.0, data))
    assert fine == {
        "version": 3,
        "type": "AttributeChanged",
        "topic": "shop#Order.AttributeChanged",
        "timestamp": EPOCH,
        "data": data,
        "error": None,
    }
    broken = event_json(RecordedEvent(3, "shop#Order.Paid", None, {}, error="cut off"))
    assert (broken["type"], broken["data"], broken["error"]) == ("Paid", None, "cut off")
    assert broken.keys() == fine.keys()


def test_the_object_of_a_snapshot() -> None:
    snapshot = RecordedSnapshot(8, "shop#Order", 0.0, {"_id": 1, "_version": 9, "_lines": ("a",)})
    assert snapshot_json(snapshot, "Order") == {
        "version": 8,
        "type": "Order",
        "timestamp": EPOCH,
        "state": {"lines": ["a"]},
        "error": None,
    }
    assert snapshot_json(RecordedSnapshot(8, "builtins#NoneType", 0.0, None), "Order")["state"] is None
    assert snapshot_json(RecordedSnapshot(8, "shop#Order", None, None, "cut off"), "Order")["error"] == "cut off"


def test_the_object_of_a_rebuild() -> None:
    step = Step(5, "Paid", 0.0, (Change("status", "open", "paid"), Change("total", ABSENT, Decimal(1))), "broke", 0.5)
    rebuild = Rebuild(Base(4), {"status": "open"}, 5, (step,), {"status": "paid"}, Exactness.BROKEN, {"status": [5]})
    verdict = verdict_on(rebuild.exactness, 4, {}, failure=first_failure(rebuild.steps))
    assert rebuild_json(rebuild, ENTITY, 5, verdict) == {
        "entity": "00000000-0000-0000-0000-000000000001",
        "type": "Order",
        "at": 5,
        "exactness": "broken",
        "reason": verdict.reason,
        "base": {"kind": "snapshot", "version": 4},
        "skipped": 5,
        "steps": [
            {
                "version": 5,
                "type": "Paid",
                "changes": [
                    {"path": "status", "before": "open", "after": "paid"},
                    {"path": "total", "before": ABSENT, "after": Decimal(1)},
                ],
                "error": "broke",
            }
        ],
        "state": {"status": "paid"},
        "writers": {"status": [5]},
    }
    empty = Rebuild(Base(), None, 0, (), None, Exactness.EXACT)
    zero = json.loads(to_json(rebuild_json(empty, ENTITY, 0, verdict_on(Exactness.EXACT, None, {}))))
    assert (zero["base"], zero["state"]) == ({"kind": "zero", "version": None}, None)


def test_times_are_written_as_iso_8601_in_utc() -> None:
    found = json.loads(to_json(entity_json(ENTITY)))
    assert (found["created"], found["modified"]) == ("1970-01-01T00:00:00+00:00", "2023-11-14T22:13:20.500000+00:00")
