"""What a file is that cannot be opened as an SQLite database, from its first bytes, with a hint for a person."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Final

from es_desktop.core import StoreRefusedError

from ..payloads.unreadable import looks_random
from .read_only_file import bytes_of

_HEAD: Final = 4096
_SQLITE: Final = b"SQLite format 3\0"
_CHOOSE: Final = "Choose a store file, such as one ending in .esdb."
_UNPACK: Final = "Unpack it first."


def refuse_no_file(path: Path) -> None:
    """Raise ``StoreRefusedError`` if there is no regular file at a path, or it may not be read. Never waits."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise _missing(path, error) from None
    if stat.S_ISDIR(mode):
        raise StoreRefusedError(f"{path} cannot be read: it is a folder", _in_folder(path))
    if not stat.S_ISREG(mode):
        raise StoreRefusedError(f"{path} cannot be read: it is a pipe or a device, and no file", _CHOOSE)
    if not os.access(path, os.R_OK):
        raise StoreRefusedError(f"{path} cannot be read: you have no permission", "Check its permissions.")


def refusal_of(path: Path, reason: object = "") -> StoreRefusedError:
    """Return why a file that SQLite could not open is refused; ``reason`` is that of SQLite."""
    head = bytes_of(path).read(_HEAD, 0)
    size = path.stat().st_size
    if head.startswith(_SQLITE):
        pages, page = int.from_bytes(head[28:32], "big"), int.from_bytes(head[16:18], "big")
        whole = pages * (65_536 if page == 1 else page)
        if size < whole:
            text = f"{path} cannot be read: it is cut off, {size:,} of {whole:,} bytes are there"
            return StoreRefusedError(text, "Copy it again from where it is whole.", is_damage=True)
        hint = "It may be damaged, or encrypted; try a copy."
        return StoreRefusedError(f"{path} cannot be read: {reason}", hint, is_damage=True)
    what, hint = _description(path, head, size)
    return StoreRefusedError(f"{path} is not an SQLite database: {what}", hint)


def _missing(path: Path, error: OSError) -> StoreRefusedError:
    if path.is_symlink():
        target = path.readlink()
        return StoreRefusedError(f"there is no file {path}: it is a link to {target}, which is not there", _CHOOSE)
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return StoreRefusedError(f"there is no file {path}", "Check the name, or make a new store there.")
    return StoreRefusedError(f"{path} cannot be read: {error.strerror}", "Check its name and its permissions.")


def _in_folder(path: Path) -> str:
    try:
        found = next((each.name for each in sorted(path.iterdir()) if each.suffix in (".esdb", ".db", ".sqlite")), None)
    except OSError:
        found = None
    return _CHOOSE if found is None else f"Choose a file in it, such as {found}."


def _description(path: Path, head: bytes, size: int) -> tuple[str, str]:
    if not size:
        return "it is empty", _CHOOSE
    for mark, at, what, hint in _MARKS:
        if head[at:].startswith(mark):
            return what, hint or _beside(path)
    text = _text_of(head)
    if text is not None:
        return next(((what, hint) for pattern, what, hint in _TEXTS if pattern.match(text)), ("it is text", _CHOOSE))
    if not any(head):
        return "it begins with zeros only", "Copy it again from where it is whole."
    if looks_random(head):
        return "it may be encrypted, as by SQLCipher", "Decrypt it with the program that wrote it; then open the copy."
    return "it is of another program", _CHOOSE


def _beside(path: Path) -> str:
    """Return the hint for a log or journal of SQLite: the name of its database."""
    database = re.sub(r"-(wal|shm|journal)$", "", path.name)
    there = database != path.name and path.with_name(database).exists()
    return f"Open {database}, to which it belongs." if there else "The database to which it belongs is not beside it."


def _text_of(head: bytes) -> str | None:
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = head.decode(encoding, errors="ignore")
    strange = sum(not (each.isprintable() or each in "\n\r\t\f\x1b") for each in text)
    is_whole = len(text.encode(encoding, errors="ignore")) >= len(head) - 4  # a character may be cut
    return text.lstrip() if is_whole and not strange else None


_MARKS: Final = (
    (bytes.fromhex("377f0682"), 0, "it is the write-ahead log of one", ""),
    (bytes.fromhex("377f0683"), 0, "it is the write-ahead log of one", ""),
    (bytes.fromhex("d9d505f920a163d7"), 0, "it is the rollback journal of one", ""),
    (bytes.fromhex("18e22d00"), 0, "it is the shared memory (-shm) of one", ""),
    (bytes.fromhex("002de218"), 0, "it is the shared memory (-shm) of one", ""),
    (b"\x1f\x8b", 0, "it is compressed with gzip", _UNPACK),
    (b"PK\x03\x04", 0, "it is a zip archive", _UNPACK),
    (b"\xfd7zXZ\0", 0, "it is compressed with xz", _UNPACK),
    (b"\x28\xb5\x2f\xfd", 0, "it is compressed with zstd", _UNPACK),
    (b"\x04\x22\x4d\x18", 0, "it is compressed with lz4", _UNPACK),
    (b"BZh", 0, "it is compressed with bzip2", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", 0, "it is a 7z archive", _UNPACK),
    (b"ustar", 257, "it is a tar archive", _UNPACK),
    (b"PGDMP", 0, "it is a dump of PostgreSQL", "Restore it with pg_restore, and open that database."),
    (b"DUCK", 8, "it is a DuckDB database", _CHOOSE),
    (b"Standard Jet DB", 4, "it is an Access database", _CHOOSE),
    (b"Standard ACE DB", 4, "it is an Access database", _CHOOSE),
    (b"** This file contains an SQLite 2", 0, "it is one of SQLite 2", "Convert it with the old sqlite program."),
    (b"H:2,", 0, "it is an H2 database", _CHOOSE),
    (b"T-DB", 16, "it is a Realm database", _CHOOSE),
    (b"PAR1", 0, "it is a Parquet file", _CHOOSE),
    (b"%PDF-", 0, "it is a PDF document", _CHOOSE),
    (b"\x7fELF", 0, "it is a program", _CHOOSE),
    (b"MZ", 0, "it is a program", _CHOOSE),
    (b"version https://git-lfs", 0, "it stands for a file that Git LFS has not fetched", "Run git lfs pull."),
)
"""Marks, with their places, what the file is, and a hint; without one it belongs to an SQLite database."""
_TEXTS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), what, hint)
    for pattern, what, hint in (
        (
            r"(--[^\n]*\n|/\*.*?\*/|\s)*(BEGIN( TRANSACTION)?;|PRAGMA |CREATE |INSERT |DROP |SET |\\connect|SELECT )",
            "it is an SQL dump",
            "Load it into a new database first: sqlite3 NEW.db < FILE, or psql.",
        ),
        (r"[{\[]", "it is JSON, such as an export", "Import an export into a store: es-desktop import STORE FILE."),
        (r"<", "it is a page of the web, or XML", "It may be the error page of a download."),
        (r"[^\n]*\d{4}-\d\d-\d\d[T ]\d\d:\d\d[^\n]*\n", "it is text, such as a log", _CHOOSE),
    )
)
