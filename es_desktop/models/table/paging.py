"""Rows that are read where they are shown: blocks of them, the reader beside the window, and a table of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.runtime.tasks import Job, TaskRunner
from es_desktop.replay import BLOCK, Step

from .model import Answers, Column, TableModel

PAGES_KEPT: Final = 64
_STEP_BLOCKS_KEPT: Final = 256
"""More than a screen of folded runs looks at, each at its first and last block; fewer would chase each other out."""
_MOST_WAITING: Final = 4
"""Of what was scrolled past, no more is read: it is asked for again where it is shown again."""

T = TypeVar("T")
Read = Callable[[], Sequence[Any]]
"""Reads one block; called beside the window."""


class Blocks(Generic[T]):
    """Some of the rows of a long sequence, by their index in it."""

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
        """Yield the index of every row that is there, and the row."""
        for number, block in self._blocks.items():
            yield from enumerate(block, number * self.size)

    def invalidate(self, number: int) -> None:
        """Let a block be asked for again: it did not come, or would have more rows by now. What is there stays."""
        self._asked.discard(number)
        self._outdated.add(number)

    def forget(self, number: int = 0) -> None:
        """Drop the blocks from a number on."""
        for each in [each for each in self._blocks if each >= number]:
            del self._blocks[each]
        self._asked = {each for each in self._asked if each < number}
        self._outdated = {each for each in self._outdated if each < number}

    def forget_asked(self) -> None:
        """Let what was asked for, and did not come, be asked for again."""
        self._asked.clear()


class StepBlocks(Blocks[Step]):
    """The steps of a sequence of events by their index, in blocks of ``BLOCK``."""

    def __init__(self, want: Callable[[int], None]) -> None:
        """``want`` is called once with the number of each block that should be worked out and given to ``put``."""
        super().__init__(want, size=BLOCK, kept=_STEP_BLOCKS_KEPT)

    def between(self, number: int, first: int, last: int) -> Sequence[Step] | None:
        """Return the steps of a block that are of the events from ``first`` to ``last``, that one included."""
        block = self.block(number)
        return None if block is None else block[max(0, first - number * BLOCK) : max(0, last + 1 - number * BLOCK)]


class BlockReader:
    """Reads one block after the other, for a table that asks for more than it will show in the end."""

    def __init__(self, runner: TaskRunner, title: str, take: Callable[[int, Sequence[Any]], None]) -> None:
        """``take`` is called with the number of a block and its rows."""
        self._runner = runner
        self._request = LatestRequest(runner)
        self._title = title
        self._take = take
        self._waiting: dict[int, Read] = {}
        self._passed_over: Callable[[int], None] = lambda number: None
        self._is_reading = False

    def on_dropped(self, call: Callable[[int], None]) -> None:
        """Have ``call`` called with a block that was asked for, and will not be read unless it is asked for again."""
        self._passed_over = call

    def read(self, number: int, read: Read) -> None:
        """Read a block, before those that wait."""
        self._waiting.pop(number, None)
        self._waiting[number] = read
        if len(self._waiting) > _MOST_WAITING:
            oldest = next(iter(self._waiting))
            del self._waiting[oldest]
            self._passed_over(oldest)
        self._go_on()

    def forget(self) -> None:
        """Read nothing of what was asked for so far."""
        self._waiting.clear()
        self._request.cancel()
        self._is_reading = False

    def _go_on(self) -> None:
        if self._is_reading or not self._waiting:
            return
        number, read = self._waiting.popitem()
        self._is_reading = True

        def work(job: Job) -> Sequence[Any]:
            return read()

        def done(rows: Sequence[Any]) -> None:
            self._is_reading = False
            self._take(number, rows)
            self._go_on()

        def failed(error: Exception) -> None:
            self._is_reading = False
            self._runner.refused.emit(error)

        self._request.start(self._title, work, done, failed=failed)


class PagedModel(TableModel[T]):
    """A table of rows that an index knows by their numbers; the pages of those that are shown are asked for."""

    page_wanted = Signal(object, object)
    """The number of a page, and the numbers of its rows; what these stand for should be given to ``set_page``."""

    def __init__(
        self,
        columns: Sequence[Column[T]],
        size: int,
        *,
        row_roles: Answers[T] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """``size`` is the number of rows of a page."""
        super().__init__(columns, row_roles=row_roles, parent=parent)
        self.numbers: Sequence[int] = ()
        self._pages: Blocks[T] = Blocks(self._want, size=size, kept=PAGES_KEPT)

    def at(self, row: int) -> T | None:
        """Return the value of a row; ``None`` where it is not there yet, and asked for by now."""
        return self._pages.at(row)

    def count(self) -> int:
        """Return how many rows there are, read or not."""
        return len(self.numbers)

    def set_page(self, number: int, rows: Sequence[T]) -> None:
        """Take the rows of a page that was asked for."""
        self._pages.put(number, rows)
        self.repaint(number * self._pages.size, (number + 1) * self._pages.size - 1)

    def forget_page(self, number: int) -> None:
        """Let a page be asked for again where it is shown again."""
        self._pages.invalidate(number)

    def _want(self, page: int) -> None:
        size = self._pages.size
        self.page_wanted.emit(page, self.numbers[page * size : (page + 1) * size])
