"""The file of an open store is replaced, moved or deleted by another program, before, during or between writes.

No write may be acknowledged and then be neither in the file nor in what can be saved of it, nothing may be written to
the file that has the name now, and nothing may stay beside it.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from threading import Thread
from typing import Final
from uuid import UUID

from es_desktop.core import KnownClasses, SequencedItem, StoreRefusedError
from es_desktop.stores import OpenedStore, StoreLocation, create_store, open_store
from es_desktop.stores.writing import RecordType, append_records
from tests.faults.common import Figures, Finding

LONG, SHORT = 500, 6
_SEQUENCE: Final = UUID(int=1)
_OTHER_FIRST: Final = 1000
"""The version of the only event of the file that replaces the store."""
_MOST_WRITES: Final = 12


def run(rounds: int, seed: int) -> Figures:
    """Return the figures; an input is one write."""
    random, figures = Random(seed), Figures(rounds)
    with tempfile.TemporaryDirectory() as name:
        for number in range(rounds):
            folder = Path(name, str(number))
            folder.mkdir()
            _Round(folder, random, figures, f"round {number} of seed {seed}").run()
            shutil.rmtree(folder)
    return figures


class _Round:
    """One store that is replaced once, at a random moment."""

    def __init__(self, folder: Path, random: Random, figures: Figures, name: str) -> None:
        self._random, self._figures, self._name = random, figures, name
        self._path = folder / "store.esdb"
        self._saved = folder / "saved.esdb"
        self._other = folder / "elsewhere" / "other.esdb"
        self._other.parent.mkdir()
        self._acknowledged: list[int] = []
        self._is_replaced = False
        for path, first in ((self._path, 0), (self._other, _OTHER_FIRST)):
            with closing(create_store(StoreLocation(path), KnownClasses())) as made:
                _append(made, [first])

    def run(self) -> None:
        self._acknowledged.append(0)
        with closing(open_store(StoreLocation(self._path), KnownClasses(), writable=True)) as opened:
            opened.has_changed()
            moment = self._random.randrange(_MOST_WRITES)
            during = self._random.choice(("before", "in a write", "beside the writes"))
            thread = Thread(target=self._replace)
            for number in range(1, _MOST_WRITES + 1):
                if number == moment and during == "before":
                    self._replace()
                elif number == moment and during == "beside the writes":
                    thread.start()
                self._write(opened, number, is_replaced_within=number == moment and during == "in a write")
                if self._random.random() < 0.3:
                    self._try(opened.has_changed)
            if thread.ident is not None:
                thread.join()
            if not self._is_replaced:
                self._replace()
            opened.save_as(self._saved)
        self._expect(set(self._acknowledged) <= set(_versions(self._saved)), "an acknowledged write cannot be saved")
        self._expect(not [*self._path.parent.glob("store.esdb-*")], "a log is beside the file")
        if self._path.exists():
            self._expect(_versions(self._path) == [_OTHER_FIRST], "the file that is there now was changed")

    def _write(self, opened: OpenedStore, number: int, is_replaced_within: bool) -> None:
        self._figures.inputs += 1
        first = number * 10
        positions = list(range(first, first + self._random.choice((1, 1, 5))))
        was_replaced = self._is_replaced

        def records() -> Iterator[tuple[RecordType, SequencedItem]]:
            for position in positions:
                yield "event", _item(position)
                if is_replaced_within and not self._is_replaced:
                    self._replace()

        if self._try(lambda: append_records(opened.tables, records())):
            self._expect(not (was_replaced or is_replaced_within), "a write to a lost file was acknowledged")
            self._acknowledged += positions

    def _try(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except StoreRefusedError:
            return False
        return True

    def _replace(self) -> None:
        match self._random.randrange(5):
            case 0:
                self._other.replace(self._path)
            case 1:
                self._path.unlink()
            case 2:
                self._path.rename(self._path.with_name("away"))
            case 3:
                self._path.unlink()
                shutil.copyfile(self._other, self._path)
            case _:
                link = self._path.with_name("link")
                link.symlink_to(self._other)
                link.replace(self._path)
        self._is_replaced = True

    def _expect(self, holds: bool, kind: str) -> None:
        if not holds:
            self._figures.found.append(Finding(kind, self._name))


def _item(position: int) -> SequencedItem:
    return SequencedItem(_SEQUENCE, position, "nothing#Nothing", "{}")


def _append(opened: OpenedStore, positions: list[int]) -> None:
    append_records(opened.tables, [("event", _item(each)) for each in positions])


def _versions(path: Path) -> list[int]:
    """Return the versions of the events in a file; an empty list if it is damaged."""
    with closing(sqlite3.connect(path)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            return []
    with closing(open_store(StoreLocation(path), KnownClasses(), writable=False)) as opened:
        return [event.version for event in opened.reader.events(_SEQUENCE)]
