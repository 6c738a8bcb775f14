"""What a person does to a branch: skip and bring back, edit, move, insert; and undo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.branch.edits import Draft, Edits, describe_edits, insert, move, set_payload, skip_or_bring_back
from es_desktop.app.branch.view import RecordedHistory
from es_desktop.app.store.session import Session, open_session
from es_desktop.replay import Edit, EventRef, Insert, InsertedRef, Mark, Move, Skip
from tests.app.branch.branching import drafts, histories_of, longest


@pytest.fixture(scope="module")
def session(demo_template: Path) -> Iterator[Session]:
    with closing(open_session(str(demo_template), writable=False)) as session:
        yield session


@pytest.fixture(scope="module")
def recorded(session: Session) -> RecordedHistory:
    return longest(session, "Order")


def names(recorded: RecordedHistory, edits: Edits) -> list[EventRef]:
    return [entry.name for entry in recorded.branch(edits).entries]


def test_an_event_is_skipped_and_brought_back(recorded: RecordedHistory) -> None:
    skipped = skip_or_bring_back(recorded.branch(), [3])
    assert skipped == (Skip(3),)
    assert skip_or_bring_back(recorded.branch(skipped), [3]) == ()


def test_several_are_skipped_at_once_and_brought_back_where_none_is_left(recorded: RecordedHistory) -> None:
    one = skip_or_bring_back(recorded.branch(), [3])
    more = skip_or_bring_back(recorded.branch(one), [2, 3, 4])
    assert more == (Skip(3), Skip(2), Skip(4))
    assert skip_or_bring_back(recorded.branch(more), [2, 3]) == (Skip(4),)


def test_an_inserted_event_is_taken_out(recorded: RecordedHistory) -> None:
    edits, name = insert(recorded.branch(), 2, recorded.events[1].topic, recorded.events[1].data)
    out = skip_or_bring_back(recorded.branch(edits), [name])
    assert names(recorded, out) == names(recorded, ())
    assert describe_edits(recorded.branch(out)) == ""


def test_an_event_with_its_recorded_data_is_not_edited(recorded: RecordedHistory) -> None:
    event = recorded.events[1]
    results = set_payload(recorded, recorded.branch(), 1, {**event.data, "quantity": 9})
    assert results == (Edit(1, {**event.data, "quantity": 9}),)
    again = set_payload(recorded, recorded.branch(results), 1, {**event.data, "quantity": 8})
    assert len(again) == 1
    assert recorded.branch(again).event_at(1).data["quantity"] == 8
    assert set_payload(recorded, recorded.branch(again), 1, dict(event.data)) == ()
    one_as_a_decimal = {**event.data, "quantity": float(event.data["quantity"])}
    assert len(set_payload(recorded, recorded.branch(), 1, one_as_a_decimal)) == 1, "1.0 is not 1"


def test_an_inserted_event_is_edited_in_its_insert(recorded: RecordedHistory) -> None:
    first, _ = insert(recorded.branch(), 2, "Paid", {"n": 1})
    second, name = insert(recorded.branch(first), 4, "Paid", {"n": 2})
    edits = set_payload(recorded, recorded.branch(second), name, {"n": 3})
    assert edits == (Insert(2, "Paid", {"n": 1}), Insert(4, "Paid", {"n": 3}))


def test_an_event_is_moved_by_one_row(recorded: RecordedHistory) -> None:
    last = recorded.events[-1].version
    edits = move(recorded, recorded.branch([Skip(3)]), 2, 1)
    assert names(recorded, edits)[:5] == [0, 1, 3, 2, 4]
    edits = move(recorded, recorded.branch(edits), 2, 1)
    assert names(recorded, edits)[:5] == [0, 1, 3, 4, 2]
    assert edits == (Skip(3), Move(2, before=5)), "only where it comes to stand counts"
    up = move(recorded, recorded.branch(), last, -1)
    assert names(recorded, up)[-2:] == [last, last - 1]
    down = move(recorded, recorded.branch(), last - 1, 1)
    assert names(recorded, down)[-2:] == [last, last - 1]


def test_an_event_that_is_moved_back_did_not_move(recorded: RecordedHistory) -> None:
    edits = move(recorded, recorded.branch(), 2, 1)
    assert move(recorded, recorded.branch(edits), 2, -1) == ()


def test_at_the_ends_there_is_nowhere_to_go(recorded: RecordedHistory) -> None:
    assert move(recorded, recorded.branch(), 0, -1) == ()
    assert move(recorded, recorded.branch(), recorded.events[-1].version, 1) == ()


def test_events_are_put_in_right_after_the_one_that_is_meant(recorded: RecordedHistory) -> None:
    edits, first = insert(recorded.branch(), 2, "Paid", {})
    assert names(recorded, edits)[:5] == [0, 1, 2, InsertedRef(0), 3]
    edits, second = insert(recorded.branch(edits), 2, "Paid", {})
    assert names(recorded, edits)[:6] == [0, 1, 2, InsertedRef(1), InsertedRef(0), 3]
    edits, third = insert(recorded.branch(edits), first, "Paid", {})
    assert names(recorded, edits)[:7] == [0, 1, 2, InsertedRef(1), InsertedRef(0), InsertedRef(2), 3]
    assert (first, second, third) == (InsertedRef(0), InsertedRef(1), InsertedRef(2))
    assert {entry.mark for entry in recorded.branch(edits).entries[3:6]} == {Mark.INSERTED}


def test_the_edits_of_a_branch_are_described(recorded: RecordedHistory) -> None:
    edits: Edits = (Skip(1), Skip(2), Edit(3, {}), Move(5, before=4), Insert(6, "Paid", {}))
    assert describe_edits(recorded.branch(edits)) == "2 skipped, 1 edited, 1 moved, 1 inserted"
    assert describe_edits(recorded.branch()) == ""


@given(data=st.data())
def test_every_edit_can_be_undone_and_redone(session: Session, data: st.DataObject) -> None:
    recorded = data.draw(st.sampled_from(histories_of(session, 1)))
    draft = data.draw(drafts(recorded))
    steps = [draft]
    while steps[-1].before:
        steps.append(steps[-1].undo())
    assert steps[-1].edits == ()
    assert steps[-1].undo() == steps[-1]
    again = steps[-1]
    for each in reversed(steps[:-1]):
        again = again.redo()
        assert again.edits == each.edits
    assert again.redo() == again == draft


def test_what_was_undone_is_forgotten_by_the_next_edit() -> None:
    draft = Draft().with_edits((Skip(1),)).with_edits((Skip(1), Skip(2))).undo()
    assert draft.edits == (Skip(1),)
    other = draft.with_edits((Skip(1), Skip(3)))
    assert other.redo() == other
    assert draft.with_edits((Skip(1),)) is draft, "what changes nothing is no step"
