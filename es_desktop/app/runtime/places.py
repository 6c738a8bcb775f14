"""Where the program keeps what it remembers of a person, outside of any store."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import platformdirs

NAME: Final = "es-desktop"


def settings_file() -> Path:
    """Return the file of the window's settings."""
    return platformdirs.user_config_path(NAME) / "settings.ini"


def notebooks() -> Path:
    """Return the folder of the notebooks, one for each store."""
    return platformdirs.user_data_path(NAME) / "notebooks"


def maps() -> Path:
    """Return the folder of the table maps, one for each store that needs one."""
    return platformdirs.user_data_path(NAME) / "maps"


def demo_store() -> Path:
    """Return the file of the demo store."""
    return platformdirs.user_data_path(NAME) / "demo.esdb"


def indexes() -> Path:
    """Return the folder of the side indexes of large stores; all in it can be made again."""
    return platformdirs.user_cache_path(NAME) / "indexes"
