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
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import ValueDecodingError, ValueEncodingError
from es_desktop.core.json_text import MOST_NESTED
from es_desktop.core.topics import deep_copy
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
    "time that is there twice": dt.datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin")),
    "time that is there twice, the second": dt.datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin")),
    "time that is never there": dt.datetime(2026, 3, 29, 2, 30, tzinfo=ZoneInfo("Europe/Berlin")),
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


NESTED: dict[str, Callable[[Any], Any]] = {
    "list": lambda value: [value],
    "dict": lambda value: {"a": value},
    "tuple": lambda value: (value,),
    "frozenset": lambda value: frozenset([value]),
    "deque": lambda value: collections.deque([value], 3),
    "pairs": lambda value: {1: value},
    "object": lambda value: Box(a=value),
    "text with brackets": lambda value: ["]}[{" * 9, value],
}


@pytest.mark.parametrize("wrap", NESTED.values(), ids=NESTED)
def test_one_limit_of_nesting_holds_for_writing_and_reading(wrap: Callable[[Any], Any]) -> None:
    """Whatever is written is read, also where other calls take a third of the stack, and no deeper text is read."""

    def far_away(calls: int, text: str) -> Any:
        return far_away(calls - 1, text) if calls else loads(text)

    value, written = wrap(1), 0
    for depth in range(1, 500):
        try:
            text = dumps(value)
        except ValueEncodingError as error:
            assert "nested too deeply" in str(error)
            break
        if depth % 20 == 0 or depth > 440:
            far_away(330, text)
            if not isinstance(value, frozenset):
                deep_copy(value)
        written, value = nesting(text), wrap(value)
    assert MOST_NESTED - 4 < written <= MOST_NESTED


def test_what_is_nested_too_deeply_is_not_copied() -> None:
    value: Any = 1
    for _ in range(10_000):
        value = (value,)
    with pytest.raises(ValueEncodingError, match="nested too deeply"):
        deep_copy([value])


def nesting(text: str) -> int:
    tree, levels = json.loads(text), 0
    waiting = [(tree, 1)]
    while waiting:
        tree, level = waiting.pop()
        if isinstance(tree, (list, dict)):
            levels = max(levels, level)
            waiting += [(each, level + 1) for each in (tree.values() if isinstance(tree, dict) else tree)]
    return levels


@pytest.mark.parametrize("open_and_close", ["[]", "{}"])
@pytest.mark.parametrize("beside", ["", "[1]," * 600, '"[[[{{{",' * 900])
def test_a_text_is_refused_by_its_levels_alone(open_and_close: str, beside: str) -> None:
    opened, closed = open_and_close
    opened = opened if opened == "[" else '{"a":'
    for levels, is_read in ((MOST_NESTED - 1, True), (MOST_NESTED, False)):
        text = f"[{beside}{opened * levels}1{closed * levels}]"
        for payload in (text, text.encode()):
            if is_read:
                loads(payload)
            else:
                with pytest.raises(ValueDecodingError, match="nested too deeply"):
                    loads(payload)


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


@pytest.mark.parametrize(
    ("payload", "reason"),
    [('"a\udce9"', "not UTF-8: byte 0xe9 at 2"), ('"a\ud83d"', "half of a character")],
)
def test_a_text_that_is_not_utf_8_is_refused_with_its_byte(payload: str, reason: str) -> None:
    with pytest.raises(ValueDecodingError, match=reason):
        loads(payload)
