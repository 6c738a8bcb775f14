"""Two states, or two chains aligned by version: what differs, from where on, and every place side by side."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

from .chain import BLOCK, Chain, Checkpoint
from .diff import ABSENT, Change, cut_members, diff, join_path, safe_repr, same_leaf
from .tree import PlainTree
from .walk import Walker


@dataclass(frozen=True, slots=True)
class Divergence:
    """A version at which two chains differ, with each path that does: ``before`` is the left, ``after`` the right."""

    version: int
    changes: tuple[Change, ...]


def compare_states(left: PlainTree | None, right: PlainTree | None) -> tuple[Change, ...]:
    """Return what differs between two states, in the order of ``diff``.

    A state that is not there differs from one without any attribute at the path ``""``, which is the whole.
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

    A chain is at a version in the state that its last event at or before it left, so the shorter one stays as it ended.
    Nothing is told of versions before a base, of which only the other chain knows. ``progress`` is told now and then
    how many versions of how many are done.
    """
    known_from = max((each.base.version for each in (left, right) if each.base.version is not None), default=None)
    ours, theirs = _Side(left, checkpoint), _Side(right, checkpoint)
    versions = sorted({*left.versions, *right.versions})
    for number, version in enumerate(versions):
        if number % BLOCK == 0:
            progress(number, len(versions))
        if known_from is None or version >= known_from:
            changes = compare_states(ours.state_at(version), theirs.state_at(version))
            if changes:
                yield Divergence(version, changes)


def first_divergence(left: Chain, right: Chain, checkpoint: Checkpoint = lambda: None) -> int | None:
    """Return the first version at which the states of two chains differ; ``None`` where there is none."""
    first = next(divergences(left, right, checkpoint), None)
    return None if first is None else first.version


class _Side:
    """A chain that is asked for its state at ascending versions."""

    def __init__(self, chain: Chain, checkpoint: Checkpoint) -> None:
        self._walker = Walker(chain, checkpoint)
        self._state = chain.base_state

    def state_at(self, version: int) -> PlainTree | None:
        for moment in self._walker.up_to(version):
            self._state = moment.after
        return self._state


@dataclass(frozen=True, slots=True)
class ComparedValue:
    """A leaf, or a whole value that only one side has, with its path; ``ABSENT`` where a side has none."""

    path: str
    left: Any
    right: Any
    differs: bool


def side_by_side(left: PlainTree | None, right: PlainTree | None) -> Iterator[ComparedValue]:
    """Yield the places of two states; those that differ are the changes of ``diff`` as it tells them to people.

    Where members were cut out of a list, or put into it, those behind them are paired with their like, and named by
    their index in the longer list. A state that is not there differs from an empty one at the path ``""``.
    """
    if (left is None) != (right is None) and not left and not right:
        yield ComparedValue("", ABSENT if left is None else left, ABSENT if right is None else right, True)
        return
    yield from _places({} if left is None else left, {} if right is None else right, "")


def _places(left: Any, right: Any, path: str) -> Iterator[ComparedValue]:
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
            yield from _places(old, new, join_path(path, key))
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


def same_tree(left: object, right: object) -> bool:
    """Return whether two values of plain trees are the same in every place: ``True`` is not ``1``, NaN is itself."""
    # With a path of its own, as at the top of a state nothing is the same as an empty dict.
    return next(diff(left, right, "value"), None) is None


def tree_key(value: object) -> Hashable:
    """Return a key that two values of plain trees share where they are the same.

    A leaf that cannot be hashed is known by its ``repr``.
    """
    if isinstance(value, Mapping):
        return "dict", frozenset((key, tree_key(member)) for key, member in value.items())
    if isinstance(value, list):
        return "list", tuple(map(tree_key, value))
    kind = type(value)
    try:
        hash(value)
        return (kind, value) if value == value else (kind, "not a number")
    except Exception:  # a signalling NaN has no hash, nor perhaps a value of the user's own
        return kind, safe_repr(value)
