"""Values that cannot be stored, and payloads that cannot be read, are refused with a clear error."""

import collections
import datetime as dt
import io
import json
import sys
import types
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import ValueDecodingError, ValueEncodingError
from es_desktop.core.values import dumps, loads
from tests.core.test_values import TAGS, Box

KEYS = [*TAGS, "topic", "state", "name", "value"]


class Slotted:
    __slots__ = ("x",)


class HalfSlotted(Slotted):
    pass


class Stamp(dt.datetime):
    pass


class Money(Decimal):
    pass


class Name(str):
    pass


class Pair(NamedTuple):
    left: int
    right: int


class Zoneless(dt.tzinfo):
    def utcoffset(self, when: dt.datetime | None) -> None:
        return None

    dst = tzname = utcoffset


recursive_list: list[Any] = []
recursive_list.append(recursive_list)
recursive_dict: dict[str, Any] = {}
recursive_dict["me"] = recursive_dict
recursive_box = Box()
recursive_box.me = recursive_box  # type: ignore[attr-defined]

UNSTORABLE: dict[str, Any] = {
    "function": lambda: None,
    "builtin function": len,
    "bound method": "text".upper,
    "class": int,
    "own class": Box,
    "module": types.ModuleType("made_up"),
    "generator": iter([]),
    "plain object": object(),
    "slots": Slotted(),
    "slots and attributes": HalfSlotted(),
    "complex": 1j,
    "bytearray": bytearray(b"x"),
    "memoryview": memoryview(b"x"),
    "range": range(3),
    "ellipsis": ...,
    "exception": ValueError("lost"),
    "stream": io.StringIO("lost"),
    "datetime subclass": Stamp(2026, 3, 2),
    "Decimal subclass": Money("1.50"),
    "str subclass": Name("Zoë"),
    "named tuple": Pair(1, 2),
    "ordered dict": collections.OrderedDict(a=1),
    "counter": collections.Counter("aa"),
    "namespace": types.SimpleNamespace(a=1),
    "zone without an offset": dt.time(12, tzinfo=Zoneless()),
    "list that holds itself": recursive_list,
    "dict that holds itself": recursive_dict,
    "object that holds itself": recursive_box,
    "int of more digits than Python writes": 10 ** (sys.get_int_max_str_digits() + 1),
    "pair of surrogates": "\ud83d\ude00",
}


@pytest.mark.parametrize("value", UNSTORABLE.values(), ids=UNSTORABLE)
@pytest.mark.parametrize("wrap", [lambda value: value, lambda value: {"a": [value]}, lambda value: Box(a=value)])
def test_a_value_that_would_be_read_as_another_is_refused(value: Any, wrap: Callable[[Any], Any]) -> None:
    with pytest.raises(ValueEncodingError):
        dumps(wrap(value))


def test_the_error_has_the_path_of_the_value() -> None:
    with pytest.raises(ValueEncodingError, match=r"the value\['lines'\]\[1\]\['f'\] is a function, which cannot"):
        dumps({"lines": [{}, {"f": lambda: None}]})
    with pytest.raises(ValueEncodingError, match=r"the value\.__dict__\['a'\] is a Slotted"):
        dumps(Box(a=Slotted()))


def test_refusing_a_value_makes_no_class_known() -> None:
    class Unknown(dt.datetime):
        pass

    with pytest.raises(ValueEncodingError):
        dumps(Unknown(2026, 3, 2))
    text = json.dumps({"__class__": {"topic": f"{__name__}#{Unknown.__qualname__}", "state": {}}})
    assert loads(text) == json.loads(text)


@pytest.mark.parametrize("depth", [500, 5_000, 100_000])
@pytest.mark.parametrize("inside", ['"plain"', '{"UUID": "5f2c91d09c1e4a4e8a770d5f7c1b2a3e"}', ""])
def test_a_text_that_is_nested_too_deeply_is_read_or_refused(depth: int, inside: str) -> None:
    for text in ("[" * depth + inside + "]" * depth, '{"a":' * depth + (inside or "1") + "}" * depth):
        try:
            loads(text)
        except ValueDecodingError as error:
            assert "nested too deeply" in str(error)


json_leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("2026-03-02")
json_trees = st.recursive(
    json_leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=12,
)


@given(json_trees.map(json.dumps) | st.text() | st.binary())
def test_any_payload_is_read_or_refused_with_one_error(payload: str | bytes) -> None:
    try:
        loads(payload)
    except ValueDecodingError as error:
        assert str(error)


@pytest.mark.parametrize("payload", [None, 5, 1.5, [], object()])
def test_a_column_without_text_is_refused(payload: Any) -> None:
    with pytest.raises(ValueDecodingError, match="where text is expected"):
        loads(payload)
