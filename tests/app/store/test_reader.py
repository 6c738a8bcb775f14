"""Reading a store: its facts, its entities, their events and snapshots, compared with plain SQL."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from es_desktop.app.entity.commands import Commands
from es_desktop.app.entity.verdict import ZERO
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.examples import DEMO_MODELS, Example, Order
from es_desktop.replay import ClassFold, GenericFold


@pytest.fixture(scope="module")
def demo(demo_template: Path) -> Iterator[Session]:
    with closing(open_session(str(demo_template), writable=False)) as session:
        yield session


@pytest.fixture(scope="module")
def rows(demo_template: Path) -> list[tuple[UUID, int, str, dict[str, Any]]]:
    """Every event of the demo, read without any code of ours."""
    with closing(sqlite3.connect(f"file:{demo_template}?mode=ro", uri=True)) as connection:
        table = connection.execute("SELECT sequence_id, position, topic, data FROM integer_sequenced_items").fetchall()
    return [(UUID(bytes=id_), position, topic, json.loads(data)) for id_, position, topic, data in table]


def test_the_facts_count_what_is_there(demo: Session, rows: list[Any], demo_template: Path) -> None:
    facts = demo.facts()
    types = Counter(topic.partition("#")[2].partition(".")[0] for _, position, topic, _ in rows if position == 0)
    with closing(sqlite3.connect(f"file:{demo_template}?mode=ro", uri=True)) as connection:
        (snapshots,) = connection.execute("SELECT count(*) FROM snapshots").fetchone()
    assert (facts.store, facts.format, facts.writable) == (str(demo_template), "es-desktop store", True)
    assert (facts.entities, facts.events, facts.snapshots) == (types.total(), len(rows), snapshots)
    assert list(facts.types.items()) == types.most_common()
    times = [data["timestamp"] for *_, data in rows]
    assert (facts.first, facts.last) == (min(times), max(times))
    assert facts.notes == ()


def test_the_facts_of_an_entity_come_from_its_first_and_last_event(demo: Session, rows: list[Any]) -> None:
    found = {entity.id: entity for entity in demo.entities()}
    spans: dict[UUID, list[Any]] = {}
    for row in sorted(rows, key=lambda row: row[1]):
        spans.setdefault(row[0], []).append(row)
    assert found.keys() == spans.keys()
    for entity_id, events in spans.items():
        entity = found[entity_id]
        first, last = events[0], events[-1]
        assert entity.topic == first[2].rpartition(".")[0]
        assert (entity.version, entity.events) == (last[1], len(events))
        assert (entity.created, entity.modified) == (first[3]["timestamp"], last[3]["timestamp"])
        assert entity.discarded == last[2].endswith(".Discarded")
        assert entity.snapshots == len(events) // 10


def test_one_entity_has_the_same_facts_as_in_the_list(demo: Session) -> None:
    for entity in list(demo.entities())[::50]:
        assert demo.entity(entity.id) == entity


def test_events_come_in_order_after_a_version_and_so_many(demo: Session) -> None:
    longest = max(demo.entities(), key=lambda each: each.events)
    assert [event.version for event in demo.events(longest.id)] == list(range(longest.events))
    assert [event.version for event in demo.events(longest.id, after=7, limit=3)] == [8, 9, 10]
    assert demo.events(longest.id, after=longest.version) == []
    assert all(event.error is None for event in demo.events(longest.id))


def test_the_outline_names_version_and_type_of_each_event(demo: Session) -> None:
    entity = max(demo.entities(), key=lambda each: each.events)
    outline = demo.outline(entity.id)
    events = demo.events(entity.id)
    assert list(outline.versions) == [event.version for event in events]
    assert [outline.type_at(index) for index in range(len(events))] == [event.type for event in events]
    assert len(set(outline.types)) == len(outline.types)


def test_a_record_is_the_row_in_the_table(demo: Session, rows: list[Any]) -> None:
    entity_id, position, topic, data = rows[1234]
    record = demo.record(entity_id, position)
    assert (record.sequence_id, record.position, record.topic) == (entity_id, position, topic)
    assert json.loads(record.data) == data


def test_snapshots_come_in_order(demo: Session) -> None:
    entity = max(demo.entities(), key=lambda each: each.events)
    versions = [snapshot.version for snapshot in demo.snapshots(entity.id)]
    assert versions == list(range(9, entity.events, 10))
    assert all(snapshot.error is None for snapshot in demo.snapshots(entity.id))


def test_known_models_fold_by_their_own_code_and_others_generically(demo: Session, sample: Path) -> None:
    assert all(isinstance(demo.fold_for(entity), ClassFold) for entity in demo.entities())
    with closing(open_session(str(sample))) as other:
        assert all(isinstance(other.fold_for(entity), GenericFold) for entity in other.entities())
        assert all(other.attribute_fields(entity) == [] for entity in other.entities())


def test_a_session_knows_only_the_models_that_it_is_given(demo_store: Path) -> None:
    models = [model for model in DEMO_MODELS if model is not Order]
    with closing(open_session(str(demo_store), models=models)) as session:
        order = next(entity for entity in session.entities() if entity.type == "Order")
        assert isinstance(session.fold_for(order), GenericFold)
        assert session.model_named(order.topic) is None
        assert session.model_named(None) is None


def test_the_fields_of_an_entity_are_those_of_its_model(demo: Session) -> None:
    entity = next(entity for entity in demo.entities() if entity.type == "Example")
    assert [field.name for field in demo.attribute_fields(entity)] == ["foo", "a", "b"]


# Finding --------------------------------------------------------------------------------------------------------------


def test_an_entity_is_found_by_every_beginning_that_is_its_own(demo: Session) -> None:
    ids = [entity.id for entity in demo.entities()]
    for wanted in ids[::40]:
        assert demo.find_id(str(wanted)) == demo.find_id(wanted.hex) == wanted
        for length in range(1, 20):
            beginning = str(wanted)[:length]
            alike = [each for each in ids if each.hex.startswith(beginning.replace("-", ""))]
            if len(alike) == 1:
                assert demo.find_id(beginning) == wanted
            else:
                with pytest.raises(UserError, match=f"{len(alike)} entities"):
                    demo.find_id(beginning)


def test_an_entity_that_is_not_there_is_an_error_for_people(demo: Session) -> None:
    unknown = uuid4()
    for ask in (demo.entity, demo.explain):
        with pytest.raises(UserError, match=f"no entity {unknown}"):
            ask(unknown)
    with pytest.raises(UserError, match="no entity has an id"):
        demo.find_id(str(unknown))


@pytest.mark.parametrize("version", [-1, 3, 99])
def test_a_missing_version_is_an_error_with_the_existing_ones(tmp_path: Path, version: int) -> None:
    with closing(create_session(str(tmp_path / "made.esdb"))) as session:
        commands = Commands(session)
        entity_id = commands.create(Example, {}).entity_id
        commands.change_attribute(entity_id, "foo", 1, 0)
        commands.change_attribute(entity_id, "foo", 2, 1)
        with pytest.raises(UserError, match=f"has no event at version {version}") as caught:
            session.explain(entity_id, version)
        assert caught.value.hint == "Its versions go from 0 to 2."


def test_a_snapshot_that_cannot_be_used_is_passed_over(demo_store: Path) -> None:
    with closing(open_session(str(demo_store), writable=False)) as session:
        entity = next(each for each in session.entities() if each.snapshots > 3 and not each.discarded)
        expected = session.explain(entity.id, base=ZERO).state
    with closing(sqlite3.connect(demo_store)) as connection, connection:
        last, before = [
            (row,)
            for (row,) in connection.execute(
                "SELECT id FROM snapshots WHERE sequence_id = ? ORDER BY position DESC LIMIT 2", (entity.id.bytes,)
            )
        ]
        connection.execute("UPDATE snapshots SET data = 'cut off' WHERE id = ?", last)
        connection.execute("UPDATE snapshots SET data = replace(data, 'es_desktop', 'gone') WHERE id = ?", before)
    with closing(open_session(str(demo_store), writable=False)) as session:
        rebuild = session.explain(entity.id)
        assert rebuild.base.version == 10 * (entity.events // 10) - 21
        assert rebuild.state == expected
        errors = [snapshot.error is not None for snapshot in session.snapshots(entity.id)]
        assert errors == [*[False] * (len(errors) - 1), True]
