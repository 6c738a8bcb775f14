"""A disk after a power loss, from a journal of ``powerloss.c``.

What was synced is there. Of what was not, each write is there, lost, or torn at sectors of 512 bytes; each new,
renamed or removed name whose folder was not synced is there or not.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final, TypeVar

MARK: Final = "M"
"""What the recorded process notes itself, with ``mark``."""
_HEADER: Final = struct.Struct("=IIIIqQ")
_SECTOR: Final = 512
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """A record of the journal: ``what`` is its letter in ``powerloss.c``."""

    what: str
    path: str
    data: bytes
    number: int
    inode: int


def mark(journal: Path, text: bytes) -> None:
    """Append a text of the recorded process to the journal."""
    with journal.open("ab", buffering=0) as file:
        file.write(_HEADER.pack(ord(MARK), 0, len(text), 0, 0, 0) + text)


def read_journal(journal: Path) -> list[Change]:
    """Return all records of a journal, in order."""
    found, content, at = [], journal.read_bytes(), 0
    while at < len(content):
        what, path_bytes, data_bytes, _, number, inode = _HEADER.unpack_from(content, at)
        at += _HEADER.size
        path = os.path.normpath(os.fsdecode(content[at : at + path_bytes]))
        at += path_bytes
        found.append(Change(chr(what), path, content[at : at + data_bytes], number, inode))
        at += data_bytes
    return found


@dataclass(slots=True)
class _File:
    synced: bytearray = field(default_factory=bytearray)
    pending: list[Change] = field(default_factory=list)

    def sync(self) -> None:
        for each in self.pending:
            _write(self.synced, each)
        self.pending.clear()

    def after_loss(self, random: Random) -> bytes:
        content = bytearray(self.synced)
        for each, is_torn in _kept(self.pending, random):
            _write(content, each, random if is_torn else None)
        return bytes(content)


_Names = dict[str, "_File | None"]
"""What is at a path: a file, or ``None`` for a folder."""


@dataclass(frozen=True, slots=True)
class _Naming:
    """Names that change together."""

    added: _Names
    removed: tuple[str, ...] = ()

    @property
    def folders(self) -> set[str]:
        """The folders of which one has to be synced: of a file that is moved, the one that it is moved to."""
        return {str(Path(each).parent) for each in self.added or self.removed}

    def apply(self, names: _Names) -> None:
        for each in self.removed:
            names.pop(each, None)
        names.update(self.added)


class Disk:
    """The files of one folder, while changes are made."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._files: dict[int, _File] = {}
        self._names: _Names = {}
        self._synced_names: _Names = {}
        self._namings: list[_Naming] = []
        for each in changes:
            self._apply(each)

    def write_after_loss(self, folder: Path, random: Random) -> None:
        """Write what the disk holds after a power loss into an empty folder, the one that was recorded."""
        names = dict(self._synced_names)
        for naming, _ in _kept(self._namings, random):
            naming.apply(names)
        for path in sorted(names, key=lambda each: each.count("/")):
            file = names[path]
            if not Path(path).parent.is_dir():
                continue  # its folder is lost
            if file is None:
                Path(path).mkdir()
            else:
                Path(path).write_bytes(file.after_loss(random))

    def _apply(self, change: Change) -> None:
        path, file = change.path, self._files.get(change.inode)
        match change.what:
            case "o":
                self._files[change.inode] = new = _File()
                self._rename(_Naming({path: new}))
            case "m":
                self._rename(_Naming({path: None}))
            case "u":
                self._rename(_Naming({}, (path,)))
            case "r" | "l":
                other = os.path.normpath(os.fsdecode(change.data))
                removed = (path,) if change.what == "r" else ()
                self._rename(_Naming({other: self._names[path]}, removed))
            case "d":
                self._sync_folder(path)
            case "s" if file is not None:
                file.sync()
            case "w" | "t" if file is not None:
                file.pending.append(change)

    def _rename(self, naming: _Naming) -> None:
        naming.apply(self._names)
        self._namings.append(naming)

    def _sync_folder(self, folder: str) -> None:
        left = []
        for each in self._namings:
            if folder in each.folders:
                each.apply(self._synced_names)
            else:
                left.append(each)
        self._namings = left


def _kept(changes: Sequence[T], random: Random) -> list[tuple[T, bool]]:
    """Return the changes that are not lost, each with whether it is torn."""
    if not changes:
        return []
    match random.randrange(4):
        case 0:
            return []
        case 1:
            return [(each, False) for each in changes]
        case 2:
            last = random.randrange(len(changes))
            return [(each, at == last) for at, each in enumerate(changes[: last + 1])]
    chances = [(each, random.randrange(3)) for each in changes]
    return [(each, chance == 1) for each, chance in chances if chance]


def _write(content: bytearray, change: Change, tears: Random | None = None) -> None:
    """Write, or cut, as a change says; with ``tears`` only some of its sectors."""
    if change.what == "t":
        del content[change.number :]
        content.extend(bytes(change.number - len(content)))
        return
    start, end = change.number, change.number + len(change.data)
    while start < end:
        stop = min(end, (start // _SECTOR + 1) * _SECTOR) if tears is not None else end
        if tears is None or tears.random() < 0.5:
            content.extend(bytes(max(0, stop - len(content))))
            content[start:stop] = change.data[start - change.number : stop - change.number]
        start = stop
