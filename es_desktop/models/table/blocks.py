"""Blocks of rows: read elsewhere, asked for where they are first looked at, and let go when they are many."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Blocks(Generic[T]):
    """Some of the rows of a long sequence, by their place in it."""

    def __init__(self, want: Callable[[int], None], *, size: int, kept: int) -> None:
        """``want`` is called once with the number of each block of ``size`` rows that should be read and ``put``.

        No more than ``kept`` blocks are held; those that were not looked at for longest go first.
        """
        self.size = size
        self._want = want
        self._kept = kept
        self._blocks: OrderedDict[int, Sequence[T]] = OrderedDict()
        self._asked: set[int] = set()
        self._outdated: set[int] = set()

    def put(self, number: int, rows: Sequence[T]) -> None:
        """Take the rows of a block."""
        self._asked.discard(number)
        self._blocks[number] = rows
        if len(self._blocks) > self._kept:
            self._blocks.popitem(last=False)

    def at(self, row: int) -> T | None:
        """Return a row; ``None`` where it is not there yet, and asked for by now."""
        number, offset = divmod(row, self.size)
        block = self.block(number)
        return block[offset] if block is not None and offset < len(block) else None

    def block(self, number: int) -> Sequence[T] | None:
        """Return a block; ``None`` where it is not there yet, and asked for by now."""
        block = self._blocks.get(number)
        if block is not None:
            self._blocks.move_to_end(number)
        if number not in self._asked and (block is None or number in self._outdated):
            self._asked.add(number)
            self._outdated.discard(number)
            self._want(number)
        return block

    def held(self) -> Iterator[tuple[int, T]]:
        """Yield the place of every row that is there, and the row."""
        for number, block in self._blocks.items():
            yield from enumerate(block, number * self.size)

    def let_go(self, number: int) -> None:
        """Let a block be asked for again: it did not come, or would have more rows by now. What is there stays."""
        self._asked.discard(number)
        self._outdated.add(number)

    def forget(self, number: int = 0) -> None:
        """Drop the blocks from a number on."""
        for each in [each for each in self._blocks if each >= number]:
            del self._blocks[each]
        self._asked = {each for each in self._asked if each < number}
        self._outdated = {each for each in self._outdated if each < number}
