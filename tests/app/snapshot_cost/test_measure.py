"""Measuring what snapshots cost and save, on real stores: the figures fit each other and the store."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.entity.commands import Commands
from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.verdict import NEAREST, ZERO
from es_desktop.app.runtime.errors import Cancelled, CancelToken, UserError
from es_desktop.app.snapshot_cost.cost import EntityCosts
from es_desktop.app.snapshot_cost.measure import (
    Effort,
    Rebuilder,
    group_by_length,
    measure_entity,
    measure_store,
    sampling_plan,
)
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.examples import Order
from es_desktop.replay import plain_state
from tests.app.storing import sql

BRIEF = Effort(rounds=2, seconds=30)


@pytest.fixture(scope="module")
def demo(demo_template: Path) -> Iterator[Session]:
    with closing(open_session(str(demo_template), writable=False)) as session:
        yield session


@pytest.fixture(scope="module")
def entities(demo: Session) -> list[EntityFacts]:
    return sorted(demo.entities(), key=lambda each: each.events, reverse=True)


def bytes_in(path: Path, table: str, entity_id: Any) -> list[int]:
    """The bytes of each record of an entity: its topic and its payload."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        query = f"SELECT topic, data FROM {table} WHERE sequence_id = ?"
        return [sum(len(text.encode()) for text in row) for row in connection.execute(query, (entity_id.bytes,))]


def are_sound(costs: EntityCosts) -> None:
    times = [costs.query, costs.from_zero, costs.snapshot, costs.now, costs.per_event, costs.seconds_at(10)]
    assert all(math.isfinite(each) and each >= 0 for each in times)
    assert min(costs.query, costs.from_zero, costs.snapshot, costs.now, costs.event_bytes, costs.bytes_each) > 0


# One entity -----------------------------------------------------------------------------------------------------------


def test_the_figures_of_an_entity_are_those_of_the_store(
    demo: Session, entities: list[EntityFacts], demo_template: Path
) -> None:
    for entity in (entities[0], *entities[5::60]):
        costs = measure_entity(demo, entity, effort=BRIEF)
        are_sound(costs)
        rebuild = demo.explain(entity.id, base=NEAREST)
        assert (costs.events, costs.base, costs.skipped) == (entity.events, rebuild.base.version, rebuild.skipped)
        assert (costs.from_base is None) == (rebuild.base.version is None)
        assert costs.event_bytes == pytest.approx(sum(bytes_in(demo_template, "integer_sequenced_items", entity.id)))
        snapshots = bytes_in(demo_template, "snapshots", entity.id)
        assert costs.snapshot_bytes == pytest.approx(sum(snapshots))
        assert not costs.is_partly_read
        if snapshots:
            assert costs.bytes_each == pytest.approx(sum(snapshots) / len(snapshots))


def test_what_is_measured_is_the_rebuild_itself(demo: Session, entities: list[EntityFacts]) -> None:
    for entity in entities[:200:20]:
        rebuilder = Rebuilder(demo, entity)
        state = rebuilder.replay(rebuilder.zero(), None, entity.events).state
        expected = demo.explain(entity.id, base=ZERO).state
        assert (None if state is None else plain_state(vars(state))) == expected
        if entity.snapshots:
            base = demo.explain(entity.id).base.version
            assert base is not None
            from_base = rebuilder.replay(rebuilder.read_snapshot(base), base, entity.events).state
            assert (None if from_base is None else plain_state(vars(from_base))) == expected


def test_without_a_snapshot_its_cost_is_estimated_by_encoding_the_state(tmp_path: Path) -> None:
    path = tmp_path / "made.esdb"
    with closing(create_session(str(path))) as session:
        commands = Commands(session)
        order: Any = commands.create(Order, {"customer": "Zoë"}).entity_id
        for version in range(30):
            commands.change_attribute(order, "note", f"note {version} of the customer", version)
        before = measure_entity(session, session.entity(order), effort=BRIEF)
        are_sound(before)
        assert (before.base, before.from_base, before.snapshot_bytes) == (None, None, 0)
        assert before.now == before.from_zero
        commands.take_snapshot(order)
        (taken,) = bytes_in(path, "snapshots", order)
        assert before.bytes_each == pytest.approx(taken, abs=12), "but for the digits of its time"
        assert measure_entity(session, session.entity(order), effort=BRIEF).base == 30


def test_a_store_of_another_program_is_measured_and_stays_as_it_was(sample: Path) -> None:
    content = sample.read_bytes()
    with closing(open_session(str(sample))) as session:
        found = [(each, measure_entity(session, each, effort=BRIEF)) for each in session.entities()]
    for entity, costs in found:
        are_sound(costs)
        assert costs.events == entity.events
    assert {costs.base is None for _, costs in found} == {True, False}
    assert sample.read_bytes() == content


