"""Rows that are read when they are shown: blocks of rows, their reader, and a table of them.

A view needs the text of a cell at once. So a row that is not read yet is empty, and its block is requested: a task
reads it, and the table repaints its rows. A person who scrolls requests more blocks than are shown in the end, so the
reader reads the newest request first, and drops the oldest.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from es_desktop.models.runtime.tasks import LatestRequest, TaskRunner

from .model import Answers, Column, TableModel

PAGES_KEPT: Final = 64
STEP_BLOCKS_KEPT: Final = 256
"""More than a screen of folded runs needs, two blocks each; with fewer, its rows would evict each other's blocks."""
_MOST_WAITING: Final = 4
"""Requests that are kept. Older ones are dropped: those blocks are requested again when they are shown again."""

T = TypeVar("T")
Read = Callable[[], Sequence[Any]]
"""Reads one block, in the thread of a task."""


class Blocks(Generic[T]):
    """Blocks of the rows of a long sequence; those that were used last are kept."""

    def __init__(self, want: Callable[[int], None], *, size: int, kept: int) -> None:
        """``want`` is called with the number of each block of ``size`` rows that should be read and given to ``put``.

        At most ``kept`` blocks are held; the least recently used one is dropped first.
        """
        self.size = size
        self._want = want
        self._kept = kept
        self._blocks: OrderedDict[int, Sequence[T]] = OrderedDict()
        self._requested: set[int] = set()
        self._outdated: set[int] = set()

    def put(self, number: int, rows: Sequence[T]) -> None:
        self._requested.discard(number)
        self._blocks[number] = rows
        if len(self._blocks) > self._kept:
            self._blocks.popitem(last=False)

    def at(self, row: int) -> T | None:
        """Return a row; ``None`` if its block is not read yet: then it is requested."""
        number, offset = divmod(row, self.size)
        block = self.block(number)
        return block[offset] if block is not None and offset < len(block) else None

    def block(self, number: int) -> Sequence[T] | None:
        """Return a block; ``None`` if it is not read yet: then it is requested."""
        block = self._blocks.get(number)
        if block is not None:
            self._blocks.move_to_end(number)
        if number not in self._requested and (block is None or number in self._outdated):
            self._requested.add(number)
            self._outdated.discard(number)
            self._want(number)
        return block

    def between(self, number: int, first: int, last: int) -> Sequence[T] | None:
        """Return the rows in a block from ``first`` to ``last``, inclusive; ``None`` until it is read."""
        block, start = self.block(number), number * self.size
        return None if block is None else block[max(0, first - start) : max(0, last + 1 - start)]

    def loaded_rows(self) -> Iterator[tuple[int, T]]:
        """Yield the index of every row in memory, and the row."""
        for number, block in self._blocks.items():
            yield from enumerate(block, number * self.size)

    def invalidate(self, number: int) -> None:
        """Have a block requested again, because its request was dropped or it has more rows now; its old rows stay."""
        self._requested.discard(number)
        self._outdated.add(number)

    def forget(self, number: int = 0) -> None:
        """Drop all blocks from ``number`` on."""
        for each in [each for each in self._blocks if each >= number]:
            del self._blocks[each]
        self._requested = {each for each in self._requested if each < number}
        self._outdated = {each for each in self._outdated if each < number}

    def forget_requests(self) -> None:
        """Have all blocks requested again that were requested and not read."""
        self._requested.clear()


class BlockReader:
    """Reads requested blocks one after another in tasks, the newest request first."""

    def __init__(
        self, runner: TaskRunner, title: str, take: Callable[[int, Sequence[Any]], None], dropped: Callable[[int], None]
    ) -> None:
        """``take`` gets the number of a block and its rows, ``dropped`` that of a block whose request was dropped."""
        self._request = LatestRequest(runner)
        self._title = title
        self._take = take
        self._waiting: dict[int, Read] = {}
        self._dropped = dropped

    def read(self, number: int, read: Read) -> None:
        """Request a block; it is read before those that wait."""
        self._waiting.pop(number, None)
        self._waiting[number] = read
        if len(self._waiting) > _MOST_WAITING:
            oldest = next(iter(self._waiting))
            del self._waiting[oldest]
            self._dropped(oldest)
        self._read_next()

    def forget(self) -> None:
        """Drop all requests, also the one that is being read."""
        self._waiting.clear()
        self._request.cancel()

    def _read_next(self) -> None:
        if self._request.is_running or not self._waiting:
            return
        number, read = self._waiting.popitem()

        def done(rows: Sequence[Any]) -> None:
            self._take(number, rows)
            self._read_next()

        self._request.start(self._title, lambda job: read(), done)


class PagedModel(TableModel[T]):
    """A table of rows that an index knows by numbers; pages of them are requested when they are shown."""

    page_wanted = Signal(object, object)
    """The number of a page, and the numbers of its rows; the rows should be given to ``set_page``."""

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
        """Return the value of a row; ``None`` if its page is not read yet: then it is requested."""
        return self._pages.at(row)

    def count(self) -> int:
        return len(self.numbers)

    def set_page(self, number: int, rows: Sequence[T]) -> None:
        self._pages.put(number, rows)
        self.repaint(number * self._pages.size, (number + 1) * self._pages.size - 1)

    def forget_page(self, number: int) -> None:
        """Have a page requested again when it is shown again."""
        self._pages.invalidate(number)

    def reset(self, numbers: Sequence[int], first: Sequence[T] | None = None) -> None:
        """Show other rows, by their numbers; ``first`` are those of the first page, if they are read."""
        self.beginResetModel()
        self.numbers = numbers
        self._pages.forget()
        if first is not None:
            self._pages.put(0, first)
        self.endResetModel()

    def _want(self, page: int) -> None:
        size = self._pages.size
        self.page_wanted.emit(page, self.numbers[page * size : (page + 1) * size])
