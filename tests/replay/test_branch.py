"""A branch equals the history with its list of events edited by hand."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import RecordedEvent, SequencedItem, values
from es_desktop.replay import Chain, plain
from es_desktop.replay.branch import Branch
from es_desktop.replay.compare import compare_states
from es_desktop.replay.diff import same_tree
from es_desktop.replay.edits import BranchEdit, Edit, Insert, Move, Skip
from tests.replay.generated_histories import CARTS, EXAMPLES, ID, ORDERS, History
from tests.replay.histories import CLASSES, chain_of, mapper_of, rows_of

HISTORIES = ORDERS | EXAMPLES | CARTS


@dataclass
class PlainEvent:
    """An event as a person would write it into a list by hand."""

    original: int | None
    topic: str
    data: dict[str, Any]
    timestamp: float | None
    error: str | None = None
    after: int | None = None
    is_edited: bool = False


def by_hand(generated: History, edits: list[BranchEdit]) -> list[RecordedEvent]:
    """Return the events that edits lead to, each written and read again."""
    history = [PlainEvent(e.version, e.topic, dict(e.data), e.timestamp, e.error) for e in generated.events]
    remaining = list(history)
    skipped: list[PlainEvent] = []
    for edit in edits:
        if isinstance(edit, Insert):
            apply_insert(remaining, edit)
            continue
        (here,) = [each for each in remaining if each.original == edit.version]
        if isinstance(edit, Skip):
            skipped.append(here)
        elif isinstance(edit, Edit):
            here.data, here.error, here.is_edited = dict(edit.data), None, True
        else:
            target = (
                next((each for each in remaining if each.original == edit.before), None)
                if edit.before is not None
                else None
            )
            remaining.remove(here)
            remaining.insert(len(remaining) if target is None else remaining.index(target), here)
    remaining = [each for each in remaining if not any(each is one for one in skipped)]
    return numbered(generated, history, remaining)


def apply_insert(remaining: list[PlainEvent], edit: Insert) -> None:
    index = 0
    if edit.after is not None:
        (anchor,) = [each for each in remaining if each.original == edit.after]
        index = remaining.index(anchor) + 1
    while index < len(remaining) and remaining[index].original is None and remaining[index].after == edit.after:
        index += 1
    remaining.insert(index, PlainEvent(None, edit.topic, dict(edit.data), None, after=edit.after))


def numbered(generated: History, history: list[PlainEvent], remaining: list[PlainEvent]) -> list[RecordedEvent]:
    same = 0
    while (
        same < min(len(remaining), len(history)) and remaining[same] is history[same] and not remaining[same].is_edited
    ):
        same += 1
    versions = [event.version for event in generated.events]
    first = versions[same] if same < len(versions) else versions[-1] + 1
    numbers = [*versions[:same], *range(first, first + len(remaining) - same)]
    return [record(generated, remaining, at, version) for at, version in enumerate(numbers)]


def record(generated: History, remaining: list[PlainEvent], at: int, version: int) -> RecordedEvent:
    here = remaining[at]
    timestamp = here.timestamp
    if here.original is None or (
        here.is_edited and generated.events[versions_of(generated).index(here.original)].error
    ):
        decoded = {event.version: event.timestamp for event in generated.events if event.error is None}
        around = [each.original for each in (*reversed(remaining[:at]), *remaining[at + 1 :])]
        timestamp = next((decoded[each] for each in (*around, *decoded) if each in decoded), None)
    if all(event.domain_event is None for event in generated.events):
        return RecordedEvent(version, here.topic, timestamp, here.data, None, here.error)
    payload = {**here.data, **({} if timestamp is None else {"timestamp": timestamp})}
    item = SequencedItem(ID, version, here.topic, values.dumps(payload))
    return mapper_of(CLASSES).to_recorded_event(item)


def versions_of(generated: History) -> list[int]:
    return [event.version for event in generated.events]


def as_tree(event: RecordedEvent) -> Any:
    event_class = None if event.domain_event is None else type(event.domain_event)
    attributes = None if event.domain_event is None else plain(vars(event.domain_event))
    return [event.version, event.topic, event.timestamp, plain(event.data), event_class, attributes, event.error]


def same_events(left: list[RecordedEvent], right: list[RecordedEvent]) -> bool:
    return same_tree([as_tree(each) for each in left], [as_tree(each) for each in right])


def same_states(left: Chain, right: Chain) -> bool:
    counts = range(max(len(left), len(right)) + 1)
    remaining = [(left.state_after(count), right.state_after(count)) for count in counts]
    return all(ours[1] is theirs[1] and not compare_states(ours[0], theirs[0]) for ours, theirs in remaining)


def check(generated: History, edits: list[BranchEdit]) -> None:
    before = deepcopy(list(generated.events))
    branch = Branch(generated.events, edits, CLASSES)
    expected = by_hand(generated, edits)
    assert same_events(branch.events(), expected)
    assert same_states(branch.chain(generated.fold), chain_of(expected, generated.fold))
    assert [version for version, _, _ in rows_of(branch)] == [event.version for event in expected]
    assert same_events(list(generated.events), before)


@given(generated=HISTORIES)
def test_a_branch_without_edits_is_the_history(generated: History) -> None:
    branch = Branch(generated.events)
    assert same_events(branch.events(), list(generated.events))
    assert branch.branches_at is None
    assert same_states(branch.chain(generated.fold), generated.chain())


@given(generated=HISTORIES, data=st.data())
def test_skipping_an_event(generated: History, data: st.DataObject) -> None:
    check(generated, [Skip(data.draw(st.sampled_from(versions_of(generated))))])


@given(generated=HISTORIES, data=st.data())
def test_editing_an_event(generated: History, data: st.DataObject) -> None:
    event, other = data.draw(st.sampled_from(generated.events)), data.draw(st.sampled_from(generated.events))
    check(generated, [Edit(event.version, {**event.data, **other.data})])


@given(generated=HISTORIES, data=st.data())
def test_moving_an_event(generated: History, data: st.DataObject) -> None:
    version = data.draw(st.sampled_from(versions_of(generated)))
    check(generated, [Move(version, data.draw(versions_or_none(generated, but=version)))])


@given(generated=HISTORIES, data=st.data())
def test_inserting_an_event(generated: History, data: st.DataObject) -> None:
    event = data.draw(st.sampled_from(generated.events))
    check(generated, [Insert(data.draw(versions_or_none(generated)), event.topic, event.data)])


@given(generated=HISTORIES, data=st.data())
def test_any_number_of_edits(generated: History, data: st.DataObject) -> None:
    edits: list[BranchEdit] = []
    there = versions_of(generated)
    for _ in range(data.draw(st.integers(1, 5))):
        edit_class = data.draw(st.sampled_from([Skip, Edit, Move, Insert, Insert]))
        event = data.draw(st.sampled_from(generated.events))
        if edit_class is Insert:
            edits.append(Insert(data.draw(versions_or_none(generated)), event.topic, event.data))
        elif there:
            version = data.draw(st.sampled_from(there))
            if edit_class is Skip:
                there.remove(version)
                edits.append(Skip(version))
            elif edit_class is Edit:
                edits.append(Edit(version, event.data))
            else:
                edits.append(Move(version, data.draw(versions_or_none(generated, but=version))))
    check(generated, edits)


def versions_or_none(generated: History, but: int | None = None) -> st.SearchStrategy[int | None]:
    others: list[int | None] = [version for version in versions_of(generated) if version != but]
    return st.sampled_from([None, *others])
