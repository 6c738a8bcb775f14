"""Two states side by side: every place of either, with the value on each side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

from .diff import ABSENT, cut_members, join_path, same_leaf
from .tree import PlainTree


@dataclass(frozen=True, slots=True)
class Place:
    """A leaf, or a whole value that only one side has, with its path; ``ABSENT`` where a side has none."""

    path: str
    left: Any
    right: Any
    differs: bool


def alongside(left: PlainTree | None, right: PlainTree | None) -> Iterator[Place]:
    """Yield the places of two states; those that differ are the changes of ``diff`` as it tells them to people.

    Where members were cut out of a list, or put into it, those behind them are paired with their like, and named by
    their index in the longer list. A state that is not there differs from an empty one at the path ``""``.
    """
    if (left is None) != (right is None) and not left and not right:
        yield Place("", ABSENT if left is None else left, ABSENT if right is None else right, True)
        return
    yield from _places({} if left is None else left, {} if right is None else right, "")


def _places(left: Any, right: Any, path: str) -> Iterator[Place]:
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        pairs = _paired_by_name(left, right)
    elif isinstance(left, list) and isinstance(right, list):
        pairs = _paired_by_index(left, right)
    else:
        yield Place(path, left, right, left is not right and not same_leaf(left, right))
        return
    first = next(pairs, None)
    if first is not None:
        for key, old, new in chain([first], pairs):
            yield from _places(old, new, join_path(path, key))
    elif path:
        yield Place(path, left, right, False)


def _paired_by_name(left: Mapping[Any, Any], right: Mapping[Any, Any]) -> Iterator[tuple[object, Any, Any]]:
    for key, old in left.items():
        yield key, old, right.get(key, ABSENT)
    for key, new in right.items():
        if key not in left:
            yield key, ABSENT, new


def _paired_by_index(left: list[Any], right: list[Any]) -> Iterator[tuple[object, Any, Any]]:
    cut = cut_members(left, right)
    if cut is None:
        for index, (old, new) in enumerate(zip_longest(left, right, fillvalue=ABSENT)):
            yield index, old, new
        return
    for index in range(max(len(left), len(right))):
        shorter = index if index < cut.start else index - len(cut)
        if index in cut:
            yield (index, left[index], ABSENT) if len(left) > len(right) else (index, ABSENT, right[index])
        elif len(left) > len(right):
            yield index, left[index], right[shorter]
        else:
            yield index, left[shorter], right[index]
