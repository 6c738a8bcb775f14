"""A long chain: what is kept of it stays bounded, and no version is far from what is kept."""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

from es_desktop.core import RecordedEvent
from es_desktop.replay import BLOCK, GenericFold
from tests.replay.histories import chain_by

LENGTH = 900 * BLOCK
MOST_KEPT = 400


class Tally:
    """A state whose instances are counted."""

    def __init__(self, n: int) -> None:
        self.n = n
        ALIVE.add(self)

    def __deepcopy__(self, memo: Any) -> Tally:
        return Tally(self.n)


ALIVE: WeakSet[Tally] = WeakSet()


class TallyFold(GenericFold):
    def start(self, snapshot: Any) -> Tally:
        return Tally(-1)

    def apply(self, state: Tally, event: RecordedEvent) -> Tally:
        state.n = event.version
        return state

    def view(self, state: Tally) -> dict[str, int]:
        return {"n": state.n}


def test_states_are_kept_evenly_and_not_for_ever() -> None:
    read_lengths: list[int] = []

    def read(after: int | None, limit: int) -> list[RecordedEvent]:
        first = 0 if after is None else after + 1
        read_lengths.append(limit)
        return [RecordedEvent(v, "shop#Cart.Filled", None, {}) for v in range(first, min(first + limit, LENGTH))]

    chain = chain_by(TallyFold(), range(LENGTH), read)
    chain.state_after(399 * 128 + 1)
    for count in (2 * 129, 8 * 128, 302 * 128):
        read_lengths.clear()
        assert chain.state_after(count)[0] == {"n": count - 1}
        assert sum(read_lengths) <= 128, "the state before each block is kept up to 400 blocks"
    assert chain.state_after(LENGTH)[0] == {"n": LENGTH - 1}
    assert len(ALIVE) <= MOST_KEPT + 2
    for count in (LENGTH - 1, LENGTH // 2, 7 * BLOCK, 333 * BLOCK + 5, 1):
        read_lengths.clear()
        assert chain.state_after(count)[0] == {"n": count - 1}
        assert sum(read_lengths) <= 4 * BLOCK, "no version is far from a state that is kept"
    assert len(ALIVE) <= MOST_KEPT + 2
