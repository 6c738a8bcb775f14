"""The demo store: the same at every making, as large as promised, and whole or not there at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.app.entity.verdict import ZERO
from es_desktop.app.store.demo import FREQUENCY, make_demo
from es_desktop.app.store.session import Session, open_session
from es_desktop.examples.story import NEWER_EVENT
from tests.app.recording import stored_rows
from tests.app.storing import rows


@pytest.fixture(scope="module")
def demo(demo_template: Path) -> Iterator[Session]:
    with closing(open_session(str(demo_template), writable=False)) as session:
        yield session


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second demo, made where folders are missing as well."""
    path = tmp_path_factory.mktemp("again") / "data" / "demo.esdb"
    make_demo(path, lambda done, total: None)
    return path


class Enough(Exception):
    """The person pressed Cancel."""


def test_two_demos_hold_the_same_records(demo_template: Path, again: Path) -> None:
    assert stored_rows(demo_template) == stored_rows(again)


def test_two_demos_have_the_same_entities_and_states(demo: Session, again: Path) -> None:
    with closing(open_session(str(again), writable=False)) as other:
        assert list(demo.entities()) == list(other.entities())
        for entity in list(demo.entities())[::15]:
            assert demo.explain(entity.id).state == other.explain(entity.id, base=ZERO).state


def test_the_demo_is_as_large_as_promised(demo: Session) -> None:
    facts = demo.facts()
    entities = list(demo.entities())
    assert 280 <= facts.entities <= 320
    assert 4_500 <= facts.events <= 5_500
    assert len(facts.types) >= 3
    assert max(entity.events for entity in entities) > 1_000
    assert 10 < sum(entity.discarded for entity in entities) < 150
    assert facts.first is not None
    assert facts.last is not None
    assert facts.last - facts.first > 90 * 86_400


def test_its_snapshots_are_those_of_the_policy(demo: Session) -> None:
    assert FREQUENCY == 10
    for entity in demo.entities():
        versions = [snapshot.version for snapshot in demo.snapshots(entity.id)]
        assert versions == list(range(FREQUENCY - 1, entity.events, FREQUENCY))


def test_every_snapshot_is_what_the_events_make(demo: Session) -> None:
    for entity in list(demo.entities())[::12]:
        for snapshot in demo.snapshots(entity.id)[:4]:
            near = demo.explain(entity.id, snapshot.version)
            zero = demo.explain(entity.id, snapshot.version, base=ZERO)
            assert (near.base.version, near.state, near.exactness) == (snapshot.version, zero.state, zero.exactness)


def test_every_event_of_the_demo_can_be_decoded_and_applied(demo: Session) -> None:
    for entity in demo.entities():
        rebuild = demo.explain(entity.id, base=ZERO)
        failed = [step.version for step in rebuild.steps if step.error]
        assert failed == ([11] if entity.id == NEWER_EVENT else [])
        assert (rebuild.state is None) == entity.discarded


def test_the_demo_is_one_writable_file(again: Path) -> None:
    assert [file.name for file in again.parent.iterdir()] == ["demo.esdb"]
    with closing(open_session(str(again))) as session:
        assert session.is_writable
    assert [file.name for file in again.parent.iterdir()] == ["demo.esdb"]


@pytest.mark.parametrize("at", [0, 20])
def test_cancelling_half_way_leaves_nothing_behind(tmp_path: Path, at: int) -> None:
    def progress(done: int, total: int) -> None:
        if done == at:
            raise Enough

    with pytest.raises(Enough):
        make_demo(tmp_path / "demo.esdb", progress)
    assert list(tmp_path.iterdir()) == []


def test_cancelling_leaves_an_older_demo_as_it_was(tmp_path: Path) -> None:
    def progress(done: int, total: int) -> None:
        raise Enough

    path = tmp_path / "demo.esdb"
    path.write_text("older")
    with pytest.raises(Enough):
        make_demo(path, progress)
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_demo_replaces_the_old_one_and_leftovers(tmp_path: Path, demo_template: Path) -> None:
    path, reports = tmp_path / "demo.esdb", []
    for name in ("demo.esdb", "demo.esdb-wal", "demo.part", "demo.part-wal"):
        (tmp_path / name).write_text("left by a program that was killed")
    make_demo(path, lambda *report: reports.append(report))
    assert list(tmp_path.iterdir()) == [path]
    assert json.dumps(rows(path)[5][3]) == json.dumps(rows(demo_template)[5][3])
    assert reports == [(done, 300) for done in range(300 + 1)], "progress goes from nothing to all"
