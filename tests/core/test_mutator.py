"""The mutator: how each event type changes an entity, and which events it refuses."""

from copy import deepcopy
from typing import Any, ClassVar
from uuid import uuid4

import pytest

from es_desktop.core import (
    DomainEntity,
    DomainEvent,
    EventBus,
    MismatchedOriginatorIDError,
    MismatchedOriginatorVersionError,
    MutatorRequiresTypeNotInstance,
    TimestampedVersionedEntity,
    VersionedEntity,
    create_entity,
    entity_mutator,
)
from es_desktop.examples import Example, Ticket, create_new_example


@pytest.fixture
def published(bus: EventBus) -> list[Any]:
    events: list[Any] = []
    bus.subscribe(events.append)
    return events


def test_created_turns_the_class_into_an_entity() -> None:
    event = Example.Created(originator_id=uuid4(), timestamp=5.0, foo=1, a=2, b=3)
    for example in (Example.mutate(None, event), Example.mutate(event=event), entity_mutator(Example, event)):
        assert type(example) is Example
        assert (example.id, example.version) == (event.originator_id, 1)
        assert (example.foo, example.a, example.b) == (1, 2, 3)
        assert (example.created_on, example.last_modified_on, example.is_discarded) == (5.0, 5.0, False)


def test_each_event_brings_the_entity_to_its_next_version() -> None:
    entity_id = uuid4()
    example = Example.mutate(None, Example.Created(originator_id=entity_id, timestamp=1.0))
    changed = Example.AttributeChanged(
        originator_id=entity_id, originator_version=1, timestamp=2.0, name="_foo", value="x"
    )
    assert Example.mutate(example, changed) is example
    assert Example.mutate(entity=example, event=beat(example, timestamp=3.0)) is example
    assert (example.foo, example.count_heartbeats(), example.version) == ("x", 1, 3)
    assert (example.created_on, example.last_modified_on) == (1.0, 3.0)


def beat(example: Example, **changed: Any) -> DomainEvent:
    given = {"originator_id": example.id, "originator_version": example.version}
    return Example.Heartbeat(**{**given, **changed})


def test_an_event_of_another_entity_or_version_is_refused() -> None:
    example = create_new_example(foo="kept")
    before = deepcopy(example)
    with pytest.raises(MismatchedOriginatorIDError):
        Example.mutate(example, beat(example, originator_id=uuid4()))
    for version in (0, 2, 17):
        with pytest.raises(MismatchedOriginatorVersionError):
            Example.mutate(example, beat(example, originator_version=version))
    assert example == before


def test_a_second_created_is_refused() -> None:
    example = create_new_example()
    with pytest.raises(MutatorRequiresTypeNotInstance):
        Example.mutate(example, Example.Created(originator_id=example.id))


def test_discarded_returns_none() -> None:
    example = create_new_example()
    event = Example.Discarded(originator_id=example.id, originator_version=1)
    assert Example.mutate(example, event) is None
    assert example.is_discarded


@pytest.mark.parametrize("name", ["AttributeChanged", "Discarded", "Heartbeat"])
def test_an_event_without_an_entity_is_refused(name: str) -> None:
    event = getattr(Example, name)(originator_id=uuid4(), originator_version=1, name="_foo", value=1)
    with pytest.raises(ValueError, match="there is none"):
        Example.mutate(None, event)


def test_an_event_without_a_mutator_is_refused() -> None:
    class Unexplained(TimestampedVersionedEntity.Event):
        pass

    example = create_new_example()
    with pytest.raises(NotImplementedError, match=r"no mutator for .*Unexplained"):
        Example.mutate(example, Unexplained(originator_id=example.id, originator_version=1))
    with pytest.raises(NotImplementedError, match="no mutator for int"):
        Example.mutate(example, 5)


def test_an_event_is_applied_as_its_nearest_core_base() -> None:
    class Noted(TimestampedVersionedEntity.Event):
        def mutate(self, entity: Any) -> None:
            entity.notes = 1

    class NotedAtTheEnd(Noted, TimestampedVersionedEntity.Discarded):
        pass

    example = create_new_example()
    given: dict[str, Any] = {"originator_id": example.id, "originator_version": 1}
    noted = Example.mutate(deepcopy(example), Noted(**given))
    assert (noted.notes, noted.version) == (1, 2)
    assert Example.mutate(example, NotedAtTheEnd(**given)) is None