def test_a_record_that_cannot_be_decoded_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "made.esdb"
    with closing(create_session(str(path))) as session:
        commands = Commands(session)
        order: Any = commands.create(Order, {"customer": "Zoë"}).entity_id
        for version in range(5):
            commands.change_attribute(order, "note", f"note {version}", version)
        commands.take_snapshot(order, 2)
        sql(path, "UPDATE integer_sequenced_items SET data = 'cut off' WHERE position = 4")
        costs = measure_entity(session, session.entity(order), effort=BRIEF)
        are_sound(costs)
        assert (costs.base, costs.skipped) == (2, 3)
        sql(path, "UPDATE snapshots SET data = 'cut off'")
        assert measure_entity(session, session.entity(order), effort=BRIEF).base is None


def test_of_a_history_that_takes_too_long_the_rest_is_reckoned(demo: Session, entities: list[EntityFacts]) -> None:
    costs = measure_entity(demo, entities[0], effort=Effort(rounds=3, seconds=0))
    are_sound(costs)
    assert costs.is_partly_read
    assert costs.events == entities[0].events


def test_what_is_not_wanted_any_more_stops(demo: Session, entities: list[EntityFacts]) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        measure_entity(demo, entities[0], token.check)


# A store --------------------------------------------------------------------------------------------------------------


def quiet(done: int, total: int) -> None:
    """Progress that nobody looks at."""


def of_lengths(lengths: list[int]) -> list[EntityFacts]:
    return [EntityFacts(str(at), "T", None, 0, length, 0, None, None, False) for at, length in enumerate(lengths)]


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=300))
def test_entities_are_grouped_by_length(lengths: list[int]) -> None:
    entities = of_lengths(lengths)
    groups = group_by_length(entities)
    assert Counter(each.id for members in groups.values() for each in members) == Counter(each.id for each in entities)
    assert [each.events for each in groups[0]] == [max(lengths)]
    for group, members in groups.items():
        found = [each.events for each in members]
        assert group == 0 or max(found) < 2 * min(found)


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=300))
def test_a_plan_measures_one_of_each_group_before_a_second_of_any(lengths: list[int]) -> None:
    groups = group_by_length(of_lengths(lengths))
    plan = sampling_plan(groups)
    assert len({each.id for _, each in plan}) == len(plan), "none twice"
    assert all(entity in groups[group] for group, entity in plan)
    assert plan[0][1].events == max(lengths), "the longest at once"
    assert {group for group, _ in plan[: len(groups)]} == set(groups)
    counts = Counter(group for group, _ in plan)
    assert all(counts[group] == min(len(members), 60) for group, members in groups.items())


def test_a_sample_represents_the_whole_store(demo: Session, entities: list[EntityFacts]) -> None:
    cost = measure_store(demo, quiet, seconds=0)
    groups = group_by_length(entities)
    assert len(cost.shares) == len(groups), "one of each, since there was no time for more"
    assert sum(share.weight for share in cost.shares) == pytest.approx(cost.entities) == pytest.approx(len(entities))
    assert cost.longest.events == entities[0].events
    assert cost.is_estimated
    events = sum(each.events for each in entities)
    assert events / 2 < cost.events < events * 2


def test_where_all_are_measured_nothing_is_estimated(sample: Path) -> None:
    with closing(open_session(str(sample))) as session:
        found = list(session.entities())
        results: list[tuple[int, int]] = []
        cost = measure_store(session, lambda done, total: results.append((done, total)), seconds=60)
        bases = [session.explain(each.id).skipped for each in found]
    assert not cost.is_estimated
    assert (len(cost.shares), cost.events) == (len(found), sum(each.events for each in found))
    assert cost.saved == sum(bases)
    assert cost.with_base == sum(each > 0 for each in bases)
    assert results[0] == (0, 0), "before it is known how many there are"
    assert results[1:] == sorted(results[1:])
    assert {total for _, total in results[1:]} == {len(found)}


def test_measuring_a_store_can_be_cancelled(demo: Session) -> None:
    token = CancelToken()
    seen: list[int] = []

    def progress(done: int, total: int) -> None:
        seen.append(done)
        if done == 3:
            token.cancel()
        token.check()

    with pytest.raises(Cancelled):
        measure_store(demo, progress)
    assert max(seen) == 3


def test_an_empty_store_has_nothing_to_measure(tmp_path: Path) -> None:
    with (
        closing(create_session(str(tmp_path / "made.esdb"))) as session,
        pytest.raises(UserError, match="no entity yet"),
    ):
        measure_store(session, quiet)
