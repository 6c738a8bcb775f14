"""The entries of a branch, edits of inserted events, and the common start of two branches."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import RecordedEvent, create_entity
from es_desktop.examples import Order
from es_desktop.replay import (
    Branch,
    BranchEdit,
    Chain,
    ClassFold,
    Edit,
    GenericFold,
    Insert,
    InsertedRef,
    Mark,
    Move,
    Skip,
)
from es_desktop.replay.chain import BLOCK
from tests.replay.generated_histories import HISTORIES, ID, History
from tests.replay.histories import CLASSES, published, recorded


def an_order() -> list[RecordedEvent]:
    with published() as events:
        order = create_entity(Order, ID, customer="Zoë")
        order.add_item("A", "Apple", 2, Decimal("1.50"))
        order.add_item("B", "Bowl", 1, Decimal("10.00"))
        order.note = "Ring twice"
        order.pay("card")
    return recorded(events)


def entries_of(branch: Branch) -> list[tuple[Any, ...]]:
    return [
        (each.name, each.version, str(each.mark), each.count_in_branch, each.count_in_history)
        for each in branch.entries
    ]


PAID = Insert(1, "Paid", {"amount": 1})


def test_each_entry_has_its_event_and_both_counts() -> None:
    branch = Branch(an_order(), [Skip(1), Insert(2, "Shipped", {"carrier": "x"}), Move(4, before=3)], CLASSES)
    assert entries_of(branch) == [
        (0, 0, "kept", 1, 1),
        (1, None, "skipped", 1, 2),
        (2, 1, "kept", 2, 3),
        (InsertedRef(0), 2, "inserted", 3, 3),
        (4, 3, "moved", 4, 4),
        (3, 4, "kept", 5, 5),
    ]
    assert [each.type for each in branch.entries] == [
        "Created", "ItemAdded", "ItemAdded", "Shipped", "Paid", "AttributeChanged",
    ]  # fmt: skip
    assert [each.original for each in branch.entries] == [0, 1, 2, None, 4, 3]


@given(generated=HISTORIES, data=st.data())
def test_entries_without_the_skipped_ones_are_the_events(generated: History, data: st.DataObject) -> None:
    branch = Branch(generated.events, data.draw(edits(generated)), CLASSES)
    there = [each for each in branch.entries if each.version is not None]
    assert [each.version for each in there] == [event.version for event in branch.events()]
    assert [each.count_in_branch for each in there] == list(range(1, len(there) + 1))
    assert branch.entries[-1].count_in_history == len(generated.events)


def test_an_inserted_event_can_be_edited_moved_skipped_and_followed_by_another() -> None:
    branch = Branch(an_order(), [PAID], CLASSES)
    edited = branch.edited(Edit(InsertedRef(0), {"amount": 2}))
    assert edited.event_at(2).data == {"amount": 2}
    assert edited.entries[2].mark is Mark.INSERTED
    moved = branch.edited(Move(InsertedRef(0), before=0))
    assert [each.name for each in moved.entries][:2] == [InsertedRef(0), 0]
    assert moved.entries[0].mark is Mark.INSERTED
    beside = branch.edited(Insert(InsertedRef(0), "Paid", {"amount": 3}), Move(3, before=InsertedRef(1)))
    assert [each.name for each in beside.entries] == [0, 1, InsertedRef(0), 3, InsertedRef(1), 2, 4]
    out = branch.edited(Skip(InsertedRef(0)))
    assert entries_of(out) == entries_of(Branch(an_order(), [], CLASSES)), "what never was leaves nothing to strike out"


@pytest.mark.parametrize(
    ("edits", "text"),
    [
        ([Skip(InsertedRef(0))], "there is no event of insertion 0: versions go from 0 to 4"),
        ([PAID, Skip(InsertedRef(0)), Skip(InsertedRef(0))], "the event of insertion 0 is skipped already"),
        ([PAID, Move(InsertedRef(0), before=InsertedRef(0))], "the event of insertion 0 cannot be moved before itself"),
    ],
)
def test_a_bad_name_says_what_is_wrong(edits: list[BranchEdit], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Branch(an_order(), edits)


def test_an_event_of_another_program_keeps_its_name() -> None:
    events = [
        RecordedEvent(
            1, "shop.cart.Filled", None, {"n": 1}, type_override="shop.cart.Filled", entity_type_override="Cart"
        )
    ]
    branch = Branch(events, [Insert(1, "shop.cart.Filled", {"n": 2})])
    inserted = branch.event_at(1)
    assert (inserted.type, inserted.entity_type, branch.entries[1].type) == (
        "shop.cart.Filled", "Cart", "shop.cart.Filled",
    )  # fmt: skip


def test_a_field_that_has_the_name_of_an_envelope_field_can_be_edited() -> None:
    """In a store of another program, with another envelope."""
    events = [RecordedEvent(1, "Filled", None, {"timestamp": 1}), RecordedEvent(2, "Filled", None, {"n": 1})]
    branch = Branch(events, [Edit(2, {"timestamp": 5}), Insert(2, "Filled", {"timestamp": 6})])
    assert [dict(event.data) for event in branch.events()] == [{"timestamp": 1}, {"timestamp": 5}, {"timestamp": 6}]
    with pytest.raises(ValueError, match="originator_id cannot be edited"):
        Branch(events, [Edit(2, {"timestamp": 5, "originator_id": 1})])


# What two branches have in common


def edits(generated: History) -> st.SearchStrategy[list[BranchEdit]]:
    versions = st.sampled_from([event.version for event in generated.events])
    payloads = st.sampled_from([dict(event.data) for event in generated.events])
    topics = st.sampled_from([event.topic for event in generated.events])
    one: st.SearchStrategy[BranchEdit] = st.one_of(
        st.builds(Edit, versions, payloads),
        st.builds(Insert, versions | st.none(), topics, payloads),
        versions.flatmap(lambda here: st.builds(Move, st.just(here), versions.filter(lambda each: each != here)))
        if len(generated.events) > 1
        else st.nothing(),
    )
    return st.builds(
        lambda others, skipped: [*others, *(Skip(version) for version in skipped)],
        st.lists(one, max_size=3),
        st.lists(versions, max_size=2, unique=True),
    )


@given(generated=HISTORIES, data=st.data())
def test_a_chain_that_begins_like_another_comes_to_the_same(generated: History, data: st.DataObject) -> None:
    first = Branch(generated.events, data.draw(edits(generated)), CLASSES)
    second = first.edited(
        *data.draw(edits(generated).filter(lambda found: not any(isinstance(e, Skip | Edit | Move) for e in found)))
    )
    for ours, theirs in ((second, first), (first, second)):
        known = theirs.chain(generated.fold)
        known.state_after(len(known))
        chain, fresh = ours.chain(generated.fold), ours.chain(generated.fold)
        chain.copy_start_of(known, ours.common_start(theirs))
        assert for_people(chain) == for_people(fresh)


@given(data=st.data())
def test_whole_blocks_of_the_other_chain_give_the_same(data: st.DataObject) -> None:
    events = [
        RecordedEvent(each, "a#B.Filled", None, {f"n{each % 7}": each}, error="cut off" if each % 60 == 9 else None)
        for each in range(2 * BLOCK + 40)
    ]
    generated = History(tuple(events), GenericFold())
    first = Branch(events, data.draw(edits(generated)))
    second = first.edited(Insert(data.draw(st.integers(0, len(events) - 1)), "Filled", {"n0": "x"}))
    known = first.chain(generated.fold)
    known.steps(0, len(known))
    chain, fresh = second.chain(generated.fold), second.chain(generated.fold)
    chain.copy_start_of(known, second.common_start(first))
    assert for_people(chain) == for_people(fresh)


def for_people(chain: Chain) -> str:
    steps = [replace(each, seconds=0.0) for each in chain.steps(0, len(chain))]
    text = repr([steps, chain.state_after(len(chain)), dict(chain.failures)])
    return re.sub(" at 0x[0-9a-f]+", "", text)  # of the entity that a refusal names


def test_the_blocks_in_common_are_not_folded_again() -> None:
    events = [RecordedEvent(version, "a#B.C", None, {"n": version}) for version in range(3 * BLOCK)]

    class Counting(GenericFold):
        applied = 0

        def apply(self, state: Any, event: RecordedEvent) -> Any:
            Counting.applied += 1
            return super().apply(state, event)

    known = Branch(events).chain(Counting())
    known.state_after(len(known))
    Counting.applied = 0
    branch = Branch(events, [Skip(2 * BLOCK + 5)])
    chain = branch.chain(Counting())
    chain.copy_start_of(known, branch.kept)
    assert chain.state_after(len(chain))[0] == {"n": 3 * BLOCK - 1}
    assert Counting.applied == BLOCK - 1


def test_computed_steps_are_copied_up_to_the_border_of_a_block() -> None:
    events = [RecordedEvent(version, "a#B.C", None, {"n": version}) for version in range(2 * BLOCK)]
    branch = Branch(events, [Skip(BLOCK)])
    known, chain = Branch(events).chain(GenericFold()), branch.chain(GenericFold())
    steps = known.steps(0, BLOCK)
    chain.copy_start_of(known, branch.kept)
    assert all(ours is theirs for ours, theirs in zip(chain.steps(0, BLOCK), steps, strict=True))


def test_two_inserted_events_are_the_same_only_with_the_same_payload() -> None:
    events = an_order()
    one, true = (Branch(events, [Insert(0, "Paid", {"amount": each})], CLASSES) for each in (1, True))
    assert one.common_start(true) == 1


def test_synthetic_events_are_the_same_only_with_the_same_time() -> None:
    events = [replace(event, timestamp=float(event.version)) for event in an_order()]
    first = Branch(events, [Insert(None, "Paid", {"amount": 1})], CLASSES)
    second = first.edited(Skip(0))
    assert first.event_at(0).timestamp != second.event_at(0).timestamp
    assert second.common_start(first) == 0
    assert first.common_start(first) == len(first.events())
    assert Branch(events, [Skip(3)], CLASSES).common_start(Branch(events, [Edit(4, {})], CLASSES)) == 3


def test_a_class_fold_goes_on_from_what_it_took_over() -> None:
    events = an_order()
    fold = ClassFold(Order, CLASSES)
    known = Branch(events, (), CLASSES).chain(fold)
    known.steps(0, len(known))
    branch = Branch(events, [Skip(2)], CLASSES)
    chain = branch.chain(fold)
    chain.copy_start_of(known, branch.kept)
    assert chain.state_after(4)[0]["total"] == Decimal("3.00")
    assert known.state_after(5)[0]["total"] == Decimal("13.00"), "the other one is as it was"
