"""The menu entry and the file type on Windows: keys of this person's registry, and a shortcut in the start menu."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PureWindowsPath
from typing import Final, Protocol

from es_desktop.app.runtime.places import NAME, resources

from .registered import Registration

_CLASSES: Final = r"Software\Classes"
_TYPE: Final = rf"{_CLASSES}\{NAME}.store"
_LINK: Final = rf"{_CLASSES}\esdb"
_ENDING: Final = rf"{_CLASSES}\.esdb"
_CHOICE: Final = rf"{_ENDING}\OpenWithProgids"
_COMMAND: Final = r"shell\open\command"
_USER: Final = "HKEY_CURRENT_USER"


class Desktop(Protocol):
    """What of Windows is needed: the registry of this person, by key and name, and shortcuts. Raises ``OSError``."""

    def value(self, key: str, name: str) -> str | None:
        """Return a text; ``None`` if there is none. The name of a key's own value is empty."""

    def set_value(self, key: str, name: str, text: str) -> None:
        """Set a text; a key that is not there is made."""

    def remove_value(self, key: str, name: str) -> None: ...

    def remove_key(self, key: str) -> None:
        """Remove a key with all that is below it."""

    def is_empty(self, key: str) -> bool:
        """Return whether a key is there, and has neither values nor keys."""

    def make_shortcut(self, path: PureWindowsPath, program: Sequence[str], icon: str) -> None: ...

    def remove_shortcut(self, path: PureWindowsPath) -> bool:
        """Return whether there was one."""

    def announce(self) -> None:
        """Have the desktop read the file types again."""


def start_menu() -> PureWindowsPath:
    """Return the file of the shortcut in the start menu of this person."""
    folder = PureWindowsPath(os.environ["APPDATA"], "Microsoft", "Windows", "Start Menu", "Programs")
    return folder / "Event Stream Explorer.lnk"


def windowed(running: Path, *, is_packaged: bool) -> tuple[str, ...]:
    """Return the words that start the program without a console; ``running`` is it itself, or the Python it runs in."""
    found = running.with_name(f"{running.stem}w{running.suffix}")  # pythonw.exe, es-desktopw.exe
    shown = str(found if found.is_file() else running)
    # With -P no module is taken from the folder of the store.
    return (shown,) if is_packaged else (shown, "-P", "-m", "es_desktop")


def register(desktop: Desktop, program: Sequence[str], shortcut: PureWindowsPath) -> Registration:
    """**Write** the file type, the links and the shortcut; a type or link that another program opens is left to it."""
    icon = str(resources() / "app.ico")
    opens = opening_line(program)
    values = [
        (_TYPE, "", "Event store"),
        (rf"{_TYPE}\DefaultIcon", "", icon),
        (rf"{_TYPE}\{_COMMAND}", "", opens),
        (_CHOICE, f"{NAME}.store", ""),
    ]
    left = []
    if desktop.value(_ENDING, "") in (None, f"{NAME}.store"):
        values.append((_ENDING, "", f"{NAME}.store"))
    else:
        left.append(_ENDING)
    if _is_link_free(desktop):
        values += [(_LINK, "", "URL:Event Stream Explorer"), (_LINK, "URL Protocol", ""), (_LINK, NAME, "")]
        values.append((rf"{_LINK}\{_COMMAND}", "", opens))
    else:
        left.append(_LINK)
    for key, name, text in values:
        desktop.set_value(key, name, text)
    desktop.make_shortcut(shortcut, program, icon)
    desktop.announce()
    keys = dict.fromkeys(key for key, _, _ in values)
    return Registration((*map(_full, keys), str(shortcut)), left=tuple(map(_full, left)))


def unregister(desktop: Desktop, shortcut: PureWindowsPath) -> Registration:
    """**Remove** what ``register`` has written."""
    removed = [*map(_full, _unregistered(desktop))]
    if desktop.remove_shortcut(shortcut):
        removed.append(str(shortcut))
    desktop.announce()
    return Registration(removed=tuple(removed))


