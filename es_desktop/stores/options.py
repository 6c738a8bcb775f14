"""The options for opening a store, from the command line to the tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from .columnmap import ColumnMap


@dataclass(frozen=True, slots=True)
class OpenOptions:
    """The options that a person gave. Keys and passwords are kept in memory only, and never logged."""

    scope: str | None = None
    """One of the applications, tenants or partitions that share the tables; ``None`` for all."""
    keys: tuple[bytes, ...] = field(default=(), repr=False)
    """Keys to try on encrypted records: each of 16, 24 or 32 bytes. Never stored."""
    table_map: ColumnMap | None = None
    """The column map of a table of no known format."""
    keeps_map: bool = False
    """Whether to store the map and use it whenever the store is opened."""
    password: str | None = field(default=None, repr=False)
    """The password for a server. Stored in the system's keyring only."""
    keeps_password: bool | None = None
    """Whether to store the password in the keyring after it was accepted; ``None`` leaves the keyring unchanged."""
    entity: str | None = None
    """The start of the id of the entity to show first."""
    version: int | None = None
    """The version of that entity to show."""


NO_OPTIONS: Final = OpenOptions()
