"""The class fold: states by the model's own code."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from es_desktop.core import KnownClasses, RecordedSnapshot, TopicResolutionError, create_entity
from es_desktop.examples import Example, Order
from es_desktop.replay import ClassFold, Exactness, FoldError
from tests.replay.histories import CLASSES, chain_of, published, recorded, snapshots_of, states_of

ID = UUID(int=1)


def test_an_example_becomes_what_its_events_make_of_it() -> None:
    with published() as events:
        example = create_entity(Example, ID, foo="new", a=(1, 2), b=None)
        example.beat_heart(2)
        example.foo = {"x": 1}
    state, exactness = chain_of(recorded(events), Example).state_after(4)
    assert state == {"foo": {"x": 1}, "a": [1, 2], "b": None, "count_heartbeats": 2}
    assert exactness is Exactness.EXACT


def test_an_order_shows_values_that_no_event_holds() -> None:
    with published() as events:
        order = create_entity(Order, ID, customer="Zoë")
        order.add_item("A", "Apple", 2, Decimal("1.50"))
        order.pay("card")
    state, _ = chain_of(recorded(events), Order).state_after(3)
    assert state["total"] == Decimal("3.00")
    assert state["status"] is Order.Status.PAID
    assert state["lines"] == [{"sku": "A", "name": "Apple", "quantity": 2, "price": Decimal("1.50")}]


def test_a_discarded_entity_has_no_state() -> None:
    with published() as events:
        create_entity(Example, ID).discard()
    chain = chain_of(recorded(events), Example)
    assert chain.state_after(2) == (None, Exactness.EXACT)
    assert [change.path for change in chain.steps(1, 2)[0].changes] == ["foo", "a", "b", "count_heartbeats"]


def test_an_event_of_a_class_that_is_not_known_says_so() -> None:
    with published() as events:
        create_entity(Example, ID)
    unknown = recorded(events, KnownClasses())
    with pytest.raises(FoldError, match=r"Example\.Created' is not known here"):
        ClassFold(Example, CLASSES).apply(None, unknown[0])


def test_an_event_that_could_not_be_decoded_says_why() -> None:
    with published() as events:
        create_entity(Example, ID)
    (event,) = recorded(events)
    with pytest.raises(FoldError, match="cut off"):
        ClassFold(Example, CLASSES).apply(None, replace(event, domain_event=None, error="cut off"))


def test_a_snapshot_of_a_class_that_is_not_known_is_refused() -> None:
    snapshot = RecordedSnapshot(3, "nowhere#Thing", 1.5, {"_foo": 1})
    with pytest.raises(TopicResolutionError, match="nowhere#Thing"):
        ClassFold(Example, CLASSES).start(snapshot)


def test_going_on_from_a_snapshot_never_alters_it() -> None:
    with published() as events:
        example = create_entity(Example, ID, foo=["a"])
        example.foo = ["a", "b"]
    (first, _) = snapshots_of(states_of(Example, events), ID)
    chain = chain_of(recorded(events), Example, first)
    assert chain.base_state == {"foo": ["a"], "a": "", "b": "", "count_heartbeats": 0}
    state, _ = chain.state_after(1)
    state["foo"].append("c")
    assert first.state is not None
    assert first.state["_foo"] == ["a"]
    assert chain.state_after(1)[0]["foo"] == ["a", "b"]
