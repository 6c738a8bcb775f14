"""The mapper: events as four fields and back, with any names of the fields and any event class."""

from collections import namedtuple
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import (
    DomainEvent,
    KnownClasses,
    SequencedItem,
    SequencedItemError,
    SequencedItemMapper,
    TimestampedVersionedEntityEvent,
    TopicResolutionError,
    ValueDecodingError,
    ValueEncodingError,
    topic_of,
)
from es_desktop.examples import Example, Order
from tests.core.test_values import Color, Point

ID = UUID("5f2c91d0-9c1e-4a4e-8a77-0d5f7c1b2a3e")
MAPPER = SequencedItemMapper(sequence_id_attr_name="originator_id", position_attr_name="originator_version")


class StoredEvent(NamedTuple):
    originator_id: Any
    originator_version: Any
    event_type: str
    state: str


class Happened(DomainEvent):
    pass


def heartbeat(**attributes: Any) -> DomainEvent:
    return Example.Heartbeat(**{"originator_id": ID, "originator_version": 4, "timestamp": 2.5, **attributes})


def recorded(data: Any, topic: Any = "unknown#Thing") -> Any:
    return MAPPER.to_recorded_event(SequencedItem(ID, 0, topic, data))


def test_the_sequence_and_the_position_are_columns_and_the_rest_is_payload() -> None:
    item = MAPPER.to_sequenced_item(heartbeat())
    assert item == SequencedItem(ID, 4, topic_of(Example.Heartbeat), '{"timestamp":2.5}')
    assert MAPPER.from_sequenced_item(item) == heartbeat()


def test_the_names_of_the_attributes_are_those_of_the_first_two_fields() -> None:
    mapper = SequencedItemMapper()
    assert (mapper.sequence_id_attr_name, mapper.position_attr_name) == ("sequence_id", "position")
    item = mapper.to_sequenced_item(Happened(sequence_id="s", position=3, a=1))
    assert item == SequencedItem("s", 3, topic_of(Happened), '{"a":1}')
    mapper = SequencedItemMapper(sequenced_item_class=StoredEvent)
    assert (mapper.sequence_id_attr_name, mapper.position_attr_name) == ("originator_id", "originator_version")


@pytest.mark.parametrize(
    "item_class",
    [StoredEvent, namedtuple("Row", "stream_id version kind body"), namedtuple("Short", ["s", "p", "t", "d"])],
)
def test_any_named_tuple_of_four_such_fields_works(item_class: Any) -> None:
    mapper = SequencedItemMapper(item_class, "originator_id", "originator_version")
    item = mapper.to_sequenced_item(heartbeat())
    assert type(item) is item_class
    assert item == (ID, 4, topic_of(Example.Heartbeat), '{"timestamp":2.5}')
    assert mapper.from_sequenced_item(item) == heartbeat()


@pytest.mark.parametrize("wrong", [int, tuple, namedtuple("Three", "a b c"), namedtuple("Five", "a b c d e")])
def test_an_item_class_of_other_fields_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match="four fields"):
        SequencedItemMapper(wrong)


class Dated(NamedTuple):
    """An item with a field of its own."""

    sequence_id: Any
    position: Any
    topic: str
    data: str
    time: float


class DatedMapper(SequencedItemMapper):
    def construct_item_args(self, event: Any) -> tuple[Any, ...]:
        return *super().construct_item_args(event), event.timestamp


def test_an_item_may_have_more_fields_if_its_mapper_says_them() -> None:
    mapper = DatedMapper(Dated, "originator_id", "originator_version")
    item = mapper.to_sequenced_item(heartbeat())
    assert item == (ID, 4, topic_of(Example.Heartbeat), '{"timestamp":2.5}', 2.5)
    assert mapper.from_sequenced_item(item) == heartbeat()
    assert mapper.to_recorded_event(item).domain_event == heartbeat()
    with pytest.raises(TypeError, match="four fields"):
        DatedMapper(namedtuple("Three", "a b c"))


