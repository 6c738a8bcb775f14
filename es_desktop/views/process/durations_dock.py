"""How long entities take from an event type to another one: median, 90th percentile, and a histogram."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from es_desktop.app.process.selections import OfWaiting
from es_desktop.app.process.waiting import Waiting, WaitingBar
from es_desktop.app.process.words import range_text
from es_desktop.app.text.times import format_length
from es_desktop.models.presence import Absence
from es_desktop.models.process.waiting_finder import WaitingFinder
from es_desktop.system.counts import count_text, format_number, format_share
from es_desktop.views.search.bar_list import BarList, BarRow
from es_desktop.views.style.builders import fill
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.fields import ChoiceBox
from es_desktop.views.style.plain_text import Hint, Label
from es_desktop.views.style.tokens import Tokens

from .part_entities_dock import go_to_entities

_LETTERS: Final = 14
_HOW: Final = "From the first event of a type to the next one of the other. A click on a bar lists its entities."


class DurationsDock(WorkspaceDock):
    """Shows the waiting times between two chosen event types; each bar leads to its entities."""

    name, title = "process-durations", "Durations"

    def _fill(self, body: QWidget) -> None:
        workspace = self._workspace
        self._process = workspace.process
        self._finder = WaitingFinder(workspace.runner, workspace.listing.indexer, workspace.process)
        self.before: ChoiceBox[str] = ChoiceBox(parent=body, name="From the event type", letters=_LETTERS)
        self.after: ChoiceBox[str] = ChoiceBox(parent=body, name="To the event type", letters=_LETTERS)
        self.figures = Label(parent=body, wraps=True)
        self.hint = Hint(parent=body, top=10, bottom=8)
        self.bars = BarList("Waiting times", body)
        self._how = Label(_HOW, body, role="dim", wraps=True)
        types = Label("From", body, role="dim"), self.before, Label("to", body, role="dim"), self.after, (0, 1)
        above = fill(QHBoxLayout(), *types, margins=(12, 9, 12, 6), spacing=8)
        figures = fill(QVBoxLayout(), self.figures, margins=(12, 0, 12, 8))
        below = fill(QVBoxLayout(), self._how, margins=(12, 4, 12, 6))
        fill(QVBoxLayout(body), above, figures, self.hint, (self.bars, 1), below, margins=(1, 0, 1, 1))
        for box in (self.before, self.after):
            box.activated.connect(lambda: self._finder.ask(self.before.chosen, self.after.chosen))
        self.bars.chosen.connect(self._open)
        self._finder.changed.connect(self._show)
        self._process.part_changed.connect(self._mark)
        self._theme.follow(self)
        self._show()
        if self.isVisible():
            self._finder.want()

    def set_tokens(self, tokens: Tokens) -> None:
        super().set_tokens(tokens)
        if self._is_built:
            self.bars.set_tokens(tokens)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_built:
            self._finder.want()

    def _open(self, bar: WaitingBar) -> None:
        """Choose the entities of a bar, and go to their list."""
        self._finder.choose(bar)
        go_to_entities(self)

    def _show(self) -> None:
        finder, found = self._finder, self._finder.waiting
        for box, chosen in ((self.before, finder.before), (self.after, finder.after)):
            if box.values != tuple(finder.types):
                box.set_options((each, each) for each in finder.types)
            box.choose(chosen)
            box.setEnabled(bool(finder.types))
        rows = [] if found is None else _rows(found, self._entity_type)
        self.bars.set_rows(rows)
        self.bars.setVisible(bool(rows))
        self._how.setVisible(bool(rows))
        self.figures.setText("" if found is None or found.median is None else _figures(found))
        self._explain(self.hint, None if rows else self._why_empty(found))
        self.title_bar.set_summary("" if found is None else count_text(found.entities, self._entity_type))
        self._mark()

    @property
    def _entity_type(self) -> str:
        return self._process.query.entity_type

    def _mark(self) -> None:
        """Mark the bar whose entities are listed."""
        part = self._process.part
        bars = [] if self._finder.waiting is None else self._finder.waiting.bars
        types = self._finder.before, self._finder.after
        chosen = (part.before, part.after, part.least, part.below) if isinstance(part, OfWaiting) else None
        self.bars.mark(frozenset(each for each in bars if (*types, each.least, each.below) == chosen))

    def _why_empty(self, found: Waiting | None) -> Absence:
        if self._finder.problem is not None:
            return Absence.of(self._finder.problem)
        if found is None:
            return Absence("Reading the waiting times…" if self._finder.is_reading else "The process is being read.")
        text = f"In no {self._entity_type} does {found.after} come after {found.before}"
        return Absence(f"{text} with a known time." if found.untimed else f"{text}.")


def _figures(found: Waiting) -> str:
    assert None not in (found.median, found.p90, found.longest), "there are waiting times"
    parts = [
        f"{name} {format_length(seconds)}"
        for name, seconds in (("Median", found.median), ("nine of ten within", found.p90), ("longest", found.longest))
        if seconds is not None
    ]
    if found.never:
        parts.append(f"{format_number(found.never)} never came there")
    if found.untimed:
        parts.append(f"{format_number(found.untimed)} without a known time")
    return " · ".join(parts)


def _rows(found: Waiting, entity_type: str) -> list[BarRow]:
    most = max((each.entities for each in found.bars), default=0)
    return [_row(each, found, most, entity_type) for each in found.bars]


def _row(bar: WaitingBar, found: Waiting, most: int, entity_type: str) -> BarRow:
    span, share = range_text(bar.least, bar.below), format_share(bar.entities, found.entities)
    tip = f"{span}: {count_text(bar.entities, entity_type)}, {share}"
    return BarRow(bar, span, bar.entities / most, format_number(bar.entities), tip, detail=share)
