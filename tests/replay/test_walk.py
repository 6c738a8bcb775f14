"""A walk yields the states before and after each step, equal to those of the chain."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import KnownClasses, RecordedEvent, TimestampedVersionedEntity, create_entity
from es_desktop.replay import BLOCK, Base, ClassFold, GenericFold
from es_desktop.replay.chain import Moment, Walker, base_moment, walk
from es_desktop.replay.compare import compare_states
from es_desktop.replay.diff import value_at
from tests.replay.generated_histories import HISTORIES, ID, History
from tests.replay.histories import chain_of, published, recorded


class Bare(TimestampedVersionedEntity):
    """An entity without any attribute."""

    class Nudged(TimestampedVersionedEntity.Event):
        def mutate(self, bare: Bare) -> None:
            pass

    def nudge(self) -> None:
        self._trigger(self.Nudged)


CLASSES = KnownClasses()
CLASSES.register_model(Bare)


@given(generated=HISTORIES, data=st.data())
def test_states_are_those_of_the_chain(generated: History, data: st.DataObject) -> None:
    states = generated.states()
    first = data.draw(st.integers(0, len(generated.events)))
    stop = data.draw(st.integers(first, len(generated.events)))
    moments = list(walk(generated.chain(), first=first, stop=stop))
    assert [moment.version for moment in moments] == [event.version for event in generated.events[first:stop]]
    for at, moment in enumerate(moments, first):
        assert compare_states(moment.before, states[at]) == ()
        assert compare_states(moment.after, states[at + 1]) == ()


def test_an_entity_without_attributes_is_there_until_it_is_discarded() -> None:
    with published() as events:
        bare = create_entity(Bare, ID)
        bare.nudge()
        bare.discard()
    states = [(each.before, each.after) for each in walk(chain_of(recorded(events, CLASSES), ClassFold(Bare, CLASSES)))]
    assert states == [(None, {}), ({}, {}), ({}, None)]


def test_events_that_fail_change_nothing() -> None:
    failed = [RecordedEvent(v, "shop#Cart.Filled", None, {}, error="encrypted") for v in range(3)]
    discarded = RecordedEvent(3, "shop#Cart.Discarded", None, {})
    late = RecordedEvent(4, "shop#Cart.Filled", None, {"a": 1})
    states = [each.after for each in walk(chain_of([*failed, discarded, late], GenericFold()))]
    assert states == [{}, {}, {}, None, None]


def long_chain(length: int) -> Any:
    return chain_of([RecordedEvent(v, "a#B.C", None, {"last": v}) for v in range(length)], GenericFold())


def test_blocks_are_walked_through() -> None:
    moments = list(walk(long_chain(2 * BLOCK + 9), first=BLOCK - 1))
    assert [value_at(moment.after, "last") for moment in moments] == list(range(BLOCK - 1, 2 * BLOCK + 9))
    assert moments[0].before == {"last": BLOCK - 2}


def test_a_walk_is_stopped_by_its_checkpoint() -> None:
    class Stopped(Exception):
        pass

    def stop() -> None:
        if seen:
            raise Stopped

    seen: list[Moment] = []
    moments = walk(long_chain(3 * BLOCK), stop)
    with pytest.raises(Stopped):
        while True:
            seen.append(next(moments))
    assert len(seen) == BLOCK


def test_a_walker_goes_on_from_version_to_version() -> None:
    walker = Walker(chain_of([RecordedEvent(v, "a#B.C", None, {"last": v}) for v in (1, 3, 3, 8)], GenericFold()))
    found = [[moment.version for moment in walker.up_to(version)] for version in (0, 3, 2, 3, 99)]
    assert found == [[], [1, 3, 3], [], [], [8]]


def test_the_base_is_a_moment_without_a_step() -> None:
    chain = long_chain(3)
    assert base_moment(chain) == Moment(None, None, None, None)
    assert chain.base == Base(None)
