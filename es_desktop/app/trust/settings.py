"""Trust settings: what a person enters, the available Python interpreters, and remembered trust."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.json_struct import JsonStruct
from es_desktop.trusted import Trust

_NAMES: Final = ("python3", "python")
_ENVIRONMENTS: Final = (".venv", "venv", "env")
_IN_ENVIRONMENT: Final = Path("Scripts", "python.exe") if os.name == "nt" else Path("bin", "python")
_MAX_FILES: Final = 5_000
_SUFFIXES: Final = (".py", ".pth", ".so", ".pyd")
_SKIPPED: Final = frozenset({"__pycache__", "node_modules", "site-packages"})
_NAME: Final = r"[^\W\d]\w*"
_MODULE: Final = re.compile(rf"{_NAME}(\.{_NAME})*(:{_NAME}(\.{_NAME})*)?")
_TOPIC_MODULE: Final = re.compile(rf"({_NAME}(?:\.{_NAME})*)[:#]")
_FUNCTION: Final = re.compile(rf"{_NAME}(\.{_NAME})*:{_NAME}(\.{_NAME})*")


def chosen_trust(folder: str, modules: Sequence[str], python: str = "", function: str = "") -> Trust:
    """Return the trust that a person entered. Runs no code. Raises ``UserError`` for a missing folder or wrong name."""
    path = Path(folder).expanduser().absolute()
    if not folder.strip() or not path.is_dir():
        raise UserError(f"there is no folder {folder!r}", "Name the folder that holds the modules.")
    for name in modules:
        if not _MODULE.fullmatch(name):
            raise UserError(f"{name!r} is not the name of a module", "Write it as an import does: shop.orders")
    if function and not _FUNCTION.fullmatch(function):
        raise UserError(f"{function!r} is not the name of a function", "Write it as shop.folding:fold")
    if not modules and not function:
        raise UserError("no module is named", "Name the modules that define the entities and their events.")
    found = shutil.which(str(Path(python).expanduser())) if python else default_python()
    if found is None:
        raise UserError(f"there is no interpreter {python!r}", "Name a python that runs the code.")
    return Trust(path.resolve(), tuple(dict.fromkeys(modules)), found, function or None)


def modules_in_topics(topics: Iterable[str]) -> list[str]:
    """Return the module names in topics, to be offered to a person. Nothing is imported."""
    found = (_TOPIC_MODULE.match(topic) for topic in dict.fromkeys(topics))
    return list(dict.fromkeys(each[1] for each in found if each is not None))


def split_names(text: str) -> list[str]:
    """Return the names in a text, which are separated by commas or spaces."""
    return text.replace(",", " ").split()


def default_python() -> str:
    """Return the interpreter that runs this program; the packaged program returns the one on the path."""
    if not getattr(sys, "frozen", False):
        return sys.executable
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    return found or _NAMES[0]


def offered_pythons(folder: Path | None) -> list[str]:
    """Return interpreters to choose from, first those of environments in a folder and in its parent."""
    near = () if folder is None else (folder, folder.parent)
    pythons = (each / name / _IN_ENVIRONMENT for each in near for name in _ENVIRONMENTS)
    found = [str(python) for python in pythons if python.is_file()]
    return list(dict.fromkeys([*found, default_python(), *filter(None, map(shutil.which, _NAMES))]))


class RememberedTrust(JsonStruct, frozen=True):
    """The trust that a person wants remembered for a store, with a digest of the code at that time."""

    folder: str
    modules: tuple[str, ...]
    python: str
    function: str | None
    digest: str

    @classmethod
    def of(cls, trust: Trust, digest: str) -> RememberedTrust:
        return cls(str(trust.folder), trust.modules, trust.python, trust.function, digest)

    @property
    def trust(self) -> Trust:
        return Trust(Path(self.folder), self.modules, self.python, self.function)

    @property
    def is_unchanged(self) -> bool:
        """Whether the code has not changed since. Reads all of its files."""
        return bool(self.digest) and code_digest(Path(self.folder)) == self.digest


def code_digest(folder: Path) -> str:
    """Return a digest of the code in a folder, without hidden folders and packages; empty for none or over 5,000."""
    digest = hashlib.blake2b(digest_size=16)
    paths = list(islice(_code_in(folder), _MAX_FILES + 1))
    if not paths or len(paths) > _MAX_FILES:
        return ""
    for path in paths:
        try:
            content = hashlib.blake2b(path.read_bytes()).digest()
        except OSError:
            return ""
        digest.update(str(path.relative_to(folder)).encode("utf-8", "surrogateescape") + b"\0" + content)
    return digest.hexdigest()


def _code_in(folder: Path) -> Iterator[Path]:
    for path, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if each not in _SKIPPED and not each.startswith("."))
        for name in sorted(files):
            if name.endswith(_SUFFIXES):
                yield Path(path, name)
