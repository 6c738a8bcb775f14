"""Topics as a reader sees them: what kind of event of what kind of entity."""

from dataclasses import replace

import pytest

from es_desktop.core import RecordedEvent, RecordedSnapshot, Topic


@pytest.mark.parametrize(
    ("text", "kind", "entity", "entity_topic"),
    [
        ("shop.models#Order.Paid", "Paid", "Order", "shop.models#Order"),
        ("shop.models:Order.Paid", "Paid", "Order", "shop.models:Order"),
        ("shop#Shop.Order.Paid", "Paid", "Order", "shop#Shop.Order"),
        ("shop.models#Paid", "Paid", "Paid", None),
        ("order-paid", "order-paid", "order-paid", None),
        ("", "", "", None),
    ],
)
def test_a_topic_tells_the_event_and_the_entity(text: str, kind: str, entity: str, entity_topic: str | None) -> None:
    topic = Topic(text)
    assert (topic.type, topic.entity, topic.entity_topic) == (kind, entity, entity_topic)
    assert RecordedEvent(0, text, None, {}).type == RecordedSnapshot(0, text, None, None).type == kind


def test_an_event_is_what_it_says_wherever_it_was_read() -> None:
    event = RecordedEvent(3, "shop#Cart.Filled", 1.5, {"sku": "a"})
    assert not event.is_edited and event.raw is None
    assert event == replace(event, raw=("a", 3), is_edited=True)
    assert event != replace(event, data={"sku": "b"})
