"""The options for opening a store, from the command line to the tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from .columnmap import ColumnMap


@dataclass(frozen=True, slots=True)
class OpenOptions:
    """The options that a person gave. Keys and passwords are kept in memory only, and never logged."""

    scope: str | None = None
    """The part to open: one of the stores of a database, one of the applications, tenants or partitions that share the
    tables, or ``store/application``; ``None`` for the store with the most events, and all of it."""
    last_scope: str | None = None
    """The part that was shown the last time, for want of a ``scope``; ignored if it is not there any more."""
    asks_store: bool = False
    """Whether a database that holds several stores with events is refused until ``scope`` names one."""
    counts_stores: bool = True
    """Whether the events of each store are counted if a database holds several; without ``scope`` they always are."""
    rescues: bool = False
    """Whether to show only what can be read of a damaged file; set where damage is found."""
    writes_any: bool = False
    """Whether to write to a store that another program made with our core, if it is opened for writing."""
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
