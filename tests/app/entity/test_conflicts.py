"""Conflicts: somebody else appended first. Nothing is lost, what arrived is named, and trying again works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from es_desktop.app.entity.commands import Changes, Commands
from es_desktop.app.runtime.errors import ConflictError, UserError
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.core import EntityId, clock_set_to
from es_desktop.examples import Example
from tests.app.storing import events_of, rows

Act = Callable[[Commands, EntityId, int], object]

ACTS: dict[str, Act] = {
    "change": lambda commands, entity_id, at: commands.change_attribute(entity_id, "foo", "mine", at),
    "preview": lambda commands, entity_id, at: commands.preview_change(entity_id, "foo", "mine", at),
    "discard": lambda commands, entity_id, at: commands.discard(entity_id, at),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shared.esdb"


@pytest.fixture
def mine(path: Path) -> Iterator[Session]:
    with closing(create_session(str(path))) as session:
        yield session


@pytest.fixture
def other(mine: Session, path: Path) -> Iterator[Session]:
    with closing(open_session(str(path))) as session:
        yield session


@pytest.fixture
def example(mine: Session) -> EntityId:
    return Commands(mine).create(Example, {"foo": "old"}).entity_id


def change_twice(session: Session, example: EntityId) -> None:
    """Somebody else's work."""
    for version in (0, 1):
        Commands(session).change_attribute(example, "a", f"theirs {version}", version)


def conflict(act: Callable[[], object]) -> ConflictError:
    with pytest.raises(ConflictError) as caught:
        act()
    return caught.value


@pytest.mark.parametrize("name", ACTS)
def test_what_arrived_in_between_is_named_and_nothing_is_written(
    mine: Session, other: Session, path: Path, example: EntityId, name: str
) -> None:
    change_twice(other, example)
    before = rows(path)
    error = conflict(lambda: ACTS[name](Commands(mine), example, 0))
    assert rows(path) == before
    assert [(event.version, event.type, event.data["value"]) for event in error.arrived] == [
        (1, "AttributeChanged", "theirs 0"),
        (2, "AttributeChanged", "theirs 1"),
    ]
    assert str(error) == "2 events arrived in between, so nothing was written. Reload, and try again."


@pytest.mark.parametrize("name", ["change", "discard"])
def test_one_who_appends_at_the_very_moment_of_writing_comes_first(
    mine: Session, other: Session, path: Path, example: EntityId, name: str
) -> None:
    left = [lambda: Commands(other).change_attribute(example, "a", "theirs", 0)]

    def clock() -> float:
        # The event's time is asked for when the entity is read already, and the event not yet written.
        if left:
            left.pop()()
        return 5.0

    with clock_set_to(clock):
        error = conflict(lambda: ACTS[name](Commands(mine), example, 0))
    assert [event.data["value"] for event in error.arrived] == ["theirs"]
    assert events_of(path, example) == [(0, "Created"), (1, "AttributeChanged")]
    assert "an event arrived in between" in str(error)


def test_trying_again_writes_after_what_arrived(mine: Session, other: Session, path: Path, example: EntityId) -> None:
    change_twice(other, example)
    error = conflict(lambda: Commands(mine).change_attribute(example, "foo", "mine", 0))
    again = Commands(mine).change_attribute(example, "foo", "mine", error.arrived[-1].version)
    assert again == Changes(example, ((3, "AttributeChanged"),))
    state = mine.explain(example).state
    assert (state["foo"], state["a"]) == ("mine", "theirs 1")


def test_a_conflict_leaves_no_snapshot_of_what_was_not_written(
    mine: Session, other: Session, path: Path, example: EntityId
) -> None:
    commands = Commands(mine)
    commands.set_frequency(1)
    change_twice(other, example)
    conflict(lambda: commands.change_attribute(example, "foo", "mine", 0))
    assert rows(path, "snapshots") == []
    assert commands.change_attribute(example, "foo", "mine", 2).snapshots == (3,)


def test_an_entity_that_was_discarded_first_is_a_conflict(
    mine: Session, other: Session, path: Path, example: EntityId
) -> None:
    Commands(other).discard(example, 0)
    with pytest.raises(UserError, match="was discarded"):
        Commands(mine).change_attribute(example, "foo", "mine", 0)
    assert events_of(path, example) == [(0, "Created"), (1, "Discarded")]


@pytest.mark.parametrize("version", [-1, 5])
def test_a_version_that_never_was_is_a_conflict_without_arrivals_or_with_all(
    mine: Session, example: EntityId, version: int
) -> None:
    error = conflict(lambda: Commands(mine).change_attribute(example, "foo", "mine", version))
    assert [event.version for event in error.arrived] == ([0] if version < 0 else [])


def test_two_who_try_again_lose_nothing(mine: Session, other: Session, path: Path, example: EntityId) -> None:
    start = Barrier(2)

    def work(session: Session) -> int:
        commands, conflicts, at = Commands(session), 0, 0
        start.wait()
        for number in range(25):
            while True:
                try:
                    (at, _), *_ = commands.change_attribute(example, "foo", number, at).events
                    break
                except ConflictError as error:
                    conflicts += 1
                    at = error.arrived[-1].version
        return conflicts

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(work, (mine, other))) > 0
    assert [version for version, _ in events_of(path, example)] == list(range(51))
    values = [data["value"] for *_, data in rows(path)[1:]]
    assert sorted(values) == sorted([*range(25), *range(25)])
