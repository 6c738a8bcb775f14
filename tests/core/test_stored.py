"""Stored is stored: an entity agrees with the store it came from, and its events go there or nowhere, with an error."""

import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from copy import copy, deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import (
    ConcurrencyError,
    EventBus,
    EventNotStoredError,
    EventSourcedRepository,
    EventStore,
    PersistencePolicy,
    Snapshot,
    TimestampedVersionedEntity,
    create_entity,
    publish,
    subscribe,
)
from es_desktop.examples import Example, Order, Ticket, create_new_example
from tests.core.application import Application, running_application
from tests.core.test_event_store import MinimalStore


class Late(Exception):
    """Raised by a handler that has nothing to do with storing."""


def fail(event: object) -> None:
    raise Late


@pytest.fixture(scope="module")
def shared() -> Iterator[Application]:
    with running_application() as app:
        yield app


COMMANDS: list[Callable[[Example], object]] = [
    lambda example: setattr(example, "foo", "changed"),
    lambda example: example.beat_heart(),
    lambda example: example.beat_heart(3),
    lambda example: example.discard(),
]


# A change is taken back only if it was not stored -----------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_a_later_handler_that_fails_reaches_the_publisher_and_the_change_stays(
    app: Application, command: Callable[[Example], object]
) -> None:
    example = create_new_example(foo="first")
    subscribe(fail)
    with pytest.raises(Late):
        command(example)
    app.bus.unsubscribe(fail)
    assert app.repository.get_entity(example.id) == (None if example.is_discarded else example)
    assert len(app.events.get_domain_events(example.id)) == example.version > 1


@pytest.mark.parametrize("command", COMMANDS)
def test_an_earlier_handler_that_fails_keeps_the_change_from_both(
    app: Application, command: Callable[[Example], object]
) -> None:
    bus = EventBus()
    bus.subscribe(fail, lambda event: not isinstance(event, Example.Created))
    with bus.activated():
        policy = PersistencePolicy(app.events)
        example = create_new_example(foo="first")
        with pytest.raises(Late):
            command(example)
        policy.close()
    assert app.repository[example.id] == example


@given(handlers=st.lists(st.sampled_from(["store", "fail", "note"]), max_size=4), commands=st.lists(st.integers(0, 2)))
def test_the_entity_agrees_with_the_store_whatever_the_handlers_do(
    shared: Application, handlers: list[str], commands: list[int]
) -> None:
    """``store`` first appends, and then is refused, as the positions are taken."""
    with EventBus().activated() as bus:
        first = PersistencePolicy(shared.events)
        example = create_new_example(foo=[1])
        first.close()
        for handler in handlers:
            match handler:
                case "store":
                    subscribe(lambda event: shared.events.append(event))
                case "fail":
                    subscribe(lambda event: fail(event))
                case _:
                    subscribe(lambda event: None)
        for index in commands:
            with suppress(Late, ConcurrencyError, EventNotStoredError):
                COMMANDS[index](example)
            assert example == shared.repository[example.id]
    assert bus.stores == []


def test_a_handler_may_store_in_another_thread(app: Application) -> None:
    with EventBus().activated() as bus, ThreadPoolExecutor(1) as pool:
        bus.subscribe(lambda event: pool.submit(app.events.append, event).result())
        example = create_new_example(foo="first")
        example.beat_heart(2)
        app.repository[example.id].foo = "changed"
        with pytest.raises(ConcurrencyError):
            example.foo = "too late"
    assert (example.foo, example.version) == ("first", 3)
    assert app.repository[example.id].foo == "changed"


def test_a_handler_that_stores_a_part_of_a_list_leaves_that_part(app: Application) -> None:
    bus = EventBus()

    def one_by_one(events: Any) -> None:
        for event in events if isinstance(events, list) else [events]:
            if event.originator_version == 3:
                raise Late
            app.events.append(event)

    bus.subscribe(one_by_one)
    with bus.activated():
        example = create_new_example()
        with pytest.raises(Late):
            example.beat_heart(5)
    assert example.version == 3
    assert app.repository[example.id] == example


