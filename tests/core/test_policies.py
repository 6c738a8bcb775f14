"""Policies: which events are stored, when a snapshot is taken, and that a failed snapshot keeps the event."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import (
    ConcurrencyError,
    DomainEvent,
    EventBus,
    EventNotStoredError,
    PersistencePolicy,
    Snapshot,
    SnapshottingPolicy,
    TimestampedEntityEvent,
    ValueEncodingError,
    publish,
)
from es_desktop.examples import Example, create_new_example
from es_desktop.stores import SqlSnapshot
from tests.core.application import Application, running_application


@pytest.fixture(scope="module")
def shared() -> Iterator[Application]:
    with running_application() as app:
        yield app


@contextmanager
def snapshots_every(app: Application, frequency: int, **options: Any) -> Iterator[SnapshottingPolicy]:
    policy = SnapshottingPolicy(app.player, frequency, **options)
    try:
        yield policy
    finally:
        policy.close()


def stored(app: Application, entity_id: Any) -> list[Any]:
    return app.events.get_domain_events(entity_id)


# Storing events ---------------------------------------------------------------------------------------------------


def test_each_published_event_is_stored(app: Application) -> None:
    example = create_new_example(foo=1)
    example.foo = 2
    assert [event.originator_version for event in stored(app, example.id)] == [0, 1]


def test_only_events_of_the_type_are_stored(app: Application) -> None:
    beat = Example.Heartbeat(originator_id=uuid4(), originator_version=0)
    unversioned = TimestampedEntityEvent(originator_id=uuid4())
    publish(unversioned)
    with pytest.raises(EventNotStoredError):
        publish([beat, unversioned])
    publish("something else")
    assert list(app.events.all_domain_events()) == []
    publish([beat])
    assert list(app.events.all_domain_events()) == [beat]


@pytest.mark.parametrize(
    ("event_type", "is_stored"), [(Example.Heartbeat, True), ((str, DomainEvent), True), (None, True), (str, False)]
)
def test_the_type_is_a_class_or_several_or_any(app: Application, event_type: Any, is_stored: bool) -> None:
    beat = Example.Heartbeat(originator_id=uuid4(), originator_version=0)
    policy = PersistencePolicy(app.events, event_type)
    assert policy.is_event(beat) == policy.is_event([beat, beat]) == is_stored
    policy.close()


def test_a_list_is_stored_as_a_whole_or_not_at_all(app: Application) -> None:
    example = create_new_example()
    stale = app.repository[example.id]
    example.beat_heart(3)
    with pytest.raises(ConcurrencyError):
        stale.beat_heart(5)
    assert (stale.version, stale.count_heartbeats()) == (1, 0)
    assert len(stored(app, example.id)) == 4


def test_an_event_that_cannot_be_stored_leaves_the_entity_as_it_was(app: Application) -> None:
    example = create_new_example(foo="kept")
    with pytest.raises(ValueEncodingError):
        example.foo = print
    assert (example.foo, example.version, len(stored(app, example.id))) == ("kept", 1, 1)
    example.foo = "next"
    assert app.repository[example.id] == example


def test_a_closed_policy_stores_nothing(app: Application) -> None:
    with running_application() as other:
        policy = PersistencePolicy(app.events, DomainEvent)
        example = create_new_example()
        policy.close()
        policy.close()
        example.foo = "not kept there"
        assert len(stored(app, example.id)) == 1
        assert len(stored(other, example.id)) == 2


def test_a_policy_belongs_to_the_bus_on_which_it_was_made(app: Application) -> None:
    with EventBus().activated() as other:
        policy = PersistencePolicy(app.events)
        kept = create_new_example()
    unrelated = Example.Created(originator_id=uuid4(), timestamp=1.0)
    with EventBus().activated():
        publish(unrelated)
        policy.close()
    other.assert_empty()
    assert [event.originator_id for event in app.events.all_domain_events()] == [kept.id]


def test_applications_in_many_threads_store_only_their_own_events() -> None:
    def work(number: int) -> list[Any]:
        with running_application() as app, snapshots_every(app, 2):
            for _ in range(10):
                create_new_example(foo=number).beat_heart(3)
            events, snapshots = app.events.all_domain_events(), app.snapshots.all_domain_events()
            return [
                [event.foo for event in events if hasattr(event, "foo")],
                [snapshot.state["_foo"] for snapshot in snapshots],
            ]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == [[[number] * 10, [number] * 20] for number in range(4)]


# Taking snapshots -------------------------------------------------------------------------------------------------


@given(frequency=st.integers(1, 12), beats=st.lists(st.integers(1, 9), max_size=8))
def test_a_snapshot_is_taken_at_each_version_that_is_due(shared: Application, frequency: int, beats: list[int]) -> None:
    with shared.bus.activated(), snapshots_every(shared, frequency):
        example = create_new_example(foo=0)
        for number in beats:
            if number == 1:
                example.foo += 1
            else:
                example.beat_heart(number)
    due = [version for version in range(example.version) if (version + 1) % frequency == 0]
    assert shared.versions_of_snapshots(example.id) == due
    for snapshot in shared.snapshots.get_domain_events(example.id):
        assert snapshot.state == vars(shared.player.replay_entity(example.id, lte=snapshot.originator_version))
    assert shared.repository[example.id] == example


def test_after_discarding_the_snapshot_has_no_state(app: Application) -> None:
    with snapshots_every(app, 1):
        example = create_new_example(foo=1)
        example.discard()
    assert app.versions_of_snapshots(example.id) == [0, 1]
    assert app.player.get_snapshot(example.id).state is None
    assert example.id not in app.repository


@pytest.mark.parametrize("published", ["an object", [], ["a list"], 5])
def test_only_versioned_events_trigger_a_snapshot(app: Application, published: Any) -> None:
    unversioned = TimestampedEntityEvent(originator_id=uuid4())
    with snapshots_every(app, 1) as policy:
        assert not policy.triggers_snapshot(published)
        assert not policy.triggers_snapshot(unversioned)
        publish(published)
        publish(Snapshot(originator_id="s", originator_version=0, topic="x#y", state={}))
    assert list(app.events.all_domain_events()) == []
    assert app.versions_of_snapshots("s") == [0]


@pytest.mark.parametrize("frequency", [0, -1, True, 2.5, float("nan"), "3", None])
def test_a_frequency_is_one_or_more(app: Application, frequency: Any) -> None:
    with pytest.raises(ValueError, match="frequency must be 1 or more"):
        SnapshottingPolicy(app.player, frequency)


def test_a_closed_policy_takes_no_snapshot(app: Application) -> None:
    with snapshots_every(app, 1):
        example = create_new_example()
    example.beat_heart(5)
    assert app.versions_of_snapshots(example.id) == [0]


def without_snapshot_table(app: Application) -> None:
    SqlSnapshot.metadata.tables[SqlSnapshot.__tablename__].drop(app.datastore.engine)


def test_a_snapshot_that_fails_is_reported_and_the_event_is_stored(app: Application) -> None:
    failures: list[tuple[Any, Exception]] = []
    without_snapshot_table(app)
    with snapshots_every(app, 2, on_failure=lambda entity_id, error: failures.append((entity_id, error))):
        example = create_new_example(foo=0)
        example.foo = 1
        example.beat_heart(4)
    assert (example.version, len(stored(app, example.id))) == (6, 6)
    assert [entity_id for entity_id, _ in failures] == [example.id] * 3
    assert all("snapshots" in str(error) for _, error in failures)


def test_without_a_callback_a_failed_snapshot_is_logged(app: Application, caplog: pytest.LogCaptureFixture) -> None:
    without_snapshot_table(app)
    with caplog.at_level(logging.ERROR), snapshots_every(app, 1):
        example = create_new_example()
    assert len(stored(app, example.id)) == 1
    (record,) = caplog.records
    assert str(example.id) in record.getMessage()
    assert record.exc_info is not None


def test_an_entity_that_cannot_be_stored_as_a_snapshot_keeps_its_events(app: Application) -> None:
    class Handed(Example):
        class Given(Example.Event):
            def mutate(self, handed: Any) -> None:
                handed.handler = print

        def give(self) -> None:
            self._trigger(self.Given)

    failures: list[Exception] = []
    app.player.mutator = Handed.mutate
    with snapshots_every(app, 2, on_failure=lambda entity_id, error: failures.append(error)):
        created = Handed.Created(originator_id=uuid4())
        publish(created)
        Handed.mutate(event=created).give()
    assert len(stored(app, created.originator_id)) == 2
    assert [type(failure) for failure in failures] == [ValueEncodingError]
