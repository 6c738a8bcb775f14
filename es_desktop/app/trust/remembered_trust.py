"""Trust that a person wants remembered for a store, and by what it is seen that the code is still the same."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from .trusting import Trust

_MOST_FILES: Final = 5_000
_SUFFIXES: Final = (".py", ".pth", ".so", ".pyd")
_SKIPPED: Final = frozenset({"__pycache__", "node_modules", "site-packages"})


class RememberedTrust(msgspec.Struct, frozen=True):
    """What is trusted, and a digest of the code as it was then."""

    folder: str
    modules: tuple[str, ...]
    python: str
    function: str | None
    digest: str

    @classmethod
    def of(cls, trust: Trust, digest: str) -> RememberedTrust:
        return cls(str(trust.folder), trust.modules, trust.python, trust.function, digest)

    @classmethod
    def from_json(cls, text: str) -> RememberedTrust | None:
        """Return what a JSON text tells; ``None`` where that is nothing."""
        try:
            return msgspec.json.decode(text, type=cls)
        except (msgspec.MsgspecError, RecursionError):
            return None

    def to_json(self) -> str:
        """Return it as JSON text."""
        return msgspec.json.encode(self).decode()

    @property
    def trust(self) -> Trust:
        return Trust(Path(self.folder), self.modules, self.python, self.function)

    @property
    def is_same(self) -> bool:
        """Whether the code is still what it was; reads all of it."""
        return bool(self.digest) and code_digest(Path(self.folder)) == self.digest


def code_digest(folder: Path) -> str:
    """Return a digest of the code in a folder, and below it; empty where there is none, or so much that none is made.

    Hidden folders and installed packages are left out.
    """
    digest = hashlib.blake2b(digest_size=16)
    count = 0
    for path in _code_in(folder):
        count += 1
        if count > _MOST_FILES:
            return ""
        try:
            content = hashlib.blake2b(path.read_bytes()).digest()
        except OSError:
            return ""
        digest.update(str(path.relative_to(folder)).encode("utf-8", "surrogateescape") + b"\0" + content)
    return digest.hexdigest() if count else ""


def _code_in(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if each not in _SKIPPED and not each.startswith("."))
        for name in sorted(files):
            if name.endswith(_SUFFIXES):
                yield Path(place, name)
