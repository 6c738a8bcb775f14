"""How a store is opened, as a person asks for it: the same options from the command line to the tables."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from .columnmap import ColumnMap


@dataclass(frozen=True, slots=True)
class OpenOptions:
    """What a person gave besides the name of a store. Secrets among it are kept in memory only, and never logged."""

    scope: str | None = None
    """One of the applications, tenants or partitions that share the tables; all of them where none is named."""
    keys: tuple[bytes, ...] = field(default=(), repr=False)
    """What may open encrypted records: each of 16, 24 or 32 bytes. Kept nowhere."""
    table_map: ColumnMap | None = None
    """How to read a table of no known format."""
    keeps_map: bool = False
    """Whether the map should be used whenever the store is opened."""
    password: str | None = field(default=None, repr=False)
    """Of the user on a server. Kept in the system's keyring, or nowhere."""
    keeps_password: bool | None = None
    """Whether the keyring should keep it once it is known to be right; ``None`` leaves the keyring as it is."""
    entity: str | None = None
    """The beginning of the id of the entity that is shown first."""
    version: int | None = None
    """The version of it that is shown."""

    def with_password(self, password: str, keeps: bool | None) -> OpenOptions:
        """Return the same with a password, and whether it should be kept."""
        return replace(self, password=password, keeps_password=keeps)

    def with_map(self, table_map: ColumnMap, keeps: bool) -> OpenOptions:
        """Return the same with a table map, and whether it should be kept."""
        return replace(self, table_map=table_map, keeps_map=keeps)


NO_OPTIONS: Final = OpenOptions()
