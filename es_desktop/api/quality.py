"""The quality report and the shape of the data, as values."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from es_desktop.app.search.known_names import require_known
from es_desktop.app.text.json_objects import JsonObject

from .rows import Rows
from .values import Value

if TYPE_CHECKING:
    from es_desktop.app.quality.finding import Finding
    from es_desktop.app.quality.report import QualityReport
    from es_desktop.app.quality.shape import Shape, ShapeChange, ShapeRow


@dataclass(frozen=True, slots=True, repr=False)
class Quality(Value):
    """What is odd, missing or false in a store: ``report`` has all of it."""

    report: QualityReport

    @property
    def findings(self) -> Rows[Finding]:
        """Each with its severity, how often, of which types, why it matters, and the rows that show it."""
        from es_desktop.app.quality.as_json import finding_json

        return Rows(lambda: iter(self.report.findings), finding_json, "findings")

    @property
    def shape(self) -> DataShape:
        """What the data look like."""
        return DataShape(self.report.shape)

    def to_html(self) -> str:
        """Return it as one page of HTML that needs no other file."""
        from es_desktop.app.quality.page import report_page

        return report_page(self.report)

    def save(self, file: str | os.PathLike[str]) -> None:
        """Write the page to a file, which replaces an older one. Raises ``UserError`` if that is not possible."""
        from es_desktop.app.transfer.export import write_file

        write_file(Path(file), self.to_html().encode("utf-8", "replace"))

    def to_dict(self) -> JsonObject:
        from es_desktop.app.quality.as_json import report_json

        return report_json(self.report)

    def _repr_html_(self) -> str:
        return self.findings._repr_html_()

    def __repr__(self) -> str:
        return f"Quality({self.report.facts.store}: {self.report.summary})"


@dataclass(frozen=True, slots=True, repr=False)
class DataShape(Value):
    """What the events of a store look like: ``shape`` has all of it."""

    shape: Shape

    @property
    def paths(self) -> Rows[ShapeRow]:
        """Each path of each event type, with its types, its share, when it was seen first and last, and by month."""
        from es_desktop.app.quality.as_json import row_json

        return Rows(lambda: iter(self.shape.rows), row_json, "paths")

    @property
    def changes(self) -> Rows[ShapeChange]:
        """What changed, each as a sentence with its month."""
        from es_desktop.app.quality.as_json import change_json

        return Rows(lambda: iter(self.shape.changes), change_json, "changes")

    def of(self, type: str) -> DataShape:
        """Return that of one type of entities or events. Raises ``UserError`` if there is none."""
        names = {name for each in self.shape.types for name in (each.entity_type, each.event_type)}
        require_known((type,), names, "type")
        return DataShape(self.shape.of(type))

    def to_dict(self) -> JsonObject:
        from es_desktop.app.quality.as_json import shape_json

        return shape_json(self.shape)

    def _repr_html_(self) -> str:
        return self.paths._repr_html_()

    def __repr__(self) -> str:
        return f"DataShape({len(self.shape.types)} event types, {len(self.shape.rows)} paths)"
