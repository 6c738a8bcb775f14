"""Writers: which events set, changed or removed the value of each path."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import create_entity
from es_desktop.examples import Order
from es_desktop.replay import ABSENT, Change, Step, diff, join_path, members
from es_desktop.replay.steps import writers
from tests.replay.histories import chain_of, published, recorded
from tests.replay.trees import STATES, same


def step(version: int, *changes: Change) -> Step:
    return Step(version, "Changed", None, changes)


def steps_of(states: list[Any]) -> list[Step]:
    """The steps that lead from nothing through some states."""
    before = [None, *states]
    return [step(at, *diff(old, new)) for at, (old, new) in enumerate(zip(before, states, strict=False))]


def test_each_event_that_set_a_path_is_named_in_order() -> None:
    steps = [step(0, Change("a", ABSENT, 1)), step(1, Change("b", ABSENT, 1)), step(4, Change("a", 1, 2))]
    assert writers(steps) == {"a": [0, 4], "b": [1]}


def test_removing_a_value_is_writing_it() -> None:
    assert writers([step(0, Change("a", ABSENT, 1)), step(3, Change("a", 1, ABSENT))]) == {"a": [0, 3]}


def test_what_lies_inside_a_value_was_set_with_it() -> None:
    steps = [step(2, Change("address", ABSENT, {"city": "Oslo", "lines": ["x", {"y": 1}]}))]
    assert list(writers(steps)) == ["address", "address.city", "address.lines[0]", "address.lines[1].y"]


def test_what_lay_inside_a_value_went_with_it() -> None:
    steps = [step(2, Change("lines[1]", {"sku": "A", "tags": []}, ABSENT))]
    assert writers(steps) == {"lines[1]": [2], "lines[1].sku": [2], "lines[1].tags": [2]}


def test_a_value_replaced_by_another_type_names_what_was_inside_both() -> None:
    steps = [step(2, Change("x", {"a": 1}, ["b"]))]
    assert writers(steps) == {"x": [2], "x.a": [2], "x[0]": [2]}


def test_paths_are_listed_in_order_and_a_step_once() -> None:
    steps = [step(1, Change("b", ABSENT, {"c": 1}), Change("a", ABSENT, 1))]
    assert list(writers(steps).items()) == [("a", [1]), ("b", [1]), ("b.c", [1])]


def test_an_event_that_changed_nothing_wrote_nothing() -> None:
    assert writers([step(0), Step(1, "Failed", None, (), "it broke")]) == {}


def values_in(tree: Any, path: str = "") -> dict[str, Any]:
    """Every value of a tree that holds no others, by its path."""
    inside = {join_path(path, key): value for key, value in members(tree)}
    if not inside and not isinstance(tree, (dict, list)):
        return {path: tree}
    return {leaf: found for inner, value in inside.items() for leaf, found in values_in(value, inner).items()}


@given(states=st.lists(STATES, min_size=1, max_size=5))
def test_every_value_that_is_there_was_set_by_its_last_writer(states: list[Any]) -> None:
    found = writers(steps_of(states))
    values = [values_in(state or {}) for state in states]
    for path, value in values[-1].items():
        last = found[path][-1]
        assert all(path in later and same(later[path], value) for later in values[last:])
        assert last == 0 or path not in values[last - 1] or not same(values[last - 1][path], value)


def test_the_writers_of_an_order() -> None:
    with published() as events:
        order = create_entity(Order, UUID(int=1), customer="Zoë")
        order.add_item("A", "Apple", 2, Decimal("1.50"))
        order.note = "Ring twice"
        order.add_item("B", "Bowl", 1, Decimal("10.00"))
        order.remove_item("A")
    found = chain_of(recorded(events), Order).rebuild(4).writers
    assert found["customer"] == [0]
    assert found["note"] == [0, 2]
    assert found["total"] == [0, 1, 3, 4]
    assert found["lines"] == [0]
    assert found["lines[0].sku"] == [1, 4]
    assert found["lines[1].sku"] == [3, 4]
    assert found["lines[1]"] == [3, 4]
