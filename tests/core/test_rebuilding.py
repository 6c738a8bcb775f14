"""Player, repository and snapshots: a state is the same from any snapshot as from the first event."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import EventPlayer, RepositoryKeyError, create_entity
from es_desktop.examples import Example, Ticket, create_new_example
from tests.core.application import Application, running_application

steps = st.lists(
    st.tuples(st.just("foo"), st.integers() | st.text())
    | st.tuples(st.just("a"), st.lists(st.integers(), max_size=3))
    | st.tuples(st.just("beat"), st.integers(1, 4)),
    max_size=12,
)
bound = st.none() | st.integers(0, 40)


@pytest.fixture(scope="module")
def shared() -> Iterator[Application]:
    """One application for all examples of a property; each example makes a new entity."""
    with running_application() as app:
        yield app


def example_with(app: Application, steps_done: list[tuple[str, Any]], discards: bool = False) -> Example:
    """Return an example after some changes."""
    with app.bus.activated():
        example = create_new_example(foo=0, a=[], b="")
        for name, value in steps_done:
            if name == "beat":
                example.beat_heart(value)
            else:
                setattr(example, name, value)
        if discards:
            example.discard()
    return example


def from_zero(app: Application, entity_id: Any, lt: int | None = None, lte: int | None = None) -> Any:
    return app.player.replay_entity(entity_id, lt=lt, lte=lte)


def with_heartbeats(count: int) -> list[tuple[str, Any]]:
    return [("beat", count)]


# The state is the same --------------------------------------------------------------------------------------------


@given(steps_done=steps, discards=st.booleans(), taken_at=st.sets(st.integers(0, 30), max_size=4), lt=bound, lte=bound)
def test_the_state_at_any_version_is_the_same_from_any_snapshot(
    shared: Application,
    steps_done: list[tuple[str, Any]],
    discards: bool,
    taken_at: set[int],
    lt: int | None,
    lte: int | None,
) -> None:
    example = example_with(shared, steps_done, discards)
    with shared.bus.activated():
        for version in sorted(taken_at, reverse=True):
            shared.repository.take_snapshot(example.id, lte=version)
    assert set(shared.versions_of_snapshots(example.id)) == {min(each, example.version - 1) for each in taken_at}
    for version in range(example.version + 1):
        found = shared.repository.get_entity(example.id, lte=version)
        assert found == from_zero(shared, example.id, lte=version)
    assert shared.repository.get_entity(example.id, lt=lt, lte=lte) == from_zero(shared, example.id, lt, lte)
    assert (example.id in shared.repository) != discards


@given(steps_done=steps, taken_at=st.sets(st.integers(0, 30), min_size=1, max_size=4))
def test_a_snapshot_holds_the_state_at_its_version_whichever_snapshots_exist(
    shared: Application, steps_done: list[tuple[str, Any]], taken_at: set[int]
) -> None:
    example = example_with(shared, steps_done)
    for version in taken_at:
        with shared.bus.activated():
            snapshot = shared.player.take_snapshot(example.id, lte=version)
        assert snapshot.originator_version == min(version, example.version - 1)
        assert snapshot.state == vars(from_zero(shared, example.id, lte=version))


def test_events_before_the_snapshot_are_not_read_again(app: Application) -> None:
    example = example_with(app, [*with_heartbeats(5), ("foo", "kept")])
    app.repository.take_snapshot(example.id)
    player = app.player
    counted: list[Any] = []

    def counting(entity: Any, event: Any) -> Any:
        counted.append(event.originator_version)
        return Example.mutate(entity, event)

    player.mutator = counting
    example.beat_heart(2)
    assert app.repository[example.id] == example
    assert counted == [7, 8]
    app.repository.take_snapshot(example.id)
    assert counted == [7, 8] * 2, "the next snapshot is built from the last one plus the events since"


# The repository ---------------------------------------------------------------------------------------------------


def test_an_entity_is_found_in_its_last_state(app: Application) -> None:
    example = example_with(app, [("foo", "x"), *with_heartbeats(3)])
    assert example.id in app.repository
    assert app.repository[example.id] == example
    assert app.repository[example.id] is not app.repository[example.id]


def test_an_unknown_entity_raises_a_readable_key_error(app: Application) -> None:
    entity_id = uuid4()
    assert entity_id not in app.repository
    assert app.repository.get_entity(entity_id) is None
    with pytest.raises(RepositoryKeyError, match=f"no entity with id .*{entity_id}"):
        app.repository[entity_id]
    with pytest.raises(KeyError):
        app.repository["no such id"]


@pytest.mark.parametrize("takes_snapshot", [True, False])
def test_a_discarded_entity_is_not_found_but_its_earlier_versions_are(app: Application, takes_snapshot: bool) -> None:
    example = example_with(app, [("foo", "x")], discards=True)
    if takes_snapshot:
        assert app.repository.take_snapshot(example.id).state is None
    assert example.id not in app.repository
    with pytest.raises(RepositoryKeyError):
        app.repository[example.id]
    assert app.repository.get_entity(example.id, lt=2).foo == "x"
    assert app.repository.get_entity(example.id, lte=0).foo == 0
    assert app.repository.get_entity(example.id, lte=99) is None


# Replaying --------------------------------------------------------------------------------------------------------


def test_replay_respects_its_bounds_and_continues_from_a_state(app: Application) -> None:
    example = example_with(app, with_heartbeats(9))

    def beats(**bounds: Any) -> int:
        start = app.player.replay_entity(example.id, lte=2)
        found = app.player.replay_entity(example.id, initial_state=start, **bounds)
        return int(found.version)

    assert beats(gt=2) == beats(gte=3) == 10
    assert beats(gt=2, lt=5) == beats(gt=2, lte=4) == beats(gt=2, limit=2) == 5
    assert beats(gt=2, limit=0) == 3


def test_a_limit_counts_from_the_end_that_query_descending_names(app: Application) -> None:
    example = example_with(app, with_heartbeats(9))
    seen: list[int] = []

    def collect(state: Any, event: Any) -> Any:
        seen.append(event.originator_version)
        return state

    player = EventPlayer(app.events, collect, page_size=2)
    player.replay_entity(example.id, limit=3)
    player.replay_entity(example.id, limit=3, query_descending=True)
    player.replay_entity(example.id, lt=5, limit=3, query_descending=True)
    assert seen == [0, 1, 2, 7, 8, 9, 2, 3, 4]


def test_no_events_leave_the_state_as_it_was(app: Application) -> None:
    assert app.player.replay_entity(uuid4()) is None
    assert app.player.replay_entity(uuid4(), initial_state="as it was") == "as it was"


# Taking snapshots -------------------------------------------------------------------------------------------------


def test_take_snapshot_returns_the_new_or_the_existing_one(app: Application) -> None:
    example = example_with(app, with_heartbeats(4))
    taken = app.repository.take_snapshot(example.id)
    assert (taken.originator_id, taken.originator_version) == (example.id, 4)
    assert taken.state == vars(example)
    assert app.repository.take_snapshot(example.id) == taken
    earlier = app.repository.take_snapshot(example.id, lt=3)
    assert earlier == app.repository.take_snapshot(example.id, lte=2)
    assert earlier.originator_version == 2
    assert app.versions_of_snapshots(example.id) == [2, 4]
    assert app.player.get_snapshot(example.id) == taken
    assert app.player.get_snapshot(example.id, lt=4) == app.player.get_snapshot(example.id, lte=3) == earlier
    assert app.player.get_snapshot(example.id, lt=2) is None


def test_take_snapshot_returns_none_where_there_is_no_event(app: Application) -> None:
    assert app.repository.take_snapshot(uuid4()) is None
    assert app.repository.take_snapshot(create_new_example().id, lt=0) is None


def test_a_player_without_a_strategy_takes_no_snapshots(app: Application) -> None:
    player = EventPlayer(app.events, Example.mutate)
    example = example_with(app, [])
    assert player.get_snapshot(example.id) is None
    assert player.rebuild(example.id) == example
    with pytest.raises(ValueError, match="no snapshot strategy"):
        player.take_snapshot(example.id)


def test_a_snapshot_is_a_deep_copy() -> None:
    with running_application(mutator=Ticket.mutate) as app:
        ticket = create_entity(Ticket, title="It hums", tags=["a"])
        ticket.comment("Ana", "Still?")
        received: list[Any] = []
        app.bus.subscribe(received.append)
        taken = app.player.snapshot_strategy.take_snapshot(ticket.id, ticket, 1)  # type: ignore[union-attr]
        app.bus.unsubscribe(received.append)
        vars(ticket)["_tags"].append("b")
        vars(ticket)["_comments"][0]["text"] = "changed"
        rebuilt = app.repository[ticket.id]
        vars(rebuilt)["_tags"].append("c")
        vars(rebuilt)["_comments"].clear()
        assert received == [taken]
        kept: Any
        for kept in (taken, app.player.get_snapshot(ticket.id)):
            assert kept.state["_tags"] == ["a"]
            assert kept.state["_comments"][0]["text"] == "Still?"


def test_an_entity_from_a_snapshot_can_change_again(app: Application) -> None:
    example = example_with(app, with_heartbeats(4))
    app.repository.take_snapshot(example.id)
    found = app.repository[example.id]
    found.foo = "changed"
    assert app.repository[example.id] == found
    assert app.repository[example.id].version == 6
