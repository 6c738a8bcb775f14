"""The entities that a search by state found, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QObject

from es_desktop.app.entity.ids import short_id
from es_desktop.app.search.query import StateHit
from es_desktop.app.store.reader import Reading
from es_desktop.app.text.times import format_day
from es_desktop.app.text.values import format_value
from es_desktop.models.table.model import Answers, Column, RowsModel
from es_desktop.models.table.roles import FONT_ROLE, RIGHT, TIP_ROLE, TONE_ROLE, struck_font

TYPE, ID, AT, VALUES, CHANGED = range(5)
MOST: Final = 100_000
"""Hits that are listed; the command line lists more."""
_LONGEST: Final = 60


class HitsModel(RowsModel[StateHit]):
    """One row for each entity, in the order in which they were found."""

    def __init__(self, parent: QObject | None = None) -> None:
        struck = struck_font()
        font: Answers[StateHit] = {FONT_ROLE: lambda hit: struck if hit.entity.discarded else None}
        super().__init__(
            (
                Column("Type", lambda hit: hit.entity.type, roles=font),
                Column("Id", lambda hit: short_id(hit.entity.id), roles=font),
                Column("At", lambda hit: f"{hit.version:,}", RIGHT),
                Column("Values", _values),
                Column("Changed", lambda hit: format_day(hit.entity.modified)),
            ),
            row_roles={
                TONE_ROLE: lambda hit: "faint" if hit.entity.discarded else None,
                TIP_ROLE: self._tip,
            },
            parent=parent,
        )
        self._hits: list[StateHit] = []
        self._reading: Reading | None = None

    def set_reading(self, reading: Reading | None) -> None:
        """Set the store of the next hits: it gives the verdict on their states."""
        self._reading = reading

    def clear(self) -> None:
        """Remove all rows."""
        self._hits = []
        self.set_rows(self._hits)

    def append(self, hits: Sequence[StateHit]) -> None:
        """Add rows, up to ``MOST`` in all."""
        more = hits[: MOST - len(self._hits)]
        if more:
            self.beginInsertRows(QModelIndex(), len(self._hits), len(self._hits) + len(more) - 1)
            self._hits += more
            self.rows = self._hits
            self.endInsertRows()

    def _tip(self, hit: StateHit) -> str:
        entity = f"{hit.entity.type} {hit.entity.id}\nThe state at version {hit.version:,} is"
        if self._reading is None:
            return f"{entity} {hit.exactness.value}."
        verdict = self._reading.verdict(hit.entity.id, hit.exactness, hit.base)
        return f"{entity} {verdict.exactness.value}. {verdict.reason}"


def _values(hit: StateHit) -> str:
    return " · ".join(f"{path} {format_value(value, _LONGEST) or '–'}" for path, value in hit.values.items())
