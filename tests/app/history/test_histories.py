"""Histories of entities: the state after each step is the one that the window shows at that version."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from es_desktop.app.history.histories import EntityHistory, scan_histories
from es_desktop.app.search import find as finding
from es_desktop.app.store.session import Session, open_session
from es_desktop.replay import ABSENT, Exactness
from es_desktop.replay.chain import walk
from es_desktop.replay.diff import same_tree
from tests.altering import ORDER, alter_event
from tests.app.recording import event, store_of
from tests.app.trust.trusting import counting, fold_in, shop_in, trusting
from tests.conftest import SAMPLES

Shown = list[tuple[int, str, float | None, Any, Exactness, str]]


def shown(history: EntityHistory) -> tuple[str, str, Shown]:
    """What is compared of a history."""
    moments = [
        (step.version, step.type, step.time, state, step.exactness, step.failure) for step, state in history.moments()
    ]
    return str(history.id), history.type, moments


def taken(session: Session, **options: Any) -> dict[str, tuple[str, Shown]]:
    results = [each for each in scan_histories(session, shown, **options) if each is not None]
    assert sum(each.events for each in results) == session.store.reader.event_count()
    return {entity_id: (name, moments) for each in results for entity_id, name, moments in each.histories}


def by_chains(session: Session) -> dict[str, tuple[str, Shown]]:
    found = {}
    for entity in session.entities():
        chain = session.chain(entity, session.outline(entity.id).versions)
        moments: Shown = []
        for moment in walk(chain):
            assert moment.step is not None
            step = moment.step
            moments.append((step.version, step.type, step.timestamp, moment.after, step.exactness, step.error or ""))
        found[str(entity.id)] = entity.type, moments
    return found


def assert_same(found: dict[str, tuple[str, Shown]], wanted: dict[str, tuple[str, Shown]]) -> None:
    assert found.keys() == wanted.keys()
    for each, (name, moments) in wanted.items():
        assert found[each][0] == name
        for one, other in zip(found[each][1], moments, strict=True):
            assert one[:3] + one[4:] == other[:3] + other[4:]
            assert same_tree(one[3], other[3]), one


@pytest.mark.parametrize(
    "name", ["es-3.1.0-sqlalchemy-sqlite.db", "emmett-sqlite-0.42.4.db", "es-9.5.6-sqlite-zlib.db"]
)
def test_of_other_libraries(name: str) -> None:
    with closing(open_session(str(SAMPLES / name), writable=False)) as session:
        assert_same(taken(session, processes=0), by_chains(session))


def test_of_the_demo_with_a_failing_event(demo_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alter_event(demo_store, ORDER, 3, lambda payload: payload.clear())
    with closing(open_session(str(demo_store), writable=False)) as session:
        wanted = by_chains(session)
        assert any(state.failure for state in _steps_of(session, ORDER))
        assert_same(taken(session, processes=0), wanted)
        monkeypatch.setattr(finding, "FEW_EVENTS", 100)
        assert_same(taken(session, processes=2), wanted)


def _steps_of(session: Session, entity_id: UUID) -> Iterator[Any]:
    for result in scan_histories(session, _steps, processes=0):
        assert result is not None
        yield from (step for each, steps in result.histories if each == entity_id for step in steps)


def _steps(history: EntityHistory) -> tuple[Any, list[Any]]:
    return history.id, list(history.steps)


def test_only_of_some_types(demo_template: Path) -> None:
    with closing(open_session(str(demo_template), writable=False)) as session:
        found = [each for each in scan_histories(session, shown, types=frozenset(["Ticket"]), processes=0) if each]
        assert {name for each in found for _, name, _ in each.histories} == {"Ticket"}


def test_a_long_entity_is_read_in_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of(
        tmp_path / "long.esdb", [event(ORDER, each, f'{{"n": {each // 2}, "kept": 1}}') for each in range(7)]
    )
    monkeypatch.setattr("es_desktop.app.history.histories.MOST_EVENTS", 2)
    with closing(open_session(str(store), writable=False)) as session:
        assert_same(taken(session, processes=0), by_chains(session))
        ((_, steps),) = [
            each for result in scan_histories(session, _steps, processes=0) if result for each in result.histories
        ]
    assert [step.changed for step in steps[:3]] == [{"n": 0, "kept": 1}, {}, {"n": 1}]


def test_with_code_of_a_person(tmp_path: Path) -> None:
    with trusting(shop_in(tmp_path), fold_in(tmp_path / "code", counting())) as session:
        found = taken(session)
        assert_same(found, by_chains(session))
    assert all(
        state == {"count": at + 1} for _, moments in found.values() for at, (*_, state, _, _) in enumerate(moments)
    )


def test_where_the_first_events_are_gone_the_snapshot_counts(demo_store: Path) -> None:
    with closing(open_session(str(demo_store), writable=False)) as session:
        before = {step.version: state for step, state in _moments(session, ORDER)}
        first = min(each.version for each in session.snapshots(ORDER))
    with closing(sqlite3.connect(demo_store)) as connection, connection:
        connection.execute(
            "DELETE FROM integer_sequenced_items WHERE sequence_id = ? AND position < ?", (ORDER.bytes, first - 1)
        )
    with closing(open_session(str(demo_store), writable=False)) as session:
        found = list(_moments(session, ORDER))
    assert [(step.version, state is None, step.exactness) for step, state in found][:2] == [
        (first - 1, True, Exactness.BROKEN),
        (first, False, Exactness.EXACT),
    ]
    assert all(same_tree(state, before[step.version]) for step, state in found[1:])


def _moments(session: Session, entity_id: UUID) -> Iterator[tuple[Any, Any]]:
    for result in scan_histories(session, _all_moments, processes=0):
        assert result is not None
        yield from (pair for each, pairs in result.histories if each == entity_id for pair in pairs)


def _all_moments(history: EntityHistory) -> tuple[Any, list[Any]]:
    return history.id, list(history.moments())


def test_an_attribute_that_is_gone_and_one_of_another_type_are_changes() -> None:
    from es_desktop.replay.histories import changed_attributes

    assert changed_attributes({"a": 1, "b": 2, "c": [1]}, {"a": True, "c": [1]}) == {"a": True, "b": ABSENT}
    assert changed_attributes(None, {"a": None}) == {"a": None}
    assert changed_attributes({"a": 1}, None) == {}
