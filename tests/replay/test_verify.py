"""Snapshots: a true one is never called false; a false one is found, with its path and the first event that differs."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from es_desktop.core import RecordedEvent, RecordedSnapshot, create_entity
from es_desktop.examples import Example, Order
from es_desktop.replay import ABSENT, BLOCK, Chain, Exactness, GenericFold, diff
from es_desktop.replay.diff import leaf_paths, same_tree, value_at
from es_desktop.replay.fold import FoldError, Report
from es_desktop.replay.verify import SnapshotCheck, check_snapshots
from tests.replay.generated_histories import CARTS, EXACT_HISTORIES, ID, History
from tests.replay.histories import chain_by, chain_of, published, recorded, snapshots_of, states_of
from tests.replay.trees import LEAVES, parts_of


def snapshot(version: int, state: Any, error: str | None = None) -> RecordedSnapshot:
    kept = None if state is None else deepcopy(state)
    return RecordedSnapshot(version, "shop#Cart", None, kept, error)


def true_snapshots(generated: History) -> list[RecordedSnapshot]:
    """A snapshot at each version; the last of several events with the same version is what counts."""
    return [snapshot(each.version, state) for each, state in zip(generated.events, generated.states()[1:], strict=True)]


def with_value(state: Any, path: str, value: Any) -> Any:
    altered = deepcopy(state)
    *inner, last = parts_of(path)
    container = altered
    for part in inner:
        container = container[part]
    container[last] = value
    return altered


def first_event_by_hand(generated: History, version: int, path: str, value: Any) -> int:
    """The definition: the earliest version from which on, up to the snapshot's, the value at the path is another."""
    states = dict(zip((each.version for each in generated.events), generated.states()[1:], strict=True))
    up_to = [each for each in states if each <= version]
    return next(
        first
        for first in up_to
        if not any(same_tree(value_at(states[each], path), value) for each in up_to if each >= first)
    )


@given(generated=EXACT_HISTORIES)
def test_a_true_snapshot_is_never_false(generated: History) -> None:
    checks = list(check_snapshots(generated.chain(), true_snapshots(generated)))
    assert checks == [SnapshotCheck(each.version, True) for each in generated.events]


@given(generated=CARTS)
def test_what_can_only_be_inferred_is_not_called_false(generated: History) -> None:
    chain = generated.chain()
    for check in check_snapshots(chain, [snapshot(each.version, {"altered": 1}) for each in generated.events]):
        exactness = chain.state_after(chain.index_of(check.version))[1]
        assert check.ok is None or exactness == "exact"
        assert check.ok is not None or check.reason


@given(generated=EXACT_HISTORIES, data=st.data())
def test_one_altered_value_is_found_with_its_path_and_first_event(generated: History, data: st.DataObject) -> None:
    snapshots, states = true_snapshots(generated), generated.states()[1:]
    altered: dict[int, tuple[str, Any, Any]] = {}
    for at in data.draw(st.sets(st.integers(0, len(snapshots) - 1), min_size=1, max_size=3)):
        paths = sorted(leaf_paths(states[at] or {}))
        assume(paths)
        path, value = data.draw(st.sampled_from(paths)), data.draw(old_values(generated) | LEAVES)
        assume(not same_tree(value_at(states[at], path), value))
        snapshots[at] = snapshot(generated.events[at].version, with_value(states[at], path, value))
        altered[generated.events[at].version] = (path, value, value_at(states[at], path))
    for check in check_snapshots(generated.chain(), snapshots):
        if check.version not in altered:
            assert check.ok is True
            continue
        path, value, replayed = altered[check.version]
        assert (check.ok, check.path) == (False, path)
        assert same_tree([check.snapshot, check.replayed], [value, replayed])
        assert check.first_event == first_event_by_hand(generated, check.version, path, value)


def old_values(generated: History) -> st.SearchStrategy[Any]:
    """Values that the life had at some time: those that a snapshot is likely to lag behind with."""
    return st.sampled_from(
        [value_at(state, path) for state in generated.states() for path in leaf_paths(state or {})] or [0]
    )


@given(generated=EXACT_HISTORIES, other=st.integers(0, 99), data=st.data())
def test_a_snapshot_of_another_version_is_judged_by_the_definition(
    generated: History, other: int, data: st.DataObject
) -> None:
    states = generated.states()[1:]
    at = data.draw(st.integers(0, len(states) - 1))
    kept = states[other % len(states)]
    (check,) = check_snapshots(generated.chain(), [snapshot(generated.events[at].version, kept)])
    changes = list(diff(states[at], kept))
    if not changes:
        assert check.ok is ((states[at] is None) == (kept is None))
        return
    version = generated.events[at].version
    assert check.ok is False
    assert check.path in [change.path for change in changes]
    assert same_tree([check.replayed, check.snapshot], [value_at(states[at], check.path), value_at(kept, check.path)])
    assert check.first_event == first_event_by_hand(generated, version, check.path, value_at(kept, check.path))


