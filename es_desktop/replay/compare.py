"""Two states, or two chains aligned by version: what differs, and from where on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .chain import BLOCK, Chain, Checkpoint
from .diff import ABSENT, Change, diff
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
