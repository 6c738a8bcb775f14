"""Where the program keeps what it remembers of a person, outside of any store."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

import platformdirs

NAME: Final = "es-desktop"


def why_nothing_is_kept() -> str:
    """Return why what the program remembers ends with it; an empty text where it is kept."""
    homes = (platformdirs.user_config_path(NAME), platformdirs.user_data_path(NAME))
    closed = next((each for each in homes if not _can_be_made(each)), None)
    return "" if closed is None else f"Nothing is remembered after the program ends: {closed} cannot be written."


def settings_file() -> Path:
    """Return the file of the window's settings."""
    return _usable(platformdirs.user_config_path(NAME)) / "settings.ini"


def notebooks() -> Path:
    """Return the folder of the notebooks, one for each store."""
    return _usable(platformdirs.user_data_path(NAME)) / "notebooks"


def maps() -> Path:
    """Return the folder of the table maps, one for each store that needs one."""
    return _usable(platformdirs.user_data_path(NAME)) / "maps"


def demo_store() -> Path:
    """Return the file of the demo store."""
    return _usable(platformdirs.user_data_path(NAME)) / "demo.esdb"


def indexes() -> Path:
    """Return the folder of the side indexes of large stores; all in it can be made again."""
    return _usable(platformdirs.user_cache_path(NAME)) / "indexes"


def _usable(folder: Path) -> Path:
    """Return the folder; one that ends with the process where it can neither be written nor made."""
    return folder if _can_be_made(folder) else _passing_folder()


def _can_be_made(folder: Path) -> bool:
    """Tell whether a folder can be written, once it is made; nothing is made here."""
    # Not absolute where the system knows no home of the person: then it would be made in the current folder.
    there = next((each for each in (folder, *folder.parents) if os.access(each, os.F_OK)), None)
    return folder.is_absolute() and there is not None and there.is_dir() and os.access(there, os.W_OK | os.X_OK)


@cache
def _passing_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"{NAME}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
