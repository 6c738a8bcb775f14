"""What if, without a window: beginning, editing, keeping and saving branches."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from es_desktop.app.branch.edits import Draft, insert, move, set_payload, skip_or_bring_back
from es_desktop.app.branch.view import RecordedHistory
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import open_session
from es_desktop.models.branch.current_branch import CurrentBranch, Operation, Preview
from es_desktop.models.branch.what_if import WhatIf
from es_desktop.models.branch.what_if_model import CHANGES, DIFFERS, EVENT, MARK, ORIGINAL, VERSION
from es_desktop.models.runtime.tasks import Queue
from es_desktop.models.table.model import TONE_ROLE
from es_desktop.replay import BLOCK, Branch, EventRef, InsertedRef, Skip
from tests.models.working import Gate, Working, somebody_else


@pytest.fixture
def current(working: Working, demo_store: Path) -> CurrentBranch:
    """The branch of an order that begins at version 3."""
    working.open(demo_store)
    working.choose("Order")
    working.workspace.what_if.begin(3)
    working.settle()
    return working.workspace.what_if.current


def skipping(*names: EventRef) -> Operation:
    return lambda recorded, branch, draft: (draft.with_edits(skip_or_bring_back(branch, names)), None)


def moving(name: EventRef, by: int) -> Operation:
    return lambda recorded, branch, draft: (draft.with_edits(move(recorded, branch, name, by)), name)


def with_data(name: EventRef, **data: Any) -> Operation:
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


def table(current: CurrentBranch, working: Working) -> list[list[str]]:
    """The texts of all cells, after the results were computed."""
    model = current.table
    for row in range(0, model.rowCount(), BLOCK):
        model.index(row, CHANGES).data()
    working.settle()
    return [[str(model.index(row, c).data()) for c in range(model.columnCount())] for row in range(model.rowCount())]


def test_a_branch_begins_at_the_chosen_version_and_equals_the_history(working: Working, current: CurrentBranch) -> None:
    what_if = working.workspace.what_if
    assert what_if.is_on and not what_if.is_reading
    assert current.row == 3 and current.entry is not None and current.entry.name == 3
    assert current.table.rowCount() == working.view.facts.events
    assert (current.description, current.draft, bool(current.difference)) == ("", Draft(), False)
    assert current.outcome is not None and current.outcome.first is None
    rows = table(current, working)
    assert [row[VERSION] for row in rows] == [str(version) for version in working.view.outline.versions]
    assert {row[MARK] for row in rows} == {row[DIFFERS] for row in rows} == {row[ORIGINAL] for row in rows} == {""}
    assert rows[1][CHANGES].startswith("+ lines[0] KNF-0180, ")


def test_an_event_is_skipped_and_struck_out(working: Working, current: CurrentBranch) -> None:
    current.change(skipping(3))
    working.settle()
    rows = table(current, working)
    assert [row[:4] for row in rows[2:5]] == [
        ["2", "", "ItemAdded", ""],
        ["–", "3", "ItemAdded", "skipped"],
        ["3", "4", rows[4][EVENT], ""],
    ]
    assert rows[3][CHANGES] == "" and rows[3][DIFFERS].startswith("− lines[2] PLT-2400, ")
    assert rows[2][DIFFERS] == "" and rows[4][DIFFERS]
    index = current.table.index(3, EVENT)
    assert index.data(Qt.ItemDataRole.FontRole).strikeOut()
    assert (index.data(TONE_ROLE), current.table.index(4, 0).data(TONE_ROLE)) == ("faint", None)
    assert current.description == "1 skipped"
    assert current.difference is not None and current.difference.changes[0].path == "lines[2]"
    assert current.outcome is not None and current.outcome.first == 3 and current.outcome.at_end
    current.show_end(True)
    assert current.difference is current.outcome.at_end


def test_the_panels_of_what_was_recorded_are_not_touched(working: Working, current: CurrentBranch) -> None:
    before = working.go_to(working.view.facts.version)
    current.change(skipping(0))
    working.settle()
    assert working.state_view is before
    assert working.workspace.inspector.timeline.rowCount()
    assert working.workspace.selection.version == working.view.facts.version


def test_edits_in_quick_succession_follow_one_after_the_other(working: Working, current: CurrentBranch) -> None:
    for _ in range(3):
        current.change(moving(1, 1))
    current.change(skipping(0))
    working.settle()
    assert [current.table.entry_at(row).name for row in range(5)] == [0, 2, 3, 4, 1]
    assert current.description == "1 skipped, 1 moved"
    assert len(current.draft.before) == 4
    assert current.row == 4, "the event that was moved stays the chosen one"


def test_an_inserted_event_is_the_chosen_one_and_a_failing_one_is_red(working: Working, current: CurrentBranch) -> None:
    current.change(inserting(3, "ItemAdded", sku="X"))
    working.settle()
    assert current.row == 4 and current.entry is not None and current.entry.name == InsertedRef(0)
    rows = table(current, working)
    assert rows[4][:4] == ["4", "", "ItemAdded", "inserted"]
    assert "AttributeError" in rows[4][CHANGES]
    assert current.table.index(4, 0).data(TONE_ROLE) == "failed"
    assert "AttributeError" in current.table.index(4, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert current.outcome is not None and current.outcome.failed == (4,)
    current.change(with_data(2, quantity=50))
    working.settle()
    assert table(current, working)[2][MARK] == "edited"
    assert [current.table.index(row, 0).data(TONE_ROLE) for row in (1, 2)] == [None, "changed"]


def test_an_event_that_is_edited_again_has_a_new_result(working: Working, current: CurrentBranch) -> None:
    current.change(with_data(2, quantity=50))
    working.settle()
    first = table(current, working)[2]
    current.change(with_data(2, quantity=70))
    working.settle()
    second = table(current, working)[2]
    assert "→ 50" in first[DIFFERS] and "→ 70" in second[DIFFERS]
    assert first[MARK] == second[MARK] == "edited"


def test_undoing_brings_every_row_back(working: Working, current: CurrentBranch) -> None:
    before = table(current, working)
    for operation in (skipping(2), moving(5, -1), inserting(4, "Paid", amount=1, method="x"), with_data(1, quantity=9)):
        current.change(operation)
    working.settle()
    after = table(current, working)
    for _ in range(4):
        current.change(undo)
    working.settle()
    assert table(current, working) == before
    for _ in range(4):
        current.change(lambda recorded, branch, draft: (draft.redo(), None))
    working.settle()
    assert table(current, working) == after


def test_a_preview_shows_the_result_of_an_edit_and_changes_nothing(working: Working, current: CurrentBranch) -> None:
    found: list[Preview] = []
    refused: list[UserError] = []
    current.preview(inserting(3, "ItemAdded", sku="X", name="x", quantity=1, price=2), found.append, refused.append)
    working.settle()
    (preview,) = found
    assert (preview.entry.version, preview.entry.type) == (4, "ItemAdded")
    assert preview.result.step is not None and preview.result.step.readable_changes[0].path == "lines[3]"
    current.preview(
        lambda recorded, branch, draft: (draft.with_edits((Skip(999),)), None), found.append, refused.append
    )
    working.settle()
    assert "no event at version 999" in str(refused[0])
    assert current.draft == Draft()
    assert table(current, working)[3][MARK] == ""


def test_each_entity_keeps_its_branch_while_the_store_is_open(working: Working, current: CurrentBranch) -> None:
    what_if, workspace = working.workspace.what_if, working.workspace
    current.change(skipping(3))
    working.settle()
    order = working.view.facts.id
    working.choose("Ticket")
    assert not what_if.is_on and current.branch is None and current.table.rowCount() == 0
    assert what_if.kept == 1
    workspace.choose(order)
    working.settle()
    assert what_if.is_on and current.description == "1 skipped" and what_if.kept == 0
    current.change(undo)
    working.settle()
    assert current.description == ""
    messages: list[str] = []
    workspace.message.connect(messages.append)
    current.change(lambda recorded, branch, draft: (draft.redo(), None))
    working.settle()
    workspace.close_store()
    working.settle()
    assert messages == ["The hypothetical branches were ended; 1 edit dropped."]
    assert not what_if.is_on and what_if.entity is None


def test_an_ended_branch_is_forgotten(working: Working, current: CurrentBranch) -> None:
    what_if = working.workspace.what_if
    messages: list[str] = []
    what_if.message.connect(messages.append)
    current.change(skipping(3))
    working.settle()
    what_if.end()
    working.settle()
    assert (what_if.is_on, current.branch, current.table.rowCount(), current.entry) == (False, None, 0, None)
    assert (current.outcome, current.difference) == (None, None)
    what_if.begin(5)
    working.settle()
    assert (current.description, current.row) == ("", 5)
    what_if.end()
    assert messages == ["The branch was ended; 1 edit dropped.", "The branch was ended."]


def test_new_events_are_in_the_branch_too(working: Working, current: CurrentBranch, demo_store: Path) -> None:
    messages: list[str] = []
    working.workspace.what_if.message.connect(messages.append)
    current.change(skipping(3))
    working.settle()
    facts = working.view.facts
    with somebody_else(demo_store) as commands:
        commands.change_attribute(facts.id, "note", "from elsewhere", facts.version)
    working.wait_until(lambda: working.view.facts.version == facts.version + 1)
    working.settle()
    assert messages == ["1 event appended in the meantime; the branch has them too."]
    rows = table(current, working)
    assert len(rows) == facts.events + 1
    assert rows[3][MARK] == "skipped"
    assert rows[-1][CHANGES].endswith("→ from elsewhere")


def test_a_change_elsewhere_in_the_store_leaves_the_branch_alone(
    working: Working, current: CurrentBranch, demo_store: Path
) -> None:
    current.change(skipping(3))
    working.settle()
    recorded = current.recorded
    working.workspace.refresh()
    working.settle()
    assert current.recorded is recorded


def test_work_that_is_wanted_once_the_branch_is_there_waits_for_it(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    order, ticket = working.choose("Order").facts.id, working.choose("Ticket").facts.id
    what_if = working.workspace.what_if
    done: list[str] = []
    what_if.begin(1)
    what_if.when_shown(lambda: done.append("ticket"))
    assert done == []
    working.workspace.choose(order)  # another entity is chosen before the branch is read
    working.settle()
    what_if.begin(1)
    what_if.when_shown(lambda: done.append("order"))
    working.settle()
    what_if.when_shown(lambda: done.append("at once"))
    assert done == ["order", "at once"]
    working.workspace.choose(ticket)
    working.settle()
    assert what_if.is_on


def test_reading_that_was_cancelled_can_be_started_again(working: Working, demo_store: Path) -> None:
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


def test_a_cancelled_outcome_is_reported_and_can_be_started_again(working: Working, current: CurrentBranch) -> None:
    gate = Gate()
    working.workspace.runner.run("Something long", gate, queue=Queue.SCAN)
    current.change(skipping(3))
    gate.wait_until_started()
    working.wait_until(lambda: current.description == "1 skipped")
    assert not current.is_stopped
    working.cancel("Folding the branch")
    gate.opened.set()
    working.settle()
    assert current.is_stopped and current.outcome is None
    working.workspace.what_if.begin(3)
    working.settle()
    assert not current.is_stopped and current.outcome is not None


def test_a_branch_is_saved_as_a_new_store(
    working: Working, current: CurrentBranch, demo_store: Path, tmp_path: Path
) -> None:
    messages: list[str] = []
    working.workspace.message.connect(messages.append)
    before = hashlib.sha256(demo_store.read_bytes()).hexdigest()
    current.change(skipping(3))
    working.settle()
    facts = working.view.facts
    working.workspace.what_if.save(tmp_path / "saved.esdb")
    working.settle()
    count = facts.events - 1
    assert messages[-1] == (
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


def test_a_draft_that_does_not_fit_what_is_recorded_now_is_ended(working: Working, current: CurrentBranch) -> None:
    messages: list[str] = []
    what_if: WhatIf = working.workspace.what_if
    what_if.message.connect(messages.append)
    assert current.recorded is not None
    current.show(current.recorded, Draft((Skip(999),)))
    working.settle()
    assert not what_if.is_on
    assert "there is no event at version 999" in messages[0]
