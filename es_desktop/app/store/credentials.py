"""What is needed to open a store: the address of a server, the password to it, and the keys of encrypted records.

Passwords are kept in the system's keyring, by the store's name without them, or not at all. Keys are never kept. One
text may stand for several keys: 32 letters can be base64 of 24 bytes, or 32 bytes themselves. Only a record shows which
one is right, so all of them are tried.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from ipaddress import IPv6Address
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.runtime.places import KEY_VARIABLE

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
_KEY_HINT: Final = "A key is 16, 24 or 32 bytes, as base64, as hexadecimal digits, or as plain text."
_MOST_BYTES: Final = 1024


_ZONE: Final = r"(%[A-Za-z0-9_.~-]+)?"


def _may_have_brackets(host: str) -> bool:
    """Return whether a host is an address of IPv6, perhaps with a zone, which a URL has in brackets."""
    with suppress(ValueError):
        return IPv6Address(host).version == 6 and re.fullmatch(rf"[^%]+{_ZONE}", host) is not None
    return False


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """The parts of a URL of PostgreSQL. ``str`` of it never contains the password."""

    host: str = ""
    """A name, a number, or the folder of a socket; empty for the default of the client library."""
    port: int | None = None
    """``None`` for the default port."""
    database: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    options: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Other parameters of the URL, such as ``sslmode``."""

    @classmethod
    def parse(cls, text: str) -> ServerAddress:
        """Return the parts of a URL. Raises ``UserError``, which contains nothing of the text, for any other text."""
        try:
            text.encode()  # a name that is no text has to be written with %
            parts = urlsplit(text.strip())
            port = parts.port
        except ValueError:
            raise UserError("the URL cannot be understood", _ADDRESS_HINT) from None
        if parts.scheme not in _SCHEMES or "//" not in text:
            raise UserError("that is no URL of PostgreSQL", _ADDRESS_HINT)
        found = dict(parse_qsl(parts.query))
        host, user, password = (found.pop(name, "") for name in ("host", "user", "password"))
        if parts.hostname:  # in lower case, and the folder of a socket needs its own
            name = parts.netloc.rpartition("@")[2]
            host = unquote(name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0])
        return cls(
            host=host if host.startswith("/") else host.lower(),
            port=port,
            database=unquote(parts.path.lstrip("/")),
            user=unquote(parts.username or user),
            password=unquote(parts.password or "") or password,
            options=tuple(found.items()),
        )

    def without_password(self) -> ServerAddress:
        """Return the same address without its password."""
        return replace(self, password="")

    def why_not(self) -> str:
        """Return what is missing; an empty text if the address is complete."""
        return "" if self.database else "Name the database."

    def __str__(self) -> str:
        # The folder of a socket, and what has a colon and is no number: it can only be a parameter.
        is_folder = self.host.startswith("/") or (":" in self.host and not _may_have_brackets(self.host))
        host = f"[{quote(self.host, safe=':.~-_')}]" if ":" in self.host else quote(self.host, safe=".-_")
        server = f"{quote(self.user, safe='')}@" if self.user else ""
        server += "" if is_folder else host
        server += f":{self.port}" if self.port is not None else ""
        options = ((("host", self.host),) if is_folder else ()) + self.options
        query = f"?{urlencode(options, safe='/')}" if options else ""
        database = f"/{quote(self.database, safe='')}" if self.database or query else ""
        return f"{SCHEME}://{server}{database}{query}"


def password_in(store: str) -> str | None:
    """Return the password in a URL; ``None`` if a text has none or is no URL of PostgreSQL."""
    with suppress(UserError):
        return ServerAddress.parse(store).password or None
    return None


class Passwords(Protocol):
    """Keeps passwords. Each call may take long, because a person may have to unlock the keyring first."""

    def why_not(self) -> str:
        """Return why none can be kept; an empty text if they can."""

    def find(self, store: str) -> str | None:
        """Return the password of a store; ``None`` if none is kept, or it cannot be read."""

    def keep(self, store: str, password: str) -> None:
        """Keep the password of a store. Raises ``UserError``."""

    def forget(self, store: str) -> None:
        """Delete the password of a store. Raises ``UserError``."""


class NoPasswords:
    """Keeps none."""

    def why_not(self) -> str:
        return "Passwords are not kept here."

    def find(self, store: str) -> str | None:
        return None

    def keep(self, store: str, password: str) -> None:
        raise UserError(f"the password was not kept: {self.why_not()}")

    def forget(self, store: str) -> None:
        pass


class SystemKeyring:
    """Keeps passwords in the keyring of the system, if it has one that encrypts them."""

    def why_not(self) -> str:
        return "" if _backend() is not None else "No keyring was found on this system; without one nothing is kept."

    def find(self, store: str) -> str | None:
        backend = _backend()
        if backend is None:
            return None
        try:
            return backend.get_password(_SERVICE, store)
        except Exception:  # of the system behind it, which may be any; then the person is asked
            return None

    def keep(self, store: str, password: str) -> None:
        backend = _backend()
        if backend is None:
            raise UserError("the password was not kept: there is no keyring")
        with _refused("keep"):
            backend.set_password(_SERVICE, store, password)

    def forget(self, store: str) -> None:
        from keyring.errors import PasswordDeleteError

        backend = _backend()
        if backend is not None and self.find(store) is not None:
            with _refused("forget"), suppress(PasswordDeleteError):  # somebody else deleted it
                backend.delete_password(_SERVICE, store)


@contextmanager
def _refused(verb: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # The message of the error is left out: a backend may put anything into it.
        raise UserError(f"the keyring did not {verb} the password ({type(error).__name__})", _KEYRING_HINT) from None


def _backend() -> KeyringBackend | None:
    # The import searches for services of the desktop, which takes long and is seldom needed.
    import keyring
    from keyring.core import recommended

    backend = keyring.get_keyring()
    # One that is not recommended keeps passwords in plain text, or nothing at all.
    return backend if recommended(backend) else None


def keys_from_text(text: str) -> tuple[bytes, ...]:
    """Return the keys that a text may stand for: as hexadecimal digits, as base64, or the text itself.

    Raises ``UserError``, which does not repeat the text, if it is none of these.
    """
    found: list[bytes] = []
    text = text.strip()
    base64_text = text.replace("-", "+").replace("_", "/")
    with suppress(ValueError):
        found.append(bytes.fromhex(text))
    with suppress(ValueError):
        found.append(base64.b64decode(base64_text + "=" * (-len(base64_text) % 4), validate=True))
    with suppress(UnicodeEncodeError):
        found.append(text.encode("utf-8", "surrogateescape"))  # an argument or a variable may be any bytes
    keys = _that_are_keys(found)
    if keys:
        return keys
    raise UserError(f"that is no key: a text of {len(text)} characters", _KEY_HINT)


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
    text = os.environ.get(KEY_VARIABLE, "")
    try:
        return keys_from_text(text) if text.strip() else ()
    except UserError as error:
        raise UserError(f"{KEY_VARIABLE} holds no key", error.hint) from None


def _that_are_keys(found: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(key for key in found if len(key) in LENGTHS))