def test_what_another_store_did_does_not_count(app: Application) -> None:
    with running_application() as audit, EventBus().activated():
        example = app.repository[kept(app)]
        with app.bus.activated():
            policy = PersistencePolicy(audit.events)
        app.repository[example.id].foo = "first"
        with pytest.raises(ConcurrencyError):
            example.foo = "too late"
        assert (example.foo, example.version) == ("", 1)
        policy.close()


# Events go to the store that the entity came from -----------------------------------------------------------------


def kept(app: Application) -> Any:
    with app.bus.activated():
        return create_new_example().id


def here(work: Callable[[], object]) -> None:
    with EventBus().activated():
        work()


def in_another_store(work: Callable[[], object]) -> None:
    with running_application() as other:
        work()
        assert list(other.events.all_domain_events()) == []


def in_a_thread(work: Callable[[], object]) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


@pytest.mark.parametrize("somewhere", [here, in_another_store, in_a_thread])
@pytest.mark.parametrize("load", [lambda entity: entity, deepcopy, copy])
def test_a_loaded_entity_publishes_to_its_store_wherever_it_is_changed(
    tmp_path: Any, somewhere: Any, load: Callable[[Any], Any]
) -> None:
    with running_application(f"sqlite:///{tmp_path / 'one.db'}") as app:
        created = create_new_example()
        app.repository.take_snapshot(created.id)
        received: list[Any] = []
        app.bus.subscribe(received.append)

        def change() -> None:
            example = load(app.repository[created.id])
            example.foo = "loaded"
            app.repository.take_snapshot(created.id)

        somewhere(change)
        assert app.repository[created.id].foo == "loaded"
        assert [type(each) for each in received] == [Example.AttributeChanged, Snapshot]
        app.bus.unsubscribe(received.append)


@pytest.mark.parametrize("somewhere", [here, in_another_store, in_a_thread])
def test_a_created_entity_publishes_to_the_store_that_it_was_stored_in(tmp_path: Any, somewhere: Any) -> None:
    with running_application(f"sqlite:///{tmp_path / 'one.db'}") as app:
        example = create_new_example()
        somewhere(lambda: example.beat_heart(2))
        assert app.repository[example.id] == example
        assert example.version == 3


def test_an_entity_that_was_pickled_comes_from_no_store(app: Application) -> None:
    example = create_new_example(foo=[1])
    copied = pickle.loads(pickle.dumps(example))
    assert copied == example
    with EventBus().activated():
        copied.foo = "in memory"
    assert app.repository[example.id] == example


def test_a_repository_made_outside_finds_the_bus_of_its_stores_policy(app: Application) -> None:
    entity_id = kept(app)
    with EventBus().activated():
        repository = EventSourcedRepository(app.events, Example.mutate)
        repository[entity_id].foo = "changed"
    assert app.repository[entity_id].foo == "changed"


def test_handlers_run_with_the_bus_of_the_store_as_the_current_one(app: Application) -> None:
    entity_id = kept(app)
    received: list[Any] = []

    def answer(event: Any) -> None:
        received.append(event)
        if event != "answer":
            publish("answer")

    app.bus.subscribe(answer)
    with EventBus().activated():
        app.repository[entity_id].foo = 1
    app.bus.unsubscribe(answer)
    assert received[1:] == ["answer"]


# Nothing is dropped silently --------------------------------------------------------------------------------------


def test_an_entity_of_a_closed_store_says_so() -> None:
    with running_application() as app:
        created = create_new_example(foo="kept")
        loaded = app.repository[created.id]
    for example in (created, loaded):
        with pytest.raises(EventNotStoredError, match=r"keeps Example\.AttributeChanged of"):
            example.foo = "lost"
        assert (example.foo, example.version) == ("kept", 1)


