"""The location of a store, as a person gives it: a file name or a database URL."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from sqlalchemy import URL, exc, make_url

from es_desktop.core import StoreRefusedError

_DRIVERS: Final = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_HARMLESS: Final = ("host", "port", "user", "sslmode", "sslrootcert", "sslcert", "sslkey", "target_session_attrs")
"""Options of a URL that hold no secret and are needed to open the store again."""
_HINT: Final = "Give a file, or a URL such as postgresql://user@host/database or sqlite:////folder/store.esdb."


@dataclass(frozen=True, slots=True)
class StoreLocation:
    """A file, or a database on a server. Its names never contain a password: they may be shown, logged and stored."""

    path: Path | None
    """``None`` for a database on a server."""
    url: URL | None = field(default=None, repr=False)
    """With the password; ``None`` for a file."""
    scope: str | None = None
    """What of the database to open, as ``OpenOptions.scope``, if the URL says so: ``…/database?scope=shop``."""

    @property
    def name(self) -> str:
        """The file name as given, or the URL without its password and other possible secrets."""
        return str(self.path) if self.url is None else _without_secrets(self.url)

    @property
    def absolute_name(self) -> str:
        """The same name, absolute: it does not depend on the working directory."""
        return self.name if self.path is None else str(self.path.resolve())

    @property
    def short_name(self) -> str:
        """The file name without its folder, or the name of the database."""
        if self.path is not None:
            return self.path.name
        return str(self.url.database) if self.url is not None else ""

    @property
    def password(self) -> str | None:
        """The password in the URL, if there is one."""
        if self.url is None:
            return None
        found = self.url.password or self.url.query.get("password")
        return found if isinstance(found, str) and found else None

    def with_password(self, password: str | None) -> StoreLocation:
        """Return the location with another password; unchanged if none is given or it is a file."""
        if self.url is None or not password:
            return self
        return replace(self, url=self.url.difference_update_query(["password"]).set(password=password))


def parse_location(text: str) -> StoreLocation:
    """Parse a file name or a database URL. Raises ``StoreRefusedError`` for a URL of an unknown database system."""
    if "://" not in text:
        path = Path(text)
        with suppress(RuntimeError, ValueError):  # there is no such user: it is a file whose name starts with ~
            path = path.expanduser()
        return StoreLocation(path)
    try:
        text.encode()  # a name that is no text has to be written with %
        if any(each < " " or each == "\x7f" for each in text):
            raise ValueError(text)  # so has a control character
        url = make_url(text.replace("postgres://", "postgresql://", 1) if text.startswith("postgres://") else text)
    except (exc.ArgumentError, ValueError):
        # The text is not repeated: it may hold a password.
        raise StoreRefusedError("the database URL is not valid", _HINT) from None
    given = url.query.get("scope")
    scope, url = given if isinstance(given, str) else None, url.difference_update_query(["scope"])
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        return StoreLocation(Path(url.database), scope=scope)
    if "@" in (url.host or ""):
        raise StoreRefusedError("the database URL has more than one @", "Write an @ in a password as %40.")
    driver = _DRIVERS.get(url.drivername.partition("+")[0])
    if driver is None or not url.database:
        raise StoreRefusedError(f"{_without_secrets(url)} cannot be opened", _HINT)
    return StoreLocation(None, url.set(drivername=driver), scope)


def _without_secrets(url: URL) -> str:
    # The query may contain a password too, so only options that are known to be harmless are kept.
    shown = URL.create(
        url.drivername.partition("+")[0],
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
        query={name: value for name, value in url.query.items() if name in _HARMLESS},
    )
    return shown.render_as_string()
