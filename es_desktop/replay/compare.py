"""Compares two states, or two chains by version."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

from .chain import BLOCK, Chain, Checkpoint, Walker
from .diff import ABSENT, Change, PlainTree, cut_members, diff, join_path, safe_repr, same_leaf


@dataclass(frozen=True, slots=True)
class Divergence:
    """A version at which two chains differ, with the paths: ``before`` is the left value, ``after`` the right one."""

    version: int
    changes: tuple[Change, ...]


def compare_states(left: PlainTree | None, right: PlainTree | None) -> tuple[Change, ...]:
    """Return the differences of two states, in the order of ``diff``.

    A missing state and a state without attributes differ at the path ``""``.
    """
    changes = tuple(diff(left, right))
    if not changes and (left is None) != (right is None):
        return (Change("", ABSENT if left is None else left, ABSENT if right is None else right),)
    return changes


def divergences(
    left: Chain,
    right: Chain,
    checkpoint: Checkpoint = lambda: None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Divergence]:
    """Yield each version of either chain at which their states differ, in ascending order.

    The state of a chain at a version is that after its last event at or before it. Versions before a base, which only
    one chain has, are left out. ``progress`` is called with the numbers of compared versions and of all versions.
    """
    known_from = max((each.base.version for each in (left, right) if each.base.version is not None), default=None)
    ours, theirs = _Side(left, checkpoint), _Side(right, checkpoint)
    versions = sorted({*left.versions, *right.versions})
    for number, version in enumerate(versions):
        if not number % BLOCK:
            progress(number, len(versions))
        if known_from is None or version >= known_from:
            changes = compare_states(ours.state_at(version), theirs.state_at(version))
            if changes:
                yield Divergence(version, changes)


class _Side:
    """Reads the states of a chain at ascending versions."""

    def __init__(self, chain: Chain, checkpoint: Checkpoint) -> None:
        self._walker = Walker(chain, checkpoint)
        self._state = chain.base_state

    def state_at(self, version: int) -> PlainTree | None:
        for moment in self._walker.up_to(version):
            self._state = moment.after
        return self._state


@dataclass(frozen=True, slots=True)
class ComparedValue:
    """A path with its two values: leaves, or a whole value that only one side has (the other is ``ABSENT``)."""

    path: str
    left: Any
    right: Any
    differs: bool


def side_by_side(left: PlainTree | None, right: PlainTree | None) -> Iterator[ComparedValue]:
    """Yield the values of two states by path; those that differ are the changes of ``diff(…, for_people=True)``.

    If members were removed from a list or inserted into it, the members after them are paired with their equals, and
    have the index in the longer list. A missing state differs from an empty one at the path ``""``.
    """
    if (left is None) != (right is None) and not left and not right:
        yield ComparedValue("", ABSENT if left is None else left, ABSENT if right is None else right, True)
        return
    yield from _values({} if left is None else left, {} if right is None else right, "")


def _values(left: Any, right: Any, path: str) -> Iterator[ComparedValue]:
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        pairs = _paired_by_name(left, right)
    elif isinstance(left, list) and isinstance(right, list):
        pairs = _paired_by_index(left, right)
    else:
        yield ComparedValue(path, left, right, left is not right and not same_leaf(left, right))
        return
    first = next(pairs, None)
    if first is not None:
        for key, old, new in chain([first], pairs):
            yield from _values(old, new, join_path(path, key))
    elif path:
        yield ComparedValue(path, left, right, False)


def _paired_by_name(left: Mapping[Any, Any], right: Mapping[Any, Any]) -> Iterator[tuple[object, Any, Any]]:
    for key, old in left.items():
        yield key, old, right.get(key, ABSENT)
    for key, new in right.items():
        if key not in left:
            yield key, ABSENT, new


def _paired_by_index(left: list[Any], right: list[Any]) -> Iterator[tuple[object, Any, Any]]:
    cut = cut_members(left, right)
    if cut is not None:
        gap = [ABSENT] * len(cut)
        if len(left) < len(right):
            left = [*left[: cut.start], *gap, *left[cut.start :]]
        else:
            right = [*right[: cut.start], *gap, *right[cut.start :]]
    for index, (old, new) in enumerate(zip_longest(left, right, fillvalue=ABSENT)):
        yield index, old, new


def tree_key(value: object) -> Hashable:
    """Return a hashable key: equal for two values of plain trees that are the same. Uses ``repr`` if necessary."""
    if isinstance(value, Mapping):
        return "dict", frozenset((key, tree_key(member)) for key, member in value.items())
    if isinstance(value, list):
        return "list", tuple(map(tree_key, value))
    value_type = type(value)
    try:
        hash(value)
        return (value_type, value) if value == value else (value_type, "not a number")
    except Exception:  # a signalling NaN has no hash, and values of user classes may have none
        return value_type, safe_repr(value)
