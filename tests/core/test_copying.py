"""Copies are equal to those of ``copy.deepcopy`` for every value, including parts that occur twice in it."""

import copyreg
import datetime as dt
import enum
from collections import OrderedDict, deque
from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import ValueEncodingError
from es_desktop.core.topics import deep_copy
from es_desktop.examples import Example
from tests.core.test_values import Box, described, stored_values


class Color(enum.Enum):
    RED = 1


class Counting:
    """Defines its own copies."""

    def __init__(self, copies: int = 0) -> None:
        self.copies = copies

    def __deepcopy__(self, memo: Any) -> "Counting":
        return Counting(self.copies + 1)


class Restored:
    """Defines how its copies are restored."""

    def __init__(self) -> None:
        self.origin = "made"

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, origin="restored")


class Dynamic:
    """Computes attributes on demand."""

    def __getattr__(self, name: str) -> Any:
        if name == "__deepcopy__":
            return lambda memo: "computed"
        raise AttributeError(name)


class Slotted:
    __slots__ = ("inside",)
    inside: list[int]


class Registered:
    pass


def rebuilt(name: str) -> "Registered":
    made = Registered()
    made.__dict__["name"] = name
    return made


class Reduced:
    def __getstate__(self) -> dict[str, Any]:
        return {"kept": 1}


def slotted() -> Slotted:
    made = Slotted()
    made.inside = [1]
    return made


def shape(value: Any, numbers: dict[int, int]) -> Any:
    """Return a value by its types and contents; an object that occurred before by its number."""
    if isinstance(value, (list, dict, Box)):
        if id(value) in numbers:
            return numbers[id(value)]
        numbers[id(value)] = len(numbers)
    if isinstance(value, list):
        return [shape(item, numbers) for item in value]
    if isinstance(value, Box):
        return Box, shape(vars(value), numbers)
    if isinstance(value, dict):
        return [(key, shape(item, numbers)) for key, item in value.items()]
    return described(value)


def mutable_parts(value: Any) -> list[Any]:
    """Return all mutable parts of a value."""
    if isinstance(value, Box):
        return [value, *mutable_parts(vars(value))]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple, deque)) else ()
    found = [each for item in inner for each in mutable_parts(item)]
    return (
        found if isinstance(value, tuple) else [value, *found] if isinstance(value, (list, dict, set, deque)) else found
    )


@given(stored_values)
def test_a_copy_is_the_same_value_and_shares_no_mutable_part(value: Any) -> None:
    copied = deep_copy(value)
    assert described(copied) == described(value)
    theirs = {id(each) for each in mutable_parts(value)}
    assert not any(id(each) in theirs for each in mutable_parts(copied))


containers = st.sampled_from([list, dict, Box])


@given(classes=st.lists(containers, min_size=1, max_size=5), links=st.lists(st.tuples(st.integers(0), st.integers(0))))
def test_parts_that_occur_twice_are_copied_once(classes: list[Any], links: list[tuple[int, int]]) -> None:
    made = [cls() for cls in classes]
    for holder, held in links:
        inner = made[held % len(made)]
        match made[holder % len(made)]:
            case list() as outer:
                outer.append(inner)
            case dict() as outer:
                outer[f"n{len(outer)}"] = inner
            case outer:
                vars(outer)[f"n{len(vars(outer))}"] = inner
    assert shape(deep_copy(made), {}) == shape(deepcopy(made), {})


@pytest.mark.parametrize(
    ("value", "is_right"),
    [
        (Counting(), lambda copied: copied.copies == 1),
        (Restored(), lambda copied: copied.origin == "restored"),
        (Dynamic(), lambda copied: copied == "computed"),
        (slotted(), lambda copied: copied.inside == [1]),
        (Reduced(), lambda copied: copied.kept == 1),
        (Color.RED, lambda copied: copied is Color.RED),
        (Example, lambda copied: copied is Example),
        (OrderedDict(a=[1]), lambda copied: type(copied) is OrderedDict and copied == {"a": [1]}),
        ({(1, UUID(int=1)): Decimal(1)}, lambda copied: copied == {(1, UUID(int=1)): Decimal(1)}),
        ([dt.datetime(2026, 3, 2, tzinfo=dt.UTC)], lambda copied: copied == [dt.datetime(2026, 3, 2, tzinfo=dt.UTC)]),
    ],
)
def test_a_class_that_defines_its_copies_is_respected(value: Any, is_right: Callable[[Any], bool]) -> None:
    assert is_right(deepcopy(value))
    assert is_right(deep_copy(value))
    assert is_right(deep_copy([value])[0])


def test_a_class_with_a_registered_reducer_is_rebuilt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(copyreg.dispatch_table, Registered, lambda value: (rebuilt, ("registered",)))
    assert vars(deep_copy(Registered())) == {"name": "registered"}


def test_a_value_that_cannot_be_copied_raises_an_error() -> None:
    with pytest.raises(ValueEncodingError, match="generator"):
        deep_copy({"later": (each for each in "ab")})
