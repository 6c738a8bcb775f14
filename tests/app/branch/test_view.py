"""What if: what came of each event of a branch, how its states differ from the history, and what it comes to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from es_desktop.app.branch.edits import insert, move, set_payload
from es_desktop.app.branch.view import BranchReader, Difference, RecordedHistory, first_edited
from es_desktop.app.runtime.errors import Cancelled, UserError
from es_desktop.app.store.session import Session, open_session
from es_desktop.replay import ABSENT, BLOCK, Change, ClassFold, Edit, Mark, Skip, compare_states
from es_desktop.replay.compare import divergences
from es_desktop.replay.diff import same_tree
from tests.app.branch.branching import drafts, folded, histories_of, longest, states


@pytest.fixture(scope="module")
def session(demo_template: Any) -> Iterator[Session]:
    with closing(open_session(str(demo_template), writable=False)) as session:
        yield session


@pytest.fixture(scope="module")
def histories(session: Session) -> list[RecordedHistory]:
    return histories_of(session, 2)


@pytest.fixture(scope="module")
def order(session: Session) -> RecordedHistory:
    return longest(session, "Order")


@pytest.fixture(scope="module")
def account(session: Session) -> RecordedHistory:
    """An entity of several blocks of events."""
    return longest(session, "Account")


def test_a_history_holds_every_event_whatever_the_page_size(
    account: RecordedHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: list[tuple[int, int]] = []
    monkeypatch.setattr("es_desktop.app.branch.view._PAGE", 100)
    again = RecordedHistory(account.reading, account.facts, lambda done, total: outcomes.append((done, total)))
    assert [each.version for each in again.events] == list(account.reading.outline(account.facts.id).versions)
    assert again.last == account.facts.version
    assert outcomes[0] == (100, account.facts.events)
    assert outcomes[-1] == (account.facts.events, account.facts.events)


def test_an_empty_branch_is_the_history_everywhere(histories: list[RecordedHistory], account: RecordedHistory) -> None:
    for recorded in [*histories, account]:
        branch, reader = recorded.branch(), BranchReader(recorded)
        outcomes = reader.results(branch, 0, len(branch.entries))
        assert [each.difference for each in outcomes if each.difference] == []
        history = recorded.chain()
        assert [bare(each.step) for each in outcomes] == [bare(each) for each in history.steps(0, len(history))]
        outcome = reader.outcome(branch)
        assert (outcome.first, bool(outcome.at_end), outcome.failed) == (None, False, ())
        assert {entry.mark for entry in branch.entries} == {Mark.KEPT}


@given(data=st.data())
def test_results_equal_those_of_folding_the_events_alone(histories: list[RecordedHistory], data: st.DataObject) -> None:
    """Two drafts after one another, so that what the first one left behind would be seen."""
    recorded = data.draw(st.sampled_from(histories))
    reader, history = BranchReader(recorded), states(recorded.chain())
    for _ in range(2):
        branch = recorded.branch(data.draw(drafts(recorded)).edits)
        chain = folded(recorded, branch)
        mine, steps = states(chain), chain.steps(0, len(chain))
        expected = [(mine[each.count_in_branch], history[each.count_in_history]) for each in branch.entries]
        first = data.draw(st.integers(0, len(branch.entries)))
        outcomes = [*reader.results(branch, first, len(branch.entries)), *reader.results(branch, 0, first)]
        outcomes = [*outcomes[len(outcomes) - first :], *outcomes[: len(outcomes) - first]]
        for entry, each, (ours, theirs) in zip(branch.entries, outcomes, expected, strict=True):
            assert bare(each.step) == bare(None if entry.version is None else steps[entry.count_in_branch - 1])
            assert bool(each.difference) == bool(compare_states(theirs, ours))
            assert (each.difference.was_there, each.difference.is_there) == (theirs is not None, ours is not None)
        outcome = reader.outcome(branch)
        assert outcome.first == next((row for row, each in enumerate(outcomes) if each.difference), None)
        assert same_tree(changes(outcome.at_end), changes(Difference.between(history[-1], mine[-1])))
        assert list(outcome.failed) == [chain.versions[index] for index in sorted(chain.failures)]
        if branch.entries:
            row = data.draw(st.integers(0, len(branch.entries) - 1))
            ours, theirs = expected[row]
            assert same_tree(changes(reader.difference(branch, row)), changes(Difference.between(theirs, ours)))


@settings(max_examples=15)
@given(data=st.data())
def test_where_no_event_comes_or_goes_the_differences_are_those_at_each_version(
    histories: list[RecordedHistory], data: st.DataObject
) -> None:
    recorded = data.draw(st.sampled_from(histories))
    edits = recorded.branch().edits
    for _ in range(data.draw(st.integers(1, 3))):
        branch = recorded.branch(edits)
        name, other = data.draw(st.sampled_from(branch.entries)).name, data.draw(st.sampled_from(recorded.events))
        edits = data.draw(
            st.sampled_from([move(recorded, branch, name, 1), set_payload(recorded, branch, name, other.data)])
        )
    branch = recorded.branch(edits)
    differing = [each.version for each in divergences(recorded.chain(), folded(recorded, branch))]
    outcomes = BranchReader(recorded).results(branch, 0, len(branch.entries))
    assert [branch.entries[row].version for row, each in enumerate(outcomes) if each.difference] == differing


@settings(max_examples=15)
@given(data=st.data())
def test_skipping_an_event_is_folding_the_others(histories: list[RecordedHistory], data: st.DataObject) -> None:
    recorded = data.draw(st.sampled_from(histories))
    gone = data.draw(st.sampled_from(recorded.events))
    branch = recorded.branch([Skip(gone.version)])
    others = [event for event in recorded.events if event is not gone]
    assert [(each.topic, dict(each.data)) for each in branch.events()] == [(e.topic, dict(e.data)) for e in others]
    (struck,) = [row for row, entry in enumerate(branch.entries) if entry.mark is Mark.SKIPPED]
    outcomes = BranchReader(recorded).results(branch, 0, len(branch.entries))
    before, after = states(recorded.chain())[struck : struck + 2]
    assert outcomes[struck].step is None
    assert bool(outcomes[struck].difference) == bool(compare_states(after, before)), "it is the effect of the event"


def test_the_real_mutators_fold_it(order: RecordedHistory) -> None:
    added = next(event for event in order.events if event.type == "ItemAdded")
    branch = order.branch(set_payload(order, order.branch(), added.version, {**added.data, "quantity": 1000}))
    outcomes = BranchReader(order).results(branch, added.version, added.version + 1)[0]
    quantity, price = added.data["quantity"], added.data["price"]
    assert Change("lines[0].quantity", quantity, 1000) in outcomes.difference.changes
    assert Change("total", quantity * price, 1000 * price) in outcomes.difference.changes
    assert outcomes.difference.text().startswith(f"lines[0].quantity {quantity} → 1000 · total ")


def test_a_step_that_fails_is_reported_and_the_fold_continues(order: RecordedHistory) -> None:
    edits, _ = insert(order.branch(), 0, order.events[1].topic, {"sku": "X"})
    branch, reader = order.branch(edits), BranchReader(order)
    failed, after = reader.results(branch, 1, 3)
    assert failed.step is not None and failed.step.error is not None and "AttributeError" in failed.step.error
    assert after.step is not None and after.step.error is None and after.step.changes
    outcome = reader.outcome(branch)
    assert outcome.failed == (1,)
    assert outcome.first is None, "what cannot be applied changes nothing"


def test_an_entity_without_a_state_is_described_as_missing(order: RecordedHistory) -> None:
    branch = order.branch([Skip(0)])
    reader = BranchReader(order)
    first = reader.results(branch, 0, 1)[0].difference
    assert (first.was_there, first.is_there, first.text()) == (True, False, "the entity is not there")
    assert len(reader.outcome(branch).failed) == len(order.events) - 1
    twice = order.branch(insert(order.branch([Skip(0)]), 0, order.events[0].topic, order.events[0].data)[0])
    assert not reader.outcome(twice).at_end


def test_an_entity_that_ends_earlier_is_not_there_any_more(order: RecordedHistory) -> None:
    topic = order.events[0].topic.replace("Created", "Discarded")
    branch = order.branch(insert(order.branch(), 3, topic, {})[0])
    outcomes = BranchReader(order).results(branch, 4, 5)[0]
    assert outcomes.step is not None and outcomes.step.discards
    assert outcomes.difference.text() == "the entity is not there"
    assert Difference.between(None, {}).text() == "the entity is there, unlike in the history"
    assert Difference.between(None, None).text() == ""


def test_only_the_first_of_many_differences_are_kept_with_a_row(account: RecordedHistory) -> None:
    many = {f"n{number}": number for number in range(50)}
    difference = Difference.between({}, many, 20)
    assert (len(difference.changes), difference.count) == (20, 50)
    assert difference.text(2) == "n0 0 · n1 1 · +48 more"
    assert len(Difference.between({}, many).changes) == 50
    assert Difference.between({"a": [1, 3]}, {"a": [1, 2, 3]}).changes == (Change("a[1]", ABSENT, 2),)


def test_a_long_branch_is_read_by_blocks_and_folded_from_the_first_edit_on(account: RecordedHistory) -> None:
    middle = account.events[BLOCK + 7].version
    branch, reader = account.branch([Skip(middle)]), BranchReader(account)
    last = len(branch.entries)
    outcomes = reader.results(branch, last - 3, last)
    history, mine = states(account.chain()), states(folded(account, branch))
    assert [bool(each.difference) for each in outcomes] == [
        bool(compare_states(history[entry.count_in_history], mine[entry.count_in_branch]))
        for entry in branch.entries[-3:]
    ]
    progress: list[tuple[int, int]] = []
    outcome = reader.outcome(branch, lambda done, total: progress.append((done, total)))
    assert outcome.first == BLOCK + 7
    assert [done for done, _ in progress] == sorted(done for done, _ in progress)
    assert all(done <= total for done, total in progress)


def test_what_one_reader_folded_another_goes_on_from(account: RecordedHistory, monkeypatch: pytest.MonkeyPatch) -> None:
    branch, other = account.branch([Skip(BLOCK + 7)]), account.branch([Skip(BLOCK + 7), Skip(BLOCK + 9)])
    first, second = BranchReader(account), BranchReader(account)
    expected = first.outcome(branch)
    rows = len(branch.entries)
    outcomes = first.results(branch, rows - 3, rows)
    second.take_over(first.folded(branch))
    applied: list[int] = []
    apply = ClassFold.apply
    monkeypatch.setattr(ClassFold, "apply", lambda fold, *event: (applied.append(1), apply(fold, *event))[1])
    assert [bare(each.step) for each in second.results(branch, rows - 3, rows)] == [
        bare(each.step) for each in outcomes
    ]
    assert len(applied) <= 2 * BLOCK, "of the last block, on both sides"
    assert second.outcome(branch) == expected
    second.results(other, 0, 3)
    second.take_over(first.folded(branch))
    assert second.outcome(other) == BranchReader(account).outcome(other)


def test_the_work_can_be_stopped(account: RecordedHistory) -> None:
    def stop(*_: int) -> None:
        raise Cancelled

    branch = account.branch([Skip(account.events[5].version)])
    for work in (
        lambda: BranchReader(account).outcome(branch, stop),
        lambda: BranchReader(account).results(branch, 200, 210, stop),
        lambda: BranchReader(account).difference(branch, 200, stop),
        lambda: RecordedHistory(account.reading, account.facts, stop),
    ):
        with pytest.raises(Cancelled):
            work()


def test_the_first_edited_row_is_the_first_that_comes_to_something_else(histories: list[RecordedHistory]) -> None:
    recorded = histories[0]
    plain, skipped = recorded.branch(), recorded.branch([Skip(3)])
    assert first_edited(plain, recorded.branch()) == len(recorded.events)
    assert first_edited(plain, skipped) == first_edited(skipped, plain) == 3
    assert first_edited(skipped, recorded.branch([Skip(3), Skip(1)])) == 1
    outcomes = [recorded.branch([Edit(2, {"n": number})]) for number in (1, 2)]
    assert first_edited(*outcomes) == 2, "though the versions are the same"
    topic = recorded.events[1].topic
    assert first_edited(plain, recorded.branch(insert(plain, 1, topic, {})[0])) == 2


def test_a_bad_edit_is_a_user_error(order: RecordedHistory) -> None:
    with pytest.raises(UserError, match="there is no event at version 999"):
        order.branch([Skip(999)])


def bare(step: Any) -> str:
    outcomes = repr(None if step is None else replace(step, seconds=0.0))
    return re.sub(" at 0x[0-9a-f]+", "", outcomes)  # of the entity that a refusal names


def changes(difference: Difference) -> list[Any]:
    return [[each.path, each.before, each.after] for each in difference.changes]
