"""Fields: what a person is asked for, and how a text becomes a value of the right type."""

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
    ValueType,
    as_text,
    attribute_fields,
    creation_fields,
    model_title,
    parse,
    value_type_of,
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
VALUES: dict[ValueType, st.SearchStrategy[Any]] = {
    ValueType.TEXT: st.text(),
    ValueType.INTEGER: st.integers(),
    ValueType.FLOAT: st.floats(allow_nan=False),
    ValueType.DECIMAL: st.decimals(allow_nan=False, allow_infinity=False),
    ValueType.BOOLEAN: st.booleans(),
    ValueType.DATE: st.dates(),
    ValueType.DATETIME: st.datetimes(timezones=ZONES),
    ValueType.TIME: st.times(timezones=st.just(UTC) | st.none()),
    ValueType.DURATION: st.timedeltas(),
    ValueType.BYTES: st.binary(),
    ValueType.NOTHING: st.none(),
    ValueType.UUID: st.uuids(),
    ValueType.CHOICE: st.sampled_from(Colour),
    ValueType.JSON: JSON,
}


# What a model takes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", DEMO_MODELS)
def test_every_argument_and_attribute_of_the_demo_has_a_field_that_can_be_filled(model: type[Any]) -> None:
    for field in [*creation_fields(model), *attribute_fields(model)]:
        assert (field.value_type is ValueType.CHOICE) == bool(field.choices), field
        assert field.value_type in EXAMPLES
        if field.default is not None:
            assert parse(field, as_text(field.default)) == field.default
    assert all(field.doc for field in attribute_fields(model))


def test_the_arguments_of_an_order() -> None:
    fields = {field.name: field for field in creation_fields(Order)}
    assert list(fields) == ["customer", "note", "priority", "gift", "due", "discount", "channel"]
    assert [field.value_type for field in fields.values()] == [
        ValueType.TEXT,
        ValueType.TEXT,
        ValueType.INTEGER,
        ValueType.BOOLEAN,
        ValueType.DATE,
        ValueType.DECIMAL,
        ValueType.CHOICE,
    ]
    assert [name for name, field in fields.items() if field.optional] == ["due"]
    assert fields["channel"].choices == tuple(Order.Channel)
    assert fields["channel"].default is Order.Channel.WEB
    assert fields["discount"].default == Decimal("0.00")
    assert not any(field.any_type for field in fields.values())


def test_the_attributes_of_the_other_models() -> None:
    def results(model: type[Any]) -> list[tuple[str, ValueType, bool]]:
        return [(field.name, field.value_type, field.optional) for field in attribute_fields(model)]

    assert results(Account) == [
        ("owner", ValueType.TEXT, False),
        ("limit", ValueType.DECIMAL, False),
        ("paperless", ValueType.BOOLEAN, False),
    ]
    assert results(Ticket) == [
        ("title", ValueType.TEXT, False),
        ("priority", ValueType.CHOICE, False),
        ("assignee", ValueType.TEXT, True),
        ("tags", ValueType.JSON, False),
    ]
    assert results(Example) == [(name, ValueType.TEXT, False) for name in ("foo", "a", "b")]


def test_an_attribute_of_any_type_says_so() -> None:
    assert all(field.any_type for field in [*creation_fields(Example), *attribute_fields(Example)])


def test_an_attribute_is_what_its_getter_says_even_where_it_is_no_argument() -> None:
    class Clock(TimestampedVersionedEntity):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self._hour = 12

        @attribute
        def hour(self) -> int:
            """Which it strikes."""

    assert creation_fields(Clock) == []
    assert [(field.name, field.value_type, field.doc) for field in attribute_fields(Clock)] == [
        ("hour", ValueType.INTEGER, "Which it strikes.")
    ]


def test_a_model_is_called_by_its_name() -> None:
    assert [model_title(model) for model in DEMO_MODELS] == ["Order", "Account", "Ticket", "Example"]