def is_registered(desktop: Desktop) -> bool:
    """Return whether the file type is there, of this installation or another one."""
    return desktop.value(rf"{_TYPE}\{_COMMAND}", "") is not None


def opening_line(program: Sequence[str]) -> str:
    """Return the command line of a file type. In it % begins a variable, and %% is a percent sign."""
    return f'{subprocess.list2cmdline(program).replace("%", "%%")} "%1"'


def _unregistered(desktop: Desktop) -> Iterator[str]:
    """Remove the keys and values, and yield the keys of them."""
    if is_registered(desktop):
        desktop.remove_key(_TYPE)
        yield _TYPE
    if desktop.value(_LINK, NAME) is not None:
        desktop.remove_key(_LINK)
        yield _LINK
    for key, name, text in ((_CHOICE, f"{NAME}.store", ""), (_ENDING, "", f"{NAME}.store")):
        if desktop.value(key, name) == text:
            desktop.remove_value(key, name)
            yield key
        if desktop.is_empty(key):
            desktop.remove_key(key)


def _is_link_free(desktop: Desktop) -> bool:
    is_there = desktop.value(_LINK, "") is not None or desktop.value(rf"{_LINK}\{_COMMAND}", "") is not None
    return not is_there or desktop.value(_LINK, NAME) is not None


def _full(key: str) -> str:
    return rf"{_USER}\{key}"


if sys.platform == "win32":
    import ctypes
    import winreg

    _SHORTCUT: Final = (
        "$made = (New-Object -ComObject WScript.Shell).CreateShortcut($env:ES_LINK); $made.TargetPath = $env:ES_TARGET;"
        " $made.Arguments = $env:ES_ARGUMENTS; $made.IconLocation = $env:ES_ICON; $made.Save()"
    )
    _TYPES_CHANGED: Final = 0x08000000

    class System:
        """This Windows."""

        def value(self, key: str, name: str) -> str | None:
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    return str(winreg.QueryValueEx(opened, name)[0])
            except FileNotFoundError:
                return None

        def set_value(self, key: str, name: str, text: str) -> None:
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:
                winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, text)

        def remove_value(self, key: str, name: str) -> None:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key, access=winreg.KEY_SET_VALUE) as opened:
                winreg.DeleteValue(opened, name)

        def remove_key(self, key: str) -> None:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                below = [winreg.EnumKey(opened, number) for number in range(winreg.QueryInfoKey(opened)[0])]
            for each in below:
                self.remove_key(rf"{key}\{each}")
            winreg.DeleteKey(winreg.HKEY_CURRENT_USER, key)

        def is_empty(self, key: str) -> bool:
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    return winreg.QueryInfoKey(opened)[:2] == (0, 0)
            except FileNotFoundError:
                return False

        def make_shortcut(self, path: PureWindowsPath, program: Sequence[str], icon: str) -> None:
            # Only Windows itself writes such a file; what it gets is no part of the text that PowerShell runs.
            given = {"ES_LINK": str(path), "ES_TARGET": program[0], "ES_ICON": icon}
            given["ES_ARGUMENTS"] = subprocess.list2cmdline(program[1:])
            line = ["powershell", "-NoProfile", "-NonInteractive", "-Command", _SHORTCUT]
            flags = subprocess.CREATE_NO_WINDOW
            with suppress(subprocess.SubprocessError):
                subprocess.run(line, env={**os.environ, **given}, creationflags=flags, timeout=60, check=True)
                return
            raise OSError(0, "the start menu cannot be written", str(path))

        def remove_shortcut(self, path: PureWindowsPath) -> bool:
            try:
                Path(path).unlink()
            except FileNotFoundError:
                return False
            return True

        def announce(self) -> None:
            ctypes.windll.shell32.SHChangeNotify(_TYPES_CHANGED, 0, None, None)
