"""The first events of a store, read by a column map, as a table."""

from __future__ import annotations

from PySide6.QtCore import QObject

from es_desktop.app.store.opening import PreviewRow
from es_desktop.models.table.model import RIGHT, TONE_ROLE, Column, RowsModel

STREAM, VERSION, ENTITY, EVENT, TIME, PAYLOAD = range(6)


class MapPreviewModel(RowsModel[PreviewRow]):
    """One row for each event; in place of a payload that cannot be decoded its row says why."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(
            (
                Column("Stream", lambda row: row.stream),
                Column("Ver", lambda row: row.version, RIGHT),
                Column("Entity", lambda row: row.entity),
                Column("Event", lambda row: row.type),
                Column("Time", lambda row: row.time),
                Column("Payload", lambda row: row.payload),
            ),
            row_roles={TONE_ROLE: lambda row: "failed" if row.is_broken else None},
            parent=parent,
        )
