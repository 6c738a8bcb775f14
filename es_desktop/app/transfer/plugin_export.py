"""Exports that plugins give: each turns the events of a store, or the rows of a list, into a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from es_desktop.app.runtime.errors import Cancelled, UserError
from es_desktop.core import DatastoreError, EntityId
from es_desktop.system.plugins import Group, Plugin, PluginError, guarded, load, require, unexpected

from .csv_file import EVENT_HEADINGS, event_rows
from .record_source import RecordSource

T = TypeVar("T")
Parts: TypeAlias = Iterable[str | bytes]
"""The parts of a file; texts become UTF-8."""


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
    """A file format that a plugin gives: it writes events, the rows of a list, or both."""

    write: Callable[[Iterable[ExportedEvent]], Parts] | None = None
    """Yields the parts of a file of events. It gets all events of an entity together, by version.

    Without it, ``write_rows`` gets the events as the rows that a CSV has.
    """
    write_rows: Callable[[Sequence[str], Iterable[Sequence[Any]]], Parts] | None = None
    """Yields the parts of a file of what is seen, from the headings and the rows; ``cell_text`` gives a value as text.

    Without it, the format is not offered for lists.
    """


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

    @property
    def is_table(self) -> bool:
        """Whether it can hold the rows of any list."""
        return self.about.write_rows is not None

    def why_not(self, rows: int = 0) -> str:
        return ""

    def lines(self, source: RecordSource) -> Iterator[bytes]:
        """Yield the parts of a file of events.

        Raises ``UserError`` if the plugin fails, and what reading the store raises.
        """
        if self.about.write is None:
            return self.table_lines(EVENT_HEADINGS, event_rows(source))
        return self._parts(self.about.write, _exported_events(source))

    def table_lines(self, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
        """Yield the parts of a file of rows. Raises ``UserError`` if the plugin fails, and what ``rows`` raises."""
        write = self.about.write_rows
        if write is None:
            raise UserError(f"{self.plugin} cannot write the rows of a list", "Choose another format.")
        return self._parts(lambda given: write(headings, given), rows)

    def _parts(self, write: Callable[[Iterable[T]], Parts], given: Iterable[T]) -> Iterator[bytes]:
        stopped: list[Exception] = []

        def watched() -> Iterator[T]:
            try:
                yield from given
            except Exception as error:
                stopped.append(error)
                raise

        try:
            with guarded(self.plugin, "exporting", UserError, DatastoreError, Cancelled):
                for part in write(watched()):
                    yield part.encode() if isinstance(part, str) else require(part, bytes, "a text or bytes")
        except PluginError as error:
            hint = f"Nothing was written. Update {self.plugin.package}, or switch it off."
            raise UserError(f"{self.plugin}: {error}", hint) from error
        if stopped:  # whatever the plugin made of it
            raise stopped[0]


def _exported_events(source: RecordSource) -> Iterator[ExportedEvent]:
    for record, entity_type, event in source.typed_events(source.read_event):
        id_, version = record.item[:2]
        yield ExportedEvent(id_, entity_type, version, event.type, event.timestamp, event.data, error=event.error)


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
        given: list[object] = [each for each in (found.write, found.write_rows) if each is not None]
        for each in given or [None]:
            if not callable(each):
                raise unexpected(each, "a function that writes")
        return PluginExport(plugin, found)

    return load(Group.EXPORTS, accept, name)
