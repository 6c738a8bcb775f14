"""What a person gave besides the name of a store, to open it. Secrets among it are kept in memory only."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from es_desktop.stores import TableMap


@dataclass(frozen=True, slots=True)
class StoreOptions:
    """How a store is opened."""

    password: str | None = field(default=None, repr=False)
    """Of the user on a server. Kept in the system's keyring, or nowhere."""
    keeps_password: bool | None = None
    """Whether the keyring should keep it once it is known to be right; ``None`` leaves the keyring as it is."""
    scope: str | None = None
    """One of the applications, tenants or partitions that share the tables; all of them where none is named."""
    keys: tuple[bytes, ...] = field(default=(), repr=False)
    """What may open encrypted records. Kept nowhere."""
    table_map: TableMap | None = None
    """How to read a table of no known format."""
    keeps_map: bool = False
    """Whether the map should be used whenever the store is opened."""

    def with_password(self, password: str, keeps: bool | None) -> StoreOptions:
        """Return the same with a password, and whether it should be kept."""
        return replace(self, password=password, keeps_password=keeps)

    def with_map(self, table_map: TableMap, keeps: bool) -> StoreOptions:
        """Return the same with a table map, and whether it should be kept."""
        return replace(self, table_map=table_map, keeps_map=keeps)


NO_OPTIONS: Final = StoreOptions()
