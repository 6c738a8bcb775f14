"""A keyring for tests: a real backend that keeps passwords in memory, or refuses like a locked one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked, PasswordDeleteError


class MemoryKeyring(KeyringBackend):
    """Keeps passwords during a test."""

    priority = 9  # type: ignore[assignment] # what others work out, this one says

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._require_unlocked()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._require_unlocked()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._require_unlocked()
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("there is none")

    def _require_unlocked(self) -> None:
        if self.is_locked:
            raise KeyringLocked("it is locked")


@contextmanager
def system_keyring(backend: KeyringBackend) -> Iterator[None]:
    """Use this keyring as that of the system."""
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        keyring.set_keyring(before)


__all__ = ["MemoryKeyring", "NoKeyring", "system_keyring"]
