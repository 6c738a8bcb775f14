"""Stored values are read as equal values of the same types, at every level."""

import collections
import dataclasses
import datetime as dt
import enum
import json
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import KnownClasses, ValueEncodingError
from es_desktop.core.json_text import is_too_deep
from es_desktop.core.values import dumps, loads

TAGS = [
    *(
        "UUID",
        "ISO8601_datetime",
        "ISO8601_date",
        "ISO8601_time",
        "__timedelta__",
        "__decimal__",
        "__bytes__",
        "__float__",
    ),
    *("__tuple__", "__set__", "__frozenset__", "__deque__", "__items__", "__enum__", "__class__"),
]


class Color(enum.Enum):
    RED = 1
    BLUE = "blue"
    ALSO_RED = 1


class Size(enum.StrEnum):
    SMALL = "s"
    LARGE = "l"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Right(enum.Flag):
    READ = 1
    WRITE = 2


class Box:
    """A value class of a user."""

    class Label(enum.Enum):
        FRAGILE = "fragile"

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


@dataclasses.dataclass(frozen=True)
class Point:
    x: Any
    y: Any


def described(value: Any) -> Any:
    """Return something that is equal only for equal values of the same types at every level."""
    value_type = type(value)
    if value_type in (float, Decimal):
        return value_type, str(value)
    if value_type in (list, tuple, collections.deque):
        return value_type, tuple(map(described, value)), getattr(value, "maxlen", None)
    if value_type in (set, frozenset):
        return value_type, frozenset(map(described, value))
    if value_type is dict:
        return value_type, tuple((described(key), described(item)) for key, item in value.items())
    if value_type in (dt.datetime, dt.time):
        return value_type, value.isoformat(), value.fold
    if value_type in (Box, Point):
        return value_type, described(vars(value))
    return value_type, value


offsets = st.integers(-86_399, 86_399).map(lambda seconds: dt.timezone(dt.timedelta(seconds=seconds)))
zones = st.none() | st.just(dt.UTC) | offsets
enums = st.sampled_from([*Color, *Size, *Level, *Right, *Box.Label, Right.READ | Right.WRITE, Right(0)])
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(1000, 4000).map(lambda digits: 10**digits - 1),
    st.floats(),
    st.sampled_from([math.nan, math.inf, -math.inf, -0.0]),
    st.text(),
    st.sampled_from(["\ud800", "a\udfffb", "é\udc80", *TAGS]),
    st.uuids(),
    st.decimals(),
    st.binary(),
    st.dates(),
    st.times(timezones=zones),
    st.datetimes(timezones=zones),
    st.builds(lambda time: time.replace(fold=1), st.times(timezones=zones) | st.datetimes(timezones=zones)),
    st.timedeltas(),
    enums,
)
hashable = st.recursive(
    scalars.filter(lambda value: not (isinstance(value, Decimal) and value.is_snan())),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.frozensets(inner, max_size=3),
    max_leaves=4,
)


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.lists(inner, max_size=4).map(collections.deque),
        st.builds(collections.deque, st.lists(inner, max_size=4), st.integers(0, 5)),
        st.sets(hashable, max_size=4),
        st.frozensets(hashable, max_size=4),
        st.dictionaries(st.text(), inner, max_size=4),
        st.dictionaries(hashable, inner, max_size=4),
        st.dictionaries(st.sampled_from(TAGS), inner, min_size=1, max_size=2),
        st.dictionaries(st.text(), inner, max_size=3).map(lambda attributes: Box(**attributes)),
        st.dictionaries(st.sampled_from(TAGS), inner, max_size=1).map(lambda attributes: Box(**attributes)),
        st.builds(Point, inner, inner),
    )


stored_values = st.recursive(scalars | hashable, containers, max_leaves=20)


@given(stored_values)
def test_every_value_is_read_with_the_same_types(value: Any) -> None:
    text = dumps(value)
    assert described(loads(text)) == described(value)
    assert described(loads(text.encode())) == described(value)


@given(stored_values)
def test_every_text_is_standard_json(value: Any) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    json.loads(dumps(value), parse_constant=refuse)


@given(st.text(st.characters(exclude_categories=())))
def test_a_text_of_any_code_points_is_read_unchanged_or_refused(text: str) -> None:
    try:
        assert loads(dumps({text: text})) == {text: text}
    except ValueEncodingError:
        assert text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") != text


@given(st.lists(st.integers() | st.text() | st.none(), min_size=2))
def test_the_text_of_a_set_does_not_depend_on_its_order(values: list[Any]) -> None:
    backwards = values[::-1]
    assert dumps(set(values)) == dumps(set(backwards))


def test_an_alias_of_an_enum_is_the_member_that_it_stands_for() -> None:
    assert loads(dumps(Color.ALSO_RED)) is Color.RED


def test_keys_of_different_types_stay_distinct() -> None:
    value = {1: "int", "1": "text", (1,): "tuple", None: "none", Size.SMALL: "enum"}
    assert described(loads(dumps(value))) == described(value)


@pytest.mark.parametrize("inside", [lambda value: value, lambda value: (1, value), lambda value: frozenset([value])])
def test_values_of_unknown_classes_do_not_make_a_set_or_a_dict_unreadable(inside: Callable[[Any], Any]) -> None:
    written = {"set": {inside(Color.RED)}, "dict": {inside(Color.RED): UUID(int=5), 2: 3}, "id": UUID(int=5)}
    read = loads(dumps(written), KnownClasses())
    red = loads(dumps(inside(Color.RED)), KnownClasses())
    assert read == {"set": [red], "dict": [[red, UUID(int=5)], [2, 3]], "id": UUID(int=5)}
    assert described(loads(dumps(written))) == described(written), "with the class, it is what it was"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"UUID": "5f2c91d09c1e4a4e8a770d5f7c1b2a3e"}', UUID("5f2c91d0-9c1e-4a4e-8a77-0d5f7c1b2a3e")),
        (
            '{"ISO8601_datetime": "2026-03-02T07:08:09.123456+0000"}',
            dt.datetime(2026, 3, 2, 7, 8, 9, 123456, dt.UTC),
        ),
        ('{"ISO8601_date": "2026-03-02"}', dt.date(2026, 3, 2)),
        ('{"__decimal__": "19.90"}', Decimal("19.90")),
        ("NaN", math.nan),
        ("[Infinity, -Infinity]", [math.inf, -math.inf]),
        (' {"a": [1, 2.0, null, true]} ', {"a": [1, 2.0, None, True]}),
    ],
)
def test_texts_of_other_libraries_are_read(text: str, value: Any) -> None:
    assert described(loads(text)) == described(value)
    assert described(loads(text.encode())) == described(value)


@pytest.mark.parametrize("levels", [1, 2, 7, 450])
def test_the_limit_of_nesting_is_the_same_for_text_and_trees(levels: int) -> None:
    for depth in (levels, levels + 1):
        tree: Any = {"note": "[[[[", "n": 1}
        for number in range(depth - 1):
            tree = [tree] if number % 2 else {"a": 1, "b": tree}
        text = json.dumps(tree)
        found = {is_too_deep(text, levels), is_too_deep(text.encode(), levels), is_too_deep(tree, levels)}
        assert found == {is_too_deep(tree, levels, text), depth > levels}
