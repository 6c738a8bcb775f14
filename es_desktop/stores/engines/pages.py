"""The pages of a damaged SQLite file, and the rows on those that can be read.

The layout of pages and records: https://www.sqlite.org/fileformat2.html.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from mmap import mmap
from typing import Any, Final

from es_desktop.system.stop import report

_TABLE_INTERIOR, _TABLE_LEAF, _INDEX_INTERIOR, _INDEX_LEAF = 5, 13, 2, 10
_ENCODINGS: Final = {2: "UTF-16le", 3: "UTF-16be"}
_SIZES: Final = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0}
"""The bytes of a value by its serial type; higher types say their length."""
_NAMED: Final = 5
_REPORTED: Final = 256
"""After how many pages progress is reported."""

Row = tuple[int, list[Any]]
"""The row id, 0 where there is none, and the values; a text that is no text is ``OddText``."""


@dataclass(frozen=True, slots=True)
class OddText:
    """A text whose bytes are not of the file's encoding."""

    content: bytes


class _DamagedError(Exception):
    """A page, or a cell of it, is not what SQLite writes."""


@dataclass(slots=True)
class TableDamage:
    """What is lost of a table."""

    pages: set[int] = field(default_factory=set)
    """The pages that cannot be read."""
    rows: int = 0
    """The rows that cannot be read on pages that can."""

    def __str__(self) -> str:
        texts = [f"page{'s' * (len(self.pages) > 1)} {ranges_text(self.pages)}"] if self.pages else []
        others = " of other pages" if self.pages else ""
        texts += [f"{self.rows:,} row{'s' * (self.rows > 1)}{others}"] if self.rows else []
        return " and ".join(texts)


class Pages:
    """The pages of a file, and which of them were read."""

    def __init__(self, content: mmap, size: int = 0, encoding: str = "") -> None:
        """Without ``size`` and ``encoding``, they are those of the header, which may be damaged too."""
        self._content = content
        size = size or (0 if len(content) < 100 else struct.unpack_from(">H", content, 16)[0])
        size = 65_536 if size == 1 else size
        self._size = size if size >= 512 and size & (size - 1) == 0 else 4096
        reserved = content[20] if len(content) > 20 else 0
        self._usable = self._size - reserved if self._size - reserved >= 480 else self._size
        self._count = len(content) // self._size
        self._seen: set[int] = set()
        self._visits = 0
        self.encoding = encoding or _ENCODINGS.get(self.number(56), "UTF-8")

    def number(self, at: int) -> int:
        """Return a signed number of the header."""
        return int(struct.unpack_from(">i", self._content, at)[0]) if len(self._content) >= 100 else 0

    def rows(
        self, root: Any, damage: TableDamage, *, is_index: bool = False, width: int | None = None, marks: bool = True
    ) -> Iterator[Row]:
        """Yield the rows of a table, and note what of it cannot be read.

        ``is_index`` is for a table without row ids, which is stored as an index. No row has more values than ``width``.
        With ``marks`` each page is read once only: what leads to it a second time is damage.
        Reports its progress, and raises what that raises.
        """
        seen = self._seen if marks else set()
        waiting = [(root, 1)]
        while waiting:
            number, parent = waiting.pop()
            self._visits += 1
            if self._visits % _REPORTED == 0:
                report(min(self._visits, self._count), self._count)
            try:
                page = self._page(number, seen)
                children, cells, lost = _cells(page, 100 if number == 1 else 0, self._usable, is_index=is_index)
            except _DamagedError:
                damage.pages.add(number if isinstance(number, int) and 0 < number <= self._count else parent)
                continue
            seen.add(number)
            waiting += [(child, number) for child in reversed(children)]
            # The inner pages of an index have rows too.
            damage.rows += lost if is_index or not children else 0
            for cell in cells if is_index or not children else ():
                try:
                    row_id, record = self._payload(page, cell, is_index=is_index, seen=seen)
                    values = _values(record, self.encoding)
                    if width is not None and len(values) > width:
                        raise _DamagedError
                except _DamagedError:
                    damage.rows += 1
                    continue
                yield row_id, values

    def mark_free(self) -> bool:
        """Mark the pages of the freelist as read, because they have deleted rows; return whether all were found."""
        trunk, left = self.number(32), self.number(36)
        while trunk and left > 0:
            try:
                page = self._page(trunk, self._seen)
            except _DamagedError:
                return False
            after, count = struct.unpack_from(">II", page)
            if count > self._usable // 4 - 2:
                return False
            self._seen |= {trunk, *struct.unpack_from(f">{count}I", page, 8)}
            trunk, left = after, left - 1 - count
        return not trunk and left == 0

    def lost_leaves(self) -> Iterator[int]:
        """Yield the pages with rows that were not read."""
        for number in range(2, self._count + 1):
            if number not in self._seen and self._content[(number - 1) * self._size] in (_TABLE_LEAF, _INDEX_LEAF):
                yield number

    def _page(self, number: Any, *seen: set[int]) -> bytes:
        if not isinstance(number, int) or not 0 < number <= self._count or any(number in each for each in seen):
            raise _DamagedError
        return self._content[(number - 1) * self._size : number * self._size]

    def _payload(self, page: bytes, at: int, *, is_index: bool, seen: set[int]) -> tuple[int, bytes]:
        """Return the row id and the record of a cell, with what of it is on other pages."""
        length, at = _varint(page, at)
        row_id = 0
        if not is_index:
            row_id, at = _varint(page, at)
        usable = self._usable
        most = (usable - 12) * 64 // 255 - 23 if is_index else usable - 35
        if length <= most:
            if at + length > usable:
                raise _DamagedError
            return row_id, page[at : at + length]
        if length > len(self._content):
            raise _DamagedError
        least = (usable - 12) * 32 // 255 - 23
        local = least + (length - least) % (usable - 4)
        local = local if local <= most else least
        if at + local + 4 > usable:
            raise _DamagedError
        parts, left = [page[at : at + local]], length - local
        (number,) = struct.unpack_from(">I", page, at + local)
        chain: set[int] = set()
        while left > 0:
            more = self._page(number, seen, chain)
            chain.add(number)
            (number,) = struct.unpack_from(">I", more)
            parts.append(more[4 : 4 + min(left, usable - 4)])
            left -= usable - 4
        if number:
            raise _DamagedError
        seen |= chain
        return row_id, b"".join(parts)


