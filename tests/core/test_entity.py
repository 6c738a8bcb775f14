"""Entities: what their commands publish and refuse, and that a failed command changes nothing."""

from copy import deepcopy
from typing import Any

import pytest

from es_desktop.core import (
    DomainEntity,
    EntityIsDiscarded,
    EventBus,
    TimestampedEntity,
    TimestampedVersionedEntity,
    VersionedEntity,
    clock_set_to,
    create_entity,
)
from es_desktop.examples import Example, Ticket, create_new_example

BASES = [DomainEntity, VersionedEntity, TimestampedEntity, TimestampedVersionedEntity]


class Refused(Exception):
    """Raised by a handler that cannot store an event."""


@pytest.fixture
def published(bus: EventBus) -> list[Any]:
    events: list[Any] = []
    bus.subscribe(events.append)
    return events


def refuse(event: object) -> None:
    raise Refused


def test_a_change_of_an_attribute_is_published_and_applied(published: list[Any]) -> None:
    with clock_set_to(lambda: 7.0):
        example = create_new_example(foo="bar1")
        example.foo = "bar2"
        example.change_attribute(name="_a", value=5)
    assert published == [
        Example.Created(originator_id=example.id, timestamp=7.0, foo="bar1", a="", b=""),
        Example.AttributeChanged(
            originator_id=example.id, originator_version=1, timestamp=7.0, name="_foo", value="bar2"
        ),
        Example.AttributeChanged(originator_id=example.id, originator_version=2, timestamp=7.0, name="_a", value=5),
    ]
    assert (example.foo, example.a, example.version) == ("bar2", 5, 3)


def test_heartbeats_are_published_as_one_list(published: list[Any]) -> None:
    example = create_new_example()
    example.beat_heart(3)
    example.beat_heart()
    assert [[beat.originator_version for beat in beats] for beats in published[1:]] == [[1, 2, 3], [4]]
    assert (example.count_heartbeats(), example.version) == (4, 5)


def test_a_discarded_entity_refuses_changes(published: list[Any]) -> None:
    example = create_new_example(foo="kept")
    example.discard()
    count = len(published)
    with pytest.raises(EntityIsDiscarded):
        example.foo = "x"
    with pytest.raises(EntityIsDiscarded):
        example.beat_heart()
    with pytest.raises(AssertionError):
        example.discard()
    assert (example.foo, example.version, len(published)) == ("kept", 2, count)


def test_a_failed_publish_leaves_the_entity_as_it_was(bus: EventBus) -> None:
    example = create_new_example(foo={"deep": [1]})
    ticket = create_entity(Ticket, title="It hums", tags=["a"])
    ticket.comment("Ana", "Still?")
    before = deepcopy([example, ticket])
    bus.subscribe(refuse)
    with pytest.raises(Refused):
        example.foo = "x"
    with pytest.raises(Refused):
        example.beat_heart(5)
    with pytest.raises(Refused):
        example.discard()
    with pytest.raises(Refused):
        ticket.comment("Bo", "Gone")
    assert [example, ticket] == before
    bus.unsubscribe(refuse)
    ticket.comment("Bo", "Here again")
    assert [comment["text"] for comment in ticket.comments] == ["Still?", "Here again"]


def test_an_event_that_the_mutator_refuses_is_never_published(published: list[Any]) -> None:
    class Picky(TimestampedVersionedEntity):
        class Poked(TimestampedVersionedEntity.Event):
            def mutate(self, picky: Any) -> None:
                picky.pokes = 1
                raise Refused

        def poke(self) -> None:
            self._trigger(self.Poked)

    picky = create_entity(Picky)
    before = deepcopy(picky)
    with pytest.raises(Refused):
        picky.poke()
    assert (picky, len(published)) == (before, 1)


@pytest.mark.parametrize("base", BASES)
def test_each_base_can_be_created_changed_and_discarded(base: type[Any], published: list[Any]) -> None:
    entity_class: Any = type("Subclass", (base,), {})
    entity: Any = create_entity(entity_class)
    entity.change_attribute(name="_color", value="red")
    entity.discard()
    assert [type(event) for event in published] == [
        entity_class.Created,
        entity_class.AttributeChanged,
        entity_class.Discarded,
    ]
    assert all("timestamp" in vars(event) for event in published) == issubclass(base, TimestampedEntity)
    versions = [vars(event).get("originator_version") for event in published]
    assert versions == ([0, 1, 2] if issubclass(base, VersionedEntity) else [None] * 3)


def test_an_entity_made_without_a_time_has_that_of_the_clock() -> None:
    with clock_set_to(lambda: 7.0):
        entity = TimestampedVersionedEntity(originator_id="e", originator_version=0)
    assert (entity.created_on, entity.last_modified_on, entity.version) == (7.0, 7.0, 0)


def test_an_entity_gets_the_given_id() -> None:
    assert create_entity(Example, originator_id="EX-1").id == "EX-1"
    assert create_new_example().id != create_new_example().id


def test_entities_are_equal_by_type_and_state() -> None:
    example = create_new_example(foo=1)
    assert example == deepcopy(example)
    assert example != create_new_example(foo=1)
    assert example != object()
