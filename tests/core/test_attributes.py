"""Attributes: properties that change an entity through events, and classes that inherit them."""

import inspect
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import (
    EventBus,
    Snapshot,
    TimestampedVersionedEntity,
    attribute,
    attribute_names,
    create_entity,
    topic_of,
)
from es_desktop.examples import Example, Order
from tests.core.application import Application, running_application


def test_the_topic_of_an_inherited_event_names_the_entity_type() -> None:
    class Child(Example):
        pass

    for name in ("Event", "Created", "AttributeChanged", "Discarded", "Heartbeat"):
        own = getattr(Child, name)
        assert topic_of(own) == f"{topic_of(Child)}.{name}"
        assert issubclass(own, getattr(Example, name))
        assert issubclass(own, Child.Event)


def test_attribute_names_are_in_the_order_of_declaration() -> None:
    class Child(Example):
        @attribute
        def toy(self) -> Any:
            """A toy."""

        @property
        def age(self) -> int:
            return self.version

    assert attribute_names(Child) == ["foo", "a", "b", "toy"]
    assert attribute_names(object) == []
    assert Child.toy.__doc__ == "A toy."


def test_attribute_decorates_only_methods() -> None:
    not_a_method: Any = "foo"
    with pytest.raises(TypeError, match="'foo'"):
        attribute(not_a_method)


def test_an_attribute_keeps_the_annotation_and_the_docstring_of_its_method() -> None:
    due: Any = inspect.getattr_static(Order, "due")
    assert inspect.signature(due.fget, eval_str=True).return_annotation == date | None
    assert inspect.getdoc(due) == "The day by which the customer needs it."


# The object protocol ----------------------------------------------------------------------------------------------


class Thing(TimestampedVersionedEntity):
    """Keeps its attributes in every way that a class can."""

    __slots__ = ("_slot",)
    _default: Any = "of the class"

    def __init__(self, parameter: Any = "of the parameter", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if parameter != "none":
            self._parameter = parameter
        self._kept: list[Any] = []

    @attribute
    def parameter(self) -> Any:
        """With a default."""

    @attribute
    def default(self) -> Any:
        """With a value of the class."""

    @attribute
    def slot(self) -> Any:
        """In a slot."""

    @attribute
    def checked(self) -> Any:
        """Behind a property."""

    @attribute
    def unset(self) -> Any:
        """Never set."""

    @property
    def _checked(self) -> Any:
        return self._kept[-1] if self._kept else None

    @_checked.setter
    def _checked(self, value: Any) -> None:
        self._kept.append(value)


NAMES = ["parameter", "default", "slot", "checked", "unset"]


def without_names(thing: Thing) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in NAMES if hasattr(thing, name)}


@given(changes=st.lists(st.tuples(st.sampled_from(NAMES), st.integers() | st.lists(st.integers())), max_size=6))
def test_an_attribute_is_read_and_set_as_the_class_says(changes: list[tuple[str, Any]]) -> None:
    expected = {"parameter": "of the parameter", "default": "of the class", "checked": None}
    with running_application(mutator=Thing.mutate) as app:
        thing = create_entity(Thing)
        for name, value in changes:
            assert without_names(thing) == expected
            setattr(thing, name, value)
            expected[name] = value
        rebuilt = app.repository[thing.id]
        app.repository.take_snapshot(thing.id)
        assert without_names(rebuilt) == without_names(app.repository[thing.id]) == without_names(thing) == expected
        assert rebuilt == app.repository[thing.id] == thing
        app.bus.subscribe(refuse)
        for name in NAMES:
            with pytest.raises(LookupError):
                setattr(thing, name, "refused")
        app.bus.unsubscribe(refuse)


def refuse(event: object) -> None:
    raise LookupError


def test_a_refused_change_takes_each_attribute_back(bus: EventBus) -> None:
    thing = create_entity(Thing)
    thing.checked = 1
    before = without_names(thing)
    bus.subscribe(refuse)
    for name in NAMES:
        with pytest.raises(LookupError):
            setattr(thing, name, "refused")
    assert without_names(thing) == before
    assert not hasattr(thing, "slot") and thing.checked == 1


def test_an_attribute_without_a_value_is_an_attribute_error() -> None:
    thing = create_entity(Thing)
    assert getattr(thing, "unset", "nothing") == "nothing"
    with pytest.raises(AttributeError, match="_unset"):
        thing.unset  # noqa: B018


def test_what_a_class_refuses_to_set_is_never_published(bus: EventBus) -> None:
    received: list[Any] = []
    bus.subscribe(received.append)
    thing = create_entity(Thing)
    with pytest.raises(AttributeError):
        thing.change_attribute(name="version", value=5)
    assert (len(received), thing.version) == (1, 1)


def test_an_attribute_may_be_named_as_it_is_shown() -> None:
    example = Example(originator_id="e", timestamp=1.0)
    vars(example)["_version"] = 1
    example.change_attribute(name="foo", value=5)
    assert (example.foo, vars(example)["_foo"]) == (5, 5)


def test_an_attribute_that_is_younger_than_a_snapshot_works(app: Application) -> None:
    thing = create_entity(Thing)
    app.player.mutator = Thing.mutate
    state = {name: value for name, value in vars(thing).items() if name != "_parameter"}
    app.snapshots.append(Snapshot(originator_id=thing.id, originator_version=0, topic=topic_of(Thing), state=state))
    found = app.repository[thing.id]
    assert (found.parameter, found.default) == ("of the parameter", "of the class")
    found.parameter = "new"
    assert app.repository[thing.id].parameter == "new"
