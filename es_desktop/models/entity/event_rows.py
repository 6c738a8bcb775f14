"""The rows of the timeline: hidden types have none, a run of one type is collapsed into one; their events and texts."""

from __future__ import annotations

import enum
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import or_, xor
from typing import Final

from es_desktop.app.entity.facts import Outline, one_byte_each, values_by_type
from es_desktop.app.entity.view import summarise_steps
from es_desktop.app.text.times import exact_time, format_gap, format_time
from es_desktop.app.text.values import NOTHING_CHANGED, describe_step, shorter_summaries, summarise_changes
from es_desktop.models.table.paging import Blocks
from es_desktop.replay import BLOCK, Step
from es_desktop.system.counts import format_number

SHORTEST_RUN: Final = 4
"""From how many events of one type, one after another, a run is collapsed."""

_BEGINS, _INSIDE = b"\1", b"\0"


class RunPart(enum.Enum):
    """The part of a row in a run."""

    COLLAPSED = "collapsed"
    """It is the whole run."""
    OPEN = "open"
    """It is the first event of an expanded run."""
    INSIDE = "inside"
    """It is a later event of an expanded run."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One row: the indexes of its first and last event, and how many shown events it has."""

    first: int
    last: int
    count: int = 1
    part: RunPart | None = None


class EventRows:
    """The rows of a sequence of events. An event is its index in the sequence, whether shown or not.

    Arrays and byte strings hold everything, because a Python loop over a million events would block the GUI thread.
    """

    def __init__(
        self,
        types: array[int] | None = None,
        hidden: frozenset[int] = frozenset(),
        expanded: Iterable[int] = (),
        *,
        collapse: bool = True,
    ) -> None:
        """``types``: the type number of each event. ``collapse``: a run without an event of ``expanded`` is one row."""
        types = array("H") if types is None else types
        self.events, raw, width = _shown(types, hidden)
        """The indexes of the events that are shown, ascending; read only."""
        self._begins = _begins(raw, width) if collapse else _BEGINS * len(self.events)
        self._expanded: set[int] = set()
        begins = bytearray(self._begins)
        for event in expanded:
            run = self._run_at(self._shown_index_of(event)) if self.shows(event) else None
            if run is not None:
                begins[run.start : run.stop] = _BEGINS * len(run)
                self._expanded.add(self.events[run.start])
        # The index, among the shown events, of the first event of each row, and at the end the number of shown events.
        self._firsts = array("I", compress(range(len(self.events)), begins))
        self._firsts.append(len(self.events))

    def __len__(self) -> int:
        return len(self._firsts) - 1

    @property
    def expanded(self) -> frozenset[int]:
        """The first event of each expanded run."""
        return frozenset(self._expanded)

    @property
    def has_runs(self) -> bool:
        """Whether there is a run, collapsed or not."""
        return _INSIDE in self._begins

    def at(self, row: int) -> EventRow:
        start = self._firsts[row]
        count = self._firsts[row + 1] - start
        return EventRow(self.events[start], self.events[start + count - 1], count, self._part_at(start, count))

    def row_of(self, event: int) -> int | None:
        """Return the row of an event; for a hidden one the row before it, or ``None`` if there is none."""
        shown_index = self._shown_index_of(event)
        return None if shown_index < 0 else bisect_right(self._firsts, shown_index) - 1

    def shows(self, event: int) -> bool:
        """Return whether an event is of a shown type."""
        shown_index = self._shown_index_of(event)
        return shown_index >= 0 and self.events[shown_index] == event

    def before(self, event: int) -> int | None:
        """Return the last shown event before another one; ``None`` if there is none."""
        shown_index = self._shown_index_of(event - 1)
        return None if shown_index < 0 else self.events[shown_index]

    def run_at(self, row: int) -> range | None:
        """Return the rows of the run of a row, one if it is collapsed; ``None`` outside of runs."""
        run = self._run_at(self._firsts[row])
        if run is None:
            return None
        head = bisect_right(self._firsts, run.start) - 1
        return range(head, bisect_right(self._firsts, run.stop - 1))

    def expand(self, row: int) -> None:
        """Give each event of a collapsed row its own row."""
        first, stop = self._firsts[row], self._firsts[row + 1]
        self._firsts[row + 1 : row + 1] = array("I", range(first + 1, stop))
        self._expanded.add(self.events[first])

    def collapse(self, row: int) -> None:
        rows = self.run_at(row)
        if rows is not None:
            self._expanded.discard(self.events[self._firsts[rows.start]])
            del self._firsts[rows.start + 1 : rows.stop]

    def _shown_index_of(self, event: int) -> int:
        """Return the index, among the shown events, of an event or of the last one before it; -1 if there is none."""
        return bisect_right(self.events, event) - 1

    def _part_at(self, shown_index: int, count: int) -> RunPart | None:
        if count > 1:
            return RunPart.COLLAPSED
        if self._begins.startswith(_INSIDE, shown_index):
            return RunPart.INSIDE
        return RunPart.OPEN if self._begins.startswith(_INSIDE, shown_index + 1) else None

    def _run_at(self, shown_index: int) -> range | None:
        """Return the indexes, among the shown events, of the run that one of them is in; ``None`` if in none."""
        start, stop = self._begins.rfind(_BEGINS, 0, shown_index + 1), self._begins.find(_BEGINS, shown_index + 1)
        run = range(start, len(self.events) if stop < 0 else stop)
        return run if len(run) >= SHORTEST_RUN else None


