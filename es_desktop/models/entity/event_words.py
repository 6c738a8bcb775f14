"""What the rows of a timeline say: of one event, and of a run of equal events in sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from es_desktop.app.entity.facts import Outline
from es_desktop.app.entity.value_history import summarise_steps
from es_desktop.app.text.durations import format_gap, format_time
from es_desktop.app.text.values import summarise_changes
from es_desktop.models.table.roles import LEFT, RIGHT
from es_desktop.models.table.step_blocks import StepBlocks
from es_desktop.replay import BLOCK, Step

from .event_rows import EventRow

COLUMNS: Final = (("Ver", RIGHT), ("Time", LEFT), ("+Δ", RIGHT), ("Event", LEFT), ("What changed", LEFT))
VERSION, TIME, GAP, EVENT, CHANGED = range(5)
_NOTHING: Final = "nothing changed"
_MOST_TOLD: Final = 20
"""Changes that a tooltip tells."""


class EventWords:
    """Puts the rows of one sequence of events into words; what is not there yet is asked for, and told later."""

    def __init__(self, outline: Outline, blocks: StepBlocks) -> None:
        self._outline = outline
        self._blocks = blocks
        self._sums: dict[tuple[int, int], str] = {}

    def forget(self) -> None:
        """Drop what was summed up: there are other steps now."""
        self._sums.clear()

    def text(self, row: EventRow, column: int, before: int | None, failures: int) -> str:
        """Return the text of a cell; ``before`` is the event shown before the row, ``failures`` those inside it."""
        match column:
            case 0:
                return self._versions(row)
            case 3:
                name = self._outline.type_at(row.first)
                return name if row.count == 1 else f"{row.count:,} × {name}"
        step = self._blocks.at(row.first)
        if step is None:
            return "…" if column == CHANGED else ""
        match column:
            case 1:
                return format_time(step.timestamp)
            case 2:
                return self._gap(step, before)
        return self._one(step) if row.count == 1 else self._sum(row, failures)

    def tip(self, row: EventRow, column: int) -> str | None:
        """Return what there is to say beside the text of a cell."""
        step = self._blocks.at(row.first)
        if step is None:
            return None
        if row.count > 1:
            return self._run_tip(row, step)
        if column in (TIME, GAP):
            return format_time(step.timestamp, 0.0)
        return step.error or summarise_changes(step.told, _MOST_TOLD).replace(" · ", "\n")

    def _versions(self, row: EventRow) -> str:
        first, last = self._outline.versions[row.first], self._outline.versions[row.last]
        return str(first) if row.count == 1 else f"{first}–{last}"

    def _gap(self, step: Step, before: int | None) -> str:
        previous = None if before is None else self._blocks.at(before)
        if previous is None or previous.timestamp is None or step.timestamp is None:
            return ""
        return format_gap(step.timestamp - previous.timestamp)

    def _one(self, step: Step) -> str:
        return step.error or ("discarded" if step.discards else summarise_changes(step.told) or _NOTHING)

    def _sum(self, row: EventRow, failures: int) -> str:
        key = row.first, row.last
        if key not in self._sums:
            steps = self._steps(row)
            if steps is None:
                return "…"
            self._sums[key] = summarise_steps(*steps) or _NOTHING
        return f"{failures:,} failed · {self._sums[key]}" if failures else self._sums[key]

    def _steps(self, row: EventRow) -> tuple[Sequence[Step], Sequence[Step]] | None:
        """Return the steps at both ends of a run: no more than two blocks are asked for, however long it is."""
        first, last = row.first // BLOCK, row.last // BLOCK
        ends = [self._own(row, number) for number in dict.fromkeys((first, last))]
        head, tail = ends[0], ends[-1] if len(ends) > 1 else ()
        if head is None or tail is None:
            return None
        return ([*head, *tail], ()) if last - first == 1 else (head, tail)

    def _own(self, row: EventRow, number: int) -> Sequence[Step] | None:
        """Return the steps of a block that are of the run; hidden events may lie between them."""
        steps = self._blocks.between(number, row.first, row.last)
        name = self._outline.type_at(row.first)
        return None if steps is None else [step for step in steps if step.type == name]

    def _run_tip(self, row: EventRow, step: Step) -> str:
        last = self._blocks.at(row.last)
        ends = [format_time(each.timestamp, 0.0) for each in (step, last) if each is not None]
        steps = self._steps(row)
        told = "" if steps is None else summarise_steps(*steps, limit=_MOST_TOLD).replace(" · ", "\n")
        head = f"{self._versions(row)} · {row.count:,} × {self._outline.type_at(row.first)}"
        return "\n".join((head, " to ".join(ends), told or _NOTHING))
