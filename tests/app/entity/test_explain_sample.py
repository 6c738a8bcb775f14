"""Explaining the file that Python eventsourcing 3.1.0 wrote, against a fold written here from SQL and JSON alone."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from es_desktop.app.entity.verdict import ZERO
from es_desktop.app.store.session import Session, open_session
from es_desktop.replay import Rebuild
from tests.conftest import SAMPLES

SAMPLE = SAMPLES / "es-3.1.0-sqlalchemy-sqlite.db"
BOOKKEEPING = {"_id", "_version", "_created_on", "_last_modified", "_last_modified_on", "_is_discarded"}
GONE: Any = object()
"""For a value that a state does not have."""


@dataclass(frozen=True)
class ExpectedEvent:
    """One event or snapshot, and the state after it, as the fold by hand expects it."""

    version: int
    event_type: str
    state: dict[str, Any] | None
    before: dict[str, Any] | None = field(default_factory=dict)


def decoded(value: Any) -> Any:
    """Take the wrappers of the file's JSON off."""
    match value:
        case {"UUID": text}:
            return UUID(text)
        case {"ISO8601_datetime": text}:
            return datetime.fromisoformat(text)
        case {"ISO8601_date": text}:
            return date.fromisoformat(text)
        case dict():
            return {key: decoded(item) for key, item in value.items()}
        case list():
            return [decoded(item) for item in value]
    return value


def named(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name.removeprefix("_"): decoded(value) for name, value in attributes.items()}


def folded(state: dict[str, Any] | None, event_type: str, data: dict[str, Any]) -> dict[str, Any] | None:
    """Apply one event by what the words of the product say."""
    data = {name: value for name, value in data.items() if name != "timestamp"}
    if event_type == "Created":
        return named(data)
    if event_type == "Discarded":
        return None
    assert state is not None
    if event_type == "AttributeChanged":
        return {**state, data["name"].removeprefix("_"): decoded(data["value"])}
    return {**state, **named(data)}


def history_of(connection: sqlite3.Connection, entity_id: UUID, base: ExpectedEvent | None) -> list[ExpectedEvent]:
    """The fold by hand of every event after a base, or from zero."""
    rows = connection.execute(
        "SELECT position, topic, data FROM integer_sequenced_items WHERE sequence_id = ? AND position > ? ORDER BY 1",
        (entity_id.bytes, -1 if base is None else base.version),
    )
    results: list[ExpectedEvent] = []
    state = {} if base is None else base.state
    for position, topic, data in rows:
        event_type = topic.rpartition(".")[2]
        before, state = state, folded(state, event_type, json.loads(data))
        results.append(ExpectedEvent(position, event_type, state, before))
    return results


def snapshots_of(connection: sqlite3.Connection, entity_id: UUID) -> list[ExpectedEvent]:
    rows = connection.execute(
        "SELECT position, data FROM snapshots WHERE sequence_id = ? ORDER BY 1", (entity_id.bytes,)
    ).fetchall()
    states = [(position, json.loads(data)["state"]) for position, data in rows]
    kept = [
        (position, state and named({name: value for name, value in state.items() if name not in BOOKKEEPING}))
        for position, state in states
    ]
    return [ExpectedEvent(position, "Snapshot", state) for position, state in kept]


def changed_names(results: ExpectedEvent) -> set[str]:
    """The attributes that an event gave another value, added, or took away."""
    before, after = results.before or {}, results.state or {}
    return {name for name in {*before, *after} if before.get(name, GONE) != after.get(name, GONE)}


def top(path: str) -> str:
    return path.replace("[", ".").partition(".")[0]


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{SAMPLE}?mode=ro", uri=True)) as connection:
        yield connection


@pytest.fixture(scope="module")
def ids(connection: sqlite3.Connection) -> list[UUID]:
    rows = connection.execute("SELECT DISTINCT sequence_id FROM integer_sequenced_items").fetchall()
    return [UUID(bytes=row[0]) for row in rows]