def an_order() -> tuple[Chain, list[RecordedSnapshot]]:
    with published() as events:
        order = create_entity(Order, ID, customer="Zoë")
        order.add_item("A", "Apple", 2, Decimal("1.50"))
        order.add_item("B", "Bowl", 1, Decimal("10.00"))
        order.note = "Ring twice"
        order.pay("card")
        order.discard()
    return chain_of(recorded(events), Order), snapshots_of(states_of(Order, events), ID)


def without(of: RecordedSnapshot, name: str) -> RecordedSnapshot:
    assert of.state is not None
    return replace(of, state={each: value for each, value in of.state.items() if each != name})


def altered(of: RecordedSnapshot, path: str, value: Any) -> RecordedSnapshot:
    return replace(of, state=with_value(of.state, path, value))


def test_snapshots_as_a_store_hands_them_out_are_true() -> None:
    chain, snapshots = an_order()
    assert [check.ok for check in check_snapshots(chain, snapshots)] == [True] * 6


def test_one_nested_value_altered_by_hand() -> None:
    chain, snapshots = an_order()
    snapshots[4] = altered(snapshots[4], "_lines[1].price", Decimal("9.00"))
    *others, check, last = check_snapshots(chain, snapshots)
    assert [each.ok for each in (*others, last)] == [True] * 5
    assert check == SnapshotCheck(4, False, "lines[1].price", Decimal("9.00"), Decimal("10.00"), first_event=0)


def test_a_snapshot_that_missed_an_event_names_it() -> None:
    chain, snapshots = an_order()
    (check,) = check_snapshots(chain, [altered(snapshots[4], "_note", "")])
    assert (check.path, check.snapshot, check.replayed, check.first_event) == ("note", "", "Ring twice", 3)


def test_a_snapshot_that_says_discarded_too_early_or_too_late() -> None:
    chain, snapshots = an_order()
    early, late = replace(snapshots[3], state=None), replace(snapshots[3], version=5)
    found = [
        (check.version, check.ok, check.path, check.first_event) for check in check_snapshots(chain, [early, late])
    ]
    assert found == [(3, False, "status", 0), (5, False, "status", 4)]
    (check,) = check_snapshots(chain, [early])
    assert (check.snapshot, check.replayed) == (ABSENT, Order.Status.OPEN)


def test_what_only_one_side_has_is_absent_on_the_other() -> None:
    chain, snapshots = an_order()
    assert snapshots[2].state is not None
    more = replace(snapshots[2], state={**snapshots[2].state, "_extra": 1})
    less = without(snapshots[3], "_lines")
    checks = list(check_snapshots(chain, [more, less]))
    assert [(each.path, each.snapshot) for each in checks] == [("extra", 1), ("lines", ABSENT)]
    assert [(each.replayed is ABSENT, each.first_event) for each in checks] == [(True, 0), (False, 0)]


def test_a_snapshot_that_cannot_be_decoded_or_has_no_event() -> None:
    chain, snapshots = an_order()
    broken = replace(snapshots[2], error="cut off", state=None)
    late = replace(snapshots[3], version=17)
    checks = list(check_snapshots(chain, [late, broken]))
    assert [(check.version, check.ok, check.reason) for check in checks] == [
        (2, None, "the snapshot cannot be decoded: cut off"),
        (17, None, "there is no event at version 17"),
    ]


def test_after_an_event_that_failed_a_snapshot_cannot_be_checked() -> None:
    with published() as events:
        example = create_entity(Example, ID)
        example.beat_heart(3)
    snapshots = snapshots_of(states_of(Example, events), ID)
    read = recorded(events)
    read[2] = replace(read[2], domain_event=None, error="the payload is not valid JSON")
    checks = list(check_snapshots(chain_of(read, Example), snapshots))
    assert [check.ok for check in checks] == [True, True, None, None]
    assert checks[3].reason == "the event at version 2 could not be applied: the payload is not valid JSON"


def test_without_the_model_no_snapshot_is_called_true_or_false() -> None:
    created = RecordedEvent(0, "shop#Cart.Created", None, {"title": "Cart", "tags": ["a"]})
    for kept in ({"title": "Cart", "tags": ["a"]}, {"title": "Cart", "tags": ["b"], "count": 0}):
        (check,) = check_snapshots(chain_of([created], GenericFold()), [snapshot(0, kept)])
        reason = "the state is only inferred from version 0 on: the model's code is not here"
        assert (check.ok, check.reason) == (None, reason)


class SureFold(GenericFold):
    """A fold for a model of which it is known that it does nothing else."""

    exactness: ClassVar = Exactness.EXACT


