"""Registers the program with the desktop of one person: menu entry, icons, file type and ``esdb:`` links."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.runtime.places import NAME

from .registered import Registration

_BY_BUNDLE: Final = (
    "On macOS the bundle registers itself: move Event Stream Explorer.app to Applications, and open it once."
)


def register() -> Registration:
    """**Write** the menu entry, the icons and the file type for this person; twice is the same as once.

    Raises ``UserError`` where the program cannot be registered, or nothing can be written.
    """
    if sys.platform == "darwin":
        return Registration(advice=(_BY_BUNDLE,))
    with _refusal():
        if sys.platform == "win32":
            from . import windows

            return windows.register(windows.System(), program(), windows.start_menu())
        from . import xdg

        return xdg.register(xdg.data_home(), program())


def unregister() -> Registration:
    """**Remove** what ``register`` has written, and nothing else. Raises ``UserError``."""
    if sys.platform == "darwin":
        return Registration(advice=("On macOS the bundle registers itself: move it to the bin.",))
    with _refusal():
        if sys.platform == "win32":
            from . import windows

            return windows.unregister(windows.System(), windows.start_menu())
        from . import xdg

        return xdg.unregister(xdg.data_home())


@contextmanager
def _refusal() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        text = f"{error.filename or 'the registry'} cannot be written: {error.strerror}"
        raise UserError(text, "Check its permissions.") from error


def should_offer() -> bool:
    """Return whether this program is installed and no menu has it yet. Looks at files or the registry."""
    if sys.platform == "darwin" or clone() is not None:
        return False
    if sys.platform == "win32":
        from . import windows

        return not windows.is_registered(windows.System())
    from . import xdg

    return not xdg.is_in_a_menu()


def clone() -> Path | None:
    """Return the folder of the source that runs; ``None`` for an installed or packaged program."""
    folder = Path(__file__).resolve().parents[3]
    is_source = not getattr(sys, "frozen", False) and (folder / "run.py").is_file()
    return folder if is_source and (folder / "pyproject.toml").is_file() else None


def program() -> tuple[str, ...]:
    """Return the words that start this program, with full paths: a file to open follows them."""
    python = Path(sys.executable)
    if sys.platform == "win32":
        from . import windows

        return windows.windowed(python, is_packaged=hasattr(sys, "frozen"))
    if getattr(sys, "frozen", False):
        image, mounted = os.environ.get("APPIMAGE", ""), os.environ.get("APPDIR", "")
        # An AppImage is mounted at another place each time; the variables may be those of another one that started it.
        return (image if image and mounted and python.is_relative_to(mounted) else str(python),)
    script, source = python.with_name(NAME), clone()
    if script.is_file():
        return (str(script),)
    # With -P no module is taken from the folder that the desktop starts it in.
    return (str(python), *((str(source / "run.py"),) if source is not None else ("-P", "-m", "es_desktop")))
