"""The table of events with runs that collapse and types that are hidden."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from es_desktop.app.entity.facts import Outline
from es_desktop.models.entity.timeline_model import CHANGED, EVENT, GAP, TIME, VERSION, TimelineModel
from es_desktop.models.table.model import MARK_ROLE, RUN_ROLE, SWATCH_ROLE, TONE_ROLE
from es_desktop.replay import BLOCK, Change, Step

TYPES = ("Created", "ItemAdded", "Paid")
NAMES = {"c": 0, "a": 1, "p": 2}


def outline(text: str) -> Outline:
    """The events of a text: ``caaap`` is Created, three times ItemAdded, Paid."""
    return Outline(array("q", range(len(text))), array("H", (NAMES[each] for each in text)), TYPES)


def steps_of(shown: Outline, number: int, failed: Sequence[int] = ()) -> list[Step]:
    """Steps ten seconds apart, each of which raises the total by one."""
    events = range(number * BLOCK, min((number + 1) * BLOCK, len(shown.versions)))
    return [
        Step(
            event,
            shown.type_at(event),
            10.0 * event,
            () if event in failed else (Change("total", event, event + 1),),
            "cut off" if event in failed else None,
        )
        for event in events
    ]


class Table:
    """A timeline of the events of a text, which reads every block that is requested."""

    def __init__(self, text: str, snapshots: Sequence[int] = (), failed: Sequence[int] = ()) -> None:
        self.model = TimelineModel()
        self.asked: list[int] = []
        self._failed = failed
        self._outline = outline(text)
        self.model.block_wanted.connect(self._on_wanted)
        self.model.set_outline(self._outline, snapshots, same_entity=False)

    def _on_wanted(self, number: int) -> None:
        self.asked.append(number)
        self.model.set_block(number, steps_of(self._outline, number, self._failed))

    def grow(self, text: str, hidden: frozenset[int] = frozenset()) -> None:
        self._outline = outline(text)
        self.model.set_outline(self._outline, (), same_entity=True, hidden=hidden)

    def column(self, column: int, role: int = Qt.ItemDataRole.DisplayRole) -> list[Any]:
        for row in range(self.model.rowCount()):
            self.model.index(row, column).data(role)  # this requests blocks, which are read before the next call
        return [self.model.index(row, column).data(role) for row in range(self.model.rowCount())]


def test_a_run_is_one_row_with_its_summary(qapp: object) -> None:
    table = Table("caaaaap")
    assert table.column(VERSION) == ["0", "1–5", "6"]
    assert table.column(EVENT) == ["Created", "5 × ItemAdded", "Paid"]
    assert table.column(CHANGED) == ["total 0 → 1", "total 1 → 6", "total 6 → 7"]
    assert table.column(GAP) == ["", "10.0 s", "10.0 s"], "since the event shown before, the run's last one"
    assert table.column(TIME)[1] == table.column(TIME)[0], "its first event was in the same minute"
    assert table.column(EVENT, RUN_ROLE) == ["", "collapsed", ""]
    assert table.column(EVENT, SWATCH_ROLE) == [0, 1, 2]
    tip = table.model.index(1, CHANGED).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("1–5 · 5 × ItemAdded\n") and tip.endswith("total 1 → 6")


def test_a_snapshot_and_a_failed_event_inside_mark_the_run(qapp: object) -> None:
    table = Table("caaaaap", snapshots=[3], failed=[2, 4])
    table.column(CHANGED)
    assert table.column(CHANGED, MARK_ROLE) == [False, True, False]
    assert table.column(VERSION, TONE_ROLE) == [None, "failed", None]
    assert table.column(CHANGED)[1] == "2 failed · total 1 → 6"
    table.model.expand(1)
    assert table.column(CHANGED, MARK_ROLE) == [False, False, False, True, False, False, False]
    assert table.column(VERSION, TONE_ROLE) == [None, None, "failed", None, "failed", None, None]


def test_failed_events_are_red_before_they_are_read(qapp: object) -> None:
    model = TimelineModel()
    model.set_outline(outline("caaaa"), (), same_entity=False)
    model.set_failed([3])
    assert model.index(1, VERSION).data(TONE_ROLE) == "failed"


def test_of_a_long_run_only_both_ends_are_asked_for(qapp: object) -> None:
    table = Table("c" + "a" * (10 * BLOCK))
    assert table.column(CHANGED) == ["total 0 → 1", f"total 1 → {10 * BLOCK + 1}"]
    assert table.asked == [0, 10]


def test_between_blocks_nothing_of_a_run_is_lost(qapp: object) -> None:
    table = Table("c" * (BLOCK - 2) + "a" * 4)
    assert table.column(CHANGED)[-1] == f"total {BLOCK - 2} → {BLOCK + 2}"


def test_the_run_of_the_chosen_event_expands_and_stays_so(qapp: object) -> None:
    table = Table("caaaapaaaa")
    table.model.set_current(3)
    assert table.column(VERSION) == ["0", "1", "2", "3", "4", "5", "6–9"]
    assert table.column(EVENT, RUN_ROLE) == ["", "open", "inside", "inside", "inside", "", "collapsed"]
    table.model.set_current(7)
    assert table.column(VERSION) == [str(event) for event in range(10)]
    assert table.column(VERSION, TONE_ROLE) == [*[None] * 8, "faint", "faint"]


def test_a_run_that_was_collapsed_by_hand_stays_collapsed_while_one_stays_there(qapp: object) -> None:
    table = Table("caaaap")
    table.model.set_current(3)
    table.model.collapse(2)
    assert table.column(VERSION) == ["0", "1–4", "5"]
    assert table.model.index(1, EVENT).data(Qt.ItemDataRole.FontRole).bold()
    table.model.set_current(3)
    assert table.model.rowCount() == 3
    table.model.set_current(2)
    assert table.column(VERSION) == ["0", "1", "2", "3", "4", "5"]


def test_a_run_chosen_as_a_whole_leads_to_its_last_event(qapp: object) -> None:
    table = Table("caaaap")
    assert table.model.version_at(1) == 4
    table.model.keep_collapsed(1)
    table.model.set_current(4)
    assert table.column(VERSION) == ["0", "1–4", "5"]
    assert table.column(VERSION, TONE_ROLE) == [None, None, "faint"]
    table.model.set_current(5)
    table.model.set_current(4)
    assert table.model.rowCount() == 6, "stepped back into, it is expanded"


def test_hidden_types_have_no_rows_and_runs_go_on_over_them(qapp: object) -> None:
    table = Table("capapapac", snapshots=[2, 3])
    table.model.set_hidden(frozenset({2}))
    assert table.column(VERSION) == ["0", "1–7", "8"]
    assert table.column(EVENT)[1] == "4 × ItemAdded"
    assert table.column(GAP)[1:] == ["10.0 s", "10.0 s"]
    table.model.set_outline(outline("capapapac"), [2], same_entity=False, hidden=frozenset({2}))
    assert table.column(CHANGED, MARK_ROLE) == [False] * 3, "the snapshot is at an event that is not in the run"
    table.model.set_hidden(frozenset({0, 1, 2}))
    assert table.model.rowCount() == 0


def test_an_event_that_is_hidden_is_no_reason_to_expand(qapp: object) -> None:
    table = Table("caaaap")
    table.model.set_hidden(frozenset({2}))
    table.model.set_current(5)
    assert table.column(VERSION) == ["0", "1–4"]
    assert table.column(EVENT, Qt.ItemDataRole.FontRole) == [None, None]


def test_without_collapsing_every_event_is_a_row(qtbot: QtBot) -> None:
    table = Table("caaaap")
    with qtbot.waitSignal(table.model.modelReset):
        table.model.set_collapses_runs(False)
    assert table.column(VERSION) == ["0", "1", "2", "3", "4", "5"]
    assert table.column(EVENT, RUN_ROLE) == [None] * 6
    with qtbot.assertNotEmitted(table.model.modelReset):
        table.model.set_collapses_runs(False)


def test_a_run_that_grows_stays_one_row(qtbot: QtBot) -> None:
    table = Table("caaaa")
    kept = QPersistentModelIndex(table.model.index(1, 0))
    with qtbot.assertNotEmitted(table.model.modelReset), qtbot.assertNotEmitted(table.model.rowsInserted):
        table.grow("caaaaa")
    assert table.column(VERSION) == ["0", "1–5"]
    assert table.column(CHANGED) == ["total 0 → 1", "total 1 → 6"]
    assert kept.row() == 1


def test_single_rows_collapse_once_they_are_a_run_but_not_around_the_chosen_event(qapp: object) -> None:
    table = Table("caaa")
    table.grow("caaaap")
    assert table.column(VERSION) == ["0", "1–4", "5"]
    other = Table("caaa")
    other.model.set_current(2)
    other.grow("caaaap")
    assert other.column(VERSION) == ["0", "1", "2", "3", "4", "5"]


@pytest.mark.parametrize("current", [None, 2])
@pytest.mark.parametrize(
    "stages",
    [
        ["caa", "caaa", "caaaa", "caaaaa", "caaaaap"],
        ["caaa", "caaaap", "caaaappppp", "caaaapppppaaaa"],
        ["", "a", "aaaa", "aaaaaaaapaaaa"],
    ],
)
def test_growing_is_well_behaved(qtmodeltester: ModelTester, stages: list[str], current: int | None) -> None:
    table = Table(stages[0])
    qtmodeltester.check(table.model)
    for text in stages[1:]:
        table.model.set_current(current if current is not None and current < len(text) else None)
        table.grow(text)
        qtmodeltester.check(table.model)
    assert table.model.rows.at(table.model.rowCount() - 1).last == len(stages[-1]) - 1


TEXTS = st.text("aaap", max_size=14)
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("go"), st.integers(0, 30)),
        st.tuples(st.just("expand"), st.integers(0, 30)),
        st.tuples(st.just("collapse"), st.integers(0, 30)),
        st.tuples(st.just("hide"), st.sampled_from([(), (1,), (2,), (1, 2)])),
        st.tuples(st.just("grow"), TEXTS),
    ),
    max_size=10,
)


@given(text=TEXTS, moves=MOVES)
@example(text="aaaa", moves=[("go", 0), ("collapse", 0), ("go", 0)])
def test_whatever_is_done_the_table_is_well_behaved_and_the_chosen_event_in_view(
    qapp: object, text: str, moves: list[tuple[str, Any]]
) -> None:
    table = Table(text)
    model = table.model
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    current, hidden = None, frozenset[int]()
    for move, value in moves:
        if move == "go" and text:
            before, current = current, value % len(text)
            model.set_current(current)
            row = model.rows.row_of(current)
            # Where it was the chosen one already, a person may have collapsed it since.
            if model.rows.shows(current) and current != before:
                assert row is not None and model.rows.at(row).count == 1
        elif move in ("expand", "collapse") and model.rowCount():
            getattr(model, move)(value % model.rowCount())
        elif move == "hide":
            hidden = frozenset(value)
            model.set_hidden(hidden)
        elif move == "grow":
            text += value
            table.grow(text, hidden)
        assert model.rowCount() == len(model.rows)
        firsts = [model.rows.at(row).first for row in range(model.rowCount())]
        assert table.column(VERSION) == [
            str(first) if model.rows.at(row).count == 1 else f"{first}–{model.rows.at(row).last}"
            for row, first in enumerate(firsts)
        ]
    del tester
