"""The files and folders of the program: settings, notebooks, maps, the demo store, indexes, resources; its variable."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Final
from zlib import crc32

import platformdirs

from es_desktop.system.locked_folder import RUN_PREFIX

NAME: Final = "es-desktop"
PREFERENCES_FILE: Final = "preferences.json"
KEY_VARIABLE: Final = "ES_DESKTOP_KEY"
"""The environment variable that holds the key of encrypted records."""


def why_nothing_is_kept() -> str:
    """Return why what the program remembers ends with it; an empty text if it is kept."""
    homes = (platformdirs.user_config_path(NAME), platformdirs.user_data_path(NAME))
    closed = next((each for each in homes if not _can_be_made(each)), None)
    return "" if closed is None else f"Nothing is remembered after the program ends: {closed} cannot be written."


def settings_file() -> Path:
    """Return the file of the window's settings."""
    return _usable(platformdirs.user_config_path(NAME)) / "settings.ini"


def preferences_file() -> Path:
    """Return the file of the preferences, beside the settings."""
    return settings_file().with_name(PREFERENCES_FILE)


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
    """Return the folder of the indexes of large stores; they can be rebuilt at any time."""
    return _usable(platformdirs.user_cache_path(NAME)) / "indexes"


def meeting_address() -> str:
    """Return where the running window listens for a second start: of the same person, and with the same settings.

    That is a socket in a folder of this machine; on Windows the name of a pipe.
    """
    if sys.platform == "win32":
        return _meeting_name(os.environ.get("USERNAME", ""))
    own = os.environ.get("XDG_RUNTIME_DIR", "")
    folder = Path(own if own and Path(own).is_dir() else tempfile.gettempdir())
    return str((folder.parent if folder.name.startswith(RUN_PREFIX) else folder) / _meeting_name(str(os.getuid())))


def _meeting_name(person: str) -> str:
    about = f"{person} {settings_file()}"
    return f"{NAME}-{crc32(about.encode(errors='surrogateescape')):08x}"


def crashes() -> Path:
    """Return the folder of the reports that crashed processes leave for the next start."""
    return _usable(platformdirs.user_cache_path(NAME)) / "crashes"


@cache
def resources() -> Path:
    """Return the folder of the program's own pictures, fonts and texts: in the package, in a clone beside it."""
    package = Path(__file__).resolve().parents[2]
    folders = package / "resources", package.parent / "resources"
    return next((folder for folder in folders if folder.is_dir()), folders[-1])


def _usable(folder: Path) -> Path:
    """Return the folder; a temporary one for this process if it can neither be written nor made."""
    return folder if _can_be_made(folder) else _passing_folder()


def _can_be_made(folder: Path) -> bool:
    """Return whether a folder can be written or made. Makes nothing."""
    # Not absolute if the person has no home folder: it would be made in the current folder.
    there = next((each for each in (folder, *folder.parents) if os.access(each, os.F_OK)), None)
    return folder.is_absolute() and there is not None and there.is_dir() and os.access(there, os.W_OK | os.X_OK)


@cache
def _passing_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"{NAME}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
