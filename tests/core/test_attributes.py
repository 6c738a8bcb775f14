"""Attributes: properties that change an entity through events, and classes that inherit them."""

import inspect
from datetime import date
from typing import Any

import pytest

from es_desktop.core import attribute, attribute_names, topic_of
from es_desktop.examples import Example, Order


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
