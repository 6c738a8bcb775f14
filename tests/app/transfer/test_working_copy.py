"""A working copy of a store of another program: it shows the same, and is changed as a store of ours is."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from es_desktop.app.entity.commands import Commands
from es_desktop.app.entity.verdict import NEAREST, ZERO, BaseChoice
from es_desktop.app.entity.view import EntityView
from es_desktop.app.runtime.errors import Cancelled, CancelToken, UserError
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.app.transfer.export import ExportFormat, ExportRequest, export_to_file
from es_desktop.app.transfer.working_copy import StoreCopier
from es_desktop.core import RecordedEvent
from es_desktop.examples import Order
from es_desktop.replay import Exactness, plain_state
from tests.conftest import SAMPLES
from tests.stores.inspection import files_in

SAMPLE_NAMES = [
    "es-9.5.6-sqlite-plain.db",
    "emmett-sqlite-0.42.4.db",
    "es-7.2.4-sqlalchemy-sqlite.db",
    "es-3.1.0-sqlalchemy-sqlite.db",
]
each_sample = pytest.mark.parametrize("name", SAMPLE_NAMES)
EMMETT = "emmett-sqlite-0.42.4.db"


@pytest.fixture
def source(name: str, tmp_path: Path) -> Iterator[Session]:
    """The store, which is byte for byte the same afterwards."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    path = shutil.copyfile(SAMPLES / name, folder / name)
    before = files_in(folder)
    with closing(open_session(str(path))) as session:
        yield session
    assert files_in(folder) == before


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "copy.esdb"


