"""What if, without a window: branches begun, edited, kept while the store is open, and saved."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from es_desktop.app.branch.edits import Draft, insert, move, set_payload, skip_or_bring_back
from es_desktop.app.branch.history import RecordedHistory
from es_desktop.app.branch.view import BranchReader, EntryResult, first_edited
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import open_session
from es_desktop.models.branch.current_branch import CurrentBranch, Operation, Preview
from es_desktop.models.branch.what_if import WhatIf
from es_desktop.models.branch.what_if_model import CHANGES, DIFFERS, EVENT, MARK, ORIGINAL, VERSION, WhatIfModel
from es_desktop.models.runtime.tasks import Queue
from es_desktop.models.table.roles import SWATCH_ROLE, TONE_ROLE
from es_desktop.replay import BLOCK, Branch, EventRef, InsertedRef, Skip
from tests.models.working import Gate, Working, somebody_else, titles


@pytest.fixture
def shown(working: Working, demo_store: Path) -> CurrentBranch:
    """The branch of an order, begun at version 3."""
    working.open(demo_store)
    working.choose("Order")
    working.workspace.what_if.begin(3)
    working.settle()
    return working.workspace.what_if.current


def skipping(*names: EventRef) -> Operation:
    return lambda recorded, branch, draft: (draft.with_edits(skip_or_bring_back(branch, names)), None)


def moving(name: EventRef, by: int) -> Operation:
    return lambda recorded, branch, draft: (draft.with_edits(move(recorded, branch, name, by)), name)


def telling(name: EventRef, **data: Any) -> Operation:
    def operation(recorded: RecordedHistory, branch: Branch, draft: Draft) -> tuple[Draft, EventRef]:
        old = next(event for event in recorded.events if event.version == name).data
        return draft.with_edits(set_payload(recorded, branch, name, {**old, **data})), name

    return operation


def inserting(after: EventRef, topic: str, **data: Any) -> Operation:
    def operation(recorded: RecordedHistory, branch: Branch, draft: Draft) -> tuple[Draft, EventRef]:
        edits, name = insert(branch, after, topic, data)
        return draft.with_edits(edits), name

    return operation


def undo(recorded: RecordedHistory, branch: Branch, draft: Draft) -> tuple[Draft, None]:
    return draft.undo(), None


def table(shown: CurrentBranch, working: Working) -> list[list[str]]:
    """Every cell, once what came of the events is there."""
    model = shown.table
    for row in range(0, model.rowCount(), BLOCK):
        model.index(row, CHANGES).data()
    working.settle()
    return [[str(model.index(row, c).data()) for c in range(model.columnCount())] for row in range(model.rowCount())]


def test_a_branch_is_begun_at_the_chosen_version_and_is_the_history(working: Working, shown: CurrentBranch) -> None:
    what_if = working.workspace.what_if
    assert what_if.is_on and not what_if.is_reading
    assert shown.row == 3 and shown.entry is not None and shown.entry.name == 3
    assert shown.table.rowCount() == working.view.facts.events
    assert (shown.description, shown.draft, bool(shown.difference)) == ("", Draft(), False)
    assert shown.outcome is not None and shown.outcome.first is None
    rows = table(shown, working)
    assert [row[VERSION] for row in rows] == [str(version) for version in working.view.outline.versions]
    assert {row[MARK] for row in rows} == {row[DIFFERS] for row in rows} == {row[ORIGINAL] for row in rows} == {""}
    assert rows[1][CHANGES].startswith("lines[0] added · total 0.00 → ")


def test_an_event_is_skipped_and_struck_out(working: Working, shown: CurrentBranch) -> None:
    shown.change(skipping(3))
    working.settle()
    rows = table(shown, working)
    assert [row[:4] for row in rows[2:5]] == [
        ["2", "", "ItemAdded", ""],
        ["–", "3", "ItemAdded", "skipped"],
        ["3", "4", rows[4][EVENT], ""],
    ]
    assert rows[3][CHANGES] == "" and rows[3][DIFFERS].startswith("lines[2] removed")
    assert rows[2][DIFFERS] == "" and rows[4][DIFFERS]
    index = shown.table.index(3, EVENT)
    assert index.data(Qt.ItemDataRole.FontRole).strikeOut()
    assert (index.data(TONE_ROLE), shown.table.index(4, 0).data(TONE_ROLE)) == ("faint", None)
    assert shown.description == "1 skipped"
    assert shown.difference is not None and shown.difference.changes[0].path == "lines[2]"
    assert shown.outcome is not None and shown.outcome.first == 3 and shown.outcome.at_end
    shown.show_end(True)
    assert shown.difference is shown.outcome.at_end


def test_the_panels_of_what_was_recorded_are_not_touched(working: Working, shown: CurrentBranch) -> None:
    before = working.go_to(working.view.facts.version)
    shown.change(skipping(0))
    working.settle()
    assert working.shown is before
    assert working.workspace.inspector.timeline.rowCount()
    assert working.workspace.selection.version == working.view.facts.version


def test_edits_in_quick_succession_follow_one_after_the_other(working: Working, shown: CurrentBranch) -> None:
    for _ in range(3):
        shown.change(moving(1, 1))
    shown.change(skipping(0))
    working.settle()
    assert [shown.table.entry_at(row).name for row in range(5)] == [0, 2, 3, 4, 1]
    assert shown.description == "1 skipped, 1 moved"
    assert len(shown.draft.before) == 4
    assert shown.row == 4, "the event that was moved stays the chosen one"


def test_an_inserted_event_is_the_chosen_one_and_a_failing_one_is_red(working: Working, shown: CurrentBranch) -> None:
    shown.change(inserting(3, "ItemAdded", sku="X"))
    working.settle()
    assert shown.row == 4 and shown.entry is not None and shown.entry.name == InsertedRef(0)
    rows = table(shown, working)
    assert rows[4][:4] == ["4", "", "ItemAdded", "inserted"]
    assert "AttributeError" in rows[4][CHANGES]
    assert shown.table.index(4, 0).data(TONE_ROLE) == "failed"
    assert "AttributeError" in shown.table.index(4, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert shown.outcome is not None and shown.outcome.failed == (4,)
    shown.change(telling(2, quantity=50))
    working.settle()
    assert table(shown, working)[2][MARK] == "edited"
    assert [shown.table.index(row, 0).data(TONE_ROLE) for row in (1, 2)] == [None, "changed"]


def test_an_event_that_is_edited_again_is_told_anew(working: Working, shown: CurrentBranch) -> None:
    shown.change(telling(2, quantity=50))
    working.settle()
    first = table(shown, working)[2]
    shown.change(telling(2, quantity=70))
    working.settle()
    second = table(shown, working)[2]
    assert "→ 50" in first[DIFFERS] and "→ 70" in second[DIFFERS]
    assert first[MARK] == second[MARK] == "edited"


def test_undoing_brings_every_row_back(working: Working, shown: CurrentBranch) -> None:
    before = table(shown, working)
    for operation in (skipping(2), moving(5, -1), inserting(4, "Paid", amount=1, method="x"), telling(1, quantity=9)):
        shown.change(operation)
    working.settle()
    after = table(shown, working)
    for _ in range(4):
        shown.change(undo)
    working.settle()
    assert table(shown, working) == before
    for _ in range(4):
        shown.change(lambda recorded, branch, draft: (draft.redo(), None))
    working.settle()
    assert table(shown, working) == after


def test_a_preview_tells_what_an_edit_would_come_to_and_changes_nothing(working: Working, shown: CurrentBranch) -> None:
    found: list[Preview] = []
    refused: list[UserError] = []
    shown.preview(inserting(3, "ItemAdded", sku="X", name="x", quantity=1, price=2), found.append, refused.append)
    working.settle()
    (preview,) = found
    assert (preview.entry.version, preview.entry.type) == (4, "ItemAdded")
    assert preview.result.step is not None and preview.result.step.readable_changes[0].path == "lines[3]"
    shown.preview(lambda recorded, branch, draft: (draft.with_edits((Skip(999),)), None), found.append, refused.append)
    working.settle()
    assert "no event at version 999" in str(refused[0])
    assert shown.draft == Draft()
    assert table(shown, working)[3][MARK] == ""


def test_each_entity_keeps_its_branch_while_the_store_is_open(working: Working, shown: CurrentBranch) -> None:
    what_if, workspace = working.workspace.what_if, working.workspace
    shown.change(skipping(3))
    working.settle()
    order = working.view.facts.id
    working.choose("Ticket")
    assert not what_if.is_on and shown.branch is None and shown.table.rowCount() == 0
    assert what_if.kept == 1
    workspace.choose(order)
    working.settle()
    assert what_if.is_on and shown.description == "1 skipped" and what_if.kept == 0
    shown.change(undo)
    working.settle()
    assert shown.description == ""
    told: list[str] = []
    workspace.message.connect(told.append)
    shown.change(lambda recorded, branch, draft: (draft.redo(), None))
    working.settle()
    workspace.close_store()
    working.settle()
    assert told == ["The hypothetical branches were ended; 1 edit dropped."]
    assert not what_if.is_on and what_if.entity is None


def test_an_ended_branch_is_gone(working: Working, shown: CurrentBranch) -> None:
    what_if = working.workspace.what_if
    told: list[str] = []
    what_if.message.connect(told.append)
    shown.change(skipping(3))
    working.settle()
    what_if.end()
    working.settle()
    assert (what_if.is_on, shown.branch, shown.table.rowCount(), shown.entry) == (False, None, 0, None)
    assert (shown.outcome, shown.difference) == (None, None)
    what_if.begin(5)
    working.settle()
    assert (shown.description, shown.row) == ("", 5)
    what_if.end()
    assert told == ["The branch was ended; 1 edit dropped.", "The branch was ended."]


def test_what_is_appended_meanwhile_is_in_the_branch_too(
    working: Working, shown: CurrentBranch, demo_store: Path
) -> None:
    told: list[str] = []
    working.workspace.what_if.message.connect(told.append)
    shown.change(skipping(3))
    working.settle()
    facts = working.view.facts
    with somebody_else(demo_store) as commands:
        commands.change_attribute(facts.id, "note", "from elsewhere", facts.version)
    working.wait_until(lambda: working.view.facts.version == facts.version + 1)
    working.settle()
    assert told == ["1 event appended in the meantime; the branch has them too."]
    rows = table(shown, working)
    assert len(rows) == facts.events + 1
    assert rows[3][MARK] == "skipped"
    assert rows[-1][CHANGES].endswith("→ from elsewhere")


def test_a_change_elsewhere_in_the_store_leaves_the_branch_alone(
    working: Working, shown: CurrentBranch, demo_store: Path
) -> None:
    shown.change(skipping(3))
    working.settle()
    recorded = shown.recorded
    working.workspace.refresh()
    working.settle()
    assert shown.recorded is recorded


def test_work_that_is_wanted_once_the_branch_is_there_waits_for_it(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    order, ticket = working.choose("Order").facts.id, working.choose("Ticket").facts.id
    what_if = working.workspace.what_if
    done: list[str] = []
    what_if.begin(1)
    what_if.when_shown(lambda: done.append("ticket"))
    assert done == []
    working.workspace.choose(order)  # the branch of the ticket is left before it is there
    working.settle()
    what_if.begin(1)
    what_if.when_shown(lambda: done.append("order"))
    working.settle()
    what_if.when_shown(lambda: done.append("at once"))
    assert done == ["order", "at once"]
    working.workspace.choose(ticket)
    working.settle()
    assert what_if.is_on


def test_reading_that_was_cancelled_can_be_begun_again(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    working.choose("Order")
    what_if = working.workspace.what_if
    what_if.begin(2)
    assert what_if.is_reading
    working.cancel("Reading the events")
    working.settle()
    assert what_if.is_on and not what_if.is_reading and what_if.current.branch is None
    what_if.begin(2)
    working.settle()
    assert what_if.current.row == 2


def test_working_out_that_was_cancelled_is_told_and_can_be_begun_again(working: Working, shown: CurrentBranch) -> None:
    gate = Gate()
    working.workspace.runner.run("Something long", gate, queue=Queue.SCAN)
    shown.change(skipping(3))
    gate.wait_until_begun()
    working.wait_until(lambda: shown.description == "1 skipped")
    assert not shown.is_stopped
    working.cancel("Folding the branch")
    gate.opened.set()
    working.settle()
    assert shown.is_stopped and shown.outcome is None
    working.workspace.what_if.begin(3)
    working.settle()
    assert not shown.is_stopped and shown.outcome is not None


def test_a_branch_is_saved_as_a_store_of_its_own(
    working: Working, shown: CurrentBranch, demo_store: Path, tmp_path: Path
) -> None:
    told: list[str] = []
    working.workspace.message.connect(told.append)
    before = hashlib.sha256(demo_store.read_bytes()).hexdigest()
    shown.change(skipping(3))
    working.settle()
    facts = working.view.facts
    working.workspace.what_if.save(tmp_path / "saved.esdb")
    working.settle()
    count = facts.events - 1
    assert told[-1] == (
        f"saved.esdb: {count} hypothetical events of this entity, without snapshots. The open store was not changed."
    )
    working.workspace.what_if.save(tmp_path / "saved.esdb")
    working.settle()
    assert "exists already" in str(working.refused[-1])
    working.workspace.close_store()
    working.settle()
    assert hashlib.sha256(demo_store.read_bytes()).hexdigest() == before
    session = open_session(str(tmp_path / "saved.esdb"))
    (saved,) = session.entities()
    assert (saved.id, saved.events, saved.type) == (facts.id, count, facts.type)
    session.close()


def test_a_draft_that_does_not_fit_what_is_recorded_now_is_ended(working: Working, shown: CurrentBranch) -> None:
    told: list[str] = []
    what_if: WhatIf = working.workspace.what_if
    what_if.message.connect(told.append)
    assert shown.recorded is not None
    shown.show(shown.recorded, Draft((Skip(999),)))
    working.settle()
    assert not what_if.is_on
    assert "there is no event at version 999" in told[0]


# The table by itself -------------------------------------------------------------------------------------------------


@pytest.fixture
def recorded(working: Working, demo_store: Path) -> RecordedHistory:
    """Of an entity of several blocks of events."""
    working.open(demo_store)
    return trunk_of(working, "Account")


def trunk_of(working: Working, type_name: str) -> RecordedHistory:
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
        model.set_entries(branch.entries, recorded.orders, first)

    return show


def test_it_is_a_well_behaved_table(qtmodeltester: ModelTester, working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    recorded = trunk_of(working, "Order")  # the tester takes its time with each row
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
    model.set_entries(recorded.branch().entries, recorded.orders)
    assert model.index(5, CHANGES).data() == "…"
    assert model.index(5, DIFFERS).data() == ""
    assert asked == [0], "once"
    reader = BranchReader(recorded)
    for number in (0, 1):
        model.set_block(number, reader.results(recorded.branch(), number * BLOCK, (number + 1) * BLOCK))
    asked.clear()
    skipped = recorded.branch([Skip(BLOCK + 2)])
    model.set_entries(skipped.entries, recorded.orders, first_edited(recorded.branch(), skipped))
    assert str(model.index(5, CHANGES).data()).startswith("balance")
    assert asked == []
    assert model.index(BLOCK, CHANGES).data() == "…"
    assert asked == [1]


def test_an_event_keeps_the_hue_that_it_has_in_the_timeline(working: Working, recorded: RecordedHistory) -> None:
    model = WhatIfModel()
    model.set_entries(recorded.branch().entries, recorded.orders)
    outline = working.view.outline
    for row in range(20):
        assert model.index(row, EVENT).data(SWATCH_ROLE) == outline.hues[outline.type_numbers[row]]
        assert model.index(row, CHANGES).data(SWATCH_ROLE) is None


def test_no_more_blocks_are_kept_than_can_be_looked_at(
    recorded: RecordedHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("es_desktop.models.branch.what_if_model.PAGES_KEPT", 1)
    model = WhatIfModel()
    model.set_entries(recorded.branch().entries, recorded.orders)
    told: list[EntryResult] = BranchReader(recorded).results(recorded.branch(), 0, BLOCK)
    model.set_block(0, told)
    model.set_block(1, told)
    assert model.result_at(0) is None
    assert model.result_at(BLOCK) is not None
