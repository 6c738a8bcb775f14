"""Exports that plugins give: each turns the events of a store into a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from es_desktop.app.runtime.errors import Cancelled, UserError
from es_desktop.core import DatastoreError, EntityId
from es_desktop.system.plugins import Group, Plugin, PluginError, guarded, load, require, unexpected

from .record_source import RecordSource


@dataclass(frozen=True, slots=True)
class ExportedEvent:
    """One event, as an export gets it."""

    entity_id: EntityId
    entity_type: str
    version: int
    type: str
    time: float | None
    """In seconds since the epoch, UTC; ``None`` if the record has none."""
    data: Mapping[str, Any]
    """The attributes of its decoded payload."""
    error: str | None = None
    """Why the payload cannot be decoded."""


@dataclass(frozen=True, slots=True)
class FormatText:
    """How a file format is shown to a person."""

    title: str
    """Its name, in a word or two."""
    sentence: str
    """What it is good for."""
    ending: str
    """The file name extension, with its dot."""


@dataclass(frozen=True, slots=True)
class Export(FormatText):
    """A file format that a plugin gives."""

    write: Callable[[Iterable[ExportedEvent]], Iterable[str | bytes]]
    """Yields the parts of the file; texts become UTF-8. It gets all events of an entity together, by version."""


@dataclass(frozen=True, slots=True)
class PluginExport:
    """The export of a plugin, where ``ExportFormat`` has those of the program."""

    plugin: Plugin
    about: Export
    is_store: bool = False

    @property
    def value(self) -> str:
        """Its name on the command line."""
        return self.plugin.name

    def why_not(self, rows: int = 0) -> str:
        return ""

    def lines(self, source: RecordSource) -> Iterator[bytes]:
        """Yield the parts of the file. Raises ``UserError`` if the plugin fails, and what reading the store raises."""
        stopped: list[Exception] = []

        def events() -> Iterator[ExportedEvent]:
            try:
                for record, entity_type, event in source.typed_events(source.read_event):
                    id_, version = record.item[:2]
                    yield ExportedEvent(
                        id_, entity_type, version, event.type, event.timestamp, event.data, error=event.error
                    )
            except Exception as error:
                stopped.append(error)
                raise

        try:
            with guarded(self.plugin, "exporting", UserError, DatastoreError, Cancelled):
                for part in self.about.write(events()):
                    yield part.encode() if isinstance(part, str) else require(part, bytes, "a text or bytes")
        except PluginError as error:
            hint = f"Nothing was written. Update {self.plugin.package}, or switch it off."
            raise UserError(f"{self.plugin}: {error}", hint) from error
        if stopped:  # whatever the plugin made of it
            raise stopped[0]


def plugin_exports(taken: Iterable[str], name: str | None = None) -> list[PluginExport]:
    """Return the exports of plugins, or only the one of a name. Those whose names are ``taken`` are left out."""
    names = frozenset(taken)

    def accept(plugin: Plugin, value: Any) -> PluginExport:
        found = require(value, Export, "an Export")
        if plugin.name in names:
            raise PluginError("the program has an export of this name")
        texts = (found.title, found.sentence, found.ending)
        if not all(isinstance(each, str) and each.strip() for each in texts) or not found.ending.startswith("."):
            raise PluginError("its title, its sentence, or its ending such as .txt is missing")
        if not callable(found.write):
            raise unexpected(found.write, "a function that writes")
        return PluginExport(plugin, found)

    return load(Group.EXPORTS, accept, name)
