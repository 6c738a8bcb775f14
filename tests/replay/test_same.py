"""Sameness of plain trees, and the keys that say the same."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from es_desktop.core import RecordedEvent
from es_desktop.replay import ABSENT, Change, GenericFold, diff
from es_desktop.replay.compare import tree_key
from es_desktop.replay.diff import same_tree
from tests.replay.histories import chain_of
from tests.replay.trees import TREES, same


@given(left=TREES, right=TREES)
def test_two_trees_are_the_same_if_they_are_at_every_path(left: Any, right: Any) -> None:
    assert same_tree(left, right) == same(left, right)


@given(tree=TREES)
def test_a_tree_is_itself(tree: Any) -> None:
    assert same_tree(tree, tree)


@given(left=TREES, right=TREES)
def test_keys_are_equal_where_the_trees_are_the_same(left: Any, right: Any) -> None:
    assert (tree_key(left) == tree_key(right)) == same_tree(left, right)


@pytest.mark.parametrize(
    ("left", "right", "is_same"),
    [
        (True, 1, False),
        (1, 1.0, False),
        (Decimal("1.0"), Decimal("1.00"), True),
        (float("nan"), float("nan"), True),
        (Decimal("sNaN"), Decimal("sNaN"), True),
        (None, ABSENT, False),
        (None, {}, False),
        ([], {}, False),
        ({"a": [1]}, {"a": [1]}, True),
        (bytearray(b"a"), bytearray(b"a"), True),
        (bytearray(b"a"), bytearray(b"b"), False),
    ],
)
def test_values_that_are_easily_mistaken(left: Any, right: Any, is_same: bool) -> None:
    assert same_tree(left, right) is is_same
    assert (tree_key(left) == tree_key(right)) is is_same


class Refusing:
    """A value that can neither be compared nor hashed nor written."""

    __slots__ = ()

    def _refuse(self, *_: object) -> Any:
        raise RuntimeError("refused")

    __eq__ = __ne__ = __hash__ = __repr__ = __str__ = _refuse


@pytest.mark.parametrize("make", [Refusing, lambda: Decimal("sNaN")])
def test_what_cannot_be_compared_raises_nowhere(make: Callable[[], Any]) -> None:
    one, other = make(), make()
    is_written_alike = isinstance(one, Decimal)
    for left, right in ((one, other), ([one], [other]), ({"a": [1, one]}, {"a": [1, other]})):
        assert same_tree(left, right) is is_written_alike
        assert (tree_key(left) == tree_key(right)) is is_written_alike
        assert same_tree(left, left)
        change = Change("a", left, 1)
        assert change == Change("a", left, 1) and change != Change("b", left, 1)
        assert (change == Change("a", right, 1)) is is_written_alike
        assert {change: 1}[change] == 1
    assert list(diff({"a": one}, {"a": one, "b": other})) == [Change("b", ABSENT, other)]


@pytest.mark.parametrize("make", [Refusing, lambda: Decimal("sNaN")])
def test_a_list_of_what_cannot_be_compared_has_steps(make: Callable[[], Any]) -> None:
    one, other, third = make(), make(), make()
    lists = [[one], [one, other], [one, other, third], [other, third], [third, other], []]
    events = [RecordedEvent(v, "shop#Cart.Filled", float(v), {"lines": lines}) for v, lines in enumerate(lists)]
    steps = chain_of(events, GenericFold()).steps(0, len(events))
    assert [step.error for step in steps] == [None] * len(lists)
    assert steps[1].changes == (Change("lines[1]", ABSENT, other),)
    assert steps[1].shortened is None
