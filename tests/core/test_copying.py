"""Copies are what ``copy.deepcopy`` makes, of whatever value, also in what is shared inside them."""

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

from es_desktop.core.copying import deep_copy
from es_desktop.examples import Example
from tests.core.test_values import Box, described, stored_values


class Color(enum.Enum):
    RED = 1


class Counting:
    """Says itself what a copy of it is."""

    def __init__(self, copies: int = 0) -> None:
        self.copies = copies

    def __deepcopy__(self, memo: Any) -> "Counting":
        return Counting(self.copies + 1)


class Restored:
    """Says itself how it is put together again."""

    def __init__(self) -> None:
        self.told = "made"

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, told="restored")


class Guessing:
    """Has any attribute that it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name == "__deepcopy__":
            return lambda memo: "guessed"
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


class Gone:
    def __getstate__(self) -> dict[str, Any]:
        return {"kept": 1}


def slotted() -> Slotted:
    made = Slotted()
    made.inside = [1]
    return made


def shape(value: Any, places: dict[int, int]) -> Any:
    """A value by its types and contents, where what stood before is told by its place only."""
    if isinstance(value, (list, dict, Box)):
        if id(value) in places:
            return places[id(value)]
        places[id(value)] = len(places)
    if isinstance(value, list):
        return [shape(item, places) for item in value]
    if isinstance(value, Box):
        return Box, shape(vars(value), places)
    if isinstance(value, dict):
        return [(key, shape(item, places)) for key, item in value.items()]
    return described(value)


def changeable(value: Any) -> list[Any]:
    """Everything inside a value that can change."""
    if isinstance(value, Box):
        return [value, *changeable(vars(value))]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple, deque)) else ()
    found = [each for item in inner for each in changeable(item)]
    return (
        found if isinstance(value, tuple) else [value, *found] if isinstance(value, (list, dict, set, deque)) else found
    )


@given(stored_values)
def test_a_copy_is_the_same_value_and_shares_nothing_that_can_change(value: Any) -> None:
    copied = deep_copy(value)
    assert described(copied) == described(value)
    theirs = {id(each) for each in changeable(value)}
    assert not any(id(each) in theirs for each in changeable(copied))


containers = st.sampled_from([list, dict, Box])


@given(kinds=st.lists(containers, min_size=1, max_size=5), links=st.lists(st.tuples(st.integers(0), st.integers(0))))
def test_what_is_shared_inside_stays_shared(kinds: list[Any], links: list[tuple[int, int]]) -> None:
    made = [kind() for kind in kinds]
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
    ("value", "told"),
    [
        (Counting(), lambda copied: copied.copies == 1),
        (Restored(), lambda copied: copied.told == "restored"),
        (Guessing(), lambda copied: copied == "guessed"),
        (slotted(), lambda copied: copied.inside == [1]),
        (Gone(), lambda copied: copied.kept == 1),
        (Color.RED, lambda copied: copied is Color.RED),
        (Example, lambda copied: copied is Example),
        (OrderedDict(a=[1]), lambda copied: type(copied) is OrderedDict and copied == {"a": [1]}),
        ({(1, UUID(int=1)): Decimal(1)}, lambda copied: copied == {(1, UUID(int=1)): Decimal(1)}),
        ([dt.datetime(2026, 3, 2, tzinfo=dt.UTC)], lambda copied: copied == [dt.datetime(2026, 3, 2, tzinfo=dt.UTC)]),
    ],
)
def test_a_class_that_says_what_a_copy_is_is_heard(value: Any, told: Callable[[Any], bool]) -> None:
    assert told(deepcopy(value))
    assert told(deep_copy(value))
    assert told(deep_copy([value])[0])


def test_a_class_that_is_registered_to_be_rebuilt_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(copyreg.dispatch_table, Registered, lambda value: (rebuilt, ("registered",)))
    assert vars(deep_copy(Registered())) == {"name": "registered"}


def test_what_cannot_be_copied_says_so() -> None:
    with pytest.raises(TypeError, match="generator"):
        deep_copy({"later": (each for each in "ab")})
