"""CSV of events, for spreadsheets: UTF-8, in the form of https://www.rfc-editor.org/rfc/rfc4180. Not to be imported.

A text that begins as a formula does gets an apostrophe before it, so that a spreadsheet shows it and does not run it
(https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from es_desktop.app.text.json_view import iso_time
from es_desktop.core import EntityId, RecordedEvent, RecordOrigin
from es_desktop.core.values import dumps

if TYPE_CHECKING:
    from .export import RecordSource


COLUMNS: Final = ("entity", "type", "version", "event", "time", "payload")
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_FORMULA_STARTS: Final = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - the wide ones are taken for signs as well


def csv_lines(source: RecordSource, *, bom: bool = False) -> Iterator[bytes]:
    """Yield the rows, the names of the columns first, each with its end; ``bom`` begins with a byte order mark."""
    row = csv.writer(_Echo()).writerow
    yield (BYTE_ORDER_MARK if bom else b"") + _encoded(row(COLUMNS))
    entity: EntityId | None = None
    entity_type = ""
    for record in source.events_by_entity():
        sequence_id, version, _, payload = record.item
        event = source.read_event(record.item)
        if entity != sequence_id:
            # The type of an entity is that of its first event, as in a list of entities.
            entity, entity_type = sequence_id, event.entity_type
        text = _text(payload if event.origin is None else _copied_payload(event, event.origin))
        texts = (str(sequence_id), entity_type, event.type, iso_time(event.timestamp) or "", text)
        name, *others = map(without_formula, texts)
        yield _encoded(row((name, others[0], version, *others[1:])))


def without_formula(text: str) -> str:
    """Return a text as no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


class _Echo:
    """A file for a CSV writer that gives each row back."""

    def write(self, text: str) -> str:
        return text


def _encoded(row: Any) -> bytes:
    return str(row).encode()


def _copied_payload(event: RecordedEvent, origin: RecordOrigin) -> Any:
    """Return what was read of another program's payload as JSON; the payload itself where nothing could be."""
    return origin.data if event.error is not None else dumps(dict(event.data))


def _text(payload: Any) -> str:
    return payload.decode("utf-8", "backslashreplace") if isinstance(payload, bytes) else str(payload)