@pytest.mark.parametrize("value", [Color.RED, Point(1, 2), {"a": [(Color.RED,)]}, {Point(1, 2)}])
def test_an_event_is_not_made_with_another_value_in_place_of_one_of_an_unknown_class(value: Any) -> None:
    mapper = SequencedItemMapper(classes=KnownClasses([Happened]))
    item = mapper.to_sequenced_item(Happened(sequence_id="e", position=0, x=value))
    with pytest.raises(TopicResolutionError, match=r"test_values#(Color|Point)' is not known"):
        mapper.from_sequenced_item(item)
    for cls in (Color, Point):
        mapper.classes.register(cls)
    assert mapper.from_sequenced_item(item).x == value


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.uuids() | st.decimals(allow_nan=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.lists(inner).map(tuple),
    max_leaves=8,
)


@given(st.uuids() | st.text(), st.integers(0), st.dictionaries(st.text(min_size=1), values, max_size=4))
def test_every_event_comes_back_equal(sequence_id: Any, position: int, attributes: dict[str, Any]) -> None:
    mapper = SequencedItemMapper(sequence_id_attr_name="of", position_attr_name="at")
    event = Happened(**{**attributes, "of": sequence_id, "at": position})
    assert mapper.from_sequenced_item(mapper.to_sequenced_item(event)) == event


texts = st.sampled_from(
    [
        *(
            '{"a":1}',
            '{"a":1}\n',
            '{"a": 1}',
            '{"a":0.10}',
            '{"a":1e400}',
            '{"a":1}{"a":2}',
            '{"a":',
            "1}",
            "[1,",
            "2]",
        ),
        *('{"a":{"UUID":"x"}}', '{"a":{"__tuple__":[1]}}', '{"a":"\\u00e9"}', '{"a":"é"}', '{"a":"\ud800"}', "{}", "5"),
        *('{"a":' + "[" * 451 + "]" * 451 + "}", '{"a":NaN}', '{"a":1.5,"a":2}', '{"a":2e0}', "3\n4", "2]", "", None),
    ]
)


@given(st.lists(texts | st.just('{"a":1.5}'), min_size=9, max_size=12) | st.lists(st.just('{"a":[7]}'), max_size=120))
def test_many_events_are_read_as_each_alone(payloads: list[Any]) -> None:
    items = [SequencedItem(ID, position, topic_of(Happened), data) for position, data in enumerate(payloads)]
    events, found, expected = MAPPER.from_sequenced_items(items), [], []
    for results, read in ((found, lambda _: next(events)), (expected, MAPPER.from_sequenced_item)):
        for item in items:
            try:
                results.append(repr(read(item)))
            except ValueDecodingError as error:
                results.append(str(error))
                break
    assert found == expected


def test_an_event_without_sequence_id_or_position_is_refused() -> None:
    with pytest.raises(SequencedItemError, match="originator_version"):
        MAPPER.to_sequenced_item(Happened(originator_id=ID))
    with pytest.raises(SequencedItemError, match="originator_id"):
        MAPPER.to_sequenced_item(Happened(originator_version=1))


def test_a_value_that_cannot_be_stored_is_refused() -> None:
    with pytest.raises(ValueEncodingError, match=r"\['what'\] is a function"):
        MAPPER.to_sequenced_item(heartbeat(what=lambda: None))


def test_an_event_of_an_unknown_class_is_recorded_but_not_made() -> None:
    item = SequencedItem(ID, 7, "shop.models#Cart.Filled", '{"timestamp":2.5,"price":{"__decimal__":"1.50"}}')
    with pytest.raises(TopicResolutionError, match=r"shop\.models#Cart\.Filled"):
        MAPPER.from_sequenced_item(item)
    event = MAPPER.to_recorded_event(item)
    assert (event.version, event.topic, event.type, event.timestamp) == (7, item.topic, "Filled", 2.5)
    assert (event.data, event.domain_event, event.error) == ({"price": Decimal("1.50")}, None, None)


def test_a_recorded_event_of_a_known_class_has_the_event() -> None:
    event = MAPPER.to_recorded_event(MAPPER.to_sequenced_item(heartbeat(extra=[1])))
    assert event.domain_event == heartbeat(extra=[1])
    assert (event.data, event.timestamp, event.error) == ({"extra": [1]}, 2.5, None)