def rows_that_stay(old: EventRows, new: EventRows) -> int:
    """Return how many of the old rows stay when events were added at the end.

    All stay, unless the last ones became a collapsed run: then the first of them stays as its row.
    """
    same = min(len(old), len(new))
    while same and old.at(same - 1) != new.at(same - 1):
        same -= 1
    is_collapsed_now = same < len(new) and new.at(same).part is RunPart.COLLAPSED
    return min(len(old), same + 1) if is_collapsed_now else len(old)


def versions_among(outline: Outline, row: EventRow, versions: Sequence[int]) -> Sequence[int]:
    """Return which of some ascending versions are among the shown events of a row."""
    first, last = outline.versions[row.first], outline.versions[row.last]
    found = versions[bisect_left(versions, first) : bisect_right(versions, last)]
    if row.last - row.first + 1 == row.count:
        return found
    # Events of hidden types are between those of the run.
    return [version for version in found if _type_of(outline, version) == outline.type_numbers[row.first]]


def _shown(types: array[int], hidden: frozenset[int]) -> tuple[Sequence[int], bytes, int]:
    """Return the indexes of the shown events, their types as bytes, and how many bytes each type takes."""
    low = one_byte_each(types)
    if not hidden:
        return range(len(types)), types.tobytes() if low is None else low, 2 if low is None else 1
    shown = values_by_type(types, [event_type not in hidden for event_type in range(0x10000 if low is None else 256)])
    events = array("I", compress(range(len(types)), shown))
    if low is None:
        return events, array("H", compress(types, shown)).tobytes(), 2
    return events, low.translate(None, bytes(event_type for event_type in hidden if event_type < 256)), 1


def _begins(raw: bytes, width: int) -> bytes:
    """Return a byte for each event: whether a row begins there if all runs are collapsed."""
    if not raw:
        return b""
    inside, other, run = b"\0", b"\1", b"\2"
    differs = _differs(raw, width).translate(inside + other * 255)
    # The first event of a run differs from the one before; so a run of n events has n - 1 bytes of ``inside``.
    least = SHORTEST_RUN - 1
    marked = (other + differs).replace(inside * least, run * least)
    for _ in range(least - 1):
        marked = marked.replace(run + inside, run + run)
    return marked.translate(_BEGINS + _BEGINS + _INSIDE * 254)


def _differs(raw: bytes, width: int) -> bytes:
    """Return a byte for each event but the first: 0 if its type equals that of the one before."""
    both = _bitwise(xor, raw[width:], raw[:-width])
    return both if width == 1 else _bitwise(or_, both[0::2], both[1::2])


def _bitwise(operation: Callable[[int, int], int], left: bytes, right: bytes) -> bytes:
    return operation(int.from_bytes(left, "little"), int.from_bytes(right, "little")).to_bytes(len(left), "little")


def _type_of(outline: Outline, version: int) -> int | None:
    event = bisect_left(outline.versions, version)
    return outline.type_numbers[event] if outline.versions[event] == version else None


