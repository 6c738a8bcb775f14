"""Exporting: the records of a store, or of some of its entities, as a file for another program or another person.

A file appears whole or not at all, and never replaces a database. Only one page of records is in memory.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple, TypeAlias

import msgspec

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.ids import short_id
from es_desktop.app.notes.notebook import Notebook
from es_desktop.app.runtime.errors import Progress, UserError, no_progress
from es_desktop.app.store.reader import Reading
from es_desktop.core import EntityId
from es_desktop.core.events import now
from es_desktop.system.counts import format_number
from es_desktop.system.plugins import Group, installed, usable

from .case import Case
from .cloudevents import cloudevents_lines
from .csv_file import EVENT_HEADINGS, csv_lines, event_rows
from .jsonl import jsonl_lines
from .parquet_file import why_no_parquet, write_parquet
from .plugin_export import FormatText as FormatText
from .plugin_export import PluginExport, plugin_exports
from .process_logs.ocel import ocel_json_lines, write_ocel
from .process_logs.xes import xes_lines
from .pytest_file import pytest_lines
from .record_source import RecordSource
from .seen import SeenRows
from .store_file import new_file, new_store
from .xlsx_file import MOST_ROWS, require_room, write_xlsx

if TYPE_CHECKING:
    from es_desktop.stores import OpenedStore
    from es_desktop.stores.writing import AppendResult


class ExportFormat(enum.StrEnum):
    """A file format. All but tables, the test and the logs hold events and snapshots, and are imported without loss."""

    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    CLOUDEVENTS = "cloudevents"
    ESDB = "esdb"
    """A store of our own."""
    CASE = "case"
    """A store of our own, with notes and a view."""
    PYTEST = "pytest"
    """A test of one entity."""
    OCEL = "ocel"
    """An object-centric event log, as a database."""
    OCEL_JSON = "ocel-json"
    XES = "xes"

    @property
    def about(self) -> FormatText:
        return _FORMAT_TEXTS[self]

    @property
    def is_store(self) -> bool:
        return self in (ExportFormat.ESDB, ExportFormat.CASE)

    @property
    def is_table(self) -> bool:
        """Whether it can hold the rows of any list."""
        return self in _WRITERS

    def why_not(self, rows: int = 0) -> str:
        """Return why a table of so many rows cannot be written in this format here; empty if it can."""
        if self is ExportFormat.XLSX and rows >= MOST_ROWS:
            return (
                f"A sheet holds {format_number(MOST_ROWS)} rows with the headings, and these are {format_number(rows)}."
            )
        return why_no_parquet() if self is ExportFormat.PARQUET else ""


_FORMAT_TEXTS: Final = {
    ExportFormat.CASE: FormatText("Case", "A store with your bookmarks and notes. It opens at this view.", ".esdb"),
    ExportFormat.JSONL: FormatText("JSON Lines", "Every record on a separate line. It can be imported.", ".jsonl"),
    ExportFormat.CSV: FormatText("CSV", "A table of text for any program. It cannot be imported.", ".csv"),
    ExportFormat.XLSX: FormatText("Excel", "A table with numbers, times and text. It cannot be imported.", ".xlsx"),
    ExportFormat.PARQUET: FormatText(
        "Parquet", "A table with exact types, for analysis. It cannot be imported.", ".parquet"
    ),
    ExportFormat.CLOUDEVENTS: FormatText(
        "CloudEvents 1.0", "Every record as an event in a common format. It can be imported.", ".cloudevents.jsonl"
    ),
    ExportFormat.PYTEST: FormatText(
        "pytest file", "A test that rebuilds the entity with its class, and stops before the last event.", ".py"
    ),
    ExportFormat.ESDB: FormatText("Store", "Only the records, in a new store.", ".esdb"),
    ExportFormat.OCEL: FormatText(
        "OCEL 2.0", "A log of objects and events for process mining, as a database. It cannot be imported.", ".sqlite"
    ),
    ExportFormat.OCEL_JSON: FormatText("OCEL 2.0 JSON", "The same log as JSON. It cannot be imported.", ".jsonocel"),
    ExportFormat.XES: FormatText(
        "XES", "A log with a trace for each entity, for process mining. It cannot be imported.", ".xes"
    ),
}


AnyFormat: TypeAlias = ExportFormat | PluginExport


def all_formats() -> tuple[AnyFormat, ...]:
    """Return the formats of the program and of plugins, as they are offered. Imports plugins, which may take long."""
    return (*_FORMAT_TEXTS, *plugin_exports(ExportFormat))


def format_names() -> tuple[str, ...]:
    """Return the names of the same formats, those of plugins without importing them."""
    return (*ExportFormat, *(each.name for each in usable(Group.EXPORTS) if each.name not in [*ExportFormat]))


def format_named(name: str) -> AnyFormat:
    """Return a format by its name. Raises ``UserError`` if it cannot be used."""
    if name in [*ExportFormat]:
        return ExportFormat(name)
    for found in plugin_exports(ExportFormat, name):
        return found
    states = [f"{each} is {each.state}" for each in installed(Group.EXPORTS) if each.name == name]
    raise UserError(states[0] if states else f"there is no format {name}", "Choose another one.")


def table_format_of(path: Path) -> AnyFormat:
    """Return the format of a table by the ending of a file; only for an unknown one, plugins are imported.

    Raises ``UserError`` if no format has it.
    """
    endings: dict[str, AnyFormat] = {}
    for formats in (lambda: tuple(ExportFormat), lambda: plugin_exports(ExportFormat)):
        for each in formats():
            if each.is_table:
                endings.setdefault(each.about.ending, each)
        if path.suffix.lower() in endings:
            return endings[path.suffix.lower()]
    raise UserError(f"{path.name} has none of the endings of tables", f"End it with one of {', '.join(endings)}.")


_EMPTY: Final = Notebook()


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to export of a store, and in which format."""

    format: AnyFormat
    entities: tuple[EntityId, ...] | None = None
    """``None`` for the whole store."""
    to: int | None = None
    """The last version of each entity; ``None`` for all versions."""
    bom: bool = False
    """Whether a CSV begins with a byte order mark."""
    notebook: Notebook = _EMPTY
    """The notes on the store; a case gets those on what is exported."""
    shown: tuple[EntityId, int | None] | None = None
    """The entity and version that a case opens with; the first exported entity if this one is not exported."""
    fails_where: str = ""
    """A condition on the state: a test fails at the first event after which it is true. Empty for none."""


