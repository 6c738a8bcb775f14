"""The address of a database on a server: as one URL, and as the fields that a person fills in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from es_desktop.app.runtime.errors import UserError

SCHEME: Final = "postgresql"
PORT: Final = 5432
_SCHEMES: Final = (SCHEME, "postgres", "postgresql+psycopg")
_HINT: Final = "A database is postgresql://user@host:5432/database."


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
            raise UserError("the URL cannot be understood", _HINT) from None
        if parts.scheme not in _SCHEMES or "//" not in text:
            raise UserError("that is no URL of PostgreSQL", _HINT)
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
        place = f"{quote(self.user, safe='')}@" if self.user else ""
        place += "" if is_folder else host
        place += f":{self.port}" if self.port is not None else ""
        options = ((("host", self.host),) if is_folder else ()) + self.options
        query = f"?{urlencode(options, safe='/')}" if options else ""
        database = f"/{quote(self.database, safe='')}" if self.database or query else ""
        return f"{SCHEME}://{place}{database}{query}"
