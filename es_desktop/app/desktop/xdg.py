"""The menu entry, the icons and the file type on Linux and other systems whose desktops follow freedesktop.org.

Rules: Desktop Entry Specification 1.5, Shared MIME-info 0.21, Icon Theme 0.13, XDG Base Directory 0.8.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import struct
import subprocess
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import platformdirs

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.runtime.places import NAME, resources
from es_desktop.system.kept_file import kept_file, make_folder

from .registered import Registration

ENTRY: Final = f"applications/{NAME}.desktop"
_ICONS: Final = "icons/hicolor"
_SIZES: Final = (16, 24, 32, 48, 64, 128, 256)
"""Those of the icon theme that ``app.ico`` has."""
_RESERVED: Final = frozenset(" \t\"'\\><~|&;$*?#()`")
_THROUGH_SHELL: Final = ("/bin/sh", "-c", 'exec "$0" "$@"')
_KEPT: Final = f"{NAME}/registered.json"
_TOOLS: Final = {
    "mime": ("update-mime-database", "shared-mime-info", "the file type"),
    "applications": ("update-desktop-database", "desktop-file-utils", "what a double click opens"),
}
"""By the folder that it reads: the program, the Debian package that has it, and what a desktop knows by it."""
_MADE_BY_TOOLS: Final = {
    "mime": (
        *("XMLnamespaces", "aliases", "generic-icons", "globs", "globs2", "icons", "magic", "mime.cache"),
        *("subclasses", "treemagic", "types", "version"),
    ),
    "applications": ("mimeinfo.cache",),
}
_TOOL_SECONDS: Final = 60


def shared_files(program: Sequence[str]) -> dict[str, bytes]:
    """Return the files by their names under a folder ``share``; ``program`` are the words that start the program.

    Raises ``UserError`` if no menu entry can hold these words.
    """
    folder = resources()
    entry = (folder / f"{NAME}.desktop").read_text(encoding="utf-8")
    drawings = _drawings((folder / "app.ico").read_bytes())
    return {
        ENTRY: desktop_entry(entry, program).encode(),
        f"mime/packages/{NAME}.xml": (folder / f"{NAME}-mime.xml").read_bytes(),
        f"{_ICONS}/scalable/apps/{NAME}.svg": (folder / "icons" / "app.svg").read_bytes(),
        **{f"{_ICONS}/{size}x{size}/apps/{NAME}.png": drawings[size] for size in _SIZES},
    }


def desktop_entry(template: str, program: Sequence[str]) -> str:
    """Return the text of a desktop entry with another program than ``es-desktop``. Raises ``UserError``."""
    try:
        "".join(program).encode()
    except UnicodeEncodeError:
        raise _refused(program, "a name that is no text") from None
    if any(each < " " or each == "\x7f" for word in program for each in word):
        raise _refused(program, "a control character in its name")
    # The specification allows no = in the name of a program, and GLib looks for a name with %% as it is written.
    words = (*_THROUGH_SHELL, *program) if {"%", "="} & {*program[0]} else program
    started = " ".join(map(_quoted, words)).replace("\\", "\\\\")
    tried = program[0].replace("\\", "\\\\")
    lines = (
        f"Exec={started}{line.removeprefix(f'Exec={NAME}')}" if line.startswith("Exec=")
        else f"TryExec={tried}" if line.startswith("TryExec=")
        else line
        for line in template.split("\n")
    )  # fmt: skip
    return "\n".join(lines)


def _refused(program: Sequence[str], why: str) -> UserError:
    shown = program[0].encode(errors="backslashreplace").decode()
    return UserError(f"the menu cannot start {shown!r}: {why}", "Install the program in a folder with a plain name.")


def _quoted(word: str) -> str:
    """Return an argument of ``Exec``, before the escapes that every value has."""
    word = word.replace("%", "%%")
    if word and _RESERVED.isdisjoint(word):
        return word
    return '"' + re.sub(r'(["`$\\])', r"\\\1", word) + '"'


def _drawings(icon: bytes) -> dict[int, bytes]:
    """Return the PNG files in an ICO file by their width; its header has 6 bytes, and 16 for each of them."""
    (count,) = struct.unpack_from("<4xH", icon)
    found = (struct.unpack_from("<B7xII", icon, 6 + 16 * number) for number in range(count))
    return {width or 256: icon[start : start + size] for width, size, start in found}


def data_home() -> Path:
    """Return the folder ``share`` of this person."""
    return platformdirs.user_data_path()


def is_in_a_menu() -> bool:
    """Return whether a desktop entry of the program is anywhere that a desktop looks for one."""
    folders = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    return any((folder / ENTRY).is_file() for folder in (data_home(), *map(Path, folders.split(":"))))


@dataclass(frozen=True, slots=True)
class _Kept:
    """What an earlier registration has made, by names under ``share``: a file of ours, so that nothing else is lost."""

    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    @classmethod
    def read(cls, share: Path) -> _Kept:
        try:
            found = json.loads((share / _KEPT).read_bytes())
            return cls(*(tuple(filter(_is_below, map(str, found[name]))) for name in ("files", "folders")))
        except (OSError, ValueError, TypeError, KeyError):
            return cls()

    def write(self, share: Path) -> None:
        with kept_file(share / _KEPT, replaces=True) as path:
            path.write_text(json.dumps({"files": self.files, "folders": self.folders}), encoding="utf-8")


def _is_below(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def register(share: Path, program: Sequence[str]) -> Registration:
    """**Write** the files under ``share``, but none that somebody else has put there. Raises as ``shared_files``."""
    files, kept = shared_files(program), _Kept.read(share)
    left = [name for name in files if name not in kept.files and os.path.lexists(share / name)]
    ours = {name: content for name, content in files.items() if name not in left}
    removed = _remove(share, [name for name in kept.files if name not in ours])  # of another version
    folders = kept.folders
    for name in (*ours, _KEPT):
        for parent in reversed(PurePosixPath(name).parents[:-1]):
            if not (share / parent).is_dir():
                folders += (str(parent),)
                make_folder(share / parent)
    _Kept(tuple(ours), folders).write(share)
    for name, content in ours.items():
        with kept_file(share / name, replaces=True) as path:
            path.write_bytes(content)
    return Registration(_full(share, ours), removed, _full(share, left), tuple(_advice(share)))


def unregister(share: Path) -> Registration:
    """**Remove** what ``register`` has written under ``share``, with the folders that it has made for it."""
    kept = _Kept.read(share)
    removed = _remove(share, kept.files)
    advice = tuple(_advice(share)) if removed else ()
    for folder in set(_MADE_BY_TOOLS) & {*kept.folders}:
        _remove_made_by_tools(share / folder, _MADE_BY_TOOLS[folder])
    (share / _KEPT).unlink(missing_ok=True)
    for folder in reversed(kept.folders):
        with suppress(OSError):  # it is not empty
            (share / folder).rmdir()
    return Registration(removed=removed, advice=advice)


def _full(share: Path, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(share / name) for name in names)


def _remove(share: Path, names: Iterable[str]) -> tuple[str, ...]:
    there = [name for name in names if os.path.lexists(share / name)]
    for name in there:
        (share / name).unlink()
    return _full(share, there)


def _advice(share: Path) -> Iterator[str]:
    """Have the desktop see what has changed under ``share``; yield what a person has to do for that."""
    with suppress(OSError):
        os.utime(share / _ICONS)  # icons are looked for again when their theme is newer than what is kept of it
    # A packaged program has libraries of its own, which the programs of the system cannot use.
    environ = {name: value for name, value in os.environ.items() if name != "LD_LIBRARY_PATH"}
    for folder, (tool, package, what) in _TOOLS.items():
        line = [tool, str(share / folder)]
        try:
            subprocess.run(line, env=environ, capture_output=True, timeout=_TOOL_SECONDS, check=True)
        except (OSError, subprocess.SubprocessError):
            yield f"The desktop learns {what} by this line, from the package {package}: {shlex.join(line)}"


def _remove_made_by_tools(folder: Path, names: Container[str]) -> None:
    """Remove what the tools have made in a folder, if nothing else is in it."""
    found = [each for each in folder.rglob("*") if not each.is_dir()]
    if all(each.name in names for each in found):
        for each in found:
            each.unlink()
        for each in sorted(folder.rglob("*"), reverse=True):
            each.rmdir()
