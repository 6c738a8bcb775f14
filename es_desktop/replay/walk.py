"""A walk along a chain: each step with the states before and after it, in one pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from .chain import BLOCK, Chain, Checkpoint
from .diff import PlainTree
from .patch import after_step
from .steps import Step


@dataclass(frozen=True, slots=True)
class Moment:
    """One version of an entity, with the states before and after its step.

    A state is ``None`` if the entity does not exist. States share unchanged parts, so they must not be modified.
    """

    version: int | None
    """``None`` before the first event."""
    step: Step | None
    """``None`` at the base."""
    before: PlainTree | None
    after: PlainTree | None


def base_moment(chain: Chain) -> Moment:
    """Return the base of a chain as a moment without changes."""
    return Moment(chain.base.version, None, chain.base_state, chain.base_state)


def walk(
    chain: Chain, checkpoint: Checkpoint = lambda: None, first: int = 0, stop: int | None = None
) -> Iterator[Moment]:
    """Yield the moments of the steps at the indexes from ``first`` to before ``stop``; by default of all."""
    stop = len(chain) if stop is None else min(stop, len(chain))
    state = chain.state_after(first, checkpoint)[0]
    while first < stop:
        checkpoint()
        end = min(stop, (first // BLOCK + 1) * BLOCK)
        for step in chain.steps(first, end, checkpoint):
            before, state = state, after_step(state, step)
            yield Moment(step.version, step, before, state)
        first = end


class Walker:
    """A walk in parts, to ascending versions."""

    def __init__(self, chain: Chain, checkpoint: Checkpoint = lambda: None) -> None:
        self._chain = chain
        self._moments = walk(chain, checkpoint)
        self._count = 0

    def up_to(self, version: int) -> Iterator[Moment]:
        """Yield the moments up to a version that were not yielded before, with all events of that version."""
        for moment in islice(self._moments, max(0, self._chain.index_of(version) - self._count)):
            self._count += 1
            yield moment
