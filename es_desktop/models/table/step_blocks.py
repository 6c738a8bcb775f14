"""The steps of a sequence of events by their index, in blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from es_desktop.replay import BLOCK, Step

from .blocks import Blocks

_KEPT: Final = 256
"""More than a screen of folded runs looks at, each at its first and last block; fewer would chase each other out."""


class StepBlocks(Blocks[Step]):
    """The steps of a sequence of events by their index, in blocks of ``BLOCK``."""

    def __init__(self, want: Callable[[int], None]) -> None:
        """``want`` is called once with the number of each block that should be worked out and given to ``put``."""
        super().__init__(want, size=BLOCK, kept=_KEPT)

    def between(self, number: int, first: int, last: int) -> Sequence[Step] | None:
        """Return the steps of a block that are of the events from ``first`` to ``last``, that one included."""
        block = self.block(number)
        return None if block is None else block[max(0, first - number * BLOCK) : max(0, last + 1 - number * BLOCK)]
