"""Watchpoints: every crossing is found, those that lasted one event too, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import RecordedEvent, RecordedSnapshot
from es_desktop.examples import Order
from es_desktop.replay import ABSENT, BLOCK, Chain, GenericFold
from es_desktop.replay.conditions import Condition, ConditionError
from es_desktop.replay.diff import PathError, leaf_paths, same_tree, value_at
from es_desktop.replay.watch import Crossing, all_crossings, crossings, next_crossing
from tests.replay.generated_histories import EXAMPLES, HISTORIES, ORDERS, History
from tests.replay.histories import chain_by, chain_of

Look = Callable[..., Any]
"""``(state before, state after, version or None, type or None)`` to what a condition should say."""


def got(state: Any, path: str) -> Any:
    found = value_at(state, path)
    return None if found is ABSENT else found


def above(value: Any, limit: int) -> bool:
    return value is not None and value > limit


ORDER_CONDITIONS: dict[str, Look] = {
    "status == 'PAID'": lambda before, after, version, event: got(after, "status") is Order.Status.PAID,
    "total > 50 and not gift": lambda before, after, version, event: (
        above(got(after, "total"), 50) and not got(after, "gift")
    ),
    "changed('total')": lambda before, after, version, event: got(before, "total") != got(after, "total"),
    "previous.total": lambda before, after, version, event: got(before, "total"),
    "len(lines)": lambda before, after, version, event: None if after is None else len(after["lines"]),
    "any(line.quantity > 1 for line in lines)": lambda before, after, version, event: any(
        line["quantity"] > 1 for line in (got(after, "lines") or [])
    ),
    "lines[1].price": lambda before, after, version, event: got(after, "lines[1].price"),
    "note": lambda before, after, version, event: got(after, "note"),
    "event == 'ItemAdded'": lambda before, after, version, event: event == "ItemAdded",
    "version % 3 == 0": lambda before, after, version, event: version is not None and version % 3 == 0,
}
EXAMPLE_CONDITIONS: dict[str, Look] = {
    "count_heartbeats > 2": lambda before, after, version, event: above(got(after, "count_heartbeats"), 2),
    "changed('foo')": lambda before, after, version, event: (
        not same_tree(value_at(before, "foo"), value_at(after, "foo"))
    ),
    "foo == 1": lambda before, after, version, event: got(after, "foo") == 1,
    "previous.count_heartbeats": lambda before, after, version, event: got(before, "count_heartbeats"),
    "event": lambda before, after, version, event: event,
}


def by_hand(generated: History, look: Look) -> list[tuple[int, Any, Any]]:
    """The definition: the versions at which the value is another than at the version before."""
    states = generated.states()
    values = [look(None, None, None, None)]
    values += [look(states[at], states[at + 1], event.version, event.type) for at, event in enumerate(generated.events)]
    as_tuples = zip(generated.events, values, values[1:], strict=False)
    return [(event.version, before, after) for event, before, after in as_tuples if not same_tree(before, after)]


def as_tuples(found: Any) -> list[tuple[int, Any, Any]]:
    return [(each.version, each.before, each.after) for each in found]


@given(generated=ORDERS)
def test_all_crossings_of_an_order_and_only_those(generated: History) -> None:
    for expression, look in ORDER_CONDITIONS.items():
        assert as_tuples(crossings(generated.chain(), Condition(expression))) == by_hand(generated, look)


@given(generated=EXAMPLES)
def test_all_crossings_of_an_example_and_only_those(generated: History) -> None:
    for expression, look in EXAMPLE_CONDITIONS.items():
        assert same_tree(
            [list(each) for each in as_tuples(crossings(generated.chain(), Condition(expression)))],
            [list(each) for each in by_hand(generated, look)],
        )


def value_crossings_by_hand(generated: History, path: str) -> list[tuple[int, Any, Any]]:
    return by_hand(generated, lambda before, after, version, event: value_at(after, path))


@given(generated=HISTORIES, data=st.data())
def test_all_changes_of_a_value_and_only_those(generated: History, data: st.DataObject) -> None:
    path = data.draw(some_path(generated))
    found, expected = as_tuples(crossings(generated.chain(), path)), value_crossings_by_hand(generated, path)
    assert same_tree([list(each) for each in found], [list(each) for each in expected])


def some_path(generated: History) -> st.SearchStrategy[str]:
    return st.sampled_from(
        sorted({path for state in generated.states() for path in leaf_paths(state or {})}) or ["none"]
    )


@given(generated=HISTORIES, data=st.data(), version=st.integers(-1, 30))
def test_the_next_one_is_the_nearest_of_all(generated: History, data: st.DataObject, version: int) -> None:
    path = data.draw(some_path(generated))
    versions = [each.version for each in crossings(generated.chain(), path)]
    later, earlier = [each for each in versions if each > version], [each for each in versions if each < version]
    ahead = next_crossing(generated.chain(), path, after_version=version)
    behind = next_crossing(generated.chain(), path, after_version=version, forward=False)
    assert (ahead.version if ahead else None) == (later[0] if later else None)
    assert (behind.version if behind else None) == (earlier[-1] if earlier else None)


def counting(length: int, at: set[int]) -> Chain:
    """A chain whose flag is up at some versions, each of them for a single event."""
    events = [RecordedEvent(v, "a#B.C", None, {"n": v, "flag": v in at}) for v in range(length)]
    return chain_of(events, GenericFold())


@given(at=st.sets(st.integers(1, 3 * BLOCK), max_size=4), version=st.integers(-1, 3 * BLOCK + 2))
def test_across_the_borders_of_blocks(at: set[int], version: int) -> None:
    length = 3 * BLOCK + 2
    chain, condition = counting(length, at), Condition("flag == True")
    found = [each.version for each in crossings(chain, condition)]
    assert found == [v for v in range(1, length) if (v in at) != (v - 1 in at)]
    ahead = next_crossing(chain, condition, after_version=version)
    behind = next_crossing(chain, condition, after_version=version, forward=False)
    assert (ahead.version if ahead else None) == next((v for v in found if v > version), None)
    assert (behind.version if behind else None) == next((v for v in reversed(found) if v < version), None)


def test_a_crossing_that_lasted_one_event_is_two() -> None:
    chain = counting(20, {7})
    assert list(crossings(chain, Condition("flag"))) == [
        Crossing(0, None, False),
        Crossing(7, False, True),
        Crossing(8, True, False),
    ]
    assert next_crossing(chain, Condition("flag"), after_version=7) == Crossing(8, True, False)
    assert next_crossing(chain, Condition("flag"), after_version=8, forward=False) == Crossing(7, False, True)


def test_a_value_that_is_not_there_is_absent() -> None:
    events = [RecordedEvent(0, "a#B.Created", None, {"x": None}), RecordedEvent(1, "a#B.Discarded", None, {})]
    chain = chain_of(events, GenericFold())
    assert list(crossings(chain, "x")) == [Crossing(0, ABSENT, None), Crossing(1, None, ABSENT)]
    assert list(crossings(chain, "")) == [Crossing(0, ABSENT, {"x": None}), Crossing(1, {"x": None}, ABSENT)]
    assert list(crossings(chain, Condition("x"))) == []


def test_looking_backward_reads_no_more_than_it_has_to() -> None:
    length = 10 * BLOCK
    asked: list[int] = []
    events = [RecordedEvent(v, "a#B.C", None, {"flag": v >= length - 5}) for v in range(length)]

    def read(after: int | None, limit: int) -> list[RecordedEvent]:
        first = 0 if after is None else after + 1
        asked.append(first)
        return events[first : first + limit]

    chain = chain_by(GenericFold(), range(length), read)
    chain.state_after(length)
    asked.clear()
    found = next_crossing(chain, "flag", after_version=length, forward=False)
    assert found == Crossing(length - 5, False, True)
    assert min(asked) >= length - 2 * BLOCK


def test_from_a_snapshot_the_first_step_is_compared_with_it() -> None:
    events = [RecordedEvent(v, "a#B.C", None, {"n": v}) for v in range(6)]
    chain = chain_of(events, GenericFold(), RecordedSnapshot(3, "a#B", None, {"n": 3}))
    assert [each.version for each in crossings(chain, Condition("n > 2"))] == []
    assert [each.version for each in crossings(chain, Condition("version > 2"))] == []
    assert [each.version for each in crossings(chain, "n")] == [4, 5]
    assert next_crossing(chain, "n", after_version=4, forward=False) is None


@given(generated=ORDERS)
def test_many_at_once_are_each_as_if_alone(generated: History) -> None:
    watched: list[Condition | str] = [*map(Condition, ORDER_CONDITIONS), "total", "lines"]
    found: dict[int, list[Crossing]] = {}
    for index, crossing in all_crossings(generated.chain(), watched):
        assert isinstance(crossing, Crossing)
        found.setdefault(index, []).append(crossing)
    for index, each in enumerate(watched):
        alone = crossings(generated.chain(), each)
        assert found.get(index, []) == list(alone)


def test_one_that_takes_too_much_ends_and_the_others_go_on() -> None:
    events = [RecordedEvent(v, "a#B.C", None, {"n": v, "list": [0] * (800 if v == 1 else 1)}) for v in range(4)]
    watched: list[Condition | str] = [
        Condition("any(any(x > y for x in list) for y in list)"),
        "n",
        Condition("n == 2"),
    ]
    found = [(index, each) for index, each in all_crossings(chain_of(events, GenericFold()), watched)]
    assert [(index, each.version) for index, each in found if isinstance(each, Crossing)] == [
        *((1, 0), (1, 1), (1, 2), (2, 2), (1, 3), (2, 3)),
    ]
    assert [(index, "operations" in each.text) for index, each in found if isinstance(each, ConditionError)] == [
        (0, True)
    ]
    with pytest.raises(ConditionError, match="operations"):
        list(crossings(chain_of(events, GenericFold()), Condition("any(any(x > y for x in list) for y in list)")))


def test_progress_is_reported_after_each_block() -> None:
    length = 2 * BLOCK + 1
    reported: list[tuple[int, int]] = []
    for _ in all_crossings(counting(length, {5}), ["flag"], progress=lambda *counts: reported.append(counts)):
        pass
    assert reported == [(BLOCK, length), (2 * BLOCK, length)]


def test_a_malformed_path_is_refused_before_anything_is_read() -> None:
    chain = counting(3, set())
    with pytest.raises(PathError):
        crossings(chain, "a..b")
    with pytest.raises(PathError):
        next_crossing(chain, "a..b", after_version=0)


def test_a_search_is_stopped_by_its_checkpoint() -> None:
    class Stopped(Exception):
        pass

    def stop() -> None:
        raise Stopped

    for forward in (True, False):
        with pytest.raises(Stopped):
            next_crossing(counting(9, set()), "flag", stop, after_version=5, forward=forward)
    with pytest.raises(Stopped):
        list(crossings(counting(9, set()), Condition("flag"), stop))