def test_only_events_of_the_given_classes_are_made() -> None:
    mapper = SequencedItemMapper(SequencedItem, "originator_id", "originator_version", KnownClasses([Order]))
    with pytest.raises(TopicResolutionError):
        mapper.from_sequenced_item(mapper.to_sequenced_item(heartbeat()))


@pytest.mark.parametrize("data", ["", "{", "[1]", "5", '"text"', "null", None, 5, b"\xff", '{"UUID": 5}', "[" * 9999])
def test_a_payload_that_cannot_be_decoded_has_the_reason(data: Any) -> None:
    event = recorded(data)
    assert event.error
    assert (event.topic, event.data, event.timestamp) == ("unknown#Thing", {}, None)
    with pytest.raises(ValueDecodingError):
        MAPPER.from_sequenced_item(SequencedItem(ID, 0, topic_of(Happened), data))


@pytest.mark.parametrize("topic", [None, 5, b"x"])
def test_a_topic_that_is_not_text_is_an_error(topic: Any) -> None:
    event = recorded("{}", topic)
    assert "where text is expected" in event.error
    assert (event.topic, event.type) == ("", "")


def test_a_class_whose_objects_have_no_attributes_is_an_error() -> None:
    mapper = SequencedItemMapper(classes=KnownClasses([int]))
    event = mapper.to_recorded_event(SequencedItem(ID, 0, "builtins#int", '{"a":1}'))
    assert "not a class of events" in str(event.error)


@pytest.mark.parametrize(
    ("timestamp", "seconds"),
    [
        ("2.5", 2.5),
        ("7", 7.0),
        ('{"__decimal__":"1.25"}', 1.25),
        ('"yesterday"', None),
        ("null", None),
        ("NaN", None),
        ("1e999", None),
        ("1" + "0" * 400, None),
        ('{"__decimal__":"sNaN"}', None),
    ],
)
def test_the_time_of_a_record_is_in_seconds_or_unknown(timestamp: str, seconds: float | None) -> None:
    event = recorded(f'{{"timestamp":{timestamp}}}')
    assert (event.timestamp, event.error) == (seconds, None)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ('{"topic":"a#B"}', "no 'state'"),
        ('{"state":{}}', "no 'topic'"),
        ('{"topic":5,"state":{}}', "the topic is 5"),
        ('{"topic":"a#B","state":[1]}', "the state is a list"),
        ("[]", "the payload is a list"),
        ("{", "not valid JSON"),
        (b'"\x80"', "not valid JSON"),
    ],
)
def test_a_snapshot_that_cannot_be_decoded_has_the_reason(data: str | bytes, reason: str) -> None:
    snapshot = MAPPER.to_recorded_snapshot(SequencedItem(ID, 3, "core#Snapshot", data))
    assert (snapshot.version, snapshot.state) == (3, None)
    assert reason in str(snapshot.error)


def test_a_snapshot_is_recorded_with_the_topic_of_its_entity() -> None:
    data = '{"topic":"a#B","state":{"_foo":1},"timestamp":2.5}'
    snapshot = MAPPER.to_recorded_snapshot(SequencedItem(ID, 3, "core#Snapshot", data))
    assert (snapshot.topic, snapshot.type, snapshot.timestamp, snapshot.error) == ("a#B", "B", 2.5, None)
    assert snapshot.state == {"_foo": 1}


def test_an_event_made_from_a_record_cannot_be_changed_either() -> None:
    event = MAPPER.from_sequenced_item(MAPPER.to_sequenced_item(heartbeat()))
    assert isinstance(event, TimestampedVersionedEntityEvent)
    with pytest.raises(AttributeError):
        event.originator_version = 5


def test_two_mappers_share_nothing_but_the_known_classes() -> None:
    other = SequencedItemMapper(StoredEvent)
    event = heartbeat(originator_id=uuid4())
    assert tuple(other.to_sequenced_item(event)) == tuple(MAPPER.to_sequenced_item(event))