def _cells(page: bytes, at: int, usable: int, *, is_index: bool) -> tuple[list[int], list[int], int]:
    """Return the numbers of the pages below a page, the offsets of its cells, and how many cells cannot be found."""
    kind, count = page[at], struct.unpack_from(">H", page, at + 3)[0]
    leaf, interior = (_INDEX_LEAF, _INDEX_INTERIOR) if is_index else (_TABLE_LEAF, _TABLE_INTERIOR)
    start = at + (8 if kind == leaf else 12)
    end = start + 2 * count
    if kind not in (leaf, interior) or end > usable:
        raise _DamagedError
    cells = [each for each in struct.unpack_from(f">{count}H", page, start) if end <= each < usable - 3]
    if kind == leaf:
        return [], cells, count - len(cells)
    children = [*(struct.unpack_from(">I", page, each)[0] for each in cells), *struct.unpack_from(">I", page, at + 8)]
    # What a lost cell of an inner page led to is among the pages that nobody reads.
    return children, [each + 4 for each in cells], count - len(cells)


def _varint(page: Sequence[int], at: int) -> tuple[int, int]:
    """Return a number of one to nine bytes, and the offset after it."""
    found = 0
    try:
        for index in range(8):
            byte = page[at + index]
            found = found << 7 | byte & 0x7F
            if byte < 0x80:
                return found, at + index + 1
        found = found << 8 | page[at + 8]
    except IndexError:
        raise _DamagedError from None
    return found - (1 << 64 if found >> 63 else 0), at + 9


def _values(record: bytes, encoding: str) -> list[Any]:
    """Return the values of a record. Raises ``_DamagedError`` if their lengths are not just that of the record."""
    end, at = _varint(record, 0)
    types: list[int] = []
    while at < end:
        found, at = _varint(record, at)
        types.append(found)
    lengths = [_SIZES.get(each, -1) if each < 12 else (each - 12) // 2 for each in types]
    if at != end or min(lengths, default=0) < 0 or end + sum(lengths) != len(record):
        raise _DamagedError
    values = []
    for each, length in zip(types, lengths, strict=True):
        values.append(_value(each, record[at : at + length], encoding))
        at += length
    return values


def _value(serial_type: int, content: bytes, encoding: str) -> Any:
    if serial_type == 0:
        return None
    if serial_type == 7:
        return struct.unpack(">d", content)[0]
    if serial_type in (8, 9):
        return serial_type - 8
    if serial_type < 7:
        return int.from_bytes(content, "big", signed=True)
    if serial_type % 2 == 0:
        return content
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return OddText(content)


def ranges_text(numbers: Iterable[int]) -> str:
    """Return numbers as a text, those that follow each other as a range; not more than a few."""
    found: list[list[int]] = []
    for each in sorted(numbers):
        if found and found[-1][-1] == each - 1:
            found[-1].append(each)
        else:
            found.append([each])
    texts = [str(each[0]) if len(each) == 1 else f"{each[0]} to {each[-1]}" for each in found]
    more = f" and {len(texts) - _NAMED} more" if len(texts) > _NAMED else ""
    return ", ".join(texts[:_NAMED]) + more
