"""The folder of a state history: its segments, and the list of those that count.

A segment counts once it is in the list. One that is not was being written when a program ended, and is removed.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec

from es_desktop.system.kept_file import kept_file

_LIST: Final = "list.json"
_LOCK: Final = "lock"
_LAYOUT: Final = 2
"""Of the files; a history of another layout is made anew."""


class Segment(msgspec.Struct, frozen=True):
    """A segment that is written."""

    name: str
    """Of its folder."""
    entities: int
    steps: int
    first: int = 0
    until: int = 0
    """It has all entities with numbers from ``first`` to before this; none if it has later steps of some entities."""


class HistoryList(msgspec.Struct, frozen=True):
    """What a state history has."""

    how: str = ""
    """How its states were made: by which version of the program, which code, from which index."""
    events: int = 0
    """How many events the index had when the last build was begun: all of them are in it, where it is whole."""
    is_whole: bool = False
    """Whether it has all of them."""
    segments: tuple[Segment, ...] = ()
    next_segment: int = 0
    """The number of the next segment."""
    layout: int = _LAYOUT

    @property
    def steps(self) -> int:
        """How many steps it has."""
        return sum(each.steps for each in self.segments)

    def missing(self, until: int) -> list[tuple[int, int]]:
        """Return which numbers of entities below ``until`` it does not have, as ranges: first, and end."""
        found, first = [], 1
        for each in sorted(self.segments, key=lambda segment: segment.first):
            if each.until > each.first:
                found.append((first, each.first))
                first = max(first, each.until)
        return [(begin, min(end, until)) for begin, end in (*found, (first, until)) if begin < min(end, until)]


class HistoryFolder:
    """The folder of a state history. Any thread may use it."""

    def __init__(self, path: Path) -> None:
        """``path`` need not be there; the states are as secret as the store, so no other user may read it."""
        self.path = path

    def read(self) -> HistoryList:
        """Return what it has; an empty list if it is not there, damaged, or of another layout."""
        try:
            found = msgspec.json.decode((self.path / _LIST).read_bytes(), type=HistoryList)
        except (OSError, msgspec.DecodeError):
            return HistoryList()
        is_there = all((self.path / each.name).is_dir() for each in found.segments)
        return found if found.layout == _LAYOUT and is_there else HistoryList()

    def write(self, found: HistoryList) -> None:
        """Replace the list. Raises ``OSError``."""
        with kept_file(self.path / _LIST, replaces=True) as unfinished:
            unfinished.write_bytes(msgspec.json.encode(found))

    def remove_others(self, found: HistoryList) -> None:
        """**Remove** the segments that are not in a list, those that were not finished too."""
        names = {each.name for each in found.segments}
        for each in self.path.iterdir():
            if each.is_dir() and each.name not in names:
                shutil.rmtree(each, ignore_errors=True)

    @contextmanager
    def locked(self) -> Iterator[bool]:
        """Yield whether nobody else writes here, and keep others from it in the block.

        The lock is a transaction of SQLite, which ends with its process on every system. Raises ``OSError``.
        """
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        with closing(sqlite3.connect(self.path / _LOCK, timeout=0, isolation_level=None)) as connection:
            try:
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                yield False
                return
            try:
                yield True
            finally:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
