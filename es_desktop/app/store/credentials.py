"""What lets a person into a store: the address of a server, the password to it, and the keys of encrypted records.

Passwords are in the system's keyring, by the store's name without them, or nowhere. Keys are kept nowhere. One text may
stand for several keys: 32 letters are base64 of 24 bytes, and 32 bytes themselves. Which one it is shows only when a
record is opened, so all of them are tried.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from es_desktop.app.runtime.errors import UserError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SCHEME: Final = "postgresql"
PORT: Final = 5432
_SCHEMES: Final = (SCHEME, "postgres", "postgresql+psycopg")
_ADDRESS_HINT: Final = "A database is postgresql://user@host:5432/database."
_SERVICE: Final = "es-desktop"
_KEYRING_HINT: Final = "Unlock the keyring, or go on without it."
LENGTHS: Final = (16, 24, 32)
"""Bytes of an AES key."""
VARIABLE: Final = "ES_DESKTOP_KEY"
_KEY_HINT: Final = "A key is 16, 24 or 32 bytes, as base64, as hexadecimal digits, or as plain text."
_MOST_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """What a URL of PostgreSQL says. Its text never holds the password."""

    host: str = ""
    """A name, a number, or the folder of a socket; empty for what the client library takes by itself."""
    port: int | None = None
    """``None`` for the usual one."""
    database: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    options: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """What else stands in the URL, such as ``sslmode``."""

    @classmethod
    def parse(cls, text: str) -> ServerAddress:
        """Read a URL. Raises ``UserError``, which repeats nothing of it, for a text that is none."""
        try:
            parts = urlsplit(text.strip())
            port = parts.port
        except ValueError:
            raise UserError("the URL cannot be understood", _ADDRESS_HINT) from None
        if parts.scheme not in _SCHEMES or "//" not in text:
            raise UserError("that is no URL of PostgreSQL", _ADDRESS_HINT)
        found = dict(parse_qsl(parts.query))
        return cls(
            host=unquote(parts.hostname or found.pop("host", "")),
            port=port,
            database=unquote(parts.path.lstrip("/")),
            user=unquote(parts.username or found.pop("user", "")),
            password=unquote(parts.password or "") or found.pop("password", ""),
            options=tuple((name, value) for name, value in found.items() if name != "password"),
        )

    def without_password(self) -> ServerAddress:
        """Return the same address without its password."""
        return replace(self, password="")

    def why_not(self) -> str:
        """Return what is missing; an empty text for nothing."""
        return "" if self.database else "Name the database."

    def __str__(self) -> str:
        is_folder = self.host.startswith("/")
        host = f"[{self.host}]" if ":" in self.host else quote(self.host, safe=".-_")
        server = f"{quote(self.user, safe='')}@" if self.user else ""
        server += "" if is_folder else host
        server += f":{self.port}" if self.port is not None else ""
        options = ((("host", self.host),) if is_folder else ()) + self.options
        query = f"?{urlencode(options, safe='/')}" if options else ""
        database = f"/{quote(self.database, safe='')}" if self.database or query else ""
        return f"{SCHEME}://{server}{database}{query}"


class Passwords(Protocol):
    """Where passwords are kept. What it does may take a while, as a person may have to unlock it first."""

    def why_not(self) -> str:
        """Return why none can be kept; an empty text if they can."""

    def find(self, store: str) -> str | None:
        """Return the password of a store; ``None`` if none is kept, or it cannot be read."""

    def keep(self, store: str, password: str) -> None:
        """Keep the password of a store. Raises ``UserError``."""

    def forget(self, store: str) -> None:
        """Keep no password of a store any longer. Raises ``UserError``."""


class NoPasswords:
    """Keeps none."""

    def why_not(self) -> str:
        return "Passwords are not kept here."

    def find(self, store: str) -> str | None:
        return None

    def keep(self, store: str, password: str) -> None:
        raise UserError(f"the password was not kept: {self.why_not()}")

    def forget(self, store: str) -> None:
        """There is nothing to forget."""


class SystemKeyring:
    """Keeps passwords in the keyring of the system, where there is one that encrypts them."""

    def why_not(self) -> str:
        return "" if _backend() is not None else "No keyring was found on this system; without one nothing is kept."

    def find(self, store: str) -> str | None:
        backend = _backend()
        if backend is None:
            return None
        try:
            return backend.get_password(_SERVICE, store)
        except Exception:  # a backend raises what the system behind it does; then the person is asked
            return None

    def keep(self, store: str, password: str) -> None:
        backend = _backend()
        if backend is None:
            raise UserError("the password was not kept: there is no keyring")
        try:
            backend.set_password(_SERVICE, store, password)
        except Exception as error:
            # What it says of itself is not repeated: no one knows what a backend puts there.
            raise UserError(f"the keyring did not keep the password ({type(error).__name__})", _KEYRING_HINT) from None

    def forget(self, store: str) -> None:
        from keyring.errors import PasswordDeleteError

        backend = _backend()
        if backend is None or self.find(store) is None:
            return
        try:
            backend.delete_password(_SERVICE, store)
        except PasswordDeleteError:
            return  # somebody else did
        except Exception as error:
            raise UserError(
                f"the keyring did not forget the password ({type(error).__name__})", _KEYRING_HINT
            ) from None


def _backend() -> KeyringBackend | None:
    # It looks for services of the desktop, which takes a while and is seldom needed.
    import keyring
    from keyring.core import recommended

    backend = keyring.get_keyring()
    # One that is not recommended keeps passwords in plain text, or nothing at all.
    return backend if recommended(backend) else None


def keys_from_text(text: str) -> tuple[bytes, ...]:
    """Return the keys that a text may stand for: as hexadecimal digits, as base64, or the text itself.

    Raises ``UserError``, which does not repeat the text, where it is none of these.
    """
    found = text.strip()
    keys = _that_are_keys(read(found) for read in (_from_hex, _from_base64, str.encode))
    if keys:
        return keys
    raise UserError(f"that is no key: a text of {len(found)} characters", _KEY_HINT)


def keys_from_file(path: Path) -> tuple[bytes, ...]:
    """Return the keys that a file may hold: its bytes, or a text of them. Raises ``UserError``."""
    try:
        with path.open("rb") as file:
            found = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UserError(f"the key file {path} cannot be read: {error.strerror}", "Check the name.") from None
    try:
        return keys_from_text(found.decode())
    except (UnicodeDecodeError, UserError):
        keys = _that_are_keys([found])
    if not keys:
        raise UserError(f"{path} holds no key", _KEY_HINT)
    return keys


def keys_from_environment() -> tuple[bytes, ...]:
    """Return the keys that ``ES_DESKTOP_KEY`` may stand for; none unless it is set. Raises ``UserError``."""
    text = os.environ.get(VARIABLE, "")
    if not text.strip():
        return ()
    try:
        return keys_from_text(text)
    except UserError as error:
        raise UserError(f"{VARIABLE} holds no key", error.hint) from None


def _that_are_keys(found: Iterable[bytes | None]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(key for key in found if key is not None and len(key) in LENGTHS))


def _from_hex(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


def _from_base64(text: str) -> bytes | None:
    standard = text.replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
