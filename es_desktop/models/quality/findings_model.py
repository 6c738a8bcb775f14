"""The findings of the quality report, and the rows of the chosen one, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from es_desktop.app.entity.ids import short_id
from es_desktop.app.quality.finding import Finding, FindingRow
from es_desktop.app.text.values import elide
from es_desktop.models.table.model import Column, RowsModel, version_column
from es_desktop.system.counts import format_number

if TYPE_CHECKING:
    from .surveyor import QualitySurveyor

SHORT, WHOLE, VERSION = range(3)
_MOST_TYPES = 4
_WIDEST = 300


def detail_of(finding: Finding) -> str:
    """Return what a finding is in one line: its own words, or why it matters, and of which types it is."""
    types = [f"{name} {format_number(count)}" for name, count in list(finding.types.items())[:_MOST_TYPES]]
    more = ", …" if len(finding.types) > _MOST_TYPES else ""
    of_types = f" · {', '.join(types)}{more}" if types else ""
    return elide((finding.detail or finding.words.why).replace("`", "") + of_types, _WIDEST)


class FindingsModel(RowsModel[Finding]):
    """One row of two lines for each finding; a column for each part of it where rows are copied."""

    def __init__(self, surveyor: QualitySurveyor) -> None:
        def spoken(each: Finding) -> str:
            return f"{each.severity}: {each.title}, {each.counted}. {detail_of(each)}"

        super().__init__((Column("Finding", spoken, tip=spoken, name="Finding"),), parent=surveyor)
        self._surveyor = surveyor
        surveyor.changed.connect(self.read)
        self.read()

    def read(self) -> None:
        """List them as they are now."""
        report = self._surveyor.report
        found = () if report is None else report.findings
        if found is not self.rows:
            self.set_rows(found)


class FindingRowsModel(RowsModel[FindingRow]):
    """One row for each event, snapshot or entity that shows the chosen finding."""

    def __init__(self, surveyor: QualitySurveyor, parent: QObject | None = None) -> None:
        super().__init__(
            (
                Column("Entity", lambda row: short_id(row.entity_id), tip=lambda row: str(row.entity_id)),
                Column("Whole id", lambda row: str(row.entity_id), tip=lambda row: str(row.entity_id)),
                version_column(lambda row: row.version),
            ),
            parent=parent or surveyor,
        )
        self._surveyor = surveyor
        surveyor.chosen_changed.connect(self.read)
        self.read()

    def read(self) -> None:
        """List those of the chosen finding."""
        chosen = self._surveyor.chosen
        self.set_rows(() if chosen is None else chosen.rows)