def test_an_event_that_no_policy_keeps_is_an_error(app: Application) -> None:
    class Unversioned(Example):
        pass

    received: list[Any] = []
    with EventBus().activated() as bus:
        bus.subscribe(received.append)
        policy = PersistencePolicy(app.events, Order.Event)
        with pytest.raises(EventNotStoredError, match=r"no open store keeps .*Created"):
            create_entity(Unversioned)
        example = app.repository[kept(app)]
        policy.close()
    assert example.version == 1
    assert len(list(app.events.all_domain_events())) == 1


def test_a_list_of_events_and_snapshots_is_refused_before_anything_is_written(app: Application) -> None:
    event = Example.Heartbeat(originator_id="e", originator_version=0)
    snapshot = Snapshot(originator_id="e", originator_version=0, topic="a#B", state={})
    for mixed in ([event, snapshot], (snapshot, event), [event, "a text"]):
        with pytest.raises(EventNotStoredError, match="one transaction"):
            publish(mixed)
    assert [*app.events.all_domain_events(), *app.snapshots.all_domain_events()] == []


def test_a_snapshot_that_no_policy_keeps_is_an_error(app: Application) -> None:
    entity_id = kept(app)
    with EventBus().activated():
        elsewhere = EventStore(app.snapshots.active_record_strategy, app.snapshots.sequenced_item_mapper)
        policy = PersistencePolicy(elsewhere, Example.Event)
        strategy = type(app.player.snapshot_strategy)(elsewhere)  # type: ignore[misc, arg-type]
        with pytest.raises(EventNotStoredError, match="snapshots"):
            EventSourcedRepository(app.events, Example.mutate, strategy).take_snapshot(entity_id)
        policy.close()


def test_without_any_store_an_entity_is_changed_in_memory() -> None:
    example = create_new_example()
    example.foo = "changed"
    assert (example.foo, example.version) == ("changed", 2)


@pytest.mark.parametrize("load", [lambda entity: entity, deepcopy])
def test_an_entity_whose_beginning_is_in_no_store_is_not_stored_later(
    app: Application, load: Callable[[Any], Any]
) -> None:
    with EventBus().activated() as bus:
        example = load(create_new_example(foo="in memory"))
        example.foo = "changed"
    for current in (app.bus, bus):
        with current.activated():
            policy = PersistencePolicy(app.events)
            with pytest.raises(EventNotStoredError, match="earlier events"):
                example.beat_heart()
            policy.close()
    assert (example.foo, example.version) == ("changed", 2)
    assert list(app.events.all_domain_events()) == []


def test_a_store_that_notes_nothing_is_trusted_if_a_handler_took_the_event(app: Application) -> None:
    entity_id = kept(app)
    with EventBus().activated() as bus:
        repository = EventSourcedRepository(MinimalStore(app.events), Example.mutate)
        with pytest.raises(EventNotStoredError):
            repository[entity_id].foo = "nowhere"
        taken: list[Any] = []
        bus.subscribe(taken.append)
        repository[entity_id].foo = "taken"
    assert len(taken) == 1


class Silent(TimestampedVersionedEntity):
    """Keeps its events for later."""

    def _publish(self, event: Any) -> None:
        vars(self).setdefault("pending", []).append(type(event).__name__)


def test_a_model_may_publish_in_its_own_way() -> None:
    silent = create_entity(Silent)
    silent.discard()
    assert vars(silent)["pending"] == ["Created", "Discarded"]


def test_a_model_of_several_stores_keeps_them_apart() -> None:
    with running_application(mutator=Ticket.mutate) as one:
        ticket = create_entity(Ticket, title="It hums")
        with running_application(mutator=Ticket.mutate) as other:
            create_entity(Ticket, title="Another")
            ticket.comment("Ana", "Still?")
            assert len(list(other.events.all_domain_events())) == 1
        assert len(list(one.events.all_domain_events())) == 2