@pytest.fixture(scope="module")
def whole_copy(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A copy that was made without a stop, by the name of the sample; copy it before you write to it."""

    @cache
    def made(name: str) -> Path:
        folder = tmp_path_factory.mktemp("whole")
        with closing(open_session(str(shutil.copyfile(SAMPLES / name, folder / name)))) as source:
            StoreCopier(source, folder / "copy.esdb").run()
        return folder / "copy.esdb"

    return made


@pytest.fixture
def copy(name: str, whole_copy: Callable[[str], Path], target: Path) -> Iterator[Session]:
    with closing(open_session(str(shutil.copyfile(whole_copy(name), target)))) as session:
        yield session


def results(event: RecordedEvent) -> tuple[Any, ...]:
    types = {name: type(value) for name, value in event.data.items()}
    return event.version, event.type, event.entity_type, event.timestamp, dict(event.data), types, event.error


def shown(session: Session, base: BaseChoice = NEAREST) -> list[Any]:
    """All that is shown of a store, entity by entity; each state at each version as it comes from a base."""
    found: list[Any] = []
    for each in sorted(session.entities(), key=lambda each: str(each.id)):
        found.append((each.id, each.type, each.version, each.events, each.snapshots, each.created, each.modified))
        found += map(results, session.events(each.id))
        found += [
            (one.version, one.type, one.timestamp, one.state and plain_state(one.state))
            for one in session.snapshots(each.id)
        ]
        found.append(session.outline(each.id))
        view = EntityView(session, each.id)
        for version in view.outline.versions:
            state = view.state_at(version, base=base, checkpoint=lambda: None)
            found.append((version, state.state, state.exactness, state.base))
        rebuild = session.explain(each.id, base=base)
        found.append((rebuild.state, rebuild.exactness, rebuild.base))
    return found


def records_of(path: Path) -> list[Any]:
    """All records of a copy: whatever is shown of it is made of these, and of its notes."""
    with closing(open_session(str(path))) as session:
        reader = session.store.reader
        return [*reader.all_records(by_sequence=True), *sorted(reader.all_snapshot_records(), key=str)]


def changeable(session: Session) -> list[EntityView]:
    views = [EntityView(session, each.id) for each in session.entities() if not each.discarded]
    return [view for view in views if view.fields]


@each_sample
def test_a_copy_shows_what_the_store_shows(source: Session, copy: Session) -> None:
    for base in (NEAREST, ZERO):
        assert shown(copy, base) == shown(source, base)
    assert copy.is_writable
    assert source.facts().events == copy.facts().events


@each_sample
def test_it_says_where_it_comes_from(source: Session, target: Path) -> None:
    StoreCopier(source, target, [next(source.entities()).id]).run()
    with closing(open_session(str(target))) as copy:
        (note,) = copy.facts().notes
    assert note.startswith(f"a working copy of {source.absolute_name} ({source.format_name}), started 20")


@each_sample
def test_a_change_is_one_event_and_the_rest_of_the_state_stays_from_every_base(copy: Session) -> None:
    commands = Commands(copy)
    for view in changeable(copy):
        entity, name = view.facts.id, view.fields[-1].name
        before = {base: copy.explain(entity, base=base).state for base in (NEAREST, ZERO)}
        preview = commands.preview_change(entity, name, "new", view.facts.version)
        done = commands.change_attribute(entity, name, "new", view.facts.version)
        assert done.events == ((view.facts.version + 1, "AttributeChanged"),)
        assert [(each.path, each.after) for each in preview.changes] == [(name, "new")]
        for base, state in before.items():
            assert copy.explain(entity, base=base).state == {**state, name: "new"}
        event = copy.events(entity)[-1]
        assert (event.type, event.entity_type, event.topic) == ("AttributeChanged", view.facts.type, preview.topic)
        assert event.timestamp is not None


@each_sample
def test_a_snapshot_of_ours_is_the_state_it_was_taken_of(copy: Session) -> None:
    commands = Commands(copy)
    commands.set_frequency(2)
    for view in changeable(copy):
        entity, version, name = view.facts.id, view.facts.version, view.fields[0].name
        commands.take_snapshot(entity)
        for number in range(1, 5):
            expected = copy.explain(entity, version + number - 1, base=ZERO if not view.snapshots else NEAREST)
            done = commands.change_attribute(entity, name, number, version + number - 1)
            assert not done.failures
            assert bool(done.snapshots) is ((version + number + 1) % 2 == 0)
            found = copy.explain(entity)
            assert found.state == {**(expected.state or {}), name: number}
            assert found.exactness == expected.exactness.worse_of(Exactness.INFERRED), (
                "a snapshot does not make sure what was inferred"
            )
        taken = [each for each in copy.snapshots(entity) if each.version >= version]
        assert {each.type for each in taken} == {view.facts.type}
        bases = [BaseChoice.picked(each.version) for each in taken]
        states = [copy.explain(entity, base=base).state for base in bases]
        assert all(state == states[0] for state in states), "the same state from any of them"


@each_sample
def test_an_entity_is_discarded_and_stays_so(copy: Session) -> None:
    commands, view = Commands(copy), changeable(copy)[0]
    entity, version = view.facts.id, view.facts.version
    assert commands.preview_discard(entity, version).ends
    commands.discard(entity, version)
    assert copy.entity(entity).discarded
    assert copy.explain(entity).state is None
    assert commands.take_snapshot(entity).snapshots == (version + 1,)
    assert copy.explain(entity).state is None
    with pytest.raises(UserError, match="was discarded"):
        commands.change_attribute(entity, view.fields[0].name, 1, version + 1)


@pytest.mark.parametrize("name", [EMMETT])
def test_what_somebody_else_wrote_first_is_a_conflict(copy: Session) -> None:
    view = changeable(copy)[0]
    Commands(copy).change_attribute(view.facts.id, view.fields[0].name, 1, view.facts.version)
    with pytest.raises(UserError, match="arrived in between"):
        Commands(copy).change_attribute(view.facts.id, view.fields[0].name, 2, view.facts.version)


@pytest.mark.parametrize("name", [EMMETT])
def test_only_what_is_there_and_has_an_editor_can_be_changed(copy: Session) -> None:
    view = changeable(copy)[0]
    state = copy.explain(view.facts.id).state
    assert {field.name for field in view.fields} <= set(state)
    with pytest.raises(UserError, match="changes through events of its own"):
        Commands(copy).change_attribute(view.facts.id, "nowhere", 1, view.facts.version)


@pytest.mark.parametrize("name", [EMMETT])
def test_models_that_are_known_are_at_work_in_a_copy_too(copy: Session) -> None:
    commands = Commands(copy)
    made = commands.create(Order, {"customer": "Ada"})
    commands.take_snapshot(made.entity_id)
    facts = copy.entity(made.entity_id)
    assert (facts.type, copy.explain(facts.id).exactness) == ("Order", Exactness.EXACT)
    assert not copy.is_generic(facts)


# Progress, stopping, going on -----------------------------------------------------------------------------------------


def stopped_after(copying: StoreCopier, calls: int) -> None:
    token, seen = CancelToken(), 0

    def progress(done: int, total: int) -> None:
        nonlocal seen
        assert 0 <= done <= total
        seen += 1
        if seen > calls:
            token.cancel()
        token.check()

    with pytest.raises(Cancelled):
        copying.run(progress)


@pytest.fixture
def by_the_entity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let even the small entities of a sample have a transaction each."""
    monkeypatch.setattr("es_desktop.app.transfer.working_copy._RECORDS_TOGETHER", 1)
    monkeypatch.setattr("es_desktop.app.transfer.working_copy._PROGRESS_EVERY", 1)


@each_sample
@pytest.mark.parametrize("calls", [0, 60])
@pytest.mark.usefixtures("by_the_entity")
def test_a_stopped_copy_holds_whole_entities_and_is_gone_on_with(
    source: Session,
    target: Path,
    tmp_path: Path,
    name: str,
    calls: int,
    whole_copy: Callable[[str], Path],
) -> None:
    copying = StoreCopier(source, target)
    stopped_after(copying, calls)
    expected = {each.id: (each.events, each.snapshots) for each in source.entities()}
    with closing(open_session(str(target))) as half:
        there = {each.id: (each.events, each.snapshots) for each in half.entities()}
        assert len(there) == copying.finished < copying.wanted == len(expected)
        assert there == {each: expected[each] for each in there}, "whole, or not at all"
    done = StoreCopier(source, target).run()
    assert (done.already, done.entities, done.mismatches) == (len(there), len(expected), ())
    assert records_of(target) == records_of(whole_copy(name))
    assert {file.name for file in tmp_path.iterdir()} == {"theirs", "copy.esdb"}


@pytest.mark.parametrize("name", [EMMETT])
def test_chosen_entities_come_first_and_the_rest_later(source: Session, target: Path) -> None:
    chosen = [each.id for each in source.entities()][:2]
    assert StoreCopier(source, target, chosen).run().entities == 2
    done = StoreCopier(source, target).run()
    assert (done.entities, done.already, done.mismatches) == (12, 2, ())


@pytest.mark.parametrize("name", [EMMETT])
def test_progress_ends_at_its_whole(source: Session, target: Path) -> None:
    seen: list[tuple[int, int]] = []
    StoreCopier(source, target).run(lambda done, total: seen.append((done, total)))
    assert seen[-1] == (212, 212), "each event is written, and compared"
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@pytest.mark.parametrize("name", [EMMETT])
def test_what_was_changed_in_the_copy_is_no_difference(source: Session, target: Path) -> None:
    StoreCopier(source, target).run()
    with closing(open_session(str(target))) as copy:
        view = changeable(copy)[0]
        Commands(copy).change_attribute(view.facts.id, view.fields[0].name, "mine", view.facts.version)
        Commands(copy).take_snapshot(view.facts.id)
        done = StoreCopier(source, target).run()
        assert (done.already, done.events, done.outdated, done.mismatches) == (12, 0, (), ())
        assert copy.explain(view.facts.id).state[view.fields[0].name] == "mine", "it is left as it is"


@pytest.mark.parametrize(
    ("name", "sql", "results"),
    [
        (EMMETT, "UPDATE integer_sequenced_items SET data = '{}' WHERE id = 3", "the event at version"),
        (EMMETT, "UPDATE integer_sequenced_items SET topic = 'Emmett#Other.Name' WHERE id = 3", "the event at version"),
        (EMMETT, "DELETE FROM integer_sequenced_items WHERE id = 3", "the event at version"),
        (SAMPLE_NAMES[0], "DELETE FROM snapshots WHERE id = 1", "snapshot in the store, "),
        (
            SAMPLE_NAMES[0],
            'UPDATE snapshots SET data = replace(data, \'"state":{\', \'"state":{"more":1,\') WHERE id = 1',
            "the snapshot",
        ),
    ],
)
def test_a_copy_that_differs_is_reported(source: Session, target: Path, sql: str, results: str) -> None:
    StoreCopier(source, target).run()
    with closing(sqlite3.connect(target)) as connection, connection:
        connection.execute(sql)
    (wrong,) = StoreCopier(source, target).run().mismatches
    assert results in wrong.text


@pytest.mark.parametrize("name", [EMMETT])
def test_a_store_that_has_grown_is_reported(source: Session, target: Path, tmp_path: Path) -> None:
    path = Path(shutil.copyfile(source.absolute_name, tmp_path / "growing.db"))
    with closing(open_session(str(path))) as growing:
        StoreCopier(growing, target).run()
        with closing(sqlite3.connect(path)) as connection, connection:
            columns = "stream_id, partition, message_kind, message_data, message_metadata, message_schema_version"
            columns += ", message_type, is_archived, created"
            connection.execute(
                f"INSERT INTO emt_messages (stream_position, message_id, {columns}) "
                f"SELECT stream_position + 1, 'later', {columns} FROM emt_messages WHERE stream_id = 'Invoice-1' "
                "ORDER BY stream_position DESC LIMIT 1"
            )
        done = StoreCopier(growing, target).run()
    assert (done.outdated, done.mismatches, done.events) == (("Invoice-1",), (), 0)


# What is refused ------------------------------------------------------------------------------------------------------


def refusal(source: Session, target: Path) -> str:
    with pytest.raises(UserError) as caught:
        StoreCopier(source, target).run()
    assert caught.value.hint
    return caught.value.text


@pytest.mark.parametrize("name", [EMMETT])
def test_a_file_that_is_something_else_is_left_alone(source: Session, tmp_path: Path, demo_store: Path) -> None:
    (tmp_path / "text").write_text("mine")
    create_session(str(tmp_path / "empty.esdb")).close()
    other = Path(shutil.copyfile(SAMPLES / EMMETT, tmp_path / "other.db"))
    with closing(open_session(str(other))) as session:
        StoreCopier(session, tmp_path / "of-other.esdb").run()
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir() if each.is_file()}
    assert "is not an SQLite database" in refusal(source, tmp_path / "text")
    assert "is no working copy" in refusal(source, tmp_path / "empty.esdb")
    assert "is no working copy" in refusal(source, demo_store)
    assert "is no working copy" in refusal(source, Path(source.absolute_name)), "the store itself"
    assert "is of something else: a working copy of" in refusal(source, tmp_path / "of-other.esdb")
    assert "cannot be made" in refusal(source, tmp_path / "nowhere" / "copy.esdb")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir() if each.is_file()} == before


