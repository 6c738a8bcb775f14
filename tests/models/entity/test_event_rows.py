"""The rows of a timeline: every shown event is in one of them, and collapsing loses nothing."""

from __future__ import annotations

from array import array
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.models.entity.event_rows import SHORTEST_RUN, EventRow, EventRows, RunPart

# Mostly few types, so that there are runs; sometimes more than fit in a byte.
TYPE_NUMBERS = st.one_of(st.integers(0, 2), st.sampled_from([255, 256, 300, 512, 0xFFFF]))
SEQUENCES = st.lists(st.tuples(TYPE_NUMBERS, st.integers(1, 9)), max_size=12).map(
    lambda runs: array("H", [event_type for event_type, count in runs for _ in range(count)])
)
HIDDEN = st.frozensets(TYPE_NUMBERS, max_size=3)
EVENTS = st.lists(st.integers(0, 120), max_size=4)


def events_of(rows: EventRows, row: EventRow) -> list[int]:
    """The shown events of a row."""
    return [event for event in rows.events if row.first <= event <= row.last]


def rows_of(rows: EventRows) -> list[EventRow]:
    return [rows.at(row) for row in range(len(rows))]


def expected(types: array[int], hidden: frozenset[int], expanded: list[int]) -> list[list[int]]:
    """The same with a simple loop: the events of each row."""
    shown = [event for event, event_type in enumerate(types) if event_type not in hidden]
    rows: list[list[int]] = []
    for _, group in groupby(shown, key=types.__getitem__):
        events = list(group)
        collapses = len(events) >= SHORTEST_RUN and not set(events) & set(expanded)
        rows += [events] if collapses else [[event] for event in events]
    return rows


@given(types=SEQUENCES, hidden=HIDDEN, expanded=EVENTS)
def test_rows_are_the_shown_events_in_order_each_in_one_row(
    types: array[int], hidden: frozenset[int], expanded: list[int]
) -> None:
    rows = EventRows(types, hidden, expanded)
    assert [events_of(rows, row) for row in rows_of(rows)] == expected(types, hidden, expanded)
    assert list(rows.events) == [event for event, event_type in enumerate(types) if event_type not in hidden]
    assert all(row.count == len(events_of(rows, row)) for row in rows_of(rows))


@given(types=SEQUENCES, hidden=HIDDEN, expanded=EVENTS)
def test_a_collapsed_row_is_of_one_type_and_never_short(
    types: array[int], hidden: frozenset[int], expanded: list[int]
) -> None:
    rows = EventRows(types, hidden, expanded)
    for row in rows_of(rows):
        assert (row.part is RunPart.COLLAPSED) == (row.count > 1)
        if row.part is RunPart.COLLAPSED:
            assert row.count >= SHORTEST_RUN
            assert len({types[event] for event in events_of(rows, row)}) == 1
    assert rows.has_runs == any(row.part is not None for row in rows_of(rows))


@given(types=SEQUENCES, hidden=HIDDEN, expanded=EVENTS)
def test_every_event_is_found_in_its_row_or_in_the_one_before(
    types: array[int], hidden: frozenset[int], expanded: list[int]
) -> None:
    rows = EventRows(types, hidden, expanded)
    for event, event_type in enumerate(types):
        row = rows.row_of(event)
        assert rows.shows(event) == (event_type not in hidden)
        if rows.shows(event):
            assert row is not None and event in events_of(rows, rows.at(row))
        else:
            assert row == max((at for at, each in enumerate(rows_of(rows)) if each.first < event), default=None)
        assert rows.before(event) == max((each for each in rows.events if each < event), default=None)


@given(types=SEQUENCES, hidden=HIDDEN, expanded=EVENTS, pick=st.integers(0, 200))
def test_collapsing_takes_expanding_back(
    types: array[int], hidden: frozenset[int], expanded: list[int], pick: int
) -> None:
    rows = EventRows(types, hidden, expanded)
    before, opened = rows_of(rows), rows.expanded
    collapsed = [row for row, each in enumerate(before) if each.part is RunPart.COLLAPSED]
    if not collapsed:
        return
    row = collapsed[pick % len(collapsed)]
    count = before[row].count
    rows.expand(row)
    assert rows.run_at(row) == range(row, row + count)
    assert [rows.at(each).part for each in range(row, row + count)] == [RunPart.OPEN, *[RunPart.INSIDE] * (count - 1)]
    assert rows_of(rows) == rows_of(EventRows(types, hidden, rows.expanded)), "the expanded rows can be built again"
    rows.collapse(row + pick % count)
    assert (rows_of(rows), rows.expanded) == (before, opened)


@given(types=SEQUENCES, hidden=HIDDEN)
def test_without_collapsing_each_shown_event_is_a_row(types: array[int], hidden: frozenset[int]) -> None:
    rows = EventRows(types, hidden, collapse=False)
    assert rows_of(rows) == [EventRow(event, event) for event in rows.events]
    assert not rows.has_runs and all(rows.run_at(row) is None for row in range(len(rows)))


@given(types=SEQUENCES, more=SEQUENCES, hidden=HIDDEN, expanded=EVENTS)
def test_more_events_change_only_the_last_run(
    types: array[int], more: array[int], hidden: frozenset[int], expanded: list[int]
) -> None:
    old = EventRows(types, hidden, expanded)
    new = EventRows(types + more, hidden, old.expanded)
    steady = max(0, len(old) - (SHORTEST_RUN - 1))
    if len(old) and old.at(len(old) - 1).part is not None:
        run = old.run_at(len(old) - 1)
        assert run is not None
        steady = run.start
    assert rows_of(new)[:steady] == rows_of(old)[:steady]


@pytest.mark.parametrize(("count", "rows"), [(3, 3), (4, 1), (5, 1)])
def test_a_run_is_four_or_more(count: int, rows: int) -> None:
    assert len(EventRows(array("H", [7] * count))) == rows


def test_a_run_goes_on_over_hidden_events() -> None:
    rows = EventRows(array("H", [1, 0, 1, 1, 0, 1]), frozenset({0}))
    assert rows_of(rows) == [EventRow(0, 5, 4, RunPart.COLLAPSED)]
    assert (rows.row_of(4), rows.shows(4)) == (0, False)
