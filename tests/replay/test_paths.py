"""Each path of a tree is parsed to find its value, and no other text is a path."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.replay import ABSENT, join_path, members
from es_desktop.replay.diff import PathError, leaf_paths, parse_path, value_at
from tests.replay.trees import NAMES, STATES, parts_of, same

TREE = {"status": "open", "lines": [{"price": 5}, {"price": 7, "tags": ["x"]}], "a.b": {"": 1, '"': 2, "[0]": 3}}


def by_hand(tree: Any, path: str) -> Any:
    for part in parts_of(path):
        tree = tree[part]
    return tree


@given(tree=STATES)
def test_every_leaf_is_found_at_its_path(tree: Any) -> None:
    for path in leaf_paths(tree or {}):
        assert value_at(tree, path) is by_hand(tree, path)
        assert parse_path(path) == parts_of(path)


@given(tree=STATES)
def test_containers_are_found_as_well(tree: Any) -> None:
    def look(inner: Any, path: str) -> None:
        assert value_at(tree, path) is inner
        for key, value in members(inner):
            look(value, join_path(path, key))

    look(tree, "")


@given(parts=st.lists(NAMES | st.integers(0, 99), max_size=4))
def test_what_is_joined_is_parsed_back(parts: list[Any]) -> None:
    path = ""
    for part in parts:
        path = join_path(path, part)
    assert parse_path(path) == tuple(parts)


def test_a_path_may_be_long() -> None:
    names = ("a" * 200, "b" * 200, 7)
    assert parse_path(f"{names[0]}.{names[1]}[7]") == names


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("status", "open"),
        ("lines[1].price", 7),
        ("lines[1].tags[0]", "x"),
        ('["a.b"][""]', 1),
        ('["a.b"]["\\""]', 2),
        ('["a.b"]["[0]"]', 3),
        ("lines[0]", {"price": 5}),
        ("", TREE),
    ],
)
def test_values_by_path(path: str, value: Any) -> None:
    assert value_at(TREE, path) == value


@pytest.mark.parametrize(
    "path", ["none", "status.x", "status[0]", "lines[2]", "lines.price", "lines[0].x.y", "[0]", "lines[99999999999]"]
)
def test_what_is_not_there_is_absent(path: str) -> None:
    assert value_at(TREE, path) is ABSENT


def test_nothing_is_in_what_is_not_there_and_none_is_a_value() -> None:
    assert value_at(None, "status") is ABSENT
    assert value_at({"status": None}, "status") is None


MALFORMED = [
    ".a",
    "a.",
    "a..b",
    "a[",
    "a[]",
    "a[-1]",
    "a[01]",
    "a[x]",
    "a[1",
    "a]",
    'a"b',
    "a[0]b",
    '["a"',
    '["a]',
    ".",
]


@pytest.mark.parametrize("path", [*MALFORMED, '["a"]x', "a[1.0]", "a['x']", "[9999999999999999999]"])
def test_a_text_that_is_no_path_says_where(path: str) -> None:
    with pytest.raises(PathError, match=r"is no path from .* on; a path is written as lines"):
        parse_path(path)


@given(path=st.text(alphabet='ab.[]"0\\', max_size=8))
def test_any_text_is_a_path_or_an_error(path: str) -> None:
    try:
        parts = parse_path(path)
    except PathError:
        return
    joined = ""
    for part in parts:
        joined = join_path(joined, part)
    assert parse_path(joined) == parts
    assert same(value_at({}, path), {} if not parts else ABSENT)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("lines..price_of_all", "'lines..price_of_all' is no path from '..price_of' on"),
        ('a["b"', "'a[\"b\"' is no path from its end on"),
        ("." + "x" * 90, f"'.{'x' * 79}' is no path from '.xxxxxxxxx' on"),
    ],
)
def test_what_is_no_path_is_shown_from_where_it_is_none(path: str, text: str) -> None:
    with pytest.raises(PathError) as raised:
        parse_path(path)
    assert str(raised.value) == f"{text}; a path is written as lines[2].price"