def test_an_entity_never_shares_a_value_with_its_events(published: list[Any]) -> None:
    ticket = create_entity(Ticket, title="It hums", tags=["a"])
    ticket.tags = ["b"]
    vars(ticket)["_tags"].append("c")
    rebuilt = Ticket.mutate(Ticket.mutate(None, published[0]), published[1])
    vars(rebuilt)["_tags"].append("d")
    assert [published[0].tags, published[1].value] == [["a"], ["b"]]


# Hooks, and subclasses of events ----------------------------------------------------------------------------------

HOOKS = ["_validate_originator", "_accept", "_next_event_attributes", "_increment_version", "_apply", "_publish"]


class Noting:
    """Notes which hooks were called; placed anywhere among the bases."""

    noted: ClassVar[list[str]] = []


def _noting(name: str) -> Any:
    def hook(self: Any, *args: Any) -> Any:
        self.noted.append(name)
        return getattr(super(NotingEntity, self), name)(*args)

    return hook


class NotingEntity(VersionedEntity, Noting):
    """Wraps every hook, and calls ``super``."""

    def __init__(self, **kwargs: Any) -> None:
        self.noted.append("__init__")
        super().__init__(**kwargs)


for _name in HOOKS:
    setattr(NotingEntity, _name, _noting(_name))


class First(NotingEntity, TimestampedVersionedEntity):
    pass


class Last(TimestampedVersionedEntity, NotingEntity):
    pass


class LastOfAll(First, Example):
    pass


class Between(Example, NotingEntity):
    pass


@pytest.mark.parametrize("model", [First, Last, LastOfAll, Between])
def test_every_hook_calls_the_next_one(model: Any) -> None:
    Noting.noted.clear()
    entity = create_entity(model)
    assert {"__init__", "_accept", "_increment_version", "_publish"} <= set(Noting.noted)
    Noting.noted.clear()
    entity.change_attribute(name="_a", value=1)
    assert set(Noting.noted) == set(HOOKS)
    assert (entity.version, vars(entity)["_a"], entity.last_modified_on >= entity.created_on) == (2, 1, True)


def test_a_hook_of_a_base_behind_the_versions_is_called() -> None:
    class Closed(DomainEntity):
        def _validate_originator(self, event: Any) -> None:
            raise ValueError("it is closed")

    class Both(VersionedEntity, Closed):
        pass

    with pytest.raises(ValueError, match="it is closed"):
        create_entity(Both).change_attribute(name="a", value=1)


class Beside:
    """A class that knows nothing of the core."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        vars(self)["beside"] = True


def test_a_constructor_calls_that_of_a_class_beside_it() -> None:
    class Both(Example, Beside):
        class Happened(Example.Event, Beside):
            pass

    assert vars(create_entity(Both))["beside"] is True
    assert vars(Both.Happened(originator_id="b", originator_version=0))["beside"] is True
    with pytest.raises(TypeError, match="unknown"):
        create_entity(Example, unknown=1)


class Louder(Example.Heartbeat):
    def mutate(self, example: Example) -> None:
        super().mutate(example)
        super().mutate(example)


class Renamed(Example.AttributeChanged):
    def mutate(self, example: Any) -> None:
        super().mutate(example)
        vars(example)["_a"] = (self.originator_version, example.version, example.foo)


class Imported(Example.Created):
    def mutate(self, example: Any) -> None:
        super().mutate(example)
        vars(example)["_b"] = "imported"


class Closed(Example.Discarded):
    def mutate(self, example: Any) -> None:
        super().mutate(example)
        vars(example)["_b"] = "closed"


def test_a_subclass_of_a_shipped_event_is_applied_with_what_it_adds() -> None:
    example = Example.mutate(None, Imported(originator_id="e", foo=1))
    assert (example.foo, example.b, example.version) == (1, "imported", 1)
    given: dict[str, Any] = {"originator_id": "e"}
    Example.mutate(example, Louder(originator_version=1, **given))
    assert (example.count_heartbeats(), example.version) == (2, 2)
    Example.mutate(example, Renamed(originator_version=2, name="_foo", value="x", **given))
    assert (example.foo, example.a, example.version) == ("x", (2, 2, "x"), 3)
    assert Example.mutate(example, Closed(originator_version=3, **given)) is None
    assert (example.is_discarded, example.b, example.version) == (True, "closed", 4)


def test_an_empty_id_is_an_id() -> None:
    assert create_entity(Example, "").id == ""