_MOST_IN_TIP: Final = 20
"""Changes in a tooltip."""


@dataclass(slots=True)
class EventRowTexts:
    """Formats the rows of one sequence of events. Steps that are not read yet are requested; their texts are empty."""

    outline: Outline
    blocks: Blocks[Step]
    _summaries: dict[tuple[int, int], str] = field(default_factory=dict)

    def forget(self) -> None:
        """Forget the summaries of runs, because there are other steps now."""
        self._summaries.clear()

    def versions(self, row: EventRow) -> str:
        first, last = (format_number(self.outline.versions[index]) for index in (row.first, row.last))
        return first if row.count == 1 else f"{first}–{last}"

    def type(self, row: EventRow) -> str:
        name = self.outline.type_at(row.first)
        return name if row.count == 1 else f"{format_number(row.count)} × {name}"

    def time(self, row: EventRow) -> str:
        step = self.blocks.at(row.first)
        return "" if step is None else format_time(step.timestamp)

    def gap(self, row: EventRow, before: int | None) -> str:
        """Return the time since ``before``, the index of the shown event before the row."""
        step = self.blocks.at(row.first)
        previous = None if before is None or step is None else self.blocks.at(before)
        if step is None or previous is None or previous.timestamp is None or step.timestamp is None:
            return ""
        return format_gap(step.timestamp - previous.timestamp)

    def change(self, row: EventRow, failures: int) -> str:
        """Return what an event or a run changed; ``failures`` is the number of its events that failed."""
        step = self.blocks.at(row.first)
        if step is None:
            return "…"
        if row.count > 1:
            return self._summary(row, failures)
        return describe_step(step)

    def shorter(self, row: EventRow) -> Iterable[str]:
        """Return shorter texts for ``change``, the longest first; none for a run, or where there is more to say."""
        step = self.blocks.at(row.first)
        if step is None or row.count > 1 or step.error is not None or step.discards or step.odd:
            return ()
        return shorter_summaries(step.readable_changes)

    def time_tip(self, row: EventRow) -> str | None:
        step = self.blocks.at(row.first)
        return self.tip(row) if step is None or row.count > 1 else exact_time(step.timestamp)

    def tip(self, row: EventRow) -> str | None:
        """Return all changes of an event, or times and changes of a run; ``None`` while it is not read."""
        step = self.blocks.at(row.first)
        if step is None:
            return None
        if row.count > 1:
            return self._run_tip(row, step)
        return step.error or summarise_changes(step.readable_changes, _MOST_IN_TIP).replace(" · ", "\n")

    def _summary(self, row: EventRow, failures: int) -> str:
        key = row.first, row.last
        if key not in self._summaries:
            steps = self._steps(row)
            if steps is None:
                return "…"
            self._summaries[key] = summarise_steps(*steps) or _unchanged(*steps)
        return f"{format_number(failures)} failed · {self._summaries[key]}" if failures else self._summaries[key]

    def _steps(self, row: EventRow) -> tuple[Sequence[Step], Sequence[Step]] | None:
        """Return the steps of the first and of the last block of a run: no more are requested, however long it is."""
        first, last, name = row.first // BLOCK, row.last // BLOCK, self.outline.type_at(row.first)
        head = self.blocks.between(first, row.first, row.last)
        tail = self.blocks.between(last, row.first, row.last) if last > first else ()
        if head is None or tail is None:
            return None
        # Hidden events may be between those of the run.
        head, tail = ([step for step in steps if step.type == name] for steps in (head, tail))
        return ([*head, *tail], ()) if last - first == 1 else (head, tail)

    def _run_tip(self, row: EventRow, step: Step) -> str:
        last = self.blocks.at(row.last)
        ends = [format_time(each.timestamp, 0.0) for each in (step, last) if each is not None]
        steps = self._steps(row)
        changes = "" if steps is None else summarise_steps(*steps, limit=_MOST_IN_TIP).replace(" · ", "\n")
        head = f"{self.versions(row)} · {format_number(row.count)} × {self.outline.type_at(row.first)}"
        return "\n".join((head, " to ".join(ends), changes or _unchanged(*(steps or ()))))


def _unchanged(*parts: Sequence[Step]) -> str:
    return next((step.note for steps in parts for step in steps if step.note), NOTHING_CHANGED)
