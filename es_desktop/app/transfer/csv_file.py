"""Tables as CSV, in UTF-8, and the events of a store as such a table. Not to be imported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from typing import Any, Final

from es_desktop.app.text.cells import delimited_row, safe_cell
from es_desktop.app.text.times import calendar_time
from es_desktop.core import RecordedEvent
from es_desktop.core.values import dumps

from .record_source import RecordSource

EVENT_HEADINGS: Final = ("entity", "type", "version", "event", "time", "payload")
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[Any]], *, bom: bool = False) -> Iterator[bytes]:
    """Yield the headings and the rows, each with its line end; ``bom`` begins with a byte order mark."""

    def line(row: Sequence[Any]) -> bytes:
        return delimited_row(map(safe_cell, row)).encode(errors="backslashreplace")

    yield (BYTE_ORDER_MARK if bom else b"") + line(headings)
    yield from map(line, rows)


def event_rows(source: RecordSource) -> Iterator[Sequence[Any]]:
    """Yield the values of ``EVENT_HEADINGS`` of each event."""
    for record, entity_type, event in source.typed_events(source.outline_of):
        sequence_id, version, _, payload = record.item
        if isinstance(event, RecordedEvent) and event.origin is not None:
            # The decoded payload of the other program, if it could be decoded.
            payload = event.origin.data if event.error is not None else dumps(dict(event.data))
        text = payload.decode("utf-8", "backslashreplace") if isinstance(payload, bytes) else str(payload)
        time = None if event.timestamp is None else calendar_time(event.timestamp, UTC)
        yield str(sequence_id), entity_type, version, event.type, time, text
