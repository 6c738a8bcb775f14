"""The outline of an event says what the decoded event says; where it cannot, it is not given."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from es_desktop.app.store.session import open_session
from es_desktop.core import KnownClasses, SequencedItem
from es_desktop.stores.ourmapper import origin_length, our_mapper, without_origin

MAPPER = our_mapper(KnownClasses())


def item(data: object, topic: object = "shop#Order.Paid") -> SequencedItem:
    return SequencedItem(UUID(int=1), 3, topic, data)


def test_each_event_of_a_store_has_the_outline_of_its_decoded_event(demo_template: Path) -> None:
    with closing(open_session(str(demo_template), writable=False)) as session:
        records = list(session.store.reader.all_records())
    for record in records[::10]:
        event, outline = MAPPER.to_recorded_event(record), MAPPER.event_outline(record)
        assert outline == (event.type, event.entity_type, event.timestamp)


@pytest.mark.parametrize(
    ("data", "timestamp"),
    [
        ('{"timestamp": 12.5, "a": {"b": [1]}}', 12.5),
        (b'{"timestamp": 12}', 12.0),
        ('{"a": 1}', None),
        ('{"timestamp": null}', None),
        ('{"timestamp": 1, "timestamp": 2}', 2.0),
    ],
)
def test_a_plain_payload_has_an_outline(data: str | bytes, timestamp: float | None) -> None:
    assert MAPPER.event_outline(item(data)) == ("Paid", "Order", timestamp)
    assert MAPPER.to_recorded_event(item(data)).timestamp == timestamp
    assert MAPPER.event_outline(item(data, "shop#Or%2Eder.Pa%23id")) == ("Pa#id", "Or.der", timestamp)


@pytest.mark.parametrize(
    "data",
    [
        '{"timestamp": {"__decimal__": "12.5"}}',
        '{"timestamp": "12.5"}',
        '{"timestamp": true}',
        '{"timestamp": 1e999}',
        '{"timestamp": NaN}',
        '["timestamp"]',
        '{"a": ',
        "[" * 100_000,
        b"\xff",
        "\ud800",
        "",
        None,
        7,
        '{"copied from":{"format":"x","topic":"y"},"timestamp":1}',
    ],
)
def test_what_is_not_as_usual_has_none(data: object) -> None:
    assert MAPPER.event_outline(item(data)) is None


def test_a_topic_that_is_no_text_has_none() -> None:
    assert MAPPER.event_outline(item("{}", 7)) is None


def test_the_length_of_an_origin_is_known_without_a_copy_of_it() -> None:
    payload = '{"copied from":{"format":"x","topic":"é"},"timestamp":1}'
    origin, _ = without_origin(payload)
    assert origin is not None and origin_length(payload) == len(origin.encode())
    assert origin_length('{"timestamp":1}') == origin_length("[") == 0
