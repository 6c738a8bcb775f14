"""Importing: the records of a file of JSON Lines or CloudEvents into a store of ours, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import msgspec

from es_desktop.app.runtime.errors import Progress, UserError, no_progress
from es_desktop.app.store.session import Session
from es_desktop.core import DatastoreError, SequencedItemError
from es_desktop.core.json_text import is_too_deep

from .cloudevents import CloudEventsReader
from .csv_file import BYTE_ORDER_MARK
from .jsonl import jsonl_record
from .records import LineError, Record

if TYPE_CHECKING:
    from es_desktop.stores.writing import AppendPreview as AppendPreview
    from es_desktop.stores.writing import AppendResult as AppendResult

_TOO_DEEP: Final = "it is nested too deeply to be read"
_PROGRESS_EVERY: Final = 200
_Parse = Callable[[str], Record | None]


def import_file(session: Session, path: Path, *, progress: Progress = no_progress) -> AppendResult:
    """Import a file of JSON Lines or CloudEvents, recognised by its first line; ``progress`` counts bytes.

    An identical record that is there already is skipped. Raises ``UserError`` with the number of a line that cannot be
    read, or whose position holds another record; then nothing is changed.
    """
    from es_desktop.stores.writing import append_records

    with _reading(session, path.expanduser(), progress) as records:
        return append_records(session.store.tables, records, skip_identical=True)


def preview_file(session: Session, path: Path, *, progress: Progress = no_progress) -> AppendPreview:
    """Return what importing a file would do, and write nothing. Raises ``UserError`` if a line cannot be read."""
    from es_desktop.stores.writing import preview_records

    with _reading(session, path.expanduser(), progress) as records:
        return preview_records(session.store.tables, records)


@contextmanager
def _reading(session: Session, path: Path, progress: Progress) -> Iterator[Iterator[Record]]:
    """Yield the records of a file; turn errors into ``UserError``."""
    if not session.is_writable:
        raise UserError(f"{session.name} cannot be written", session.why_read_only)
    try:
        with path.open("rb") as file:
            yield _records(file, path, progress)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}", "Check its name and its permissions.") from error
    except SequencedItemError as error:
        raise UserError(f"nothing was imported: {error}", "Import the file into another store.") from error
    except DatastoreError as error:
        hint = error.hint or "Try again when no other program writes the store."
        reason = str(error).removeprefix("nothing was written: ")
        raise UserError(f"nothing was imported: {reason}", hint) from error


def _records(file: BinaryIO, path: Path, progress: Progress) -> Iterator[Record]:
    total, done = path.stat().st_size, 0
    parse: _Parse | None = None
    for number, line in enumerate(file, 1):
        if number % _PROGRESS_EVERY == 1:
            progress(done, total)
        done += len(line)
        with_mark = number == 1 and line.startswith(BYTE_ORDER_MARK)
        bare = (line[len(BYTE_ORDER_MARK) :] if with_mark else line).strip()
        if not bare:
            continue
        try:
            text = bare.decode()
            parse = parse or _parser_for(text)
            record = parse(text)
            if is_too_deep(text):  # how deep msgspec reads depends on the version of Python
                raise LineError(_TOO_DEEP)
        except (UnicodeDecodeError, msgspec.DecodeError, RecursionError, LineError) as error:
            raise _refusal(path, number, error, is_known=parse is not None) from error
        if record is not None:
            yield record
    progress(total, total)


class _Probe(msgspec.Struct):
    """The fields of the first line of a file by which its format is recognised."""

    kind: Any = None
    specversion: Any = None


def _parser_for(line: str) -> _Parse:
    """Return the parser for a file with this first line. Raises ``LineError`` for an unknown format."""
    probe = msgspec.json.decode(line, type=_Probe)
    if probe.specversion is not None:
        return CloudEventsReader().record
    if probe.kind != "format":
        raise LineError("it does not say what the file holds")
    return jsonl_record


def _refusal(path: Path, number: int, error: Exception, *, is_known: bool) -> UserError:
    hint = "Correct the line, or leave it out." if is_known else "Give JSON Lines by es-desktop export, or CloudEvents."
    match error:
        case LineError():
            reason, hint = error.text, error.hint or hint
        case UnicodeDecodeError():
            reason = "it is not UTF-8"
        case RecursionError():
            reason = _TOO_DEEP
        case msgspec.ValidationError():
            reason = str(error)
        case _:
            reason = f"it is not JSON ({str(error).removeprefix('JSON is malformed: ')})"
    return UserError(f"line {number} of {path} cannot be imported: {reason}", hint)
