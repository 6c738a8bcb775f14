"""Where a store is: a file or a database URL, as a person gives it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, exc, make_url

from es_desktop.core import StoreRefusedError


@dataclass(frozen=True, slots=True)
class StoreLocation:
    """The file of a store. ``name`` is what may be shown, logged and remembered: it never holds a password."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path)


def parse_location(text: str) -> StoreLocation:
    """Read a file name or a database URL. Raises ``StoreRefusedError`` for a URL that cannot be opened."""
    if "://" not in text:
        return StoreLocation(Path(text).expanduser())
    url = _parse_url(text)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        # A password may stand in the query as well, so nothing but the place is repeated.
        shown = URL.create(url.drivername, host=url.host, port=url.port, database=url.database)
        raise StoreRefusedError(
            f"{shown} cannot be opened", "Give a file, or a URL such as sqlite:////folder/store.esdb."
        )
    return StoreLocation(Path(url.database))


def _parse_url(text: str) -> URL:
    try:
        return make_url(text)
    except (exc.ArgumentError, ValueError):
        # The text is not repeated: it may hold a password.
        hint = "Give a file, or a URL such as sqlite:////folder/store.esdb."
        raise StoreRefusedError("the database URL cannot be understood", hint) from None