@pytest.fixture
def session(sample: Path) -> Iterator[Session]:
    with closing(open_session(str(sample))) as session:
        yield session


def check(rebuild: Rebuild, base: ExpectedEvent | None, results: list[ExpectedEvent]) -> None:
    """Compare a rebuild with the fold by hand of its base and of the events up to its version."""
    last = results[-1] if results else base
    assert last is not None
    assert rebuild.state == last.state
    assert rebuild.exactness == ("inferred" if results else "exact"), "only a snapshot is whole"
    assert (rebuild.base.name, rebuild.base.version) == (("zero", None) if base is None else ("snapshot", base.version))
    assert rebuild.base_state == (None if base is None else base.state)
    assert rebuild.skipped == (0 if base is None else base.version + 1)
    assert [(step.version, step.type, step.error) for step in rebuild.steps] == [
        (each.version, each.event_type, None) for each in results
    ]
    writers: dict[str, set[int]] = {}
    for step, each in zip(rebuild.steps, results, strict=True):
        assert {top(change.path) for change in step.changes} == changed_names(each)
        for name in changed_names(each):
            writers.setdefault(name, set()).add(each.version)
    found: dict[str, set[int]] = {}
    for path, versions in rebuild.writers.items():
        assert versions == sorted(set(versions))
        found.setdefault(top(path), set()).update(versions)
    assert found == writers


def test_the_sample_holds_what_it_is_said_to_hold(ids: list[UUID], session: Session) -> None:
    assert sorted(entity.id for entity in session.entities()) == sorted(ids)
    assert (len(ids), session.facts().events, session.facts().snapshots) == (11, 112, 7)


def test_every_version_from_zero_is_what_the_fold_by_hand_gives(
    connection: sqlite3.Connection, ids: list[UUID], session: Session
) -> None:
    compared = 0
    for entity_id in ids:
        results = history_of(connection, entity_id, None)
        for count, each in enumerate(results, 1):
            check(session.explain(entity_id, each.version, base=ZERO), None, results[:count])
            compared += 1
    assert compared == 112


def test_every_version_from_the_nearest_snapshot_is_what_the_fold_by_hand_gives(
    connection: sqlite3.Connection, ids: list[UUID], session: Session
) -> None:
    used = at_snapshot = 0
    for entity_id in ids:
        snapshots = snapshots_of(connection, entity_id)
        for each in history_of(connection, entity_id, None):
            base = next((snapshot for snapshot in reversed(snapshots) if snapshot.version <= each.version), None)
            results = [later for later in history_of(connection, entity_id, base) if later.version <= each.version]
            rebuild = session.explain(entity_id, each.version)
            check(rebuild, base, results)
            used += base is not None
            at_snapshot += not results
    assert used > 40
    assert at_snapshot == 7


def test_without_a_version_it_is_the_last(ids: list[UUID], session: Session) -> None:
    for entity_id in ids:
        last = session.explain(entity_id)
        again = session.explain(entity_id, session.entity(entity_id).version)
        assert (last.state, last.base, len(last.steps)) == (again.state, again.base, len(again.steps))


def test_the_file_and_its_folder_are_as_they_were(sample: Path) -> None:
    before = hashlib.sha256(SAMPLE.read_bytes()).hexdigest()
    with closing(open_session(str(sample))) as session:
        for entity in session.entities():
            for version in session.outline(entity.id).versions:
                session.explain(entity.id, version)
                session.explain(entity.id, version, base=ZERO)
                session.record(entity.id, version)
        session.facts()
        assert not session.has_changed()
        assert [file.name for file in sample.parent.iterdir()] == [sample.name], "while it is open"
    assert [file.name for file in sample.parent.iterdir()] == [sample.name]
    assert hashlib.sha256(sample.read_bytes()).hexdigest() == before
