"""What if: a branch is the same as the history with its list of events edited by hand."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import RecordedEvent, SequencedItem, values
from es_desktop.replay import Chain, plain
from es_desktop.replay.branch import Branch
from es_desktop.replay.compare import compare_states, same_tree
from es_desktop.replay.edits import BranchEdit, Edit, Insert, Move, Skip
from tests.replay.histories import CLASSES, chain_of, mapper_of
from tests.replay.lives import CARTS, EXAMPLES, ID, ORDERS, Life

LIVES = ORDERS | EXAMPLES | CARTS


@dataclass
class Written:
    """An event as a person would write it into a list by hand."""

    original: int | None
    topic: str
    data: dict[str, Any]
    timestamp: float | None
    error: str | None = None
    after: int | None = None
    touched: bool = False


def by_hand(life: Life, edits: list[BranchEdit]) -> list[RecordedEvent]:
    """Return the events that edits lead to, each written and read again."""
    history = [Written(e.version, e.topic, dict(e.data), e.timestamp, e.error) for e in life.events]
    told = list(history)
    skipped: list[Written] = []
    for edit in edits:
        if isinstance(edit, Insert):
            carry_out_insert(told, edit)
            continue
        (here,) = [each for each in told if each.original == edit.version]
        if isinstance(edit, Skip):
            skipped.append(here)
        elif isinstance(edit, Edit):
            here.data, here.error, here.touched = dict(edit.data), None, True
        else:
            target = (
                next((each for each in told if each.original == edit.before), None) if edit.before is not None else None
            )
            told.remove(here)
            told.insert(len(told) if target is None else told.index(target), here)
    told = [each for each in told if not any(each is one for one in skipped)]
    return numbered(life, history, told)


def carry_out_insert(told: list[Written], edit: Insert) -> None:
    place = 0
    if edit.after is not None:
        (anchor,) = [each for each in told if each.original == edit.after]
        place = told.index(anchor) + 1
    while place < len(told) and told[place].original is None and told[place].after == edit.after:
        place += 1
    told.insert(place, Written(None, edit.topic, dict(edit.data), None, after=edit.after))


def numbered(life: Life, history: list[Written], told: list[Written]) -> list[RecordedEvent]:
    same = 0
    while same < min(len(told), len(history)) and told[same] is history[same] and not told[same].touched:
        same += 1
    versions = [event.version for event in life.events]
    first = versions[same] if same < len(versions) else versions[-1] + 1
    numbers = [*versions[:same], *range(first, first + len(told) - same)]
    return [record(life, told, at, version) for at, version in enumerate(numbers)]


def record(life: Life, told: list[Written], at: int, version: int) -> RecordedEvent:
    here = told[at]
    timestamp = here.timestamp
    if here.original is None or (here.touched and life.events[versions_of(life).index(here.original)].error):
        decoded = {event.version: event.timestamp for event in life.events if event.error is None}
        around = [each.original for each in (*reversed(told[:at]), *told[at + 1 :])]
        timestamp = next((decoded[each] for each in (*around, *decoded) if each in decoded), None)
    if all(event.domain_event is None for event in life.events):
        return RecordedEvent(version, here.topic, timestamp, here.data, None, here.error)
    payload = {**here.data, **({} if timestamp is None else {"timestamp": timestamp})}
    item = SequencedItem(ID, version, here.topic, values.dumps(payload))
    return mapper_of(CLASSES).to_recorded_event(item)


def versions_of(life: Life) -> list[int]:
    return [event.version for event in life.events]


def as_tree(event: RecordedEvent) -> Any:
    kind = None if event.domain_event is None else type(event.domain_event)
    attributes = None if event.domain_event is None else plain(vars(event.domain_event))
    return [event.version, event.topic, event.timestamp, plain(event.data), kind, attributes, event.error]


def same_events(left: list[RecordedEvent], right: list[RecordedEvent]) -> bool:
    return same_tree([as_tree(each) for each in left], [as_tree(each) for each in right])


def same_states(left: Chain, right: Chain) -> bool:
    counts = range(max(len(left), len(right)) + 1)
    told = [(left.state_after(count), right.state_after(count)) for count in counts]
    return all(ours[1] is theirs[1] and not compare_states(ours[0], theirs[0]) for ours, theirs in told)


def check(life: Life, edits: list[BranchEdit]) -> None:
    before = deepcopy(list(life.events))
    branch = Branch(life.events, edits, CLASSES)
    expected = by_hand(life, edits)
    assert same_events(branch.events(), expected)
    assert same_states(branch.chain(life.fold), chain_of(expected, life.fold))
    assert [row.version for row in branch.rows] == [event.version for event in expected]
    assert same_events(list(life.events), before)


@given(life=LIVES)
def test_a_branch_without_edits_is_the_history(life: Life) -> None:
    branch = Branch(life.events)
    assert same_events(branch.events(), list(life.events))
    assert branch.branches_at is None
    assert same_states(branch.chain(life.fold), life.chain())


@given(life=LIVES, data=st.data())
def test_skipping_an_event(life: Life, data: st.DataObject) -> None:
    check(life, [Skip(data.draw(st.sampled_from(versions_of(life))))])


@given(life=LIVES, data=st.data())
def test_editing_an_event(life: Life, data: st.DataObject) -> None:
    event, other = data.draw(st.sampled_from(life.events)), data.draw(st.sampled_from(life.events))
    check(life, [Edit(event.version, {**event.data, **other.data})])


@given(life=LIVES, data=st.data())
def test_moving_an_event(life: Life, data: st.DataObject) -> None:
    version = data.draw(st.sampled_from(versions_of(life)))
    check(life, [Move(version, data.draw(places(life, but=version)))])


@given(life=LIVES, data=st.data())
def test_inserting_an_event(life: Life, data: st.DataObject) -> None:
    event = data.draw(st.sampled_from(life.events))
    check(life, [Insert(data.draw(places(life)), event.topic, event.data)])


@given(life=LIVES, data=st.data())
def test_any_number_of_edits(life: Life, data: st.DataObject) -> None:
    edits: list[BranchEdit] = []
    there = versions_of(life)
    for _ in range(data.draw(st.integers(1, 5))):
        kind = data.draw(st.sampled_from([Skip, Edit, Move, Insert, Insert]))
        event = data.draw(st.sampled_from(life.events))
        if kind is Insert:
            edits.append(Insert(data.draw(places(life)), event.topic, event.data))
        elif there:
            version = data.draw(st.sampled_from(there))
            if kind is Skip:
                there.remove(version)
                edits.append(Skip(version))
            elif kind is Edit:
                edits.append(Edit(version, event.data))
            else:
                edits.append(Move(version, data.draw(places(life, but=version))))
    check(life, edits)


def places(life: Life, but: int | None = None) -> st.SearchStrategy[int | None]:
    others: list[int | None] = [version for version in versions_of(life) if version != but]
    return st.sampled_from([None, *others])
