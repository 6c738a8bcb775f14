"""The texts of the rows of the timeline: of one event, or of a run."""

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
"""Changes in a tooltip."""


class EventRowTexts:
    """Formats the rows of one sequence of events. Steps that are not read yet are requested; their texts are empty."""

    def __init__(self, outline: Outline, blocks: StepBlocks) -> None:
        self._outline = outline
        self._blocks = blocks
        self._summaries: dict[tuple[int, int], str] = {}

    def forget(self) -> None:
        """Forget the summaries of runs, because there are other steps now."""
        self._summaries.clear()

    def versions(self, row: EventRow) -> str:
        """Return the version of an event, or the first and the last one of a run."""
        first, last = self._outline.versions[row.first], self._outline.versions[row.last]
        return str(first) if row.count == 1 else f"{first}–{last}"

    def type(self, row: EventRow) -> str:
        """Return the event type, with the number of events of a run."""
        name = self._outline.type_at(row.first)
        return name if row.count == 1 else f"{row.count:,} × {name}"

    def time(self, row: EventRow) -> str:
        """Return the time of an event, or of the first one of a run."""
        step = self._blocks.at(row.first)
        return "" if step is None else format_time(step.timestamp)

    def gap(self, row: EventRow, before: int | None) -> str:
        """Return the time since ``before``, the index of the shown event before the row."""
        step = self._blocks.at(row.first)
        previous = None if before is None or step is None else self._blocks.at(before)
        if step is None or previous is None or previous.timestamp is None or step.timestamp is None:
            return ""
        return format_gap(step.timestamp - previous.timestamp)

    def change(self, row: EventRow, failures: int) -> str:
        """Return what an event or a run changed; ``failures`` is the number of its events that failed."""
        step = self._blocks.at(row.first)
        if step is None:
            return "…"
        return self._one(step) if row.count == 1 else self._summary(row, failures)

    def time_tip(self, row: EventRow) -> str | None:
        """Return the exact time of an event; for a run the same as ``tip``."""
        step = self._blocks.at(row.first)
        return self.tip(row) if step is None or row.count > 1 else format_time(step.timestamp, 0.0)

    def tip(self, row: EventRow) -> str | None:
        """Return all changes of an event, or times and changes of a run; ``None`` while it is not read."""
        step = self._blocks.at(row.first)
        if step is None:
            return None
        if row.count > 1:
            return self._run_tip(row, step)
        return step.error or summarise_changes(step.readable_changes, _MOST_IN_TIP).replace(" · ", "\n")

    def _one(self, step: Step) -> str:
        return step.error or ("discarded" if step.discards else summarise_changes(step.readable_changes) or _NOTHING)

    def _summary(self, row: EventRow, failures: int) -> str:
        key = row.first, row.last
        if key not in self._summaries:
            steps = self._steps(row)
            if steps is None:
                return "…"
            self._summaries[key] = summarise_steps(*steps) or _NOTHING
        return f"{failures:,} failed · {self._summaries[key]}" if failures else self._summaries[key]

    def _steps(self, row: EventRow) -> tuple[Sequence[Step], Sequence[Step]] | None:
        """Return the steps of the first and of the last block of a run: no more are requested, however long it is."""
        first, last = row.first // BLOCK, row.last // BLOCK
        ends = [self._steps_in(row, number) for number in dict.fromkeys((first, last))]
        head, tail = ends[0], ends[-1] if len(ends) > 1 else ()
        if head is None or tail is None:
            return None
        return ([*head, *tail], ()) if last - first == 1 else (head, tail)

    def _steps_in(self, row: EventRow, number: int) -> Sequence[Step] | None:
        """Return the steps of the run in a block; hidden events may be between them."""
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
