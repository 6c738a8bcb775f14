"""The generic fold: what can be told of a state without its model's code, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from es_desktop.core import RecordedEvent, RecordedSnapshot
from es_desktop.replay import Exactness, FoldError, GenericFold


def event(kind: str, /, **data: Any) -> RecordedEvent:
    return RecordedEvent(0, f"shop#Cart.{kind}", 1.5, data)


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
    odd = event("AttributeChanged", **data)
    assert folded(odd) == data
    assert GenericFold().exactness(odd) is Exactness.INFERRED


@pytest.mark.parametrize(
    ("told", "exactness"),
    [
        (event("Created"), Exactness.EXACT),
        (event("AttributeChanged", name="_a", value=1), Exactness.EXACT),
        (event("Discarded"), Exactness.EXACT),
        (event("Filled", item="apple"), Exactness.INFERRED),
    ],
)
def test_only_the_kinds_that_the_core_knows_are_exact(told: RecordedEvent, exactness: Exactness) -> None:
    assert GenericFold().exactness(told) is exactness


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
