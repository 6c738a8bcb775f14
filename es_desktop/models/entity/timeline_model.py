"""The events of an entity as a table."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QObject, Signal

from es_desktop.app.entity.facts import Outline
from es_desktop.app.text.times import utc_time
from es_desktop.app.text.values import describe_step
from es_desktop.models.notes.notes import Marks
from es_desktop.models.table.model import (
    FLAG_ROLE,
    MARK_ROLE,
    RIGHT,
    RUN_ROLE,
    SHORTER_ROLE,
    SWATCH_ROLE,
    TONE_ROLE,
    Answer,
    Answers,
    Column,
    TableModel,
    bold_if,
)
from es_desktop.models.table.paging import STEP_BLOCKS_KEPT, Blocks
from es_desktop.models.table.reading import UNREAD
from es_desktop.replay import BLOCK, Step
from es_desktop.system.counts import format_number

from .event_rows import EventRow, EventRows, EventRowTexts, RunPart, rows_that_stay, versions_among

VERSION, TIME, GAP, EVENT, CHANGED = range(5)
_MANY: Final = 10_000
"""Changes, and characters of a value, that are copied."""


class TimelineModel(TableModel[EventRow]):
    """One row for each event, or for a run of one type; events of hidden types have no row.

    The row count is known from the outline; the steps are read in blocks, each requested when one of its rows is shown.
    The run of the chosen event is expanded, unless a person collapsed it or chose it as a whole.
    """

    block_wanted = Signal(object)
    """The number of a block of ``BLOCK`` steps that should be read and given to ``set_block``."""
    _outline: Outline
    _texts: EventRowTexts

    def __init__(self, parent: QObject | None = None) -> None:
        event: Answers[EventRow] = {
            **bold_if(self._is_current),
            SWATCH_ROLE: lambda row: self._hues[self._outline.type_numbers[row.first]],
            RUN_ROLE: lambda row: (row.part.value if row.part else "") if self.rows.has_runs else None,
        }
        tip = self._with_notes(lambda row: self._texts.tip(row))
        time_tip = self._with_notes(lambda row: self._texts.time_tip(row))
        super().__init__(
            (
                Column(
                    "Ver",
                    lambda row: self._texts.versions(row),
                    RIGHT,
                    tip,
                    {FLAG_ROLE: lambda row: self._count_among(row, self._marked) > 0},
                    value=self._version,
                    name="Version",
                ),
                Column(
                    "Time", lambda row: self._texts.time(row), tip=time_tip, is_time=True, value=self._of_step(_moment)
                ),
                Column(
                    "+Δ",
                    lambda row: self._texts.gap(row, self.rows.before(row.first)),
                    RIGHT,
                    time_tip,
                    value=self._gap,
                    name="Seconds since",
                ),
                Column("Event", lambda row: self._texts.type(row), tip=tip, roles=event),
                Column(
                    "What changed",
                    self._change_text,
                    tip=tip,
                    roles={MARK_ROLE: self._diamond, SHORTER_ROLE: self._shorter},
                    value=self._change,
                ),
            ),
            row_roles={TONE_ROLE: self._tone},
            parent=parent,
        )
        self._outline = Outline()
        self._hues: Sequence[int] = ()
        self._hidden: frozenset[int] = frozenset()
        self.collapses_runs = True
        """Whether runs of one event type are collapsed."""
        self._snapshots: Sequence[int] = ()
        self._false_snapshots: Sequence[int] = ()
        self._failed: Sequence[int] = ()
        self._marks: Marks = {}
        self._marked: Sequence[int] = ()
        self._current: int | None = None
        self._kept_collapsed: int | None = None
        self._blocks: Blocks[Step] = Blocks(self.block_wanted.emit, size=BLOCK, kept=STEP_BLOCKS_KEPT)
        self._texts = EventRowTexts(self._outline, self._blocks)
        self.rows = EventRows()
        """The events of each row; read only."""
        self._count = 0
        self._changing_row: int | None = None
        """A row that is collapsed or expanded while rows are inserted or removed; see ``at``."""

    # Contents

    def set_outline(
        self, outline: Outline, snapshots: Collection[int], *, same_entity: bool, hidden: frozenset[int] = frozenset()
    ) -> None:
        """Show the events of an outline without the hidden types; for a longer one of the same entity only add rows."""
        known = len(self._outline.versions)
        if same_entity and outline.versions[:known] == self._outline.versions:
            self._blocks.forget(known // BLOCK)
            self._grow(outline, sorted(snapshots), hidden)
            return
        self.beginResetModel()
        self._blocks.forget()
        self._current = self._kept_collapsed = None
        self._failed = ()
        self._take(
            outline, sorted(snapshots), hidden, EventRows(outline.type_numbers, hidden, collapse=self.collapses_runs)
        )
        self.endResetModel()

    def set_hidden(self, hidden: frozenset[int]) -> None:
        if hidden != self._hidden:
            self._arrange(hidden)

    def set_collapses_runs(self, collapses_runs: bool) -> None:
        if collapses_runs != self.collapses_runs:
            self.collapses_runs = collapses_runs
            self._arrange(self._hidden)

    def set_block(self, number: int, steps: Sequence[Step]) -> None:
        self._blocks.put(number, steps)
        self._texts.forget()
        failed = {step.version for step in steps if step.error}
        if failed:
            self._failed = sorted(failed.union(self._failed))
        first = number * BLOCK
        # The row after the block shows the time since its last event.
        self.repaint(self.rows.row_of(first) or 0, (self.rows.row_of(first + len(steps) - 1) or 0) + 1)

    def set_failed(self, versions: Sequence[int]) -> None:
        """Set the ascending versions of failed events, which are red even before their steps are read."""
        self._failed = versions
        self.repaint()

    def set_false_snapshots(self, versions: Sequence[int]) -> None:
        """Set the ascending versions of false snapshots, whose diamonds are red."""
        if versions != self._false_snapshots:
            self._false_snapshots = versions
            self.repaint()

    def set_marks(self, marks: Marks) -> None:
        """Set the bookmarks of the entity; their events are flagged."""
        if marks != self._marks:
            self._marks = marks
            self._marked = sorted(version for version in marks if version is not None)
            self.repaint()

    def set_current(self, event: int | None) -> None:
        """Set the index of the chosen event: it gets its own row, and later events are faint."""
        old, self._current = self._current, event
        if event != self._kept_collapsed:
            self._kept_collapsed = None
        row = None if event is None else self.rows.row_of(event)
        if row is not None and event is not None and self._kept_collapsed is None and self.rows.shows(event):
            self.expand(row)
        if old != event:
            ends = [self.rows.row_of(each) or 0 for each in (old, event) if each is not None]
            self.repaint(*((min(ends), max(ends)) if len(ends) == 2 else ()))

    # Rows and events

    def version_at(self, row: int) -> int:
        """Return the last version of a row."""
        return self._outline.versions[self.rows.at(row).last]

    def step_at(self, event: int) -> Step | None:
        """Return the step of an event by its index; ``None`` if it is not read yet: then it is requested."""
        return self._blocks.at(event)

    def keep_collapsed(self, row: int) -> None:
        """Keep the run of a row collapsed while its last event is the chosen one."""
        self._kept_collapsed = self.rows.at(row).last

    def expand(self, row: int) -> None:
        """Give each event of a collapsed run its own row."""
        found = self.rows.at(row)
        if found.part is not RunPart.COLLAPSED:
            return
        if self._kept_collapsed is not None and found.first <= self._kept_collapsed <= found.last:
            self._kept_collapsed = None
        last = row + found.count - 1
        # Qt allows no other change while rows are inserted: so the row first becomes that of one event, and the rows
        # of the other events are then inserted after it.
        self._changing_row = row
        self.repaint(row, row)
        self.beginInsertRows(QModelIndex(), row + 1, last)
        self.rows.expand(row)
        self._count, self._changing_row = len(self.rows), None
        self.endInsertRows()
        self.repaint(row, last)

    def collapse(self, row: int) -> None:
        """Collapse the run of a row; a chosen event in it stays chosen."""
        run = self.rows.run_at(row)
        if run is None or len(run) == 1:
            return
        first, last = self.rows.at(run.start).first, self.rows.at(run.stop - 1).last
        if self._current is not None and first <= self._current <= last:
            self._kept_collapsed = self._current
        self.beginRemoveRows(QModelIndex(), run.start + 1, run.stop - 1)
        self.rows.collapse(row)
        self._count, self._changing_row = len(self.rows), run.start
        self.endRemoveRows()
        self._changing_row = None
        self.repaint(run.start, run.start)

    def _arrange(self, hidden: frozenset[int]) -> None:
        self.beginResetModel()
        self._take(self._outline, self._snapshots, hidden, self._rows_of(self._outline, hidden))
        self.endResetModel()

    def _rows_of(self, outline: Outline, hidden: frozenset[int]) -> EventRows:
        chosen = self._current if self._kept_collapsed is None else None
        expanded = self.rows.expanded if chosen is None else {*self.rows.expanded, chosen}
        return EventRows(outline.type_numbers, hidden, expanded, collapse=self.collapses_runs)

    def _take(self, outline: Outline, snapshots: Sequence[int], hidden: frozenset[int], rows: EventRows) -> None:
        self._outline, self._snapshots, self._hidden = outline, snapshots, hidden
        self._hues = outline.hues
        self._texts = EventRowTexts(outline, self._blocks)
        self.rows = rows
        self._count = len(rows)

    def _grow(self, outline: Outline, snapshots: Sequence[int], hidden: frozenset[int]) -> None:
        """Add events at the end: they may join the last run, or make a run of the last rows, which then become one."""
        rows, before = self._rows_of(outline, hidden), self._count
        stay = rows_that_stay(self.rows, rows)
        if stay < before:
            self.beginRemoveRows(QModelIndex(), stay, before - 1)
        self._take(outline, snapshots, hidden, rows)
        self._count = stay
        if stay < before:
            self._changing_row = stay - 1
            self.endRemoveRows()
            self._changing_row = None
        if stay < len(rows):
            self.beginInsertRows(QModelIndex(), stay, len(rows) - 1)
            self._count = len(rows)
            self.endInsertRows()
        self.repaint()

    # Rows for the view

    def at(self, row: int) -> EventRow:
        """Return the events of a row; only the first event of one that is just being collapsed or expanded."""
        found = self.rows.at(row)
        return EventRow(found.first, found.first, part=RunPart.OPEN) if row == self._changing_row else found

    def count(self) -> int:
        return self._count

    def _version(self, row: EventRow) -> int | str:
        return self._outline.versions[row.first] if row.count == 1 else self._texts.versions(row)

    def _of_step(self, answer: Answer[Step]) -> Answer[EventRow]:
        return lambda row: UNREAD if (step := self.step_at(row.first)) is None else answer(step)

    def _gap(self, row: EventRow) -> Any:
        before = self.rows.before(row.first)
        step, previous = self.step_at(row.first), None if before is None else self.step_at(before)
        if step is None or (before is not None and previous is None):
            return UNREAD
        times = [None if each is None else each.timestamp for each in (step, previous)]
        return None if times[0] is None or times[1] is None else round(times[0] - times[1], 6)

    def _change(self, row: EventRow) -> Any:
        step, last = self.step_at(row.first), self.step_at(row.last)
        if step is None or last is None:
            return UNREAD
        text = self._change_text(row)
        return describe_step(step, _MANY, _MANY) if row.count == 1 else text

    def _change_text(self, row: EventRow) -> str:
        """Return what a row changed, and from the first event that failed on, that this is doubtful."""
        return self._doubt(row) + self._texts.change(row, self._count_among(row, self._failed))

    def _shorter(self, row: EventRow) -> tuple[str, ...]:
        doubt = self._doubt(row)
        return tuple(doubt + text for text in self._texts.shorter(row))

    def _doubt(self, row: EventRow) -> str:
        first = next(iter(self._failed), None)
        is_sure = first is None or self._count_among(row, self._failed) or self._outline.versions[row.first] <= first
        return "" if is_sure or first is None else f"doubtful after {format_number(first)} · "

    def _with_notes(self, tip: Answer[EventRow]) -> Answer[EventRow]:
        return lambda row: "\n".join(filter(None, [*self._notes_on(row), tip(row)])) or None

    def _count_among(self, row: EventRow, versions: Sequence[int]) -> int:
        return len(versions_among(self._outline, row, versions))

    def _diamond(self, row: EventRow) -> bool | str:
        return "red" if self._count_among(row, self._false_snapshots) else self._count_among(row, self._snapshots) > 0

    def _notes_on(self, row: EventRow) -> list[str]:
        marks = [self._marks[version] for version in versions_among(self._outline, row, self._marked)]
        if row.count == 1:
            return ["Bookmarked", marks[0].note] if marks else []
        lines = [f"{format_number(each.version or 0)} {each.headline}".rstrip() for each in marks]
        return ["Bookmarked:", *lines] if lines else []

    def _tone(self, row: EventRow) -> str | None:
        if self._count_among(row, self._failed):
            return "failed"
        return "faint" if self._current is not None and row.first > self._current else None

    def _is_current(self, row: EventRow) -> bool:
        event = self._current
        return event is not None and row.first <= event <= row.last and self.rows.shows(event)


def _moment(step: Step) -> Any:
    return utc_time(step.timestamp)
