"""The tables of the view Process: variants, deviations, and the entities of a part of the process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from PySide6.QtCore import QObject

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.process.conformance import Conformance, Deviation
from es_desktop.app.process.variants import Variant, VariantKey
from es_desktop.app.rules.rule import Rule
from es_desktop.app.text.times import format_day, format_length
from es_desktop.models.search.listed_states import NamedRows
from es_desktop.models.table.model import (
    RIGHT,
    SPOKEN_ROLE,
    TONE_ROLE,
    Answers,
    Column,
    RowsModel,
    struck_if,
    time_column,
)
from es_desktop.models.table.short_ids import ShortIds
from es_desktop.system.counts import format_number, format_share

COUNT, SHARE, TYPES, TYPICAL = range(4)
FIT_COUNT, FIT_SHARE, DIFFERENCE = range(3)
ID, NAME, EVENTS, CHANGED = range(4)
_MOST_NAMED: Final = 40


class VariantsModel(RowsModel[Variant]):
    """One row for each variant."""

    def __init__(self, parent: QObject | None = None) -> None:
        self.short: Mapping[str, str] = {}
        """The short name of each event type."""
        self.wrong: Mapping[VariantKey, Rule] = {}
        """The variants that break a kept rule."""
        spoken: Answers[Variant] = {
            SPOKEN_ROLE: lambda row: f"{', then '.join(row.types[:_MOST_NAMED])}{self._why(row)}"
        }
        super().__init__(
            (
                Column(
                    "N", lambda row: format_number(row.entities), RIGHT, value=attrgetter("entities"), name="Entities"
                ),
                Column("Share", lambda row: format_share(row.share), RIGHT, value=attrgetter("share")),
                Column(
                    "Event types",
                    self._short_types,
                    tip=self._tip,
                    roles=spoken,
                    value=_all_types,
                ),
                Column(
                    "Typical",
                    lambda row: "" if row.median is None else format_length(row.median),
                    RIGHT,
                    value=attrgetter("median"),
                    header_tip="The time from the earliest to the latest event of an entity, as the median",
                    name="Typical duration",
                ),
            ),
            parent=parent,
        )

    def _tip(self, row: Variant) -> str:
        return _types_tip(row) + self._why(row)

    def _why(self, row: Variant) -> str:
        rule = self.wrong.get(row.key)
        return "" if rule is None else f"\nBreaks what is kept: {rule.sentence}"

    def _short_types(self, row: Variant) -> str:
        return " ".join(self.short.get(each, "?") for each in row.types)


def _all_types(row: Variant) -> str:
    return " > ".join(row.types)


def _types_tip(row: Variant) -> str:
    more = f"\n… {format_number(row.length - _MOST_NAMED)} more" if row.length > _MOST_NAMED else ""
    return "\n".join(row.types[:_MOST_NAMED]) + more


@dataclass(frozen=True, slots=True)
class FitRow:
    """The entities that fit a pattern, or that first differ from it in one way."""

    deviation: Deviation | None
    """``None`` for those that fit."""
    entities: int
    share: float
    """Of all entities of the type, from 0 to 1."""


def fit_rows(found: Conformance) -> list[FitRow]:
    """Return the rows of a result: first those that fit."""
    share = found.fitting / found.entities if found.entities else 0.0
    rows = [FitRow(None, found.fitting, share)]
    return rows + [FitRow(each.deviation, each.entities, each.share) for each in found.deviations]


class FitModel(RowsModel[FitRow]):
    """One row for the entities that fit, and for each way in which others first differ."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(
            (
                Column(
                    "N", lambda row: format_number(row.entities), RIGHT, value=attrgetter("entities"), name="Entities"
                ),
                Column("Share", lambda row: format_share(row.share), RIGHT, value=attrgetter("share")),
                Column("First difference", lambda row: str(row.deviation or "fits the pattern")),
            ),
            parent=parent,
        )


class PartEntitiesModel(NamedRows[EntityFacts]):
    """One row for each listed entity."""

    def __init__(self, parent: QObject | None = None) -> None:
        font: Answers[EntityFacts] = struck_if(lambda row: row.discarded)
        super().__init__(
            (
                Column("Id", lambda row: self._ids.text(row.id), roles=font, value=lambda row: str(row.id)),
                self.name_column(lambda row: row),
                Column("Events", lambda row: format_number(row.events), RIGHT, value=attrgetter("events")),
                time_column("Changed", attrgetter("modified"), format_day),
            ),
            row_roles={TONE_ROLE: lambda row: "faint" if row.mark else None},
            parent=parent,
        )
        self._ids = ShortIds(self, lambda: (each.id for each in self.rows))
