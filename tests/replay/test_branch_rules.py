"""Rules of a branch: numbers, classes, times, a history that stays unchanged, and invalid edits."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, NoReturn

import pytest

from es_desktop.core import KnownClasses, RecordedEvent, TimestampedVersionedEntity, create_entity
from es_desktop.examples import Order
from es_desktop.replay import ABSENT, BLOCK, Change, ClassFold, Exactness, GenericFold
from es_desktop.replay.branch import Branch
from es_desktop.replay.compare import Divergence, divergences
from es_desktop.replay.edits import BranchEdit, Edit, Insert, Mark, Move, Skip
from tests.replay.generated_histories import ID
from tests.replay.histories import CLASSES, chain_of, published, recorded, rows_of


def an_order() -> list[RecordedEvent]:
    with published() as events:
        order = create_entity(Order, ID, customer="Zoë")
        order.add_item("A", "Apple", 2, Decimal("1.50"))
        order.add_item("B", "Bowl", 1, Decimal("10.00"))
        order.note = "Ring twice"
        order.pay("card")
    return recorded(events)


def final_state(branch: Branch) -> Any:
    return branch.chain(ClassFold(Order, CLASSES)).state_after(len(branch.events()))[0]


BOWL = {"sku": "B", "name": "Bowl", "quantity": 3, "price": Decimal("10.00")}


def test_the_real_mutators_fold_it() -> None:
    branch = Branch(an_order(), [Edit(2, BOWL)])
    assert final_state(branch)["total"] == Decimal("33.00")
    assert isinstance(branch.events()[2].domain_event, Order.ItemAdded)
    assert final_state(Branch(an_order(), [Skip(1)]))["total"] == Decimal("10.00")
    paid_first = final_state(Branch(an_order(), [Move(4, before=1)]))
    assert (paid_first["status"], paid_first["total"]) == (Order.Status.PAID, Decimal("13.00"))


def test_events_are_numbered_without_gaps_from_the_branching_on() -> None:
    branch = Branch(an_order(), [Skip(2)])
    assert [event.version for event in branch.events()] == [0, 1, 2, 3]
    assert [event.domain_event.originator_version for event in branch.events()] == [0, 1, 2, 3]
    assert branch.branches_at == 2
    assert rows_of(branch)[2:] == [(2, 3, Mark.KEPT), (3, 4, Mark.KEPT)]
    assert branch.chain(ClassFold(Order, CLASSES)).state_after(4)[1] is Exactness.EXACT


def test_gaps_before_the_branching_stay_and_those_after_it_are_closed() -> None:
    events = [RecordedEvent(version, "a#B.C", None, {"n": version}) for version in (3, 7, 8, 20)]
    assert [event.version for event in Branch(events, [Edit(8, {})]).events()] == [3, 7, 8, 9]
    assert [event.version for event in Branch(events, [Skip(20)]).events()] == [3, 7, 8]
    assert [event.version for event in Branch(events, [Insert(20, "D", {})]).events()] == [3, 7, 8, 20, 21]
    assert [event.version for event in Branch(events, [Insert(None, "D", {})]).events()] == [3, 4, 5, 6, 7]
    assert Branch(events, [Skip(8), Skip(20)]).branches_at == 8
    assert (Branch(events, [Insert(20, "D", {})]).branches_at, Branch(events, [Skip(20)]).branches_at) == (21, 20)


def test_each_event_has_the_mark_of_its_edit() -> None:
    branch = Branch(an_order(), [Edit(1, BOWL), Move(3, before=2), Insert(4, "Shipped", {"carrier": "x"})])
    assert rows_of(branch) == [
        (0, 0, "kept"),
        (1, 1, "edited"),
        (2, 3, "moved"),
        (3, 2, "kept"),
        (4, 4, "kept"),
        (5, None, "inserted"),
    ]


def test_an_inserted_event_is_of_its_class_entity_and_time() -> None:
    events = an_order()
    shipped = Branch(events, [Insert(4, "Shipped", {"carrier": "DHL", "tracking": "1"})]).events()[5]
    assert shipped.topic == "es_desktop.examples.order#Order.Shipped"
    assert isinstance(shipped.domain_event, Order.Shipped)
    assert (shipped.domain_event.originator_id, shipped.domain_event.originator_version) == (ID, 5)
    assert shipped.domain_event.timestamp == shipped.timestamp == events[4].timestamp
    assert shipped.data == {"carrier": "DHL", "tracking": "1"}


def test_an_inserted_event_of_a_class_that_is_not_known_is_generic() -> None:
    branch = Branch(an_order(), [Insert(0, "shop#Order.Praised", {"stars": 5})], CLASSES)
    assert branch.events()[1].domain_event is None
    (step,) = branch.chain(ClassFold(Order, CLASSES)).steps(1, 2)
    assert step.error == "the class 'shop#Order.Praised' is not known here"
    assert branch.chain(GenericFold()).steps(1, 2)[0].changes == (Change("stars", ABSENT, 5),)


def test_an_event_of_an_unknown_class_in_front_does_not_hide_whose_the_next_one_is() -> None:
    events = an_order()
    events[4] = replace(events[4], topic="shop#Order.Praised", domain_event=None)
    inserted = Branch(events, [Insert(4, "es_desktop.examples.order#Order.Cancelled", {"reason": "x"})]).events()[5]
    assert isinstance(inserted.domain_event, Order.Cancelled)
    assert inserted.timestamp == events[3].timestamp
    alone = Branch(events, [*(Skip(version) for version in range(5)), Insert(None, "ItemAdded", BOWL)]).events()[0]
    assert alone.domain_event.originator_id == ID


def test_a_class_that_keeps_no_attributes_says_so() -> None:
    class Slotted:
        __slots__ = ()

    topic = CLASSES.register(Slotted)
    event = Branch(an_order(), [Insert(0, topic, {})], CLASSES).events()[1]
    assert event.domain_event is None
    assert "is not a class of events" in str(event.error)


def test_a_record_that_cannot_be_decoded_can_be_corrected() -> None:
    events = an_order()
    events[2] = replace(events[2], timestamp=None, data={}, domain_event=None, error="cut off")
    assert Branch(events, [Skip(1)]).events()[1].error == "cut off"
    mended = Branch(events, [Edit(2, BOWL)])
    assert mended.events()[2].error is None
    assert final_state(mended)["total"] == Decimal("33.00")


def test_inserted_events_stand_in_the_order_in_which_they_were_inserted() -> None:
    branch = (
        Branch(an_order()).edited(Insert(1, "Paid", {"amount": 1})).edited(Insert(1, "Paid", {"amount": 2}), Skip(1))
    )
    assert [event.data.get("amount") for event in branch.events()[1:3]] == [1, 2]
    assert len(branch.edits) == 3


def test_an_edited_branch_is_another_one() -> None:
    branch = Branch(an_order())
    assert len(branch.edited(Skip(1)).events()) == 4
    assert (len(branch.events()), branch.edits) == (5, ())


def test_the_differences_at_each_version_are_listed() -> None:
    events = an_order()
    rows = list(
        divergences(
            chain_of(events, Order),
            Branch(events, [Edit(3, {"name": "_note", "value": "x"})]).chain(ClassFold(Order, CLASSES)),
        )
    )
    assert rows == [Divergence(version, (Change("note", "Ring twice", "x"),)) for version in (3, 4)]


class Greedy(TimestampedVersionedEntity):
    """A model that keeps the very list that its event holds, and goes on to change it."""

    class Filled(TimestampedVersionedEntity.Event):
        items: list[str]

        def mutate(self, greedy: Greedy) -> None:
            greedy._items = self.items
            greedy._items.append("more")

    _items: list[str]

    def fill(self, items: list[str]) -> None:
        self._trigger(self.Filled, items=items)


class Unmakeable(TimestampedVersionedEntity.Event):
    def __init__(self, **attributes: Any) -> NoReturn:
        raise AssertionError("the constructor of a recorded event is never called")


def test_a_model_that_changes_its_events_leaves_the_history_unchanged() -> None:
    classes = KnownClasses()
    classes.register_model(Greedy)
    with published() as published_events:
        entity = create_entity(Greedy, ID)
        entity.fill(["a"])
    events = recorded(published_events, classes)
    branch = Branch(events, [Insert(0, "Filled", {"items": ["b"]})], classes)
    kept = events[1].data["items"]
    before = list(kept)
    for _ in range(2):
        chain = branch.chain(ClassFold(Greedy, classes))
        assert [chain.state_after(count)[0] for count in (2, 3)] == [
            {"items": ["b", "more"]},
            {"items": [*before, "more"]},
        ]
    assert kept == events[1].domain_event.items == before
    branch.events()[1].data["items"].append("mine")
    assert branch.events()[1].data["items"] == ["b"]


def test_no_constructor_is_called() -> None:
    classes = KnownClasses([Unmakeable])
    events = an_order()
    topic = classes.register(Unmakeable)
    event = Branch(events, [Insert(0, topic, {"x": 1})], classes).events()[1]
    assert type(event.domain_event) is Unmakeable
    assert Branch([event], [Edit(1, {"x": 2})]).events()[0].domain_event.x == 2


def test_a_long_branch_is_read_block_by_block() -> None:
    events = [RecordedEvent(version, "a#B.C", None, {"n": version}) for version in range(3 * BLOCK)]
    chain = Branch(events, [Skip(BLOCK)]).chain(GenericFold())
    assert [step.version for step in chain.steps(0, len(chain))] == list(range(3 * BLOCK - 1))
    assert chain.state_after(len(chain))[0] == {"n": 3 * BLOCK - 1}


def test_a_branch_without_events() -> None:
    assert Branch([]).events() == []
    assert [event.version for event in Branch([], [Insert(None, "a#B.C", {})]).events()] == [0]


@pytest.mark.parametrize(
    ("edits", "text"),
    [
        ([Skip(5)], "there is no event at version 5: versions go from 0 to 4"),
        ([Edit(-1, {})], "there is no event at version -1"),
        ([Move(9, before=1)], "there is no event at version 9"),
        ([Move(1, before=9)], "there is no event at version 9"),
        ([Move(1, before=1)], "cannot be moved before itself"),
        ([Insert(7, "Paid", {})], "there is no event at version 7"),
        ([Skip(2), Skip(2)], "the event at version 2 is skipped already"),
        ([Skip(2), Edit(2, {})], "the event at version 2 is skipped already"),
        ([Skip(2), Move(2, before=0)], "the event at version 2 is skipped already"),
        ([Edit(1, {"timestamp": 1.0})], "timestamp cannot be edited"),
        ([Edit(1, {"originator_version": 1})], "originator_version cannot be edited"),
        ([Insert(1, "Paid", {"originator_topic": "x", "timestamp": 1})], "originator_topic and timestamp cannot"),
        ([Insert(1, "", {})], "'' names no type of event here"),
    ],
)
def test_a_bad_edit_says_what_is_wrong(edits: list[BranchEdit], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Branch(an_order(), edits)


def test_a_version_that_several_events_have_names_none_of_them() -> None:
    events = [RecordedEvent(version, "a#B.C", None, {}) for version in (0, 1, 1)]
    with pytest.raises(ValueError, match="2 events have the version 1"):
        Branch(events, [Skip(1)])


def test_a_type_cannot_be_named_where_no_topic_says_of_which_entity() -> None:
    with pytest.raises(ValueError, match="'Paid' names no type of event here: give the topic"):
        Branch([RecordedEvent(0, "Opened", None, {})], [Insert(0, "Paid", {})])


def test_the_first_event_of_an_entity_that_nothing_is_known_of_has_no_object() -> None:
    topic = an_order()[0].topic
    (event,) = Branch([], [Insert(None, topic, {"customer": "Zoë"})], CLASSES).events()
    assert (event.version, event.topic, event.data) == (0, topic, {"customer": "Zoë"})
    assert (event.domain_event, event.timestamp, event.error, event.is_edited) == (None, None, None, True)


def test_events_with_the_same_version_are_named_by_none() -> None:
    events = [RecordedEvent(version, "a#B.C", None, {"n": version}) for version in (3, 4, 4, 4, 5)]
    with pytest.raises(ValueError, match="3 events have the version 4, so it names none of them"):
        Branch(events, [Skip(4)])
    assert [event.data["n"] for event in Branch(events, [Skip(3), Insert(5, "C", {"n": 6})]).events()] == [
        4,
        4,
        4,
        5,
        6,
    ]
