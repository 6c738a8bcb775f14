"""The generic fold: the state without the model's code, and its exactness."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from es_desktop.core import (
    KnownClasses,
    RecordedEvent,
    RecordedSnapshot,
    TimestampedVersionedEntity,
    create_entity,
)
from es_desktop.replay import ClassFold, Exactness, FoldError, GenericFold
from tests.replay.histories import chain_of, published, recorded


def event(event_type: str, /, **data: Any) -> RecordedEvent:
    return RecordedEvent(0, f"shop#Cart.{event_type}", 1.5, data)


def snapshot(state: dict[str, Any] | None) -> RecordedSnapshot:
    return RecordedSnapshot(4, "shop#Cart", 1.5, state)


def folded(*events: RecordedEvent) -> Any:
    fold = GenericFold()
    state = fold.start(None)
    for each in events:
        state = fold.apply(state, each)
    return fold.view(state)


def test_created_gives_its_attributes() -> None:
    assert folded(event("Created", title="List", _owner="Ana", tags=("a",))) == {
        "title": "List",
        "owner": "Ana",
        "tags": ["a"],
    }


def test_attribute_changed_sets_one() -> None:
    changed = event("AttributeChanged", name="_title", value=["new"])
    assert folded(event("Created", title="List", size=1), changed) == {"title": ["new"], "size": 1}


def test_an_attribute_may_be_set_to_nothing() -> None:
    assert folded(event("AttributeChanged", name="_title", value=None)) == {"title": None}


def test_discarded_ends() -> None:
    assert folded(event("Created", title="List"), event("Discarded")) is None


def test_any_other_event_leaves_the_last_value_of_each_field() -> None:
    first, second = event("Filled", item="apple", count=1), event("Filled", item="pear")
    assert folded(event("Created", title="List"), first, second) == {"title": "List", "item": "pear", "count": 1}


@pytest.mark.parametrize("data", [{"name": "_title"}, {"value": 1}, {"name": 3, "value": 1}])
def test_an_attribute_changed_that_names_none_is_an_event_like_any_other(data: dict[str, Any]) -> None:
    assert folded(event("AttributeChanged", **data)) == data


@pytest.mark.parametrize(
    "recorded",
    [
        event("Created", title="List"),
        event("AttributeChanged", name="_a", value=1),
        event("Discarded"),
        event("Filled", item="apple"),
    ],
)
def test_the_state_is_inferred_for_each_event_type(recorded: RecordedEvent) -> None:
    chain = chain_of([recorded], GenericFold())
    assert chain.steps(0, 1)[0].exactness is Exactness.INFERRED
    assert chain.state_after(1)[1] is Exactness.INFERRED


class Basket(TimestampedVersionedEntity):
    """A model of which no event says all: its constructor adds an attribute, its mutator changes another one."""

    def __init__(self, title: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._title, self._size = title.upper(), 0

    @classmethod
    def mutate(cls, entity: Any = None, event: Any = None) -> Any:
        basket = super().mutate(entity, event)
        if entity is not None and basket is not None:
            basket._size += 1
        return basket


def test_exact_is_no_other_than_the_state_that_the_model_had() -> None:
    with published() as events:
        basket = create_entity(Basket, "basket-1", title="List")
        basket.change_attribute("_title", "Other")
    records = recorded(events)
    classes = KnownClasses()
    classes.register_model(Basket)
    here, unknown = chain_of(recorded(events, classes), ClassFold(Basket, classes)), chain_of(records, GenericFold())
    for count in (1, 2):
        state, exactness = unknown.state_after(count)
        assert exactness is not Exactness.EXACT and state != here.state_after(count)[0]
        assert here.state_after(count)[1] is Exactness.EXACT
    assert here.state_after(2)[0] == {"title": "Other", "size": 1}


@pytest.mark.parametrize("state", [{"_title": "List"}, None])
def test_a_snapshot_of_an_unknown_class_is_a_base_that_is_only_inferred(state: dict[str, Any] | None) -> None:
    chain = chain_of([], GenericFold(), snapshot(state))
    assert chain.state_after(0)[1] is Exactness.INFERRED


def test_an_event_that_could_not_be_decoded_is_not_applied() -> None:
    with pytest.raises(FoldError, match="no valid JSON"):
        folded(replace(event("Filled"), error="no valid JSON"))


def test_nothing_is_applied_after_the_end() -> None:
    with pytest.raises(FoldError, match="discarded by an earlier event"):
        folded(event("Discarded"), event("Filled", item="apple"))


def test_a_snapshot_is_what_it_starts_from() -> None:
    fold = GenericFold()
    state = fold.start(snapshot({"_id": 1, "_version": 5, "_title": "List", "_items": ("a",)}))
    assert fold.view(state) == {"title": "List", "items": ["a"]}
    assert fold.view(fold.start(snapshot(None))) is None


def test_a_view_shares_nothing_with_the_state() -> None:
    fold = GenericFold()
    state = fold.start(snapshot({"_items": [["a"]]}))
    fold.view(state)["items"][0].append("b")
    assert fold.view(state) == {"items": [["a"]]}


@pytest.mark.parametrize("left", Exactness)
@pytest.mark.parametrize("right", Exactness)
def test_of_two_trusts_the_lesser_one_holds(left: Exactness, right: Exactness) -> None:
    order = [Exactness.EXACT, Exactness.INFERRED, Exactness.BROKEN]
    worse = left.worse_of(right)
    assert worse is right.worse_of(left)
    assert order.index(worse) == max(order.index(left), order.index(right))


def test_what_an_event_without_payload_changed_is_unknown() -> None:
    """Only the model's code could know it; that a value stays the same is known."""
    same, empty = replace(event("Filled", item="apple"), version=1), replace(event("Paid"), version=2)
    first, second, third = chain_of([event("Created", item="apple"), same, empty], GenericFold()).steps(0, 3)
    assert [step.note for step in (first, second, third)] == ["", "", "unknown: the event has no payload"]
    assert (second.changes, third.changes) == ((), ())


def test_bookkeeping_in_double_underscores_is_no_attribute() -> None:
    assert folded(event("Created", title="List", __module__="shop", __event_hash__="f", ___version__=3, __x="y")) == {
        "title": "List",
        "x": "y",
    }
