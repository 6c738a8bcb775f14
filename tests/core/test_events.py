"""Events are values: immutable, equal by type and attributes, hashable, and with a readable repr."""

from copy import deepcopy
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import (
    AttributeChanged,
    Created,
    Discarded,
    DomainEvent,
    EventWithOriginatorID,
    EventWithOriginatorVersion,
    EventWithTimestamp,
    Snapshot,
    TimestampedEntityEvent,
    TimestampedVersionedEntity,
    TimestampedVersionedEntityEvent,
    VersionedEntity,
    VersionedEntityEvent,
    clock_set_to,
)

ID = UUID("5f2c91d0-9c1e-4a4e-8a77-0d5f7c1b2a3e")

leaves = st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False) | st.uuids()
trees = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
attributes = st.dictionaries(st.text(min_size=1), trees, max_size=4)


class Happened(DomainEvent):
    pass


class AlsoHappened(DomainEvent):
    pass


def test_an_attribute_cannot_be_set_or_deleted() -> None:
    event = Happened(what="rain")
    for name in ("what", "where"):
        with pytest.raises(AttributeError, match=name):
            setattr(event, name, "snow")
        with pytest.raises(AttributeError, match=name):
            delattr(event, name)
    assert event == Happened(what="rain")


def test_events_are_equal_by_type_and_attributes() -> None:
    assert Happened(a=1, b=[2]) == Happened(b=[2], a=1)
    assert Happened(a=1) != Happened(a=2)
    assert Happened(a=1) != Happened(a=1, b=2)
    assert Happened(a=1) != AlsoHappened(a=1)
    assert Happened() != object()


@given(attributes)
def test_equal_events_have_equal_hashes_for_all_values(values: dict[str, Any]) -> None:
    event, twin = DomainEvent(**values), DomainEvent(**deepcopy(dict(reversed(values.items()))))
    assert event == twin
    assert hash(event) == hash(twin)
    assert len({event, twin}) == 1


def test_events_with_unhashable_values_are_distinct() -> None:
    assert len({Happened(a=[1]), Happened(a=[2]), Happened(a={}), Happened(a=[1])}) == 3


def test_the_repr_looks_like_the_call() -> None:
    assert repr(Happened(b="x", a=1)) == "Happened(a=1, b='x')"
    event = TimestampedVersionedEntity.AttributeChanged(
        originator_id=ID, originator_version=3, timestamp=1.5, name="_foo", value="bar"
    )
    assert repr(event) == (
        f"TimestampedVersionedEntity.AttributeChanged(name='_foo', originator_id={ID!r}, "
        "originator_version=3, timestamp=1.5, value='bar')"
    )


@pytest.mark.parametrize("wrong", [None, "1", 1.0, [1], ID])
@pytest.mark.parametrize("event_class", [EventWithOriginatorVersion, Snapshot, VersionedEntityEvent])
def test_a_version_must_be_an_int(event_class: Any, wrong: object) -> None:
    with pytest.raises(TypeError, match="originator_version must be an int"):
        event_class(originator_id=ID, originator_version=wrong)


def test_the_attributes_of_an_entity_event_are_required() -> None:
    given: dict[Any, dict[str, Any]] = {EventWithOriginatorID: {}, VersionedEntityEvent: {"originator_id": ID}}
    for event_class, attributes in given.items():
        with pytest.raises(TypeError, match="missing 1 required"):
            event_class(**attributes)


def test_the_timestamp_is_now_by_default() -> None:
    with clock_set_to(lambda: 12.5):
        assert EventWithTimestamp().timestamp == 12.5
        assert EventWithTimestamp(timestamp=3.0).timestamp == 3.0
        assert EventWithTimestamp(timestamp=0.0).timestamp == 0.0
        with clock_set_to(lambda: 99.0):
            assert EventWithTimestamp().timestamp == 99.0
        assert EventWithTimestamp().timestamp == 12.5
    assert EventWithTimestamp().timestamp > 1_700_000_000


def test_created_starts_at_version_0() -> None:
    assert VersionedEntity.Created(originator_id=ID).originator_version == 0
    assert TimestampedVersionedEntity.Created(originator_id=ID).originator_version == 0


def test_each_event_class_has_the_bases_that_its_name_says() -> None:
    for event_class in (EventWithTimestamp, EventWithOriginatorVersion, VersionedEntityEvent, EventWithOriginatorID):
        assert issubclass(TimestampedVersionedEntityEvent, event_class)
    for base in (Created, AttributeChanged, Discarded):
        nested = getattr(TimestampedVersionedEntity, base.__name__)
        assert issubclass(nested, base)
        assert issubclass(nested, TimestampedVersionedEntityEvent)
        assert issubclass(nested, TimestampedEntityEvent)


def test_positional_values_are_kept_by_their_names() -> None:
    some_id = uuid4()
    assert vars(EventWithOriginatorID(some_id)) == {"originator_id": some_id}
    assert vars(EventWithOriginatorVersion(4, a=1)) == {"originator_version": 4, "a": 1}
