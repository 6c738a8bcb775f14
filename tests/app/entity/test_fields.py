"""Fields: what a person is asked for, and how what was typed becomes a value of the right kind."""

from __future__ import annotations

import enum
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.entity.fields import (
    EXAMPLES,
    Field,
    Kind,
    as_text,
    attribute_fields,
    creation_fields,
    kind_of,
    model_title,
    parse,
)
from es_desktop.app.runtime.errors import UserError
from es_desktop.core import TimestampedVersionedEntity, attribute
from es_desktop.examples import DEMO_MODELS, Account, Example, Order, Ticket


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


JSON_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(),
    st.decimals(allow_nan=False),
    st.dates(),
)
JSON = st.recursive(
    st.lists(JSON_LEAVES, max_size=3) | st.dictionaries(st.text(max_size=3), JSON_LEAVES, max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
ZONES = st.none() | st.just(UTC) | st.builds(lambda m: timezone(timedelta(minutes=m)), st.integers(-720, 720))
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: st.text(),
    Kind.INTEGER: st.integers(),
    Kind.FLOAT: st.floats(allow_nan=False),
    Kind.DECIMAL: st.decimals(allow_nan=False, allow_infinity=False),
    Kind.BOOLEAN: st.booleans(),
    Kind.DATE: st.dates(),
    Kind.DATETIME: st.datetimes(timezones=ZONES),
    Kind.TIME: st.times(timezones=st.just(UTC) | st.none()),
    Kind.DURATION: st.timedeltas(),
    Kind.BYTES: st.binary(),
    Kind.NOTHING: st.none(),
    Kind.UUID: st.uuids(),
    Kind.CHOICE: st.sampled_from(Colour),
    Kind.JSON: JSON,
}


# What a model takes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", DEMO_MODELS)
def test_every_argument_and_attribute_of_the_demo_has_a_field_that_can_be_filled(model: type[Any]) -> None:
    for field in [*creation_fields(model), *attribute_fields(model)]:
        assert (field.kind is Kind.CHOICE) == bool(field.choices), field
        assert field.kind in EXAMPLES
        if field.default is not None:
            assert parse(field, as_text(field.default)) == field.default
    assert all(field.doc for field in attribute_fields(model))


def test_the_arguments_of_an_order() -> None:
    fields = {field.name: field for field in creation_fields(Order)}
    assert list(fields) == ["customer", "note", "priority", "gift", "due", "discount", "channel"]
    assert [field.kind for field in fields.values()] == [
        Kind.TEXT,
        Kind.TEXT,
        Kind.INTEGER,
        Kind.BOOLEAN,
        Kind.DATE,
        Kind.DECIMAL,
        Kind.CHOICE,
    ]
    assert [name for name, field in fields.items() if field.optional] == ["due"]
    assert fields["channel"].choices == tuple(Order.Channel)
    assert fields["channel"].default is Order.Channel.WEB
    assert fields["discount"].default == Decimal("0.00")
    assert not any(field.any_kind for field in fields.values())


def test_the_attributes_of_the_other_models() -> None:
    def told(model: type[Any]) -> list[tuple[str, Kind, bool]]:
        return [(field.name, field.kind, field.optional) for field in attribute_fields(model)]

    assert told(Account) == [
        ("owner", Kind.TEXT, False),
        ("limit", Kind.DECIMAL, False),
        ("paperless", Kind.BOOLEAN, False),
    ]
    assert told(Ticket) == [
        ("title", Kind.TEXT, False),
        ("priority", Kind.CHOICE, False),
        ("assignee", Kind.TEXT, True),
        ("tags", Kind.JSON, False),
    ]
    assert told(Example) == [(name, Kind.TEXT, False) for name in ("foo", "a", "b")]


def test_an_attribute_of_any_kind_says_so() -> None:
    assert all(field.any_kind for field in [*creation_fields(Example), *attribute_fields(Example)])


def test_an_attribute_is_what_its_getter_says_even_where_it_is_no_argument() -> None:
    class Clock(TimestampedVersionedEntity):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self._hour = 12

        @attribute
        def hour(self) -> int:
            """Which it strikes."""

    assert creation_fields(Clock) == []
    assert [(field.name, field.kind, field.doc) for field in attribute_fields(Clock)] == [
        ("hour", Kind.INTEGER, "Which it strikes.")
    ]


def test_a_model_is_called_by_its_name() -> None:
    assert [model_title(model) for model in DEMO_MODELS] == ["Order", "Account", "Ticket", "Example"]


# Text and value -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
@given(data=st.data())
def test_a_value_comes_back_from_its_text(kind: Kind, data: st.DataObject) -> None:
    value = data.draw(VALUES[kind])
    field = Field("x", kind, choices=tuple(Colour) if kind is Kind.CHOICE else ())
    back = parse(field, as_text(value))
    assert back == value
    assert type(back) is type(value)


@given(value=st.one_of(*(VALUES[kind] for kind in Kind if kind is not Kind.CHOICE)))
def test_the_kind_of_a_value_is_one_that_its_text_can_be_read_as(value: Any) -> None:
    back = parse(Field("x", kind_of(value)), as_text(value))
    assert back == value
    assert type(back) is type(value)


def test_a_value_that_no_store_could_hold_still_has_a_text() -> None:
    assert as_text([1, 2j]) == '[1,"2j"]'


@pytest.mark.parametrize("kind", Kind)
def test_nothing_is_an_empty_line_where_there_may_be_nothing(kind: Kind) -> None:
    assert as_text(None) == ""
    assert parse(Field("x", kind, optional=True), "") is None
    assert parse(Field("x", kind, optional=True), "  ") is None


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.INTEGER, " 42 ", 42),
        (Kind.DECIMAL, "19.90", Decimal("19.90")),
        (Kind.BOOLEAN, "YES", True),
        (Kind.BOOLEAN, "false", False),
        (Kind.BOOLEAN, "0", False),
        (Kind.DATE, "2026-05-31", date(2026, 5, 31)),
        (Kind.DATETIME, "2026-05-31 14:30", datetime(2026, 5, 31, 14, 30)),
        (Kind.DATETIME, "2026-05-31T14:30Z", datetime(2026, 5, 31, 14, 30, tzinfo=UTC)),
        (Kind.UUID, "5f2c91d09c1e4a4e8a770d5f7c1b2a3e", UUID("5f2c91d0-9c1e-4a4e-8a77-0d5f7c1b2a3e")),
        (Kind.JSON, ' {"a": [1, null]} ', {"a": [1, None]}),
        (Kind.TEXT, " as it is ", " as it is "),
    ],
)
def test_people_may_type_as_they_are_used_to(kind: Kind, text: str, value: Any) -> None:
    assert parse(Field("x", kind), text) == value


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.CHOICE])
def test_the_example_of_each_kind_is_one(kind: Kind) -> None:
    for example in EXAMPLES[kind].split(" or "):
        parse(Field("x", kind), example)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *((kind, "nonsense!") for kind in Kind if kind is not Kind.TEXT),
        *((kind, "") for kind in Kind if kind not in (Kind.TEXT, Kind.BYTES, Kind.NOTHING)),
        (Kind.INTEGER, "1.5"),
        (Kind.INTEGER, "9" * 5000),
        (Kind.DECIMAL, "NaN"),
        (Kind.DECIMAL, "1e999999999999999999999"),
        (Kind.DATE, "2026-02-30"),
        (Kind.JSON, "[1, 2"),
        (Kind.JSON, "3"),
        (Kind.JSON, '"a text"'),
        (Kind.JSON, "null"),
        (Kind.JSON, "[" * 100_000),
    ],
)
def test_what_is_none_of_its_kind_is_refused_with_an_example(kind: Kind, text: str) -> None:
    field = Field("x", kind, choices=tuple(Colour) if kind is Kind.CHOICE else ())
    with pytest.raises(UserError, match=f"is not a {kind.value}") as caught:
        parse(field, text)
    assert caught.value.hint == f"Such as: {'RED, GREEN' if kind is Kind.CHOICE else EXAMPLES[kind]}"
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500
