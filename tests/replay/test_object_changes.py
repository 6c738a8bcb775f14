"""What each event changed, found on the object itself: always the same as by whole plain trees."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from es_desktop.core import RecordedEvent
from es_desktop.examples import Order
from es_desktop.replay import ABSENT, plain_state
from es_desktop.replay.diff import same_tree
from es_desktop.replay.histories import HistoryStep, chain_history, changed_attributes, history_steps
from es_desktop.replay.object_changes import ObjectChanges
from tests.replay.generated_histories import EXACT_HISTORIES, History
from tests.replay.histories import chain_of
from tests.replay.trees import LEAVES, TREES

_NAMES = st.sampled_from(["foo", "_foo", "_id", "__dunder__", "bar"])
_WILD = TREES | st.sampled_from(
    [(1, 2), {1, 2}, frozenset("a"), deque([1]), Order.Status.OPEN, SimpleNamespace(_x=[1]), {1: "a"}, {(1, 2): []}]
)


def _same(left: Any, right: Any) -> bool:
    return left.keys() == right.keys() and all(same_tree(left[name], right[name]) for name in left)


@settings(max_examples=40)
@given(st.lists(st.dictionaries(_NAMES, _WILD, max_size=4) | st.none() | st.tuples(_NAMES, LEAVES), max_size=8))
def test_of_any_object(changes: list[dict[str, Any] | tuple[str, Any] | None]) -> None:
    state: SimpleNamespace | None = None
    found, before = ObjectChanges(), None
    for change in changes:
        if change is None:
            state = None
        elif isinstance(change, dict):  # another object, or another version of it
            state = SimpleNamespace(**{**(vars(state) if state is not None and change else {}), **deepcopy(change)})
        elif state is not None:  # the same object, changed inside
            held = getattr(state, change[0], None)
            if type(held) is list:
                held.append(change[1])
            elif type(held) is dict:
                held["new"] = change[1]
        after = None if state is None else plain_state(vars(state))
        assert _same(found.changed(state), changed_attributes(before, after))
        assert found.shown is None if after is None else _same(found.shown or {}, after)
        before = after


def test_equal_values_of_other_types_and_scales() -> None:
    found, state = ObjectChanges(), SimpleNamespace(a=1, b=[Decimal("1.0")], c=float("nan"), d={"x": 1})
    assert list(found.changed(state)) == ["a", "b", "c", "d"]
    state.a, state.b, state.c, state.d = True, [Decimal("1.00")], float("nan"), {"x": 1.0}
    assert found.changed(state) == {"a": True, "d": {"x": 1.0}}
    del state.a
    state.d["x"] = 1
    assert found.changed(state) == {"d": {"x": 1}, "a": ABSENT}


def _steps(events: tuple[RecordedEvent, ...] | list[RecordedEvent], fold: Any, size: int) -> Iterator[HistoryStep]:
    return history_steps(fold, [events[at : at + size] for at in range(0, len(events), size)])


def _without_addresses(step: HistoryStep) -> tuple[Any, ...]:
    """Return what a step says, without the addresses of objects in its failure."""
    *others, failure = step
    return *others, re.sub("0x[0-9a-f]+", "", failure)


@settings(max_examples=25)
@given(EXACT_HISTORIES, st.integers(1, 4), st.data())
def test_of_any_life_with_events_that_are_missing_or_fail(history: History, size: int, data: st.DataObject) -> None:
    events = list(history.events)
    for at in sorted(data.draw(st.sets(st.integers(0, max(len(events) - 1, 0)), max_size=2)), reverse=True):
        match data.draw(st.sampled_from(["drop", "unknown", "again"])):
            case "drop" if len(events) > 1:
                del events[at]
            case "unknown":
                events[at] = replace(events[at], domain_event=None, error="no valid JSON")
            case _:
                events.insert(at + 1, replace(events[at], version=events[at].version + 1))
                events[at + 2 :] = [replace(each, version=each.version + 1) for each in events[at + 2 :]]
    if events and events[0].version <= history.fold.first_version:
        expected = list(chain_history(chain_of(events, history.fold)))
        found = [_without_addresses(each) for each in _steps(events, history.fold, size)]
        assert found == [_without_addresses(each) for each in expected]
