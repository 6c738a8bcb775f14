"""The events of a branch as a table, also skipped ones: how each was edited, what it changes, how the state differs.

The value of a row is its number, so that only the cells that show a result request it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QObject, Signal

from es_desktop.app.branch.view import EntryResult
from es_desktop.app.entity.hues import TypeHues
from es_desktop.app.text.values import describe_step
from es_desktop.models.table.model import (
    RIGHT,
    SWATCH_ROLE,
    TIP_ROLE,
    TONE_ROLE,
    Answer,
    Answers,
    Column,
    RowsModel,
    struck_if,
    version_column,
)
from es_desktop.models.table.paging import PAGES_KEPT, Blocks
from es_desktop.models.table.reading import UNREAD
from es_desktop.replay import BLOCK, BranchEntry, EventRef, Mark
from es_desktop.system.counts import format_number

VERSION, ORIGINAL, EVENT, MARK, CHANGES, DIFFERS = range(6)
_MANY: Final = 10_000
"""Changes, and characters of a value, that are copied."""


class WhatIfModel(RowsModel[int]):
    block_wanted = Signal(object)
    """The number of a block of ``BLOCK`` results that should be computed and given to ``set_block``."""

    def __init__(self, parent: QObject | None = None) -> None:
        font: Answers[int] = struck_if(self._is_skipped)
        super().__init__(
            (
                version_column(lambda row: self._entries[row].version),
                Column("Was", self._original, RIGHT, roles=font),
                Column("Event", lambda row: self._entries[row].type, roles={**font, SWATCH_ROLE: self._hue}),
                Column("What if", self._mark),
                Column(
                    "What it changes",
                    self._of_result(lambda result: _changes(result, 3), "…"),
                    value=self._of_result(_all_changes, UNREAD),
                ),
                Column(
                    "Differs from the history",
                    self._of_result(lambda result: result.difference.text()),
                    value=self._of_result(lambda result: result.difference.text(_MANY), UNREAD),
                ),
            ),
            row_roles={TONE_ROLE: self._tone, TIP_ROLE: self._of_result(_tip, unread=None)},
            parent=parent,
        )
        self._entries: Sequence[BranchEntry] = ()
        self._hues = TypeHues()
        self._blocks: Blocks[EntryResult] = Blocks(self.block_wanted.emit, size=BLOCK, kept=PAGES_KEPT)

    def set_entries(self, entries: Sequence[BranchEntry], hues: TypeHues, first: int = 0) -> None:
        """Show entries; those before ``first`` are as before."""
        # Entries before the first edit have the same results: their blocks stay.
        self._blocks.forget(first // BLOCK)
        self._blocks.forget_requests()
        self._hues = hues
        self._set_count(entries, min(first, len(self.rows), len(entries)))
        self._entries = entries
        self.repaint(first // BLOCK * BLOCK)

    def _set_count(self, entries: Sequence[BranchEntry], first: int) -> None:
        """Insert or remove rows at the first edited one. Qt requires that the other rows stay the same until then."""
        old, more = tuple(self._entries), len(entries) - len(self.rows)
        if more > 0:
            self.beginInsertRows(QModelIndex(), first, first + more - 1)
            self._entries, self.rows = (*old[:first], *entries[first : first + more], *old[first:]), range(len(entries))
            self.endInsertRows()
        elif more < 0:
            self.beginRemoveRows(QModelIndex(), first, first - more - 1)
            self._entries, self.rows = (*old[:first], *old[first - more :]), range(len(entries))
            self.endRemoveRows()

    def set_block(self, number: int, results: Sequence[EntryResult]) -> None:
        self._blocks.put(number, results)
        self.repaint(number * BLOCK, number * BLOCK + len(results) - 1)

    def entry_at(self, row: int) -> BranchEntry:
        return self._entries[row]

    def row_of(self, name: EventRef) -> int | None:
        """Return the row of an event; ``None`` if it has none."""
        return next((row for row, entry in enumerate(self._entries) if entry.name == name), None)

    def result_at(self, row: int) -> EntryResult | None:
        """Return the result of a row; ``None`` if it is not computed yet: then it is requested."""
        return self._blocks.at(row)

    def _of_result(self, answer: Answer[EntryResult], unread: object = "") -> Answer[int]:
        return lambda row: unread if (result := self.result_at(row)) is None else answer(result)

    def _original(self, row: int) -> str:
        entry = self._entries[row]
        return "" if entry.original in (None, entry.version) else format_number(entry.original)

    def _mark(self, row: int) -> str:
        mark = self._entries[row].mark
        return "" if mark is Mark.KEPT else mark.value

    def _is_skipped(self, row: int) -> bool:
        return self._entries[row].mark is Mark.SKIPPED

    def _hue(self, row: int) -> int:
        return self._hues[self._entries[row].type]

    def _tone(self, row: int) -> str | None:
        result = self.result_at(row)
        if result is not None and result.step is not None and result.step.error:
            return "failed"
        if self._is_skipped(row):
            return "faint"
        return None if self._entries[row].mark is Mark.KEPT else "changed"


def _tip(result: EntryResult) -> str:
    parts = [_changes(result, 20).replace(" · ", "\n")]
    if result.difference:
        parts.append(f"Differs from the history:\n{result.difference.text(20)}".replace(" · ", "\n"))
    return "\n\n".join(filter(None, parts))


def _all_changes(result: EntryResult) -> str:
    return "" if result.step is None else describe_step(result.step, _MANY, _MANY)


def _changes(result: EntryResult, limit: int) -> str:
    step = result.step
    if step is None:
        return ""
    return describe_step(step, limit)
