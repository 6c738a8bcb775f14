"""The events of a branch as a table: what was made of each, what it changes, and how its state differs then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QModelIndex, QObject, Signal

from es_desktop.app.branch.view import PlaceResult
from es_desktop.app.entity.hues import hue_index
from es_desktop.app.text.values import summarise_changes
from es_desktop.models.table.model import Answer, Answers, Column, TableModel
from es_desktop.models.table.paging import PAGES_KEPT, Blocks
from es_desktop.models.table.roles import FONT_ROLE, RIGHT, SWATCH_ROLE, TIP_ROLE, TONE_ROLE, struck_font
from es_desktop.replay import BLOCK, BranchEntry, EventRef, Mark

VERSION, ORIGINAL, EVENT, MARK, CHANGES, DIFFERS = range(6)


class WhatIfModel(TableModel[int]):
    """One row an event, skipped ones too. What came of them is asked for in blocks where they are shown."""

    block_wanted = Signal(object)
    """The number of a block of ``BLOCK`` places that should be worked out and given to ``set_block``."""

    def __init__(self, parent: QObject | None = None) -> None:
        struck = struck_font()
        font: Answers[int] = {FONT_ROLE: lambda row: struck if self._is_skipped(row) else None}
        super().__init__(
            (
                Column("Ver", self._version, RIGHT),
                Column("Was", self._original, RIGHT, roles=font),
                Column("Event", lambda row: self._places[row].type, roles={**font, SWATCH_ROLE: self._hue}),
                Column("What if", self._mark),
                Column("What it changes", self._of_result(lambda result: _changes(result, 3), unread="…")),
                Column("Differs from the history", self._of_result(lambda result: result.difference.text())),
            ),
            row_roles={TONE_ROLE: self._tone, TIP_ROLE: self._of_result(_tip, unread=None)},
            parent=parent,
        )
        self._places: Sequence[BranchEntry] = ()
        self._orders: Mapping[str, int] = {}
        self._blocks: Blocks[PlaceResult] = Blocks(self.block_wanted.emit, size=BLOCK, kept=PAGES_KEPT)
        self._count = 0

    def set_places(self, places: Sequence[BranchEntry], orders: Mapping[str, int], first: int = 0) -> None:
        """Show other events, or the same ones edited from the row ``first`` on.

        ``orders`` has, for each type of event, as the how-many-th it is met.
        """
        # Those before the first edited one come to the same.
        self._blocks.forget(first // BLOCK)
        self._blocks.forget_asked()
        self._orders = orders
        self._take_count(places, min(first, self._count, len(places)))
        self._places = places
        self.repaint(first // BLOCK * BLOCK)

    def _take_count(self, places: Sequence[BranchEntry], first: int) -> None:
        """Let rows come in or go at the first one that is another; those behind it stay as they are meanwhile."""
        old, more = tuple(self._places), len(places) - self._count
        if more > 0:
            self.beginInsertRows(QModelIndex(), first, first + more - 1)
            self._places, self._count = (*old[:first], *places[first : first + more], *old[first:]), len(places)
            self.endInsertRows()
        elif more < 0:
            self.beginRemoveRows(QModelIndex(), first, first - more - 1)
            self._places, self._count = (*old[:first], *old[first - more :]), len(places)
            self.endRemoveRows()

    def set_block(self, number: int, results: Sequence[PlaceResult]) -> None:
        """Take what came of the places of a block that was asked for."""
        self._blocks.put(number, results)
        self.repaint(number * BLOCK, number * BLOCK + len(results) - 1)

    def at(self, row: int) -> int:
        """Return the number of a row: what came of it is asked for by the cells that show it, and by no others."""
        return row

    def count(self) -> int:
        """Return how many events there are."""
        return self._count

    def place_at(self, row: int) -> BranchEntry:
        """Return the event of a row."""
        return self._places[row]

    def row_of(self, name: EventRef) -> int | None:
        """Return the row of an event; ``None`` where it has none."""
        return next((row for row, place in enumerate(self._places) if place.name == name), None)

    def result_at(self, row: int) -> PlaceResult | None:
        """Return what came of a row; ``None`` where it is not there yet, and asked for by now."""
        return self._blocks.at(row)

    def _of_result(self, answer: Answer[PlaceResult], unread: str | None = "") -> Answer[int]:
        """Return what answers for what came of a row, and ``unread`` where that is not there yet."""
        return lambda row: unread if (result := self.result_at(row)) is None else answer(result)

    def _version(self, row: int) -> str:
        version = self._places[row].version
        return "–" if version is None else str(version)

    def _original(self, row: int) -> str:
        place = self._places[row]
        return "" if place.original in (None, place.version) else str(place.original)

    def _mark(self, row: int) -> str:
        mark = self._places[row].mark
        return "" if mark is Mark.KEPT else mark.value

    def _is_skipped(self, row: int) -> bool:
        return self._places[row].mark is Mark.SKIPPED

    def _hue(self, row: int) -> int:
        name = self._places[row].type
        return hue_index(name, self._orders.get(name, len(self._orders)))

    def _tone(self, row: int) -> str | None:
        result = self.result_at(row)
        if result is not None and result.step is not None and result.step.error:
            return "failed"
        if self._is_skipped(row):
            return "faint"
        return None if self._places[row].mark is Mark.KEPT else "changed"


def _tip(result: PlaceResult) -> str:
    parts = [_changes(result, 20).replace(" · ", "\n")]
    if result.difference:
        parts.append(f"Differs from the history:\n{result.difference.text(20)}".replace(" · ", "\n"))
    return "\n\n".join(filter(None, parts))


def _changes(result: PlaceResult, limit: int) -> str:
    step = result.step
    if step is None:
        return ""
    changes = summarise_changes(step.readable_changes, limit)
    return step.error or ("discarded" if step.discards else changes or "nothing changed")
