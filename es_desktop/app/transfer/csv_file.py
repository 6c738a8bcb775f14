"""CSV of events, for spreadsheets, in UTF-8. Not to be imported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from es_desktop.app.text.cells import delimited_row, without_formula
from es_desktop.app.text.json_view import iso_time
from es_desktop.core import EntityId
from es_desktop.core.values import dumps

from .record_source import RecordSource

COLUMNS: Final = ("entity", "type", "version", "event", "time", "payload")
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def csv_lines(source: RecordSource, *, bom: bool = False) -> Iterator[bytes]:
    """Yield the rows, the column names first, each with its line end; ``bom`` begins with a byte order mark."""

    def row(*values: object) -> bytes:
        return delimited_row(values).encode(errors="backslashreplace")

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
