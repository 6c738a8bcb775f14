"""Topics are data: resolving one finds a class that is known, and never imports or runs anything."""

import json
import sys
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import (
    DomainEvent,
    KnownClasses,
    SequencedItem,
    SequencedItemMapper,
    TimestampedVersionedEntity,
    TopicResolutionError,
    ValueDecodingError,
    entity_from_snapshot,
    known_classes,
    resolve_domain_topic,
    topic_from_domain_class,
    topic_of,
)
from es_desktop.core.eventplayer import Snapshot
from es_desktop.core.topics import new_object
from es_desktop.examples import Example, Order

NEVER_KNOWN = [
    "antigravity#x",
    "this#s",
    "os#system",
    "os.path#join",
    "builtins#eval",
    "builtins#exec",
    "subprocess#Popen",
    "es_desktop.core.topics#KnownClasses.__init__",
    "es_desktop.examples.example#Example.Heartbeat.mutate.__globals__",
    "",
    "#",
    "no such module",
    "..#..",
]


class Plain:
    """A class that is not registered."""


def test_topics_name_the_module_and_the_qualified_class() -> None:
    assert topic_of(Example.Heartbeat) == "es_desktop.examples.example#Example.Heartbeat"
    assert topic_of(dict) == "builtins#dict"


@pytest.mark.parametrize("topic", NEVER_KNOWN)
def test_resolving_never_imports(topic: str) -> None:
    modules = set(sys.modules)
    with pytest.raises(TopicResolutionError):
        resolve_domain_topic(topic)
    with pytest.raises(TopicResolutionError):
        entity_from_snapshot(Snapshot(originator_id=uuid4(), originator_version=0, topic=topic, state={}))
    assert set(sys.modules) == modules
    assert "antigravity" not in sys.modules


@pytest.mark.parametrize("topic", NEVER_KNOWN)
def test_reading_a_record_never_imports(topic: str) -> None:
    modules = set(sys.modules)
    mapper = SequencedItemMapper()
    data = f'{{"a": {{"__class__": {{"topic": "{topic}", "state": {{"b": 1}}}}}}}}'
    item = SequencedItem(uuid4(), 0, topic, data)
    with pytest.raises(TopicResolutionError):
        mapper.from_sequenced_item(item)
    recorded = mapper.to_recorded_event(item)
    assert (recorded.topic, recorded.domain_event, recorded.error) == (topic, None, None)
    assert recorded.data == {"a": {"__class__": {"topic": topic, "state": {"b": 1}}}}
    assert set(sys.modules) == modules


@given(st.text() | st.builds("{}#{}".format, st.text(), st.text()))
def test_any_text_is_known_or_refused(topic: str) -> None:
    modules = set(sys.modules)
    try:
        assert topic_of(resolve_domain_topic(topic)) == topic
    except TopicResolutionError:
        assert known_classes.find(topic) is None
    assert set(sys.modules) == modules


def test_a_subclass_of_the_bases_is_known_at_once() -> None:
    class Entity(TimestampedVersionedEntity):
        class Grew(TimestampedVersionedEntity.Event):
            pass

    class Event(DomainEvent):
        pass

    for cls in (Entity, Entity.Grew, Entity.Created, Event, Example, Order.ItemAdded):
        assert resolve_domain_topic(topic_of(cls)) is cls


def test_a_class_is_known_once_its_object_passed_through_a_mapper() -> None:
    class Event:
        def __init__(self, **attributes: Any) -> None:
            self.__dict__.update(attributes)

    class Value(Event):
        pass

    for cls in (Event, Value):
        with pytest.raises(TopicResolutionError):
            resolve_domain_topic(topic_of(cls))
    SequencedItemMapper().to_sequenced_item(Event(sequence_id=1, position=0, value=Value()))
    for cls in (Event, Value):
        assert resolve_domain_topic(topic_of(cls)) is cls


def test_a_class_is_known_once_it_was_registered() -> None:
    with pytest.raises(TopicResolutionError):
        resolve_domain_topic(topic_of(Plain))
    assert topic_from_domain_class(Plain) == topic_of(Plain)
    assert resolve_domain_topic(topic_of(Plain)) is Plain


def test_a_separate_set_of_classes_knows_nothing_else() -> None:
    classes = KnownClasses([Plain])
    assert classes.find(topic_of(Plain)) is Plain
    assert classes.find(topic_of(Example)) is None
    classes.register_model(Order)
    for cls in (Order, Order.ItemAdded, Order.Created, Order.Status):
        assert classes.resolve(topic_of(cls)) is cls
    assert classes.find(topic_of(Example)) is None


def test_the_latest_class_of_a_topic_wins() -> None:
    def define() -> type:
        class Reloaded(DomainEvent):
            pass

        return Reloaded

    first, second = define(), define()
    assert first is not second
    assert resolve_domain_topic(topic_of(first)) is second


@pytest.mark.parametrize("cls", [int, dict, type, type(None), ValueError, object])
def test_an_object_without_attributes_is_never_made(cls: type) -> None:
    with pytest.raises(TopicResolutionError):
        new_object(cls, {})


def test_an_unknown_class_inside_a_value_stays_a_dict() -> None:
    mapper = SequencedItemMapper(classes=KnownClasses([Plain]))
    some_id = uuid4()
    tagged = {"topic": "unknown.module#Thing", "state": {"id": {"UUID": some_id.hex}}}
    decoded = mapper.decode_payload(json.dumps({"x": {"__class__": tagged}}))
    assert decoded == {"x": {"__class__": {"topic": "unknown.module#Thing", "state": {"id": some_id}}}}


def test_a_known_class_with_wrong_parts_is_refused() -> None:
    mapper = SequencedItemMapper(classes=KnownClasses([Plain, int]))
    for cls in (Plain, int):
        with pytest.raises(ValueDecodingError):
            mapper.decode_payload(f'{{"x": {{"__class__": {{"topic": "{topic_of(cls)}", "state": 5}}}}}}')


def test_a_model_is_registered_with_the_classes_inside_it_and_its_bases() -> None:
    class Base:
        class Line:
            pass

    class Model(Base):
        class Kept:
            pass

    classes = KnownClasses()
    classes.register_model(Model)
    assert [classes.find(topic_of(each)) for each in (Model, Model.Kept, Base.Line)] == [Model, Model.Kept, Base.Line]
    assert classes.find(topic_of(dict)) is None