class ForeignFold(SureFold):
    """A fold in another process, which can read no snapshot."""

    @staticmethod
    def run(start: Any, events: Any, known: Any, report: Report, *, views: bool) -> Any:
        report(0, None, {}, {}, 0.0)
        return start

    def start(self, snapshot: RecordedSnapshot | None) -> Any:
        if snapshot is not None:
            raise FoldError("its class is gone")
        return {}


def test_a_snapshot_that_the_code_of_the_model_refuses() -> None:
    created = RecordedEvent(0, "shop#Cart.Created", None, {})
    (check,) = check_snapshots(chain_of([created], ForeignFold()), [snapshot(0, {"title": "Cart"})])
    assert (check.ok, check.reason) == (None, "the snapshot cannot be used: its class is gone")


def test_snapshots_are_compared_with_zero_and_nothing_else() -> None:
    _, snapshots = an_order()
    with published() as events:
        create_entity(Order, ID, customer="Zoë")
    with pytest.raises(ValueError, match="begins at a snapshot"):
        next(check_snapshots(chain_of(recorded(events), Order, snapshots[0]), snapshots))


def test_an_entity_without_snapshots_has_nothing_to_check() -> None:
    chain, _ = an_order()
    assert list(check_snapshots(chain, [])) == []


def test_each_event_is_read_once_and_twice_where_a_snapshot_is_false() -> None:
    length = 3 * BLOCK
    events = [RecordedEvent(v, "a#B.AttributeChanged", None, {"name": "n", "value": v}) for v in range(length)]
    asked: list[int] = []

    def read(after: int | None, limit: int) -> list[RecordedEvent]:
        first = 0 if after is None else after + 1
        asked.extend(range(first, min(first + limit, length)))
        return events[first : first + limit]

    snapshots = [snapshot(version, {"n": version}) for version in range(length)]
    assert all(check.ok for check in check_snapshots(chain_by(SureFold(), range(length), read), snapshots))
    assert sorted(asked) == list(range(length))
    false = [snapshot(version, {"n": version // 2}) for version in range(1, length)]
    checks = list(check_snapshots(chain_by(SureFold(), range(length), read), false))
    assert [check.first_event for check in checks] == [version // 2 + 1 for version in range(1, length)]
    assert len(asked) <= 3 * length


def test_a_check_is_yielded_as_soon_as_it_is_known() -> None:
    class Stopped(Exception):
        pass

    def stop() -> None:
        if len(seen) >= 2:
            raise Stopped

    chain, snapshots = an_order()
    seen: list[SnapshotCheck] = []
    checks = check_snapshots(chain, snapshots, stop)
    with pytest.raises(Stopped):
        while True:
            seen.append(next(checks))
    assert [check.version for check in seen] == [0, 1]


def test_after_a_false_snapshot_come_those_that_are_true_and_those_that_cannot_be_checked() -> None:
    events = [RecordedEvent(v, "shop#Cart.Filled", None, {"n": v}) for v in range(4)]
    snapshots = [snapshot(1, {"_n": 5}), snapshot(2, {"_n": 2}), snapshot(3, None, "cut off"), snapshot(3, {"_n": 7})]
    checks = list(check_snapshots(chain_of(events, SureFold()), snapshots))
    assert [(each.version, each.ok, each.first_event) for each in checks] == [
        (1, False, 0),
        (2, True, None),
        (3, None, None),
        (3, False, 0),
    ]


def test_a_value_that_changed_inside_is_known_as_the_whole_that_it_was() -> None:
    """The snapshot has the address as it was after version 1, where only a part of it was written."""
    addresses: list[Any] = [{"city": "A", "zip": [1, 2]}, {"city": "B", "zip": [1, 2]}, "unknown", "unknown"]
    events = [RecordedEvent(v, "shop#Cart.Filled", None, {"address": each}) for v, each in enumerate(addresses)]
    (check,) = check_snapshots(chain_of(events, SureFold()), [snapshot(3, {"_address": addresses[1]})])
    assert (check.path, check.snapshot, check.replayed) == ("address", addresses[1], "unknown")
    assert check.first_event == 2


def test_a_value_that_came_with_the_whole_around_it_is_known() -> None:
    """The snapshot has the city as it was after version 1, which wrote the whole address."""
    payloads = [{"title": "Cart"}, {"address": {"city": "A"}}, {"address": {"city": "B"}}, {"address": {"city": "B"}}]
    events = [RecordedEvent(v, "shop#Cart.Filled", None, each) for v, each in enumerate(payloads)]
    kept = {"_title": "Cart", "_address": {"city": "A"}}
    (check,) = check_snapshots(chain_of(events, SureFold()), [snapshot(3, kept)])
    assert (check.path, check.first_event) == ("address.city", 2)
