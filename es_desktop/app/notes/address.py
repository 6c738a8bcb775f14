"""Addresses: one line that names a store, an entity and a version, and opens the same view again.

``esdb:/folder/shop.esdb?entity=5f2c…&at=17``, quoted as in https://www.rfc-editor.org/rfc/rfc3986. A Windows path is
written as in a ``file:`` URL: ``esdb:/C:/shop.esdb``, ``esdb://server/share/shop.esdb``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from es_desktop.app.runtime.errors import UserError

SCHEME: Final = "esdb"
_SCHEMES: Final = re.compile(r"(esdb|file):", re.IGNORECASE)
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_DRIVE: Final = re.compile(r"[A-Za-z]:\\")
_QUOTED_DRIVE: Final = re.compile(r"/[A-Za-z]:(/|$)")
_VERSION: Final = re.compile(r"-?[0-9]{1,19}")
_KEYS: Final = ("entity", "at", "scope")
_HINT: Final = "An address is like esdb:/folder/shop.esdb?entity=5f2c&at=17."


@dataclass(frozen=True, slots=True)
class Address:
    """A store as a person names it, and optionally an entity and a version in it."""

    store: str
    """A file name, or a database URL without a password."""
    entity: str | None = None
    """An id as text, or its first characters."""
    version: int | None = None
    """Of the entity; ``None`` for its last version."""
    scope: str | None = None
    """The part of the database, as ``OpenOptions.scope``."""

    @classmethod
    def parse(cls, text: str) -> Address:
        """Return the address in a text; a text without ``esdb:`` or ``file:`` names a store. Raises ``UserError``."""
        scheme = _SCHEMES.match(text)
        if scheme is None:
            return cls(text)
        if "#" in text:
            raise UserError("an address cannot contain #", "Write a # that belongs to a name as %23.")
        path, _, query = text[scheme.end() :].partition("?")
        store = _unquoted_path(path)
        if not store:
            raise UserError("the address names no store", _HINT)
        return cls(store, *_parsed_query(query))

    def __str__(self) -> str:
        choice = {"scope": self.scope, "entity": self.entity, "at": self.version}
        query = "&".join(f"{name}={_quoted(str(value))}" for name, value in choice.items() if value is not None)
        return f"{SCHEME}:{_quoted_path(self.store)}" + (f"?{query}" if query else "")


def _quoted(text: str, safe: str = "") -> str:
    # A file name on Linux may contain bytes that are not text; Python represents them by surrogates.
    return quote(text, safe=safe, errors="surrogateescape")


def _unquoted(text: str) -> str:
    return unquote(text, errors="surrogateescape")


def _quoted_path(store: str) -> str:
    if _DRIVE.match(store):
        return f"/{store[:2]}{_quoted(store[2:].replace(chr(92), '/'), '/')}"
    if store.startswith("\\\\"):
        return _quoted(store.replace("\\", "/"), "/")
    if _URL.match(store):
        return _quoted(store, "/:@!$&'()*+,;=")
    # Two slashes would be read as a server name.
    return ("/%2F" + _quoted(store[2:], "/")) if store.startswith("//") else _quoted(store, "/")


def _unquoted_path(path: str) -> str:
    path = re.sub(r"^//(localhost)?(?=/)", "", path, flags=re.IGNORECASE)  # as in file:///folder
    if _QUOTED_DRIVE.match(path):
        return _unquoted(path[1:]).replace("/", "\\")
    if path.startswith("//"):
        return _unquoted(path).replace("/", "\\")
    return _unquoted(path)


def _parsed_query(query: str) -> tuple[str | None, int | None, str | None]:
    found: dict[str, str] = {}
    for part in query.split("&") if query else []:
        name, _, value = part.partition("=")
        if name not in _KEYS or name in found:
            reason = "repeats" if name in found else "has the unknown parameter"
            raise UserError(f"the address {reason} {_unquoted(name)!a}", _HINT)
        found[name] = _unquoted(value)
    at = found.get("at")
    if at is not None and not _VERSION.fullmatch(at):
        raise UserError(f"the address has the version {at!a}, which is not a number", _HINT)
    if at is not None and "entity" not in found:
        raise UserError("the address has a version, but no entity", _HINT)
    return found.get("entity"), None if at is None else int(at), found.get("scope")
