"""Topics name an event type and an entity type."""

from dataclasses import replace

import pytest

from es_desktop.core import RecordedEvent, RecordedSnapshot, Topic


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
