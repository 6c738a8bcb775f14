"""What snapshots cost and save: the arithmetic against counting, the interval that pays, and the sentences on it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.snapshot_cost.cost import (
    INTERVALS,
    EntityCosts,
    Interval,
    Share,
    SnapshotCost,
    conclusion,
    mean_events_after,
    point_text,
    subject,
)

INTERVAL_NUMBERS = [each for each in INTERVALS if each is not None]
SECONDS = st.floats(1e-6, 1.0)

COSTS = st.builds(
    EntityCosts,
    events=st.integers(1, 3000),
    query=SECONDS,
    from_zero=SECONDS,
    snapshot=SECONDS,
    bytes_each=st.floats(1, 1e6),
)
SNAPSHOT_COSTS = st.lists(st.builds(Share, COSTS, st.integers(1, 5)), min_size=1, max_size=5).map(
    lambda shares: SnapshotCost(tuple(shares), len(shares))
)


def costs(events: int = 1000, per_event: float = 1e-5, snapshot: float = 3e-4, **more: float) -> EntityCosts:
    """An entity whose rebuild from zero takes 0.2 ms, and so many seconds an event."""
    query = 2e-4
    return EntityCosts(events, query, query + events * per_event, snapshot, bytes_each=60.0, **more)


def alone(entity: EntityCosts) -> SnapshotCost:
    return SnapshotCost((Share(entity),))


# The arithmetic -------------------------------------------------------------------------------------------------------


@given(interval=st.integers(1, 600), events=st.integers(1, 3000))
def test_the_mean_of_events_after_a_snapshot_is_what_counting_gives(interval: int, events: int) -> None:
    if interval > events:
        assert mean_events_after(interval, events) == events, "there is no snapshot yet"
        return
    lengths = range(events - interval + 1, events + 1)
    after = [length - max(taken for taken in range(0, length + 1, interval)) for length in lengths]
    assert mean_events_after(interval, events) == pytest.approx(sum(after) / len(after))


@given(entity=COSTS, interval=st.sampled_from(INTERVALS))
def test_a_rebuild_is_its_query_its_snapshot_and_the_events_after_it(entity: EntityCosts, interval: Interval) -> None:
    if interval is None or interval > entity.events:
        assert entity.seconds_at(interval) == entity.from_zero
        assert entity.bytes_at(interval) == 0
    else:
        rebuilds = [entity.query + entity.snapshot + after * entity.per_event for after in range(interval)]
        assert entity.seconds_at(interval) == pytest.approx(sum(rebuilds) / interval)
        assert entity.bytes_at(interval) == pytest.approx(entity.events * entity.bytes_each / interval)


@given(entity=COSTS)
def test_more_snapshots_never_make_a_rebuild_longer_and_always_take_more(entity: EntityCosts) -> None:
    taken = [each for each in INTERVAL_NUMBERS if each <= entity.events]
    points = [alone(entity).at(each) for each in taken]
    assert [each.seconds for each in points] == sorted(each.seconds for each in points)
    written = [each.bytes_per_thousand for each in points]
    assert written == sorted(written, reverse=True)
    assert points[0].bytes_per_thousand == pytest.approx(1000 * entity.bytes_each), "one with every event"


@given(cost=SNAPSHOT_COSTS, interval=st.sampled_from(INTERVALS))
def test_a_share_counts_for_as_many_entities_as_it_represents(cost: SnapshotCost, interval: Interval) -> None:
    each_alone = [Share(share.costs) for share in cost.shares for _ in range(int(share.weight))]
    counted = SnapshotCost(tuple(each_alone), len(each_alone))
    assert cost.from_zero == pytest.approx(counted.from_zero)
    assert cost.events == pytest.approx(counted.events)
    assert cost.at(interval).seconds == pytest.approx(counted.at(interval).seconds)
    assert cost.at(interval).bytes_per_thousand == pytest.approx(counted.at(interval).bytes_per_thousand)


def test_an_entity_without_a_usable_snapshot_counts_as_from_zero() -> None:
    with_one = EntityCosts(100, 1e-4, 3e-3, 3e-4, base=99, skipped=100, from_base=4e-4)
    cost = SnapshotCost((Share(with_one), Share(costs(100), 3)), 4)
    assert cost.now == pytest.approx((4e-4 + 3 * costs(100).from_zero) / 4)
    assert (cost.saved, cost.events, cost.with_base) == (100, 400, 1)


def test_noise_makes_no_event_cost_less_than_nothing() -> None:
    assert EntityCosts(5, query=3e-4, from_zero=2e-4, snapshot=1e-4).per_event == 0


# The interval that pays -----------------------------------------------------------------------------------------------


@given(cost=SNAPSHOT_COSTS, target=SECONDS)
def test_the_interval_that_pays_is_the_longest_within_the_target(cost: SnapshotCost, target: float) -> None:
    paying = cost.paying(target)
    longer = INTERVALS if paying is None else INTERVALS[INTERVALS.index(paying.interval) + 1 :]
    assert paying is None or paying.seconds <= target
    assert all(cost.at(each).seconds > target for each in longer)
    assert (cost.least.seconds > target) == (paying is None)


@pytest.mark.parametrize(
    ("target", "interval"),
    [(0.0005, 1), (0.000505, 2), (0.001, 100), (0.002, 200), (0.0102, None)],
)
def test_a_looser_target_lets_snapshots_be_rarer(target: float, interval: Interval) -> None:
    paying = alone(costs()).paying(target)
    assert paying is not None
    assert paying.interval == interval


def test_the_target_is_a_millisecond_or_a_tenth_of_the_time_from_zero() -> None:
    assert alone(costs(10)).default_target == 0.001
    assert alone(costs(10_000)).default_target == pytest.approx(0.01002)


# In words -------------------------------------------------------------------------------------------------------------


def results(cost: SnapshotCost, interval: Interval, target: float = 0.001) -> str:
    return conclusion(cost, cost.at(interval), target)


def test_the_conclusion_is_a_sentence() -> None:
    cost = alone(costs())
    assert results(cost, 20) == (
        "A snapshot every 20 events makes a rebuild take 0.6 ms instead of 10.2 ms, for 3.0 kB per 1,000 events."
    )
    assert results(cost, 1).startswith(
        "A snapshot every event makes a rebuild take 0.5 ms instead of 10.2 ms, for 60 kB"
    )
    assert results(cost, None) == "Without any snapshot a rebuild takes 10.2 ms."
    assert conclusion(cost, None, 0.0001) == (
        "No interval makes a rebuild take 0.1 ms or less: the least is 0.5 ms, with a snapshot every event."
    )


def test_snapshots_that_would_not_pay_are_reported() -> None:
    short = alone(costs(20))
    assert (
        results(short, None)
        == "Without any snapshot a rebuild takes 0.4 ms, which is within 1.0 ms: no snapshot is needed."
    )
    assert results(short, 10) == (
        "A snapshot every 10 events does not pay: "
        "a rebuild would take 0.5 ms where 0.4 ms do, for 6.0 kB per 1,000 events."
    )
    assert results(short, 50) == (
        "A snapshot every 50 events would not have been taken yet: the entity does not have so many. "
        "A rebuild takes 0.4 ms."
    )


def test_figures_of_a_store_are_means_and_say_so() -> None:
    store = SnapshotCost((Share(costs(1000)), Share(costs(20), 9)), 10)
    assert results(store, 20).startswith(
        "A snapshot every 20 events makes a rebuild take 0.6 ms on average instead of 1.4 ms"
    )
    assert "no entity here has so many" in results(SnapshotCost((Share(costs(20)), Share(costs(9))), 2), 50)
    assert subject(store) == "2 of 10 entities measured · the longest has 1,000 events"
    assert subject(alone(costs(1))) == "1 event"
    assert subject(alone(costs(9000, is_partly_read=True))) == "9,000 events, only the first part of them read"


def test_a_point_is_formatted_on_two_lines() -> None:
    assert point_text(alone(costs()).at(50)) == "A snapshot every 50 events\n0.7 ms a rebuild, 1.2 kB per 1,000 events"
    assert point_text(alone(costs()).at(None)) == "Never a snapshot\n10.2 ms a rebuild, 0 B per 1,000 events"
