"""CSV of events, for spreadsheets: UTF-8, in the form of https://www.rfc-editor.org/rfc/rfc4180. Not to be imported.

A text that begins as a formula does gets an apostrophe before it, so that a spreadsheet shows it and does not run it
(https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO
from typing import Final

from es_desktop.app.text.json_view import iso_time
from es_desktop.core import EntityId
from es_desktop.core.values import dumps

from .record_source import RecordSource

COLUMNS: Final = ("entity", "type", "version", "event", "time", "payload")
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_FORMULA_STARTS: Final = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - the wide ones are taken for signs as well
_AFTER_SEPARATOR: Final = re.compile(rf"([;|\t])(?=[{re.escape(''.join(_FORMULA_STARTS))}])")
"""Where a spreadsheet begins a cell that takes another separator than the comma."""


def csv_lines(source: RecordSource, *, bom: bool = False) -> Iterator[bytes]:
    """Yield the rows, the column names first, each with its line end; ``bom`` begins with a byte order mark."""

    def row(*values: object) -> bytes:
        file = StringIO(newline="")
        csv.writer(file).writerow(values)
        return file.getvalue().encode(errors="backslashreplace")

    yield (BYTE_ORDER_MARK if bom else b"") + row(*COLUMNS)
    entity: EntityId | None = None
    entity_type = ""
    for record in source.events_by_entity():
        sequence_id, version, _, payload = record.item
        event = source.read_event(record.item)
        if entity != sequence_id:
            # The type of an entity is that of its first event, as in a list of entities.
            entity, entity_type = sequence_id, event.entity_type
        if event.origin is not None:  # the decoded payload of the other program, if it could be decoded
            payload = event.origin.data if event.error is not None else dumps(dict(event.data))
        text = payload.decode("utf-8", "backslashreplace") if isinstance(payload, bytes) else str(payload)
        texts = (str(sequence_id), entity_type, event.type, iso_time(event.timestamp) or "", text)
        name, *others = map(without_formula, texts)
        yield row(name, others[0], version, *others[1:])


def without_formula(text: str) -> str:
    """Return a text in a form that no spreadsheet takes for a formula."""
    text = _AFTER_SEPARATOR.sub(r"\1'", text)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
