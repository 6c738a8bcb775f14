"""Exporting: the records of a store, or of some of its entities, as a file for another program or another person.

A file appears whole or not at all, and never in place of a database. Nothing is held in memory but a page of records.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from es_desktop.core import DatastoreError, EntityId, KnownClasses, SequencedItemError, StoreRefusedError

from .cloudevents import cloudevents_lines
from .errors import UserError
from .jsonlines import jsonl_lines
from .rawrecords import Progress, RecordSource
from .reading import Reading
from .spreadsheet import csv_lines


class ExportFormat(enum.StrEnum):
    """What a store can be exported as; all but CSV hold events and snapshots, and come back without loss."""

    JSONL = "jsonl"
    CSV = "csv"
    CLOUDEVENTS = "cloudevents"
    CASE = "esdb"
    """A store of our own."""


@dataclass(frozen=True, slots=True)
class Exported:
    """How much was exported."""

    events: int
    snapshots: int


def export_to_file(
    session: Reading,
    path: Path,
    format: ExportFormat,
    entities: Sequence[EntityId] | None = None,
    *,
    progress: Progress = lambda done, total: None,
    bom: bool = False,
) -> Exported:
    """Export entities, or the whole store, into a file; a file that is no database is replaced.

    ``bom`` begins a CSV with a byte order mark. Raises ``UserError``, and what ``progress`` raises; then no file is
    left, and an older one is as it was.
    """
    source = RecordSource(session, entities, progress)
    with _appearing_whole(path.expanduser().resolve()) as unfinished:
        if format is ExportFormat.CASE:
            _make_case(unfinished, source)
        else:
            with unfinished.open("xb") as file:
                file.writelines(_LINES[format](source, bom))
    return Exported(source.events, source.snapshots)


def exported_lines(
    session: Reading, format: ExportFormat, entities: Sequence[EntityId] | None = None, *, bom: bool = False
) -> Iterator[bytes]:
    """Return the lines of an export one by one, each with its end. Raises ``UserError``; a case has no lines."""
    if format is ExportFormat.CASE:
        raise UserError("a store cannot be printed", "Give it a file: --out FILE.")
    return _LINES[format](RecordSource(session, entities, lambda done, total: None), bom)


_LINES: Final[dict[ExportFormat, Callable[[RecordSource, bool], Iterator[bytes]]]] = {
    ExportFormat.JSONL: lambda source, _: jsonl_lines(source.records()),
    ExportFormat.CSV: lambda source, bom: csv_lines(source, bom=bom),
    ExportFormat.CLOUDEVENTS: lambda source, _: cloudevents_lines(source),
}


def _make_case(path: Path, source: RecordSource) -> None:
    """Make a store of ours with the very records of a source."""
    # SQLAlchemy takes longer to load than the window does; see session.py.
    from es_desktop.stores import StoreLocation, create_store
    from es_desktop.stores.writing import append_records

    try:
        opened = create_store(StoreLocation(path), KnownClasses())
        try:
            append_records(opened.tables, source.records())
        finally:
            opened.close()
    except StoreRefusedError as error:
        raise UserError(str(error), error.hint) from error
    except (DatastoreError, SequencedItemError) as error:
        raise UserError(f"the case cannot be written: {error}", "Choose another folder.") from error


@contextmanager
def _appearing_whole(path: Path) -> Iterator[Path]:
    """Give a name beside ``path`` to write to; what was written takes the place of ``path`` at the end."""
    _require_free(path)
    try:
        # A folder rather than a file: what a database leaves beside itself goes with it.
        with TemporaryDirectory(prefix=".es-desktop-", dir=path.parent) as folder:
            unfinished = Path(folder) / path.name
            yield unfinished
            unfinished.replace(path)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}", "Choose another name or folder.") from error


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
