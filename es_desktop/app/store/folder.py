"""The stores in a folder of a person's."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from es_desktop.app.runtime.errors import UserError

_SQLITE: Final = b"SQLite format 3\0"
_MOST_FILES: Final = 20_000
_MOST_FOUND: Final = 500


@dataclass(frozen=True, slots=True)
class StoreFile:
    """A file that may hold a store."""

    path: Path
    name: str
    """Its path below the folder."""
    size: int
    """In bytes."""
    changed: float
    """Seconds since the epoch, UTC."""


def stores_in(folder: Path, check: Callable[[], None]) -> list[StoreFile]:
    """Return the SQLite databases in a folder and below it, those in it first; hidden ones are left out.

    ``check`` raises where the search is to end. Raises ``UserError`` if there is none.
    """
    databases = filter(None, (_database(folder, path) for path in islice(_files(folder, check), _MOST_FILES)))
    found = list(islice(databases, _MOST_FOUND))
    if not found:
        raise UserError(f"{folder} holds no store", "Choose a store file, such as one ending in .esdb.")
    return sorted(found, key=lambda file: (len(file.path.parts), file.name.casefold()))


def _files(folder: Path, check: Callable[[], None]) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        check()
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        yield from (Path(here, each) for each in sorted(files) if not each.startswith("."))


def _database(folder: Path, path: Path) -> StoreFile | None:
    try:
        if not path.is_file():  # reading a pipe would wait
            return None
        with path.open("rb") as opened:
            if opened.read(len(_SQLITE)) != _SQLITE:
                return None
        about = path.stat()
    except OSError:
        return None
    return StoreFile(path, str(path.relative_to(folder)), about.st_size, about.st_mtime)
