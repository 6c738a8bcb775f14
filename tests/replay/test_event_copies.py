"""Copies of events and events that no record holds: objects of their classes only where those are known."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from es_desktop.core import RecordedEvent, create_entity
from es_desktop.examples import Order
from es_desktop.replay.edits import synthetic_event, with_version
from tests.replay.histories import CLASSES, published, recorded

with published() as _events:
    create_entity(Order, customer="Zoë").add_item("A", "Apple", 1, Decimal("2.00"))
BESIDE = recorded(_events)[1]


def test_an_event_beside_another_has_its_entity_its_time_and_its_class() -> None:
    event = synthetic_event(BESIDE.topic, 7, BESIDE.data, BESIDE, CLASSES)
    assert (event.version, event.timestamp, event.is_edited) == (7, BESIDE.timestamp, True)
    assert type(event.domain_event) is type(BESIDE.domain_event)
    assert event.domain_event.originator_version == 7
    assert event.domain_event.originator_id == BESIDE.domain_event.originator_id


def test_without_a_class_or_an_object_beside_it_an_event_is_no_object() -> None:
    bare = replace(BESIDE, domain_event=None)
    for topic, beside in ((BESIDE.topic, None), (BESIDE.topic, bare), ("shop#Unknown.Happened", BESIDE)):
        event = synthetic_event(topic, 7, {"a": 1}, beside, CLASSES)
        assert (event.domain_event, event.data, event.error) == (None, {"a": 1}, None)


def test_a_copy_shares_nothing_with_its_event_and_is_edited_where_its_payload_is_another() -> None:
    event = RecordedEvent(1, "shop#Cart.Filled", 1.0, {"tags": ["a"]})
    moved, changed = with_version(event, 5), with_version(event, 5, {"tags": ["b"]})
    assert (moved.version, moved.data, moved.is_edited) == (5, event.data, False)
    assert moved.data["tags"] is not event.data["tags"]
    assert (changed.data, changed.is_edited) == ({"tags": ["b"]}, True)
