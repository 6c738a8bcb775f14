"""Commands of entity classes: which a class has, how they are described, and what a rehearsal returns."""

from __future__ import annotations

import enum
import inspect
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import (
    DomainEntity,
    EventBus,
    EventNotStoredError,
    Parameter,
    TimestampedVersionedEntity,
    changed_names,
    command,
    commands_of,
    create_entity,
    publish_rehearsed,
    rehearse,
)
from es_desktop.examples import DEMO_MODELS, Example, Order


class Colour(enum.Enum):
    RED = 1


def _refuse(entity: Any) -> None:
    raise ValueError("never")


class Box(TimestampedVersionedEntity):
    @command(guard=_refuse)
    def close_lid(self, firmly: bool = True, *rest: Any, **others: Any) -> None:
        """Close the lid. Raises nothing.

        More words.
        """

    @command
    def paint(self, colour: Colour, until: date | None = None, by=None) -> None:  # type: ignore[no-untyped-def]
        pass

    def open_lid(self) -> None:
        """No command."""


class Child(Box):
    def paint(self, *_: Any) -> None:  # type: ignore[override]
        """Not declared here."""

    @command
    def carry(self) -> None:
        """Carry it"""


def test_a_command_has_its_name_its_label_and_the_first_sentence() -> None:
    close, paint, *of_core = commands_of(Box)
    assert (close.name, close.label, close.explanation) == ("close_lid", "Close lid", "Close the lid.")
    assert close.parameters == (Parameter("firmly", bool, False, True),)
    assert paint.explanation == ""
    assert paint.parameters == (
        Parameter("colour", Colour, True),
        Parameter("until", date | None, False, None),
        Parameter("by", Any, False, None),
    )
    assert [each.name for each in of_core] == ["change_attribute", "discard"]


def test_an_override_that_is_not_declared_is_no_command() -> None:
    assert [each.name for each in commands_of(Child)] == ["carry", "close_lid", "change_attribute", "discard"]
    assert commands_of(object) == ()


def test_a_guard_is_called_before_the_method() -> None:
    with EventBus().activated():
        box = create_entity(Box)
        with pytest.raises(ValueError, match="never"):
            box.close_lid()


def test_a_hint_that_cannot_be_resolved_is_any() -> None:
    class Local(TimestampedVersionedEntity):
        class Size(enum.Enum):
            BIG = 1

        @command
        def grow(self, size: Size) -> None:
            pass

    assert commands_of(Local)[0].parameters == (Parameter("size", Any, True),)


async def _later(self: Any) -> None:
    pass


def _in_parts(self: Any) -> Any:
    yield


@pytest.mark.parametrize("value", ["text", property(), _later, _in_parts], ids=["text", "property", "later", "parts"])
def test_only_a_method_that_works_when_it_is_called_is_a_command(value: Any) -> None:
    with pytest.raises(TypeError, match="command decorates a method"):
        command(value)


_TYPES: list[Any] = [str, int, float, bool, Decimal, date, UUID, Colour, list[str], int | None]


@given(st.lists(st.tuples(st.sampled_from(_TYPES), st.booleans()), max_size=6))
def test_parameters_are_those_of_the_signature(types: list[tuple[Any, bool]]) -> None:
    types.sort(key=lambda each: each[1])  # those with a default come last
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    names = [f"p{number}" for number in range(len(types))]

    def act(self: Any, **_: Any) -> None:
        pass

    made: Any = act
    made.__annotations__ = dict(zip(names, (each for each, _ in types), strict=True))
    made.__signature__ = inspect.Signature(
        [inspect.Parameter("self", kind)]
        + [
            inspect.Parameter(name, kind, default=None if has_default else inspect.Parameter.empty)
            for name, (_, has_default) in zip(names, types, strict=True)
        ]
    )
    found = commands_of(type("Made", (), {"act": command(made)}))[0].parameters
    assert found == tuple(
        Parameter(name, hint, not has_default) for name, (hint, has_default) in zip(names, types, strict=True)
    )


def test_each_method_of_a_demo_model_that_publishes_is_a_command() -> None:
    for model in DEMO_MODELS:
        commands = {each.name: each for each in commands_of(model)}
        for name, member in vars(model).items():
            if inspect.isfunction(member) and "_trigger(" in inspect.getsource(member) and not name.startswith("_"):
                assert commands[name].explanation


def test_a_rehearsal_reaches_no_handler() -> None:
    with EventBus().activated() as bus:
        example = create_entity(Example, foo=1)
        seen: list[Any] = []
        bus.subscribe(seen.append)
        events = rehearse(example, lambda each: each.beat_heart(2))
    assert [type(each).__name__ for each in events] == ["Heartbeat", "Heartbeat"]
    assert seen == []


def test_a_rehearsed_command_that_fails_half_way_publishes_nothing() -> None:
    def act(order: Any) -> None:
        order.add_item("A", "Apple", 1, Decimal(1))
        order.remove_item("B")

    with EventBus().activated():
        order = create_entity(Order, customer="Zoë")
        with pytest.raises(ValueError, match="no B on the order"):
            rehearse(order, act)


def test_rehearsed_events_that_nobody_keeps_are_an_error() -> None:
    with EventBus().activated() as bus:
        events = rehearse(create_entity(Example, foo=1), lambda each: each.beat_heart())
        with pytest.raises(EventNotStoredError, match=r"no open store keeps Example\.Heartbeat"):
            publish_rehearsed(bus, events)


class Module(DomainEntity.Event):
    """An event that is declared beside its entity."""

    def mutate(self, entity: Any) -> None:
        entity.public = [entity._seen_by_model for _ in range(2)]


class Guessed(DomainEntity):
    class Inner(DomainEntity.Event):
        def mutate(self, entity: Guessed) -> None:
            entity.set_inner(1)

    @command(guard=lambda entity: None)
    def act(self) -> None:
        self._act()

    def _act(self) -> None:
        self._trigger(type(self).Inner)

    @command
    def act_beside(self) -> None:
        self._trigger(Module)

    @command
    def do_nothing(self) -> None: ...

    def set_inner(self, value: int) -> None:
        self._inner = value
        if not value:
            self.set_inner(1)


@pytest.mark.parametrize(
    ("name", "changed"), [("act", {"_inner"}), ("act_beside", {"public", "_seen_by_model"}), ("do_nothing", set())]
)
def test_the_code_of_a_command_says_what_its_events_may_change(name: str, changed: set[str]) -> None:
    assert changed_names(Guessed, name) == changed
