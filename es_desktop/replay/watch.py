"""Watchpoints: finds the versions at which a value, or the value of a condition, changes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain as joined
from typing import Any

from .chain import BLOCK, Chain, Checkpoint
from .compare import same_tree
from .conditions import Condition, ConditionError
from .diff import ABSENT
from .paths import parse_path, value_of
from .walk import Moment, base_moment, walk

WatchTarget = Condition | str
"""A condition, or the path of a value."""
_ValueOf = Callable[[Moment], Any]


@dataclass(frozen=True, slots=True)
class Crossing:
    """A version whose event changed a value; ``ABSENT`` for a path without one, never for a condition."""

    version: int
    before: Any
    after: Any


def crossings(chain: Chain, condition: Condition, checkpoint: Checkpoint = lambda: None) -> Iterator[Crossing]:
    """Yield the crossings of a condition; the first event is compared with the base of the chain.

    Raises ``ConditionError`` if the condition fails or takes too long.
    """
    return _crossings(condition.run(), base_moment(chain), walk(chain, checkpoint))


def value_crossings(chain: Chain, path: str, checkpoint: Checkpoint = lambda: None) -> Iterator[Crossing]:
    """Yield each change of the value at a path, or inside it. Raises ``PathError``."""
    return _crossings(_value_at(path), base_moment(chain), walk(chain, checkpoint))


def all_crossings(
    chain: Chain,
    watched: Sequence[WatchTarget],
    checkpoint: Checkpoint = lambda: None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[tuple[int, Crossing | ConditionError]]:
    """Yield the crossings of many watchpoints, each with its index in ``watched``, in one walk.

    A condition that fails yields its error and ends; the others continue. ``progress`` is called after each block with
    the numbers of finished and of all steps. Raises ``PathError``.
    """
    watchers = {index: _Watcher(_value_of(each)) for index, each in enumerate(watched)}
    for done, moment in enumerate(joined([base_moment(chain)], walk(chain, checkpoint))):
        if done and done % BLOCK == 0:
            progress(done, len(chain))
        for index, watcher in list(watchers.items()):
            try:
                crossing = watcher.see(moment)
            except ConditionError as error:
                del watchers[index]
                yield index, error
            else:
                if crossing is not None:
                    yield index, crossing


def next_crossing(
    chain: Chain,
    watched: WatchTarget,
    checkpoint: Checkpoint = lambda: None,
    *,
    after_version: int,
    forward: bool = True,
) -> Crossing | None:
    """Return the first crossing after a version (backward: the last one before it); ``None`` if there is none.

    Backward, only as many blocks of steps are read as necessary. Raises ``PathError`` and ``ConditionError``.
    """
    value_at = _value_of(watched)
    if forward:
        return next(_crossings_within(chain, value_at, chain.index_of(after_version), len(chain), checkpoint), None)
    stop = chain.index_of(after_version - 1)
    while stop:
        first = (stop - 1) // BLOCK * BLOCK
        found = deque(_crossings_within(chain, value_at, first, stop, checkpoint), maxlen=1)
        if found:
            return found[0]
        stop = first
    return None


def _value_of(watched: WatchTarget) -> _ValueOf:
    return watched.run() if isinstance(watched, Condition) else _value_at(watched)


def _value_at(path: str) -> _ValueOf:
    parts = parse_path(path)
    return lambda moment: ABSENT if moment.after is None else value_of(moment.after, parts)


def _crossings_within(
    chain: Chain, value_at: _ValueOf, first: int, stop: int, checkpoint: Checkpoint
) -> Iterator[Crossing]:
    """Return the crossings at the indexes ``first`` to ``stop``; the first is compared with the step before it."""
    start = base_moment(chain)
    moments = walk(chain, checkpoint, max(first - 1, 0), stop)
    return _crossings(value_at, next(moments, start) if first else start, moments)


def _crossings(value_at: _ValueOf, start: Moment, moments: Iterable[Moment]) -> Iterator[Crossing]:
    return filter(None, map(_Watcher(value_at).see, joined([start], moments)))


class _Watcher:
    """Compares the value at each moment with the one before."""

    def __init__(self, value_at: _ValueOf) -> None:
        self._value_at = value_at
        self._seen: Any = None
        self._is_first = True

    def see(self, moment: Moment) -> Crossing | None:
        """Return the crossing at a moment; ``None`` if the value is the same, or at the first moment."""
        before, self._seen = self._seen, self._value_at(moment)
        is_first, self._is_first = self._is_first, False
        if is_first or moment.version is None or same_tree(before, self._seen):
            return None
        return Crossing(moment.version, before, self._seen)
