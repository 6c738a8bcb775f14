"""Sameness of plain trees, and the keys that say the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from es_desktop.replay import ABSENT
from es_desktop.replay.same import same_tree, tree_key
from tests.replay.trees import TREES, same


@given(left=TREES, right=TREES)
def test_two_trees_are_the_same_where_they_are_in_every_place(left: Any, right: Any) -> None:
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
