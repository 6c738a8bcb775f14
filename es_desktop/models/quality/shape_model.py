"""The shape of the data as a table: each event type with its paths below it; and what changed, as another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from es_desktop.app.quality.shape import EventShape, ShapeChange, ShapeRow
from es_desktop.app.quality.tally import month_text
from es_desktop.models.table.model import RIGHT, Column, RowsModel, bold_if, time_column
from es_desktop.system.counts import count_text, format_number, format_share
from es_desktop.system.text_match import folded

if TYPE_CHECKING:
    from es_desktop.app.quality.tally import Seen

    from .surveyor import QualitySurveyor

PATH, TYPES, SHARE, FIRST, LAST, MONTHS = range(6)
MONTH, SENTENCE = range(2)
ShapeLine = EventShape | ShapeRow
_MOST_MONTHS: Final = 36
_INDENT: Final = "    "


class ShapeModel(RowsModel[ShapeLine]):
    """One row for each event type, and below it one for each path."""

    def __init__(self, surveyor: QualitySurveyor) -> None:
        super().__init__(
            (
                Column("Event type, and paths", _name, tip=_tip, roles=bold_if(_is_type), value=_whole_name),
                Column("Types of values", _types, tip=_types),
                Column("Share", _share, RIGHT, value=lambda line: line.share if isinstance(line, ShapeRow) else 1.0),
                time_column("First seen", lambda line: _time(line.first)),
                time_column("Last seen", lambda line: _time(line.last)),
                Column("By month", lambda line: "", tip=_by_month, value=_by_month),
            ),
            parent=surveyor,
        )
        self.months: Sequence[int] = ()
        """The months that are drawn."""
        self._surveyor = surveyor
        self._words = ""
        self._shown: tuple[object, str] | None = None
        surveyor.changed.connect(self.read)
        self.read()

    def find(self, words: str) -> None:
        """List only the paths and types that have these words."""
        self._words = folded(words.strip())
        self.read()

    def read(self) -> None:
        """List what there is now."""
        report = self._surveyor.report
        if (report, self._words) == self._shown:
            return
        self._shown = report, self._words
        types = () if report is None else report.shape.types
        self.months = sorted({month for each in types for month in each.months})[-_MOST_MONTHS:]
        lines: list[ShapeLine] = []
        for each in types:
            is_wanted = self._words in folded(f"{each.entity_type} {each.event_type}")
            rows = [row for row in each.rows if is_wanted or self._words in folded(f"{row.path} {_types(row)}")]
            lines += [each, *rows] if is_wanted or rows else []
        self.set_rows(lines)


class ChangesModel(RowsModel[ShapeChange]):
    """One row for each change of the shape, by month."""

    def __init__(self, surveyor: QualitySurveyor) -> None:
        super().__init__(
            (
                Column("Month", lambda each: each.month_text),
                Column("What changed", _sentence, tip=_sentence),
            ),
            parent=surveyor,
        )
        self._surveyor = surveyor
        surveyor.changed.connect(self.read)
        self.read()

    def read(self) -> None:
        """List what there is now."""
        report = self._surveyor.report
        found = () if report is None else report.shape.changes
        if found is not self.rows:
            self.set_rows(found)


def _is_type(line: ShapeLine) -> bool:
    return isinstance(line, EventShape)


def _name(line: ShapeLine) -> str:
    if isinstance(line, EventShape):
        return f"{line.entity_type} ▸ {line.event_type}"
    return f"{_INDENT}{line.path}"


def _whole_name(line: ShapeLine) -> str:
    return _name(line) if isinstance(line, EventShape) else f"{line.entity_type} ▸ {line.event_type} ▸ {line.path}"


def _tip(line: ShapeLine) -> str:
    if isinstance(line, ShapeRow):
        return f"{_whole_name(line)}\n{count_text(line.events, 'event')} of {format_number(line.of_events)}"
    versions = [f"{each.name} {each.value}: {count_text(each.events, 'event')}" for each in line.versions]
    return "\n".join([_whole_name(line), *versions])


def _types(line: ShapeLine) -> str:
    if isinstance(line, EventShape):
        versions = [f"{each.name} {each.value}" for each in line.versions if each.name != "topic"]
        topics = sum(each.name == "topic" for each in line.versions)
        more = [count_text(topics, "topic")] if topics else []
        return ", ".join([count_text(line.events, "event"), *versions, *more])
    if len(line.types) == 1:
        return next(iter(line.types))
    return ", ".join(f"{name} {format_number(count)}" for name, count in line.types.items())


def _share(line: ShapeLine) -> str:
    return format_share(line.share) if isinstance(line, ShapeRow) else ""


def _time(seen: Seen | None) -> float | None:
    return None if seen is None else seen.time


def _by_month(line: ShapeLine) -> str:
    of: Mapping[int, int] = line.of_months if isinstance(line, ShapeRow) else line.months
    months = sorted(of)[-_MOST_MONTHS:]
    counts = ((each, format_number(line.months.get(each, 0)), format_number(of[each])) for each in months)
    return "\n".join(f"{month_text(each)}: {count} of {whole}" for each, count, whole in counts)


def _sentence(change: ShapeChange) -> str:
    return change.text.replace("`", "")
