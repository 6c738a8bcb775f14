"""A chain of steps: each step and state is the same however, and in whatever order, it is asked for."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import RecordedEvent, RecordedSnapshot
from es_desktop.replay import ABSENT, BLOCK, Base, Chain, Change, Exactness, GenericFold, Step
from tests.replay.histories import chain_by, chain_of, reader

LENGTH = 2 * BLOCK + 37
"""Over two borders between blocks, and into a third."""


@cache
def history() -> tuple[RecordedEvent, ...]:
    """The events of a long life, of which each changes something else."""
    created = RecordedEvent(0, "shop#Cart.Created", 0.0, {"title": "Cart", "filled": 0})
    filled = [RecordedEvent(v, "shop#Cart.Filled", float(v), {"filled": v, f"v{v % 5}": v}) for v in range(1, LENGTH)]
    return (created, *filled)


def state_at(version: int) -> dict[str, Any]:
    """What the state at a version of that life has to be."""
    marks = {f"v{v % 5}": v for v in range(1, version + 1)}
    return {"title": "Cart", "filled": version, **marks}


def cart(snapshot: RecordedSnapshot | None = None) -> Chain:
    return chain_of(history(), GenericFold(), snapshot)


def snapshot_at(version: int) -> RecordedSnapshot:
    state = {f"_{name}": value for name, value in state_at(version).items()}
    return RecordedSnapshot(version, "shop#Cart", 0.0, {**state, "_id": 1, "_version": version + 1})


def timeless(steps: list[Step]) -> list[Step]:
    return [replace(step, seconds=0.0) for step in steps]


@cache
def steps_in_order() -> tuple[Step, ...]:
    return tuple(timeless(cart().steps(0, LENGTH)))


def test_a_step_has_its_event_and_its_changes() -> None:
    first, second = steps_in_order()[:2]
    assert (first.version, first.type, first.timestamp, first.error) == (0, "Created", 0.0, None)
    assert first.changes == (Change("title", ABSENT, "Cart"), Change("filled", ABSENT, 0))
    assert first.exactness is Exactness.INFERRED
    assert (second.version, second.type) == (1, "Filled")
    assert second.changes == (Change("filled", 0, 1), Change("v1", ABSENT, 1))
    assert second.exactness is Exactness.INFERRED


def test_there_is_one_step_for_each_event() -> None:
    assert len(cart()) == LENGTH
    assert [step.version for step in steps_in_order()] == list(range(LENGTH))
    assert all(step.error is None for step in steps_in_order())


@given(asked=st.lists(st.tuples(st.booleans(), st.integers(0, LENGTH), st.integers(0, LENGTH)), min_size=1, max_size=6))
def test_steps_and_states_are_the_same_in_any_order_of_asking(asked: list[tuple[bool, int, int]]) -> None:
    chain = cart()
    for wants_steps, first, stop in asked:
        if wants_steps:
            assert timeless(chain.steps(first, stop)) == list(steps_in_order()[first:stop])
        elif first:
            assert chain.state_after(first)[0] == state_at(first - 1)
        assert chain.seconds(stop) >= 0.0


@given(based_on=st.integers(0, LENGTH - 1), data=st.data())
def test_a_snapshot_saves_reading_and_changes_nothing(based_on: int, data: st.DataObject) -> None:
    version = data.draw(st.integers(based_on, LENGTH - 1))
    chain = cart(snapshot_at(based_on))
    assert (chain.base, chain.skipped, len(chain)) == (Base(based_on), based_on + 1, LENGTH - based_on - 1)
    assert chain.base_state == state_at(based_on)
    state, exactness = chain.state_after(chain.index_of(version))
    assert state == state_at(version)
    assert exactness is Exactness.INFERRED
    expected = [replace(step, exactness=Exactness.EXACT) for step in steps_in_order()[based_on + 1 :]]
    steps = timeless(chain.steps(0, LENGTH))
    assert [replace(step, exactness=Exactness.EXACT) for step in steps] == expected


@pytest.mark.parametrize("number", [BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, LENGTH])
def test_the_state_is_right_at_the_borders_of_blocks(number: int) -> None:
    assert cart().state_after(number)[0] == state_at(number - 1)


def test_before_the_first_event_there_is_nothing() -> None:
    assert cart().state_after(0) == (None, Exactness.EXACT)
    assert cart().steps(0, 0) == []
    assert cart().seconds(0) == 0.0
    assert cart().base == Base(None)
    assert (cart().base.name, cart(snapshot_at(3)).base.name) == ("zero", "snapshot")


def test_steps_end_where_the_events_end() -> None:
    assert [step.version for step in cart().steps(LENGTH - 2, LENGTH + 500)] == [LENGTH - 2, LENGTH - 1]
    assert cart().steps(LENGTH, LENGTH + 500) == []


def test_versions_may_have_gaps_and_begin_anywhere() -> None:
    versions = [3, 7, 8, 20]
    chain = chain_of([RecordedEvent(v, "a#B.C", None, {"last": v}) for v in versions], GenericFold())
    assert [chain.index_of(version) for version in (0, 3, 6, 7, 19, 20, 99)] == [0, 1, 1, 2, 3, 4, 4]
    assert [chain.state_after(count)[0] for count in (1, 2, 3, 4)] == [{"last": version} for version in versions]
    assert [step.version for step in chain.steps(0, 4)] == versions


def test_what_a_caller_does_to_a_state_stays_with_the_caller() -> None:
    chain = cart(snapshot_at(4))
    for count in (0, 1, BLOCK, BLOCK + 1):
        state: Any = chain.state_after(count)[0]
        state.clear()
        assert chain.state_after(count)[0] == state_at(4 + count)


def test_a_rebuild_has_the_base_the_steps_and_the_state() -> None:
    rebuild = cart(snapshot_at(10)).rebuild(BLOCK + 20)
    assert (rebuild.base, rebuild.base_state, rebuild.skipped) == (Base(10), state_at(10), 11)
    assert [step.version for step in rebuild.steps] == list(range(11, BLOCK + 21))
    assert (rebuild.state, rebuild.exactness) == (state_at(BLOCK + 20), Exactness.INFERRED)
    assert rebuild.writers["filled"] == list(range(11, BLOCK + 21))
    assert rebuild.writers["v0"] == list(range(15, BLOCK + 21, 5))
    assert "title" not in rebuild.writers
    assert rebuild.seconds == sum(step.seconds for step in rebuild.steps) > 0


def test_a_rebuild_at_its_base_has_no_steps() -> None:
    rebuild = cart(snapshot_at(10)).rebuild(10)
    assert (rebuild.steps, rebuild.writers, rebuild.seconds) == ((), {}, 0)
    assert (rebuild.state, rebuild.exactness) == (state_at(10), Exactness.INFERRED)


def test_more_blocks_than_are_kept_can_be_walked() -> None:
    count = 70 * BLOCK
    events = [RecordedEvent(v, "a#B.C", None, {"last": v}) for v in range(count)]
    asked: list[int] = []

    def read(after: int | None, limit: int) -> list[RecordedEvent]:
        asked.append(limit)
        return events[(-1 if after is None else after) + 1 :][:limit]

    chain = chain_by(GenericFold(), range(count), read)
    for first in range(0, count, BLOCK):
        assert chain.steps(first, first + 1)[0].changes[-1].after == first
    asked.clear()
    chain.steps(count - 64 * BLOCK, count)
    assert asked == [], "the last 64 blocks are kept"
    first = count - 65 * BLOCK
    assert chain.steps(first, first + 1)[0].changes == (Change("last", first - 1, first),)
    assert asked == [BLOCK], "no more than 64"
    assert chain.state_after(count)[0] == {"last": count - 1}


@given(counts=st.lists(st.integers(1, LENGTH), min_size=1, max_size=8))
def test_a_jump_to_a_version_gives_what_a_walk_to_it_gives(counts: list[int]) -> None:
    chain = cart()
    for count in counts:
        assert chain.state_after(count) == (state_at(count - 1), steps_in_order()[count - 1].exactness)
        assert timeless(chain.steps(count - 1, count)) == [steps_in_order()[count - 1]]
        assert chain.seconds(count) > 0.0
        assert not chain.failures


def test_a_jump_computes_one_step_and_the_second_jump_its_whole_block() -> None:
    asked: list[int] = []

    def read(after: int | None, limit: int) -> list[RecordedEvent]:
        asked.append(limit)
        return list(history()[(-1 if after is None else after) + 1 :][:limit])

    chain = chain_by(GenericFold(), range(LENGTH), read)
    chain.steps(BLOCK, 2 * BLOCK)
    asked.clear()
    chain.state_after(2 * BLOCK + 20)
    chain.seconds(2 * BLOCK + 20)
    chain.steps(2 * BLOCK + 19, 2 * BLOCK + 20)
    assert asked == [20]
    asked.clear()
    for count in range(2 * BLOCK + 10, 2 * BLOCK + 30):
        assert chain.state_after(count)[0] == state_at(count - 1)
        chain.steps(count - 1, count)
    assert asked == [BLOCK]


def test_a_jump_to_an_event_that_is_gone_gives_the_last_state() -> None:
    chain = chain_by(GenericFold(), range(BLOCK), lambda after, limit: list(history()[:3]) if after is None else [])
    assert chain.state_after(50)[0] == state_at(2)


def test_the_seconds_of_all_steps_are_part_of_the_time_that_they_took() -> None:
    chain, started = cart(), perf_counter()
    steps = chain.steps(0, LENGTH)
    took = perf_counter() - started
    assert all(step.seconds > 0 for step in steps)
    assert sum(step.seconds for step in steps) <= took
    assert chain.seconds(LENGTH) == pytest.approx(sum(step.seconds for step in steps))


def test_a_step_lists_a_removed_member_of_a_list_as_one_removal() -> None:
    payloads = ({"lines": ["a", "b", "c"]}, {"lines": ["a", "c"]}, {"lines": ["a", "d"]})
    events = [RecordedEvent(at, "shop#Cart.Filled", 0.0, payload) for at, payload in enumerate(payloads)]
    _, cut, changed = chain_of(events, GenericFold()).steps(0, 3)
    assert cut.changes == (Change("lines[1]", "b", "c"), Change("lines[2]", "c", ABSENT))
    assert cut.readable_changes == cut.shortened == (Change("lines[1]", "b", ABSENT),)
    assert changed.readable_changes == changed.changes == (Change("lines[1]", "c", "d"),)
    assert changed.shortened is None


READING, APPLYING = 0.004, 0.0001


def work(seconds: float) -> None:
    end = perf_counter() + seconds
    while perf_counter() < end:
        pass


class SlowFold(GenericFold):
    def apply(self, state: Any, event: RecordedEvent) -> Any:
        work(APPLYING)
        return super().apply(state, event)


def test_the_time_to_read_a_single_event_is_part_of_its_seconds() -> None:
    event = history()[0]

    def read(after: int | None, limit: int) -> list[RecordedEvent]:
        work(10 * READING)
        return [event]

    (step,) = chain_by(GenericFold(), range(1), read).steps(0, 1)
    assert step.seconds >= 10 * READING


def test_only_the_event_that_ends_an_entity_discards_it() -> None:
    names = ("Created", "Discarded", "Filled")
    events = [RecordedEvent(version, f"shop#Cart.{name}", 0.0, {"n": 1}) for version, name in enumerate(names)]
    steps = chain_of(events, GenericFold()).steps(0, 3)
    assert [step.discards for step in steps] == [False, True, False]


@pytest.mark.parametrize("count", [1, BLOCK, 2 * BLOCK, 2 * BLOCK + 20])
@pytest.mark.parametrize("first", ["steps", "state", "seconds"])
def test_seconds_are_those_of_reading_and_applying_and_no_more_than_it_took(first: str, count: int) -> None:
    reads: list[int] = []

    def read(after: int | None, limit: int) -> list[RecordedEvent]:
        reads.append(limit)
        work(READING)
        return reader(history())(after, limit)

    chain = chain_by(SlowFold(), range(LENGTH), read)
    started = perf_counter()
    if first == "steps":
        chain.steps(0, count)
    elif first == "state":
        chain.state_after(count)
    seconds = chain.seconds(count)
    took = perf_counter() - started
    assert count * APPLYING + count // BLOCK * READING <= seconds <= took
    assert first != "state" or seconds >= len(reads) * READING + count * APPLYING
    assert sum(step.seconds for step in chain.steps(0, count)) >= count * APPLYING


def test_a_step_without_more_is_an_event_that_changed_nothing() -> None:
    step = Step(3, "Paid", None)
    assert (step.changes, step.readable_changes, step.error, step.traceback, step.seconds) == ((), (), None, "", 0.0)
    assert (step.exactness, step.discards, step.exists) == (Exactness.EXACT, False, True)
    assert (Base().name, Base(0).name, Base().version) == ("zero", "snapshot", None)
