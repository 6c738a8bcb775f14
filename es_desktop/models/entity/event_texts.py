"""What the rows of a timeline say: of one event, and of a run of equal events in sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from es_desktop.app.entity.facts import Outline
from es_desktop.app.entity.value_history import summarise_steps
from es_desktop.app.text.times import format_gap, format_time
from es_desktop.app.text.values import summarise_changes
from es_desktop.models.table.paging import StepBlocks
from es_desktop.replay import BLOCK, Step

from .event_rows import EventRow

_NOTHING: Final = "nothing changed"
_MOST_IN_TIP: Final = 20
"""Changes that a tooltip lists."""


class EventRowTexts:
    """Puts the rows of one sequence of events into words; what is not there yet is asked for, and shown later."""

    def __init__(self, outline: Outline, blocks: StepBlocks) -> None:
        self._outline = outline
        self._blocks = blocks
        self._sums: dict[tuple[int, int], str] = {}

    def forget(self) -> None:
        """Drop what was summed up: there are other steps now."""
        self._sums.clear()

    def versions(self, row: EventRow) -> str:
        """Return the version of an event, or the first and the last one of a run."""
        first, last = self._outline.versions[row.first], self._outline.versions[row.last]
        return str(first) if row.count == 1 else f"{first}–{last}"

    def type(self, row: EventRow) -> str:
        """Return the type of an event, and how many there are of it in a run."""
        name = self._outline.type_at(row.first)
        return name if row.count == 1 else f"{row.count:,} × {name}"

    def time(self, row: EventRow) -> str:
        """Return the time of an event, or of the first one of a run."""
        step = self._blocks.at(row.first)
        return "" if step is None else format_time(step.timestamp)

    def gap(self, row: EventRow, before: int | None) -> str:
        """Return the time since the event ``before``, which is the one that is shown before the row."""
        step = self._blocks.at(row.first)
        previous = None if before is None or step is None else self._blocks.at(before)
        if step is None or previous is None or previous.timestamp is None or step.timestamp is None:
            return ""
        return format_gap(step.timestamp - previous.timestamp)

    def change(self, row: EventRow, failures: int) -> str:
        """Return what an event changed, or a run in sum; ``failures`` is the number of events of it that failed."""
        step = self._blocks.at(row.first)
        if step is None:
            return "…"
        return self._one(step) if row.count == 1 else self._sum(row, failures)

    def time_tip(self, row: EventRow) -> str | None:
        """Return the exact time of an event; of a run what ``tip`` returns."""
        step = self._blocks.at(row.first)
        return self.tip(row) if step is None or row.count > 1 else format_time(step.timestamp, 0.0)

    def tip(self, row: EventRow) -> str | None:
        """Return all that an event changed, or what there is to say of a run; ``None`` while that is not read."""
        step = self._blocks.at(row.first)
        if step is None:
            return None
        if row.count > 1:
            return self._run_tip(row, step)
        return step.error or summarise_changes(step.readable_changes, _MOST_IN_TIP).replace(" · ", "\n")

    def _one(self, step: Step) -> str:
        return step.error or ("discarded" if step.discards else summarise_changes(step.readable_changes) or _NOTHING)

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
        changes = "" if steps is None else summarise_steps(*steps, limit=_MOST_IN_TIP).replace(" · ", "\n")
        head = f"{self.versions(row)} · {row.count:,} × {self._outline.type_at(row.first)}"
        return "\n".join((head, " to ".join(ends), changes or _NOTHING))
