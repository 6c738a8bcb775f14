"""Plain trees: what becomes of an entity's attributes before a person sees them."""

from __future__ import annotations

import enum
from collections import OrderedDict, deque
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.replay import plain, plain_state
from es_desktop.replay.diff import plain_name
from tests.replay.trees import TREES, same


class Colour(enum.Enum):
    RED = 1


class Money:
    def __init__(self, amount: Any) -> None:
        self._amount = amount
        self._version = 3


@pytest.mark.parametrize(
    ("kept", "shown"),
    [("_foo", "foo"), ("foo", "foo"), ("__foo", "foo"), ("a_b_", "a_b_"), ("_", "_"), ("__", "__"), ("", "")],
)
def test_an_attribute_is_known_by_its_plain_name(kept: str, shown: str) -> None:
    assert plain_name(kept) == shown


def test_bookkeeping_is_no_part_of_a_state() -> None:
    ours = {"_id": 1, "_version": 2, "_is_discarded": False, "_created_on": 1.5, "_last_modified_on": 2.5}
    assert plain_state({**ours, "_last_modified": 2.5, "_foo": "kept", "version": "kept as well"}) == {
        "foo": "kept",
        "version": "kept as well",
    }


@given(tree=TREES)
def test_a_plain_tree_is_plain_already(tree: Any) -> None:
    assert same(plain(tree), tree)


@pytest.mark.parametrize(
    ("value", "tree"),
    [
        ((1, (2,)), [1, [2]]),
        (deque([1, 2]), [1, 2]),
        ({3, 1, 2}, [1, 2, 3]),
        (frozenset({"b", "a"}), ["a", "b"]),
        ({1: "one", None: "none"}, {"1": "one", "None": "none"}),
        (OrderedDict(b=1), {"b": 1}),
        (MappingProxyType({"a": (1,)}), {"a": [1]}),
        (Money(Decimal("1.50")), {"amount": Decimal("1.50")}),
        ([Money((1,))], [{"amount": [1]}]),
        (Colour.RED, Colour.RED),
        (Decimal("1.50"), Decimal("1.50")),
        (b"ab", b"ab"),
    ],
)
def test_what_is_in_containers_becomes_dicts_and_lists(value: Any, tree: Any) -> None:
    assert plain(value) == tree
    assert type(plain(value)) is type(tree)


@given(members=st.sets(st.text(max_size=3) | st.integers() | st.booleans()))
def test_a_set_is_listed_the_same_way_each_time(members: set[Any]) -> None:
    again: set[Any] = set()
    for member in reversed(list(members)):
        again.add(member)
    assert plain(members) == plain(again)
    assert set(plain(members)) == members


def test_a_plain_tree_shares_nothing_that_can_change() -> None:
    attributes: dict[str, Any] = {"_lines": [{"sku": "A", "tags": ["x"]}], "_by_sku": {"A": [1]}}
    state = plain_state(attributes)
    attributes["_lines"][0]["tags"].append("y")
    attributes["_lines"].append("more")
    attributes["_by_sku"]["A"].clear()
    assert state == {"lines": [{"sku": "A", "tags": ["x"]}], "by_sku": {"A": [1]}}
