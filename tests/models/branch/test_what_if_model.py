"""The table of a branch by itself: its rows, its blocks, and its hues."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from es_desktop.app.branch.edits import insert, move
from es_desktop.app.branch.view import BranchReader, EntryResult, RecordedHistory, first_edited
from es_desktop.models.branch.what_if_model import CHANGES, DIFFERS, EVENT, WhatIfModel
from es_desktop.models.table.model import SWATCH_ROLE
from es_desktop.replay import BLOCK, Branch, InsertedRef, Skip
from tests.models.working import Working, titles


@pytest.fixture
def recorded(working: Working, demo_store: Path) -> RecordedHistory:
    """Of an entity of several blocks of events."""
    working.open(demo_store)
    return recorded_of(working, "Account")


def recorded_of(working: Working, type_name: str) -> RecordedHistory:
    view, session = working.choose(type_name), working.workspace.session
    assert session is not None
    return RecordedHistory(session, view.facts)


def feeding(model: WhatIfModel, recorded: RecordedHistory) -> Callable[[Branch], None]:
    reader, branches = BranchReader(recorded), [recorded.branch()]
    model.block_wanted.connect(
        lambda number: model.set_block(number, reader.results(branches[-1], number * BLOCK, (number + 1) * BLOCK))
    )

    def show(branch: Branch) -> None:
        first = first_edited(branches[-1], branch) if model.rowCount() else 0
        branches.append(branch)
        model.set_entries(branch.entries, recorded.type_hues, first)

    return show


def test_it_is_a_well_behaved_table(qtmodeltester: ModelTester, working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    recorded = recorded_of(working, "Order")  # the tester takes its time with each row
    model = WhatIfModel()
    qtmodeltester.check(model)
    show = feeding(model, recorded)
    short = recorded.branch([Skip(version) for version in range(5)])
    for edits in (
        (),
        (Skip(3),),
        insert(recorded.branch(), 3, recorded.events[1].topic, {})[0],
        (),
        move(recorded, short, 7, 1),
    ):
        show(recorded.branch(edits))
        qtmodeltester.check(model)
    model.set_entries((), {})
    assert model.rowCount() == 0
    assert titles(model) == ["Ver", "Was", "Event", "What if", "What it changes", "Differs from the history"]


def test_rows_come_and_go_where_the_events_do(qtbot: QtBot, recorded: RecordedHistory) -> None:
    model = WhatIfModel()
    show = feeding(model, recorded)
    show(recorded.branch())
    more = recorded.branch(insert(recorded.branch(), 3, recorded.events[1].topic, {})[0])
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.rowsInserted) as inserted:
        show(more)
    assert inserted.args is not None and inserted.args[1:] == [4, 4]
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.rowsRemoved) as removed:
        show(recorded.branch())
    assert removed.args is not None and removed.args[1:] == [4, 4]
    assert model.row_of(7) == 7 and model.row_of(InsertedRef(0)) is None


def test_blocks_before_the_first_edit_are_not_asked_for_again(recorded: RecordedHistory) -> None:
    model = WhatIfModel()
    asked: list[int] = []
    model.block_wanted.connect(asked.append)
    model.set_entries(recorded.branch().entries, recorded.type_hues)
    assert model.index(5, CHANGES).data() == "…"
    assert model.index(5, DIFFERS).data() == ""
    assert asked == [0], "once"
    reader = BranchReader(recorded)
    for number in (0, 1):
        model.set_block(number, reader.results(recorded.branch(), number * BLOCK, (number + 1) * BLOCK))
    asked.clear()
    skipped = recorded.branch([Skip(BLOCK + 2)])
    model.set_entries(skipped.entries, recorded.type_hues, first_edited(recorded.branch(), skipped))
    assert str(model.index(5, CHANGES).data()).startswith("balance")
    assert asked == []
    assert model.index(BLOCK, CHANGES).data() == "…"
    assert asked == [1]


def test_an_event_keeps_the_hue_that_it_has_in_the_timeline(working: Working, recorded: RecordedHistory) -> None:
    model = WhatIfModel()
    model.set_entries(recorded.branch().entries, recorded.type_hues)
    outline = working.view.outline
    for row in range(20):
        assert model.index(row, EVENT).data(SWATCH_ROLE) == outline.hues[outline.type_numbers[row]]
        assert model.index(row, CHANGES).data(SWATCH_ROLE) is None


def test_the_number_of_blocks_in_memory_is_limited(recorded: RecordedHistory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("es_desktop.models.branch.what_if_model.PAGES_KEPT", 1)
    model = WhatIfModel()
    model.set_entries(recorded.branch().entries, recorded.type_hues)
    messages: list[EntryResult] = BranchReader(recorded).results(recorded.branch(), 0, BLOCK)
    model.set_block(0, messages)
    model.set_block(1, messages)
    assert model.result_at(0) is None
    assert model.result_at(BLOCK) is not None
