"""What the child process gets from this one: a clean environment, and its program as a file."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Final

_PASSED_ON: Final = frozenset(
    {
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TMPDIR",
        "TEMP",
        "TMP",
        "PYENV_ROOT",
        "PYENV_VERSION",
    }
    | {"SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA"}
)
_PROGRAM: Final = "es_desktop_child"
_START: Final = f"from {_PROGRAM}.main import main\n\nmain()\n"


def clean_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that an interpreter needs, without those that may hold a secret or were set for us."""
    return {name: value for name, value in environ.items() if name.upper() in _PASSED_ON or name.startswith("LC_")}


def write_program() -> Path:
    """Write the child's program as a temporary zip file that Python can run; to be deleted by the caller.

    Its files are read as resources: this package may be a folder, an archive, or part of the packaged program.
    """
    handle, name = tempfile.mkstemp(prefix=f"{_PROGRAM}-", suffix=".zip")
    with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w") as archive:
        archive.writestr("__main__.py", _START)
        for each in resources.files("es_desktop.trusted.child").iterdir():
            if each.name.endswith(".py"):
                archive.writestr(f"{_PROGRAM}/{each.name}", each.read_bytes())
    return Path(name)
