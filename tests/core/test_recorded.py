"""Records: what their topics name, what makes two of them equal, and what is known of one that says no more."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from es_desktop.core import RecordedEvent, RecordedSnapshot, RecordOrigin, Topic
from es_desktop.core.recorded import RecordedMapper
from es_desktop.core.sequenceditem import seconds_in


@pytest.mark.parametrize(
    ("text", "event_type", "entity", "entity_topic"),
    [
        ("shop.models#Order.Paid", "Paid", "Order", "shop.models#Order"),
        ("shop.models:Order.Paid", "Paid", "Order", "shop.models:Order"),
        ("shop#Shop.Order.Paid", "Paid", "Order", "shop#Shop.Order"),
        ("shop.models#Paid", "Paid", "Paid", None),
        ("order-paid", "order-paid", "order-paid", None),
        ("", "", "", None),
    ],
)
def test_a_topic_names_the_event_and_the_entity(
    text: str, event_type: str, entity: str, entity_topic: str | None
) -> None:
    topic = Topic(text)
    assert (topic.type, topic.entity, topic.entity_topic) == (event_type, entity, entity_topic)
    assert RecordedEvent(0, text, None, {}).type == RecordedSnapshot(0, text, None, None).type == event_type


def test_recorded_events_are_equal_whatever_row_they_were_read_from() -> None:
    event = RecordedEvent(3, "shop#Cart.Filled", 1.5, {"sku": "a"})
    assert not event.is_edited and event.raw is None
    assert event == replace(event, raw=("a", 3), is_edited=True)
    assert event != replace(event, data={"sku": "b"})


def test_records_are_equal_whatever_they_were_made_from_and_show_only_what_they_say() -> None:
    origin = RecordOrigin("axon", "shop.Filled")
    for record in (RecordedEvent(3, "a#B.C", 1.5, {}), RecordedSnapshot(3, "a#B", 1.5, {})):
        assert (record.raw, record.origin, record.error) == (None, None, None)
        other = replace(record, raw="a row", origin=origin)
        assert other == record and other.origin is origin
        assert repr(other) == repr(record) and "row" not in repr(other) and "axon" not in repr(other)


def test_nothing_is_claimed_of_a_record_that_does_not_say_it() -> None:
    event, snapshot, origin = RecordedEvent(0, "", None, {}), RecordedSnapshot(0, "", None, {}), RecordOrigin("", "")
    assert (event.is_edited, event.is_encrypted, snapshot.is_inferred, origin.has_core_types) == (False,) * 4
    assert (event.domain_event, event.type_override, event.entity_type_override) == (None, "", "")
    assert (origin.stored_topic, origin.data, origin.text, origin.fields) == (None, None, None, {})


@pytest.mark.parametrize(
    ("data", "text", "expected"),
    [
        ('{"a": 1}', None, '{"a": 1}'),
        (b"{}", None, "{}"),
        (b"\xff", None, None),
        (b"\xff", "{}", "{}"),
        ("sealed", "{}", "{}"),
        (5, None, None),
        (None, None, None),
        (None, "{}", "{}"),
    ],
)
def test_the_payload_of_an_origin_is_its_text_if_it_has_one(data: Any, text: str | None, expected: str | None) -> None:
    assert RecordOrigin("axon", "", data=data, text=text).payload_text == expected


@pytest.mark.parametrize(
    ("stored", "seconds"),
    [
        (5, 5.0),
        (1.5, 1.5),
        (Decimal("2.5"), 2.5),
        (10**400, None),
        (Decimal("sNaN"), None),
        (float("nan"), None),
        (float("inf"), None),
        ("1.5", None),
        (None, None),
    ],
)
def test_a_time_is_a_finite_number_of_seconds(stored: Any, seconds: float | None) -> None:
    assert seconds_in(stored) == seconds


def test_records_for_readers_are_not_written() -> None:
    mapper = RecordedMapper(str)
    assert mapper.from_sequenced_item(5) == "5"
    with pytest.raises(TypeError, match="is not written"):
        mapper.to_sequenced_item(RecordedEvent(0, "", None, {}))