def suggested_name(request: ExportRequest, store: str, entity: EntityFacts | None) -> str:
    """Return a name for the exported file, made from the only entity or from the store."""
    if entity is not None:
        name = f"{entity.type.lower()}-{short_id(entity.id)}"
    else:
        count = "" if request.entities is None else f"-{len(request.entities)}-entities"
        name = f"{PurePath(store).stem}{count}"
    if request.format is ExportFormat.PYTEST:
        return re.sub(r"\W+", "_", f"test_{name}") + request.format.about.ending
    # The suggested name of a whole store must not be its own.
    suffix = "-copy" if request.format.is_store and request.entities is None else ""
    return re.sub(r"[^\w.]+", "-", name) + suffix + request.format.about.ending


class ExportCounts(NamedTuple):
    """How many records were exported."""

    events: int
    snapshots: int
    note: str = ""
    """What could not be written whole."""


def export_to_file(
    session: Reading, path: Path, request: ExportRequest, *, progress: Progress = no_progress
) -> ExportCounts:
    """Export entities, or the whole store, to a file. An existing file is replaced, unless it is a database.

    Raises ``UserError``, and what ``progress`` raises; then there is no new file, and an old one is unchanged.
    """
    source = RecordSource(session, request.entities, progress, request.to)
    note = ""
    if request.format.is_store:
        target = _free(path)
        new_store(target, lambda opened: _fill(opened, source, request), replaces=True)
    elif request.format is ExportFormat.XLSX or request.format is ExportFormat.PARQUET:
        rows = SeenRows(
            0 if request.to is not None else source.event_count, EVENT_HEADINGS, lambda _: event_rows(source)
        )
        note = export_rows(path, request.format, rows)
    elif request.format is ExportFormat.OCEL:
        with new_file(_free(path), replaces=True) as unfinished:
            write_ocel(unfinished, session, source)
    else:
        with _file_to_write(path) as file:
            file.writelines(_lines(session, source, request))
    return ExportCounts(source.events, source.snapshots, note or "; ".join(source.notes))


def export_rows(path: Path, format: AnyFormat, rows: SeenRows, *, progress: Progress = no_progress) -> str:
    """Write a table to a file of a format for tables; return a note on what had to be cut, or an empty text.

    An existing file is replaced, unless it is a database. Raises ``UserError``, and what ``progress`` raises; then
    there is no new file, and an old one is unchanged.
    """
    if format is ExportFormat.XLSX:
        require_room(rows.count, len(rows.headings))
    with _file_to_write(path) as file, rows.with_all_columns(progress) as (headings, found):
        if isinstance(format, PluginExport):
            file.writelines(format.table_lines(headings, found))
            return ""
        return _WRITERS[format](file, headings, found)


