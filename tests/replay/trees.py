"""Plain trees to test with: a strategy that makes them, and a second opinion on what a path and a change mean."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from es_desktop.replay import ABSENT, Change

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(max_size=5),
    st.binary(max_size=3),
    st.sampled_from([date(2026, 5, 31), datetime(2026, 5, 31, tzinfo=UTC), UUID(int=7), "", 0, False, 1, True, 1.0]),
)
NAMES = st.one_of(st.sampled_from(["a", "b", "a.b", "a[0]", "", '"', "0", "[0]", "é"]), st.text(max_size=4))
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)
STATES = st.none() | st.dictionaries(NAMES, TREES, max_size=4)

_PART = re.compile(r'\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|(?:^|\.)([^.\[\]"]+)')


def parts_of(path: str) -> tuple[str | int, ...]:
    """Take a path apart, from what the program's text says of paths and not from its code."""
    found: list[str | int] = []
    at = 0
    while at < len(path):
        match = _PART.match(path, at)
        assert match is not None, f"{path!r} is no path from {at} on"
        index, quoted, name = match.groups()
        found.append(int(index) if index is not None else json.loads(quoted) if quoted is not None else name)
        at = match.end()
    return tuple(found)


def applied(before: Any, changes: Iterable[Change]) -> Any:
    """Carry out changes, each at its own path, and return what comes out."""
    tree: Any = {} if before is None else deepcopy(before)
    # What is taken from the end of a list first leaves the indexes before it as they were.
    changes = list(changes)
    for change in [*reversed([each for each in changes if each.is_removal]), *(c for c in changes if not c.is_removal)]:
        *inner, last = parts_of(change.path)
        container = tree
        for part in inner:
            container = container[part]
        if change.after is ABSENT:
            del container[last]
        elif isinstance(container, list) and change.is_addition:
            assert last <= len(container)
            container.insert(last, deepcopy(change.after))
        else:
            assert change.before is ABSENT or same(container[last], change.before)
            container[last] = deepcopy(change.after)
    return tree


def same(left: Any, right: Any) -> bool:
    """Return whether two trees hold equal values of the same types; NaN equals NaN."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, Decimal) and (left.is_nan() or right.is_nan()):
        return str(left) == str(right) or (left.is_qnan() and right.is_qnan())
    return bool(left == right) or (left != left and right != right)
