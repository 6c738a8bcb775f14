"""The tables of watchpoints and of crossings: the text of each cell, and the version that it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from pytestqt.modeltest import ModelTester

from es_desktop.app.watch.watchpoints import WatchTrace
from es_desktop.models.table.model import TONE_ROLE
from es_desktop.models.watch.watch_model import COUNT, LAST, NEXT, NOW, ON, WATCHED, CrossingsModel, WatchModel
from es_desktop.replay import ABSENT, value_at
from tests.app.recording import event, store_of
from tests.models.working import Working, titles

DISPLAY = Qt.ItemDataRole.DisplayRole
GREEDY = "len([x for x in 'abcdefghij' * 60000]) if total > 0 else 0"


@pytest.fixture
def order(working: Working, demo_store: Path) -> Iterator[Working]:
    """The demo, with the longest order chosen."""
    working.open(demo_store)
    working.choose("Order")
    yield working


def watched(working: Working, *expressions: str) -> WatchModel:
    model = WatchModel(working.workspace.watchpoints, working.workspace.selection, working.workspace)
    for expression in expressions:
        working.workspace.watchpoints.add(expression)
    working.settle()
    return model


def crossings_of(working: Working, model: WatchModel, row: int) -> CrossingsModel:
    crossings = CrossingsModel(working.workspace.inspector, working.workspace.selection, working.workspace)
    crossings.set_trace(model.trace_at(row))
    texts(crossings, 0)  # this requests the times
    working.settle()
    return crossings


def trace_at(model: WatchModel, row: int) -> WatchTrace:
    trace = model.trace_at(row)
    assert trace is not None
    return trace


def texts(model: QAbstractItemModel, row: int) -> list[Any]:
    return [model.index(row, column).data(DISPLAY) for column in range(model.columnCount())]


def test_watchpoints_are_a_well_behaved_table(qtmodeltester: ModelTester, order: Working) -> None:
    model = watched(order)
    qtmodeltester.check(model)
    watchpoints = order.workspace.watchpoints
    for expression in ("status", "total > 100", GREEDY):
        watchpoints.add(expression)
        qtmodeltester.check(model)
    order.settle()
    watchpoints.rename(1, "big")
    watchpoints.set_on(0, False)
    qtmodeltester.check(model)
    order.go_to(3)
    watchpoints.remove(1)
    qtmodeltester.check(model)
    order.workspace.close_store()
    order.settle()
    assert model.rowCount() == 0


def test_a_row_shows_the_value_now_and_the_crossings(order: Working) -> None:
    model = watched(order, "status", "total > 100", "nothing.here")
    assert titles(model) == ["", "Watched", "Now", "Crossings", "Last", "Next"]
    paid = trace_at(model, 0).crossings[1].version
    order.go_to(paid - 1)
    assert texts(model, 0)[WATCHED:] == ["status", "OPEN", texts(model, 0)[COUNT], "0", str(paid)]
    assert model.index(0, NOW).data(TONE_ROLE) is None
    order.go_to(paid)
    assert texts(model, 0)[NOW] == "OPEN → PAID"
    assert model.index(0, NOW).data(TONE_ROLE) == "changed"
    assert texts(model, 2) == ["", "nothing.here", "not there", "0", "", ""]
    assert model.target_at(model.index(0, LAST)) == 0
    assert model.target_at(model.index(2, NEXT)) is None
    assert model.target_at(model.index(0, NOW)) is None


def test_the_value_now_is_that_of_the_state_at_every_version(order: Working) -> None:
    model = watched(order, "customer", "total > 100")
    for version in order.view.outline.versions:
        state = order.go_to(version).state
        crossing = trace_at(model, 0).at(version)
        if crossing is None:
            assert texts(model, 0)[NOW] == value_at(state, "customer") is not ABSENT
        cells = texts(model, 1)[NOW].split(" → ")[-1]
        assert cells == ("true" if state["total"] > 100 else "false")


def test_a_watchpoint_that_is_off_is_faint_and_empty(order: Working) -> None:
    model = watched(order, "status")
    assert model.index(0, ON).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    order.workspace.watchpoints.set_on(0, False)
    assert texts(model, 0) == ["", "status", "", "", "", ""]
    assert model.index(0, 0).data(TONE_ROLE) == "faint"
    assert model.index(0, ON).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Unchecked


def test_an_invalid_watchpoint_is_red_with_its_reason_and_column(order: Working) -> None:
    model = watched(order, GREEDY, "status")
    assert texts(model, 0)[NOW].startswith("the condition makes a value of more than")
    assert [model.index(row, 0).data(TONE_ROLE) for row in (0, 1)] == ["failed", "changed"]
    tip = model.index(0, WATCHED).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.endswith(GREEDY)
    notes = order.workspace.notes
    notes.update(lambda book: book.with_watchpoints((type(book.watchpoints[0])("total >"),)))
    order.settle()
    assert texts(model, 0)[NOW].startswith("at column 8: ")
    assert model.index(0, WATCHED).data(Qt.ItemDataRole.ToolTipRole).endswith("total >\n       ^")


def test_a_name_is_given_by_editing_the_row(order: Working) -> None:
    model = watched(order, "total > 100")
    index = model.index(0, WATCHED)
    assert model.flags(index) & Qt.ItemFlag.ItemIsEditable
    assert not model.flags(model.index(0, NOW)) & Qt.ItemFlag.ItemIsEditable
    assert index.data(Qt.ItemDataRole.EditRole) == ""
    assert model.setData(index, "big order")
    assert index.data(DISPLAY) == "big order · total > 100"
    assert index.data(Qt.ItemDataRole.EditRole) == "big order"
    assert not model.setData(model.index(0, NOW), "5")


def test_a_row_says_that_crossings_are_being_computed(working: Working, tmp_path: Path) -> None:
    working.open(store_of(tmp_path / "long.esdb", [event("c", version, '{"n": 1}') for version in range(600)]))
    model = WatchModel(working.workspace.watchpoints, working.workspace.selection, working.workspace)
    working.workspace.watchpoints.add("n")
    assert texts(model, 0) == ["", "n", "…", "…", "", ""]
    working.settle()
    assert texts(model, 0) == ["", "n", "1", "1", "0", ""]


def test_without_an_entity_the_rows_are_empty(order: Working) -> None:
    model = watched(order, "status")
    order.workspace.selection.choose_entity(None)
    assert texts(model, 0) == ["", "status", "", "", "", ""]


# The crossings of one -------------------------------------------------------------------------------------------------


def test_crossings_are_a_well_behaved_table(qtmodeltester: ModelTester, order: Working) -> None:
    crossings = crossings_of(order, watched(order, "total", "status"), 0)
    qtmodeltester.check(crossings)
    order.go_to(4)
    crossings.set_trace(None)
    qtmodeltester.check(crossings)
    assert crossings.rowCount() == 0


def test_each_crossing_is_a_row_with_its_time_event_and_values(order: Working) -> None:
    model = watched(order, "status", "lines")
    crossings = crossings_of(order, model, 0)
    assert titles(crossings) == ["Ver", "Time", "Event", "From → to"]
    trace = trace_at(model, 0)
    assert crossings.rowCount() == len(trace.crossings) > 2
    cells = [texts(crossings, row) for row in range(crossings.rowCount())]
    assert [int(each[0]) for each in cells] == [each.version for each in trace.crossings]
    assert cells[0][3] == "– → OPEN"
    assert cells[1][3] == "OPEN → PAID"
    assert [each[2] for each in cells[:2]] == ["Created", "Paid"]
    assert all(each[1] for each in cells)
    assert [crossings.version_at(row) for row in range(2)] == [each.version for each in trace.crossings[:2]]


def test_the_crossing_at_the_chosen_version_is_coloured_and_later_ones_are_faint(order: Working) -> None:
    crossings = crossings_of(order, watched(order, "status"), 0)
    at = crossings.version_at(1)
    order.go_to(at)
    assert [crossings.index(row, 0).data(TONE_ROLE) for row in range(3)] == [None, "changed", "faint"]
    assert crossings.row_of(at) == 1
    assert crossings.row_of(at - 1) == 0
    assert crossings.row_of(-1) is None
