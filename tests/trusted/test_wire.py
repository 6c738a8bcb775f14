"""Values, states and differences of states are the same on both sides of the pipe."""

from __future__ import annotations

import datetime as dt
import enum
import io
import json
from collections import deque
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.replay import plain, plain_state
from es_desktop.trusted.child import trees
from es_desktop.trusted.child.folding import difference
from es_desktop.trusted.child.wire import BrokenFrameError, decode, encode, read_frame, write_frame
from es_desktop.trusted.messages import MessageDecoder, OtherValue, with_change
from tests.replay.trees import STATES, TREES, same

MOMENTS = st.one_of(st.datetimes(), st.datetimes(timezones=st.just(dt.UTC)), st.dates(), st.times(), st.timedeltas())
MARKED = st.dictionaries(st.sampled_from(["!", "a"]), st.integers(), max_size=2)
COLLECTIONS = st.one_of(
    st.tuples(st.integers(), st.text()), st.lists(st.integers(), max_size=3).map(deque), st.just({1, "a"})
)
VALUES = st.recursive(
    TREES | MOMENTS | MARKED | COLLECTIONS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)


def over_the_pipe(value: Any) -> Any:
    """Return the value that the program reads when the child sends ``value``."""
    pipe = io.BytesIO()
    write_frame(pipe, {"value": encode(value)})
    pipe.seek(0)
    frame = read_frame(pipe)
    assert frame is not None and pipe.read() == b""
    return MessageDecoder().decode(frame)["value"]


@given(VALUES)
def test_values_keep_their_types(value: Any) -> None:
    assert same(over_the_pipe(value), value)
    assert same(decode(json.loads(json.dumps(encode(value)))), value), "in the other direction, too"


def test_a_set_whose_members_have_no_hash_when_decoded_is_a_list() -> None:
    class Shade(enum.Enum):
        RED = (255, 0)

    assert decode(encode({"shades": {Shade.RED}, "more": frozenset([Shade.RED])})) == {
        "shades": [[255, 0]],
        "more": [[255, 0]],
    }


@given(STATES, STATES)
def test_a_difference_makes_one_state_from_another(old: Any, new: Any) -> None:
    change = MessageDecoder().decode(json.dumps({"change": difference(old, new)}).encode())["change"]
    assert same(with_change(old, change), new)
    assert (change is None) == same(old, new)


@given(STATES, STATES)
def test_applying_a_difference_does_not_change_the_first_state(old: Any, new: Any) -> None:
    kept = plain(old)
    with_change(old, MessageDecoder().decode(json.dumps({"change": difference(old, new)}).encode())["change"])
    assert same(old, kept)


class Colour(enum.Enum):
    RED = "red"


class Money:
    def __init__(self, amount: Any) -> None:
        self._amount = amount
        self._version = 3


@given(VALUES)
def test_states_are_shown_by_the_same_rules_as_those_of_known_classes(value: Any) -> None:
    attributes = {"_id": 1, "_version": 2, "_value": value, "money": [Money(value)], "colour": Colour.RED}
    entity = Money(value)
    vars(entity).update(attributes)
    assert same(trees.state_view(entity), plain_state(vars(entity)))
    assert same(trees.plain(value), plain(value))


def test_a_value_of_another_type_becomes_its_text() -> None:
    class Broken:
        __slots__ = ()

        def __str__(self) -> str:
            raise ValueError

    assert over_the_pipe([1j, Broken, Broken()]) == [
        OtherValue("complex", "1j"),
        OtherValue("type", str(Broken)),
        OtherValue("Broken", "<Broken>"),
    ]
    assert str(OtherValue("complex", "1j")) == "1j"


def test_a_member_of_an_enum_with_a_reserved_name_becomes_its_text() -> None:
    frame = json.dumps({"value": {"!": ["enum", "shop", "Cart.Flag", "_mro_", 1]}}).encode()
    assert MessageDecoder().decode(frame)["value"] == OtherValue("Flag", "_mro_")


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (UUID(int=7), {"!": ["uuid", UUID(int=7).hex]}),
        (Decimal("1.50"), {"!": ["decimal", "1.50"]}),
        ({"!": 1}, {"!": ["dict", [["!", 1]]]}),
        (float("nan"), {"!": ["float", "nan"]}),
    ],
)
def test_the_encoding_is_fixed(value: Any, encoded: Any) -> None:
    assert json.loads(json.dumps(encode(value))) == encoded


@pytest.mark.parametrize("data", [b"", b"\0\0", b"\0\0\0\5abc"])
def test_a_pipe_that_ends_early_has_no_further_frame(data: bytes) -> None:
    assert read_frame(io.BytesIO(data)) is None


def test_text_that_is_not_a_frame_is_refused() -> None:
    with pytest.raises(BrokenFrameError):
        read_frame(io.BytesIO(b"Traceback (most recent call last)"))
