"""The rules of an entity type, and the entities that break them, as tables."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject

from es_desktop.app.rules.report import exception_text
from es_desktop.app.rules.rule import Rule, RuleException
from es_desktop.models.table.model import RIGHT, SPOKEN_ROLE, TIP_ROLE, Column, RowsModel, version_column
from es_desktop.models.table.short_ids import ShortIds
from es_desktop.system.counts import count_text, format_number

from .rule_finder import RuleFinder, ShownRule

KEPT, RULE, HOLDS, EXCEPTIONS = range(4)
ID, VERSION, WHAT, BROKEN = range(4)
NO_EXCEPTIONS: Final = "none"
_LINK: Final = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
Broken = tuple[Rule, RuleException]


def exceptions_text(shown: ShownRule) -> str:
    """Return how many entities break a rule: ``1 Order``; ``none`` without any."""
    if shown.support.problem:
        return "not checked"
    count = shown.support.exception_count
    return f"{count_text(count, shown.rule.entity_type)} {_LINK}" if count else NO_EXCEPTIONS


def holds_text(shown: ShownRule) -> str:
    """Return in how many entities a rule holds: ``117 of 118``."""
    return f"{format_number(shown.support.holds_in)} of {format_number(shown.support.entities)}"


class RulesModel(RowsModel[ShownRule]):
    """One row for each rule."""

    def __init__(self, finder: RuleFinder, parent: QObject | None = None) -> None:
        spoken = {SPOKEN_ROLE: lambda each: "kept" if each.is_kept else "not kept"}
        super().__init__(
            (
                Column("", lambda each: "", value=lambda each: each.is_kept, name="Kept", roles=spoken),
                Column("Rule", lambda each: each.rule.sentence),
                Column("Holds in", holds_text, RIGHT),
                Column("Exceptions", exceptions_text, value=lambda each: each.support.exception_count),
            ),
            row_roles={TIP_ROLE: _tip},
            parent=parent,
        )
        self._finder = finder
        finder.changed.connect(self._read)
        self._read()

    def _read(self) -> None:
        self.set_rows(self._finder.rules, key=lambda each: each.rule.key)


def _tip(shown: ShownRule) -> str:
    support = shown.support
    lines = [shown.rule.sentence, f"Holds in {holds_text(shown)} {shown.rule.entity_type}."]
    if support.problem:
        lines.append(f"It is not checked: {support.problem}")
    if support.unknown:
        lines.append(f"{count_text(support.unknown, 'entity')} could not be tested.")
    if shown.rule.breaks:
        lines.append(f"Broken where {shown.rule.breaks}")
    return "\n".join(lines)


class ExceptionsModel(RowsModel[Broken]):
    """One row for each entity that breaks the chosen rule, or any."""

    def __init__(self, finder: RuleFinder, parent: QObject | None = None) -> None:
        super().__init__(
            (
                Column("Id", lambda each: self._ids.text(each[1].entity), value=lambda each: str(each[1].entity)),
                version_column(lambda each: each[1].version),
                Column("What breaks it", lambda each: exception_text(*each)),
                Column("Rule", lambda each: each[0].sentence),
            ),
            row_roles={TIP_ROLE: _broken_tip},
            parent=parent,
        )
        self._finder = finder
        self._ids = ShortIds(self, lambda: (each[1].entity for each in self.rows))
        for signal in (finder.changed, finder.chosen_changed):
            signal.connect(self._read)
        self._read()

    def _read(self) -> None:
        self.set_rows(self._finder.exceptions, key=lambda each: (each[0].key, str(each[1].entity)))


def _broken_tip(found: Broken) -> str:
    rule, exception = found
    version = format_number(exception.version)
    return f"{rule.entity_type} {exception.entity}, version {version}\n{rule.sentence}\n{exception_text(*found)}"