# Copies of odd stores, and of copies ----------------------------------------------------------------------------------


def test_what_cannot_be_read_stays_so(tmp_path: Path, target: Path) -> None:
    path = shutil.copyfile(SAMPLES / "es-9.5.6-sqlite-aes-zlib.db", tmp_path / "encrypted.db")
    with closing(open_session(str(path))) as source:
        assert StoreCopier(source, target).run().mismatches == ()
        with closing(open_session(str(target))) as copy:
            assert all(event.error for each in copy.entities() for event in copy.events(each.id))
            assert copy.facts().types == source.facts().types
            each = next(copy.entities())
            with pytest.raises(UserError, match="cannot be rebuilt"):
                Commands(copy).discard(each.id, each.version)


@pytest.mark.parametrize("name", [EMMETT])
def test_a_copy_of_a_copy_and_a_case_of_one_are_read_alike(copy: Session, tmp_path: Path) -> None:
    view = changeable(copy)[0]
    Commands(copy).change_attribute(view.facts.id, view.fields[0].name, Decimal("1.50"), view.facts.version)
    assert StoreCopier(copy, tmp_path / "second.esdb").run().mismatches == ()
    export_to_file(copy, tmp_path / "case.esdb", ExportRequest(ExportFormat.CASE))
    for file in ("second.esdb", "case.esdb"):
        with closing(open_session(str(tmp_path / file))) as other:
            assert shown(other) == shown(copy)