# Text and value -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value_type", ValueType)
@given(data=st.data())
def test_a_value_comes_back_from_its_text(value_type: ValueType, data: st.DataObject) -> None:
    value = data.draw(VALUES[value_type])
    field = Field("x", value_type, choices=tuple(Colour) if value_type is ValueType.CHOICE else ())
    back = parse(field, as_text(value))
    assert back == value
    assert type(back) is type(value)


@given(value=st.one_of(*(VALUES[value_type] for value_type in ValueType if value_type is not ValueType.CHOICE)))
def test_the_type_of_a_value_can_parse_its_text(value: Any) -> None:
    back = parse(Field("x", value_type_of(value)), as_text(value))
    assert back == value
    assert type(back) is type(value)


def test_a_value_that_no_store_could_hold_still_has_a_text() -> None:
    assert as_text([1, 2j]) == '[1,"2j"]'


@pytest.mark.parametrize("value_type", ValueType)
def test_nothing_is_an_empty_line_where_there_may_be_nothing(value_type: ValueType) -> None:
    assert as_text(None) == ""
    assert parse(Field("x", value_type, optional=True), "") is None
    assert parse(Field("x", value_type, optional=True), "  ") is None


@pytest.mark.parametrize(
    ("value_type", "text", "value"),
    [
        (ValueType.INTEGER, " 42 ", 42),
        (ValueType.DECIMAL, "19.90", Decimal("19.90")),
        (ValueType.BOOLEAN, "YES", True),
        (ValueType.BOOLEAN, "false", False),
        (ValueType.BOOLEAN, "0", False),
        (ValueType.DATE, "2026-05-31", date(2026, 5, 31)),
        (ValueType.DATETIME, "2026-05-31 14:30", datetime(2026, 5, 31, 14, 30)),
        (ValueType.DATETIME, "2026-05-31T14:30Z", datetime(2026, 5, 31, 14, 30, tzinfo=UTC)),
        (ValueType.UUID, "5f2c91d09c1e4a4e8a770d5f7c1b2a3e", UUID("5f2c91d0-9c1e-4a4e-8a77-0d5f7c1b2a3e")),
        (ValueType.JSON, ' {"a": [1, null]} ', {"a": [1, None]}),
        (ValueType.TEXT, " as it is ", " as it is "),
    ],
)
def test_people_may_type_as_they_are_used_to(value_type: ValueType, text: str, value: Any) -> None:
    assert parse(Field("x", value_type), text) == value


@pytest.mark.parametrize("value_type", [value_type for value_type in ValueType if value_type is not ValueType.CHOICE])
def test_the_example_of_each_value_type_can_be_parsed(value_type: ValueType) -> None:
    for example in EXAMPLES[value_type].split(" or "):
        parse(Field("x", value_type), example)


@pytest.mark.parametrize(
    ("value_type", "text"),
    [
        *((value_type, "nonsense!") for value_type in ValueType if value_type is not ValueType.TEXT),
        *(
            (value_type, "")
            for value_type in ValueType
            if value_type not in (ValueType.TEXT, ValueType.BYTES, ValueType.NOTHING)
        ),
        (ValueType.INTEGER, "1.5"),
        (ValueType.INTEGER, "9" * 5000),
        (ValueType.DECIMAL, "NaN"),
        (ValueType.DECIMAL, "1e999999999999999999999"),
        (ValueType.DATE, "2026-02-30"),
        (ValueType.JSON, "[1, 2"),
        (ValueType.JSON, "3"),
        (ValueType.JSON, '"a text"'),
        (ValueType.JSON, "null"),
        (ValueType.JSON, "[" * 100_000),
    ],
)
def test_a_text_of_another_type_is_refused_with_an_example(value_type: ValueType, text: str) -> None:
    field = Field("x", value_type, choices=tuple(Colour) if value_type is ValueType.CHOICE else ())
    with pytest.raises(
        UserError, match=f"is not {value_type.phrase}" if text else f"^{value_type.phrase} is needed"
    ) as caught:
        parse(field, text)
    assert caught.value.hint == f"Such as: {'RED, GREEN' if value_type is ValueType.CHOICE else EXAMPLES[value_type]}"
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500
