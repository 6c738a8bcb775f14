"""Snapshots taken by hand and by policy: where they stand, what they hold, and what becomes of a failure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from es_desktop.app.entity.commands import Changes, Commands
from es_desktop.app.entity.verdict import ZERO
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.core import EntityId
from es_desktop.examples import Example, Order
from tests.app.storing import events_of, rows, snapshots_of, sql

NO_SNAPSHOTS = (
    "CREATE TRIGGER no_snapshots BEFORE INSERT ON snapshots BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "made.esdb"


@pytest.fixture
def session(path: Path) -> Iterator[Session]:
    with closing(create_session(str(path))) as session:
        yield session


@pytest.fixture
def commands(session: Session) -> Commands:
    return Commands(session)


def changed(commands: Commands, entity_id: EntityId, *versions: int) -> list[Changes]:
    """Change an attribute so that these versions come to be."""
    return [commands.change_attribute(entity_id, "foo", f"v{version}", version - 1) for version in versions]


def check_snapshots(session: Session, entity_id: EntityId) -> None:
    """Compare each snapshot with what the events alone make of the entity."""
    for snapshot in session.snapshots(entity_id):
        from_it = session.explain(entity_id, snapshot.version)
        from_zero = session.explain(entity_id, snapshot.version, base=ZERO)
        assert (from_it.base.version, from_it.steps) == (snapshot.version, ())
        assert from_it.state == from_zero.state


# By hand --------------------------------------------------------------------------------------------------------------


def test_a_snapshot_is_taken_at_the_latest_version(session: Session, commands: Commands, path: Path) -> None:
    example = commands.create(Example, {"foo": "v0"}).entity_id
    changed(commands, example, 1, 2)
    assert commands.take_snapshot(example) == Changes(example, snapshots=(2,))
    assert snapshots_of(path, example) == [2]
    check_snapshots(session, example)


def test_a_snapshot_is_taken_at_a_chosen_version(session: Session, commands: Commands, path: Path) -> None:
    example = commands.create(Example, {"foo": "v0"}).entity_id
    changed(commands, example, 1, 2, 3)
    assert commands.take_snapshot(example, 1).snapshots == (1,)
    assert commands.take_snapshot(example, 3).snapshots == (3,)
    assert commands.take_snapshot(example, 0).snapshots == (0,)
    assert snapshots_of(path, example) == [0, 1, 3]
    assert [snapshot.state["_foo"] for snapshot in session.snapshots(example)] == ["v0", "v1", "v3"]
    check_snapshots(session, example)


def test_there_is_one_snapshot_at_a_version_and_no_more(commands: Commands, path: Path) -> None:
    example = commands.create(Example, {}).entity_id
    commands.take_snapshot(example)
    assert commands.take_snapshot(example) == Changes(example)
    assert commands.take_snapshot(example, 0) == Changes(example)
    assert snapshots_of(path, example) == [0]


def test_a_snapshot_goes_no_further_than_there_are_events(commands: Commands, path: Path) -> None:
    example = commands.create(Example, {}).entity_id
    assert commands.take_snapshot(example, -1) == Changes(example)
    assert commands.take_snapshot(example, 99).snapshots == (0,)


def test_a_snapshot_that_cannot_be_written_is_a_user_error(session: Session, commands: Commands, path: Path) -> None:
    example = commands.create(Example, {}).entity_id
    sql(path, NO_SNAPSHOTS)
    with pytest.raises(UserError, match="the disk is full"):
        commands.take_snapshot(example)
    sql(path, "DROP TRIGGER no_snapshots")
    assert commands.take_snapshot(example).snapshots == (0,)


# By policy ------------------------------------------------------------------------------------------------------------


def test_a_policy_of_every_two_takes_one_at_each_second_event(session: Session, commands: Commands, path: Path) -> None:
    commands.set_frequency(2)
    assert session.frequency == 2
    made = commands.create(Example, {"foo": "v0"})
    results = [made, *changed(commands, made.entity_id, 1, 2, 3, 4, 5)]
    assert [changes.snapshots for changes in results] == [(), (1,), (), (3,), (), (5,)]
    assert [changes.events for changes in results[1:]] == [((each, "AttributeChanged"),) for each in range(1, 6)]
    assert not any(changes.failures for changes in results)
    assert snapshots_of(path, made.entity_id) == [1, 3, 5]
    check_snapshots(session, made.entity_id)


def test_the_end_of_an_entity_can_fall_on_a_snapshot(session: Session, commands: Commands) -> None:
    commands.set_frequency(2)
    order = commands.create(Order, {"customer": "Zoë"}).entity_id
    assert commands.discard(order, 0) == Changes(order, ((1, "Discarded"),), (1,))
    assert session.explain(order).state is None


def test_a_policy_holds_for_every_entity_by_its_own_versions(commands: Commands, path: Path) -> None:
    commands.set_frequency(2)
    first = commands.create(Example, {}).entity_id
    second = commands.create(Example, {}).entity_id
    changed(commands, first, 1)
    assert (snapshots_of(path, first), snapshots_of(path, second)) == ([1], [])


def test_another_policy_replaces_the_first(session: Session, commands: Commands, path: Path) -> None:
    commands.set_frequency(2)
    commands.set_frequency(3)
    example = commands.create(Example, {}).entity_id
    changed(commands, example, 1, 2, 3)
    assert snapshots_of(path, example) == [2]
    commands.set_frequency(None)
    assert session.frequency is None
    changed(commands, example, 4, 5, 6)
    assert snapshots_of(path, example) == [2]


@pytest.mark.parametrize("frequency", [0, -1])
def test_a_policy_that_makes_no_sense_is_refused_and_leaves_none(
    session: Session, commands: Commands, frequency: int
) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        commands.set_frequency(frequency)
    assert commands.create(Example, {}).snapshots == ()


@pytest.mark.parametrize("damage", [NO_SNAPSHOTS, "DROP TABLE snapshots"])
def test_a_failure_of_the_policy_is_reported_and_the_event_is_kept(commands: Commands, path: Path, damage: str) -> None:
    commands.set_frequency(1)
    sql(path, damage)
    changes = commands.create(Example, {"foo": "kept"})
    assert changes.events == ((0, "Created"),)
    assert changes.snapshots == ()
    (failure,) = changes.failures
    assert failure.startswith("the event is written, but the snapshot could not be taken: ")
    assert events_of(path, changes.entity_id) == [(0, "Created")]


def test_a_failure_is_reported_once_and_the_next_change_has_none(commands: Commands, path: Path) -> None:
    commands.set_frequency(2)
    example = commands.create(Example, {}).entity_id
    sql(path, NO_SNAPSHOTS)
    (failed,) = changed(commands, example, 1)
    assert "the disk is full" in failed.failures[0]
    (fine,) = changed(commands, example, 2)
    assert (fine.failures, fine.snapshots) == ((), ())
    sql(path, "DROP TRIGGER no_snapshots")
    (well,) = changed(commands, example, 3)
    assert (well.failures, well.snapshots) == ((), (3,))
    assert events_of(path, example) == [(0, "Created"), *((each, "AttributeChanged") for each in (1, 2, 3))]


def test_a_policy_is_of_a_session_and_not_of_the_store(commands: Commands, path: Path) -> None:
    commands.set_frequency(1)
    with closing(open_session(str(path))) as other:
        made: Any = Commands(other).create(Example, {})
    assert made.snapshots == ()
    assert rows(path, "snapshots") == []