_WRITERS: Final[dict[ExportFormat, Callable[[BinaryIO, Sequence[str], Iterable[Sequence[Any]]], str]]] = {
    ExportFormat.CSV: lambda file, headings, rows: file.writelines(csv_lines(headings, rows)) or "",
    ExportFormat.XLSX: write_xlsx,
    ExportFormat.PARQUET: write_parquet,
}


def write_file(path: Path, content: bytes) -> None:
    """Write a file as exports are written. Raises ``UserError``; then an old file is unchanged."""
    with _file_to_write(path) as file:
        file.write(content)


@contextmanager
def _file_to_write(path: Path) -> Iterator[BinaryIO]:
    """Open a new file that appears whole at the end; until then an old one is unchanged."""
    with new_file(_free(path), replaces=True) as unfinished, unfinished.open("xb") as file:
        yield file


def exported_lines(session: Reading, request: ExportRequest, progress: Progress = no_progress) -> Iterator[bytes]:
    """Return the lines of an export, each with its line end. Raises ``UserError`` for what is no text."""
    if isinstance(request.format, ExportFormat) and request.format not in _LINES:
        what = "a store" if request.format.is_store else f"a file of {request.format.about.title}"
        raise UserError(f"{what} cannot be printed", "Give it a file: --out FILE.")
    source = RecordSource(session, request.entities, progress, request.to)
    return _lines(session, source, request)


def _lines(session: Reading, source: RecordSource, request: ExportRequest) -> Iterator[bytes]:
    if isinstance(request.format, PluginExport):
        return request.format.lines(source)
    return _LINES[request.format](session, source, request)


_LINES: Final[dict[ExportFormat, Callable[[Reading, RecordSource, ExportRequest], Iterator[bytes]]]] = {
    ExportFormat.JSONL: lambda _, source, __: jsonl_lines(source.records()),
    ExportFormat.CSV: lambda _, source, request: csv_lines(EVENT_HEADINGS, event_rows(source), bom=request.bom),
    ExportFormat.CLOUDEVENTS: lambda _, source, __: cloudevents_lines(source),
    ExportFormat.PYTEST: lambda session, source, request: pytest_lines(
        session, source, request.entities, request.fails_where
    ),
    ExportFormat.OCEL_JSON: lambda session, source, _: ocel_json_lines(session, source),
    ExportFormat.XES: lambda _, source, __: xes_lines(source),
}


def _fill(opened: OpenedStore, source: RecordSource, request: ExportRequest) -> None:
    """Write the records of a source to a new store, and the notes of a case or working copy."""
    fill_store(opened, source)
    if request.format is ExportFormat.CASE:
        opened.write_case_notes(_case_of(request, source.store_name).to_json())


def fill_store(opened: OpenedStore, source: RecordSource, refused: list[str] | None = None) -> AppendResult:
    """Write the records of a source to a new store, and the notes of a working copy.

    ``refused`` gets the reason for each record whose position another one has, which is refused as a whole without it.
    """
    from es_desktop.stores.writing import append_records

    written = append_records(opened.tables, source.records(), refused=refused)
    copy_notes = source.store.tables.copy_notes
    if copy_notes is not None:  # without them, the records of a working copy are misread
        opened.write_copy_notes(copy_notes)
    return written


def _case_of(request: ExportRequest, source: str) -> Case:
    """Return the case of an export request; ``source`` is the name of the store."""
    entities, to, notebook = request.entities, request.to, request.notebook
    entity, version = (entities[0] if entities else None), to
    if request.shown is not None and (entities is None or request.shown[0] in entities):
        entity, version = request.shown
        version = min((each for each in (version, to) if each is not None), default=None)
    if entities is not None:
        notebook = notebook.of_entities(frozenset(map(str, entities)))
    kept = tuple(each for each in notebook.bookmarks if to is None or each.version is None or each.version <= to)
    return Case(
        source=source,
        made=now(),
        entities=None if entities is None else len(set(entities)),
        to=to,
        entity=None if entity is None else str(entity),
        version=version,
        notebook=msgspec.structs.replace(notebook, bookmarks=kept, cases=()),
    )


def _free(path: Path) -> Path:
    """Return the whole path of a file to write. Raises ``UserError`` if there is something that is not replaced."""
    path = path.expanduser().resolve()
    if path.exists() and not path.is_file():
        raise UserError(f"{path} is no file", "Choose another name.")
    try:
        with path.open("rb") as file:
            is_database = file.read(16) == b"SQLite format 3\0"
    except OSError:
        is_database = False  # no file, or one that cannot be read; then writing fails and reports it
    # It may be the exported store itself, or one that is open elsewhere.
    if is_database or any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal")):
        raise UserError(f"{path} is a database, and none is written over", "Choose another name, or remove it.")
    return path
