"""Exporting: the records of a store, or of some of its entities, as a file for another program or another person.

A file appears whole or not at all, and never in place of a database. Nothing is held in memory but a page of records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.reader import Reading

from .case import case_of
from .cloudevents import cloudevents_lines
from .csv_file import csv_lines
from .export_format import ExportFormat
from .export_request import ExportRequest
from .jsonl import jsonl_lines
from .pytest_file import pytest_lines
from .record_source import RecordSource
from .records import Progress
from .store_file import new_file, new_store

if TYPE_CHECKING:
    from es_desktop.stores import OpenedStore


@dataclass(frozen=True, slots=True)
class Exported:
    """How much was exported."""

    events: int
    snapshots: int


def export_to_file(
    session: Reading, path: Path, request: ExportRequest, *, progress: Progress = lambda done, total: None
) -> Exported:
    """Export entities, or the whole store, into a file; a file that is no database is replaced.

    Raises ``UserError``, and what ``progress`` raises; then no file is left, and an older one is as it was.
    """
    source = RecordSource(session, request.entities, progress, request.to)
    target = path.expanduser().resolve()
    _require_free(target)
    if request.format.is_store:
        new_store(target, lambda opened: _fill(opened, source, request), replaces=True)
    else:
        with new_file(target, replaces=True) as unfinished, unfinished.open("xb") as file:
            file.writelines(_LINES[request.format](session, source, request))
    return Exported(source.events, source.snapshots)


def exported_lines(session: Reading, request: ExportRequest) -> Iterator[bytes]:
    """Return the lines of an export one by one, each with its end. Raises ``UserError``; a store has no lines."""
    if request.format.is_store:
        raise UserError("a store cannot be printed", "Give it a file: --out FILE.")
    source = RecordSource(session, request.entities, lambda done, total: None, request.to)
    return _LINES[request.format](session, source, request)


_LINES: Final[dict[ExportFormat, Callable[[Reading, RecordSource, ExportRequest], Iterator[bytes]]]] = {
    ExportFormat.JSONL: lambda _, source, __: jsonl_lines(source.records()),
    ExportFormat.CSV: lambda _, source, request: csv_lines(source, bom=request.bom),
    ExportFormat.CLOUDEVENTS: lambda _, source, __: cloudevents_lines(source),
    ExportFormat.PYTEST: lambda session, source, request: pytest_lines(session, source, request.entities),
}


def _fill(opened: OpenedStore, source: RecordSource, request: ExportRequest) -> None:
    """Let a new store have the records of a source; a case says so."""
    from es_desktop.stores.writing import append_records

    append_records(opened.tables, source.records())
    if source.copy_notes is not None:
        opened.write_copy_notes(source.copy_notes)
    if request.format is ExportFormat.CASE:
        opened.write_case_notes(case_of(request, source.store_name).to_json())


def _require_free(path: Path) -> None:
    if path.exists() and not path.is_file():
        raise UserError(f"{path} is no file", "Choose another name.")
    # The store itself may be meant, or one that somebody has open.
    if _is_database(path) or any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal")):
        raise UserError(f"{path} is a database, and none is written over", "Choose another name, or remove it.")


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(16) == b"SQLite format 3\0"
    except OSError:
        return False  # nothing there; what cannot be read cannot be replaced unseen either, which the write tells
