"""A format that a plugin gives: whatever its code does wrong, other stores are read."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from es_desktop.core import DatastoreError, KnownClasses, StoreRefusedError
from es_desktop.system.plugins import Plugin, PluginError, guarded, require

from ..columnmap import ColumnMap
from ..layout import Layout
from ..options import OpenOptions
from .base import DeclaredFormat, ForeignTables, StoreTables

_KINDS: Final[tuple[type[ColumnMap | DeclaredFormat], ...]] = (ColumnMap, DeclaredFormat)
_SEARCH: Final = "the search for tables"


@dataclass(frozen=True, slots=True)
class PluginTables(ForeignTables):
    """Tables that a plugin found."""

    plugin: Plugin | None = None

    def opened(self, engine: Engine, classes: KnownClasses, options: OpenOptions) -> StoreTables:
        assert self.plugin is not None, "it found them"
        try:
            with guarded(self.plugin, "opening a store", DatastoreError, DatabaseError):
                return ForeignTables.opened(self, engine, classes, options)
        except PluginError as error:
            hint = f"Update {self.plugin.package}, or switch it off."
            raise StoreRefusedError(f"{self.plugin}: {error}", hint) from error


@dataclass(frozen=True, slots=True)
class PluginFormat:
    """A ``TableFormat``. If its search for tables fails, it is left out until the program ends."""

    plugin: Plugin
    format: DeclaredFormat
    is_ours: bool = False

    @property
    def name(self) -> str:
        return self.format.name

    def find(self, layout: Layout) -> Iterator[PluginTables]:
        found: list[PluginTables] = []
        with suppress(PluginError), guarded(self.plugin, _SEARCH, DatastoreError, DatabaseError, breaks=True):
            found += map(self._tables, self.format.find(layout))
        yield from found

    def _tables(self, found: ForeignTables) -> PluginTables:
        made = PluginTables(**{each.name: getattr(found, each.name) for each in fields(found)}, plugin=self.plugin)
        for each in filter(None, (made.mapped, made.snapshots)):
            each.select(made.first_id)  # runs the functions of its column map
        return made


def plugin_format(plugin: Plugin, value: Any, taken: Collection[str]) -> PluginFormat:
    """Return the format that a plugin gives. Raises ``PluginError`` if it is none, or its name is ``taken``."""
    found = require(value, _KINDS, "a ColumnMap or a DeclaredFormat")
    if isinstance(found, ColumnMap):
        found = DeclaredFormat(plugin.name, found)
    if found.is_ours:
        raise PluginError("it says that its stores may be written, and only those of this program may")
    name = require(found.name, str, "a text as its name")
    if not name.strip() or name.lower() in taken:
        raise PluginError(f"the format {name!r} is known already" if name.strip() else "it has no name")
    return PluginFormat(plugin, found)
