"""Blocks of steps: worked out elsewhere, asked for where they are first looked at, and let go when they are many."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

from es_desktop.replay import BLOCK, Step

_KEPT: Final = 256
"""More than a screen of folded runs looks at, each at its first and last block; fewer would chase each other out."""


class StepBlocks:
    """The steps of a sequence of events by their index, in blocks of ``BLOCK``."""

    def __init__(self, want: Callable[[int], None]) -> None:
        """``want`` is called once with the number of each block that should be worked out and given to ``put``."""
        self._want = want
        self._blocks: OrderedDict[int, Sequence[Step]] = OrderedDict()
        self._asked: set[int] = set()

    def put(self, number: int, steps: Sequence[Step]) -> None:
        """Take the steps of a block."""
        self._asked.discard(number)
        self._blocks[number] = steps
        if len(self._blocks) > _KEPT:
            self._blocks.popitem(last=False)

    def step(self, event: int) -> Step | None:
        """Return the step of an event; ``None`` where it is not there yet, and asked for by now."""
        number, offset = divmod(event, BLOCK)
        block = self._block(number)
        return block[offset] if block is not None and offset < len(block) else None

    def between(self, number: int, first: int, last: int) -> Sequence[Step] | None:
        """Return the steps of a block that are of the events from ``first`` to ``last``, that one included."""
        block = self._block(number)
        return None if block is None else block[max(0, first - number * BLOCK) : max(0, last + 1 - number * BLOCK)]

    def forget(self, number: int = 0) -> None:
        """Drop the blocks from a number on."""
        for each in [each for each in self._blocks if each >= number]:
            del self._blocks[each]
        self._asked = {each for each in self._asked if each < number}

    def _block(self, number: int) -> Sequence[Step] | None:
        block = self._blocks.get(number)
        if block is not None:
            self._blocks.move_to_end(number)
        elif number not in self._asked:
            self._asked.add(number)
            self._want(number)
        return block
