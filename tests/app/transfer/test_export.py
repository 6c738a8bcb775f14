"""Exporting: what goes out comes back without loss, and a file appears whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import example, given

from es_desktop.app.entity.verdict import NEAREST, ZERO
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.app.text.json_objects import event_json, snapshot_json
from es_desktop.app.transfer.export import ExportCounts, ExportFormat, ExportRequest, export_to_file, exported_lines
from es_desktop.app.transfer.import_ import import_file
from es_desktop.app.transfer.records import Record
from es_desktop.stores import OpenOptions
from tests.app.recording import ODD_PAYLOADS, event, records, snapshot, store_of, stored_rows
from tests.app.storing import sql
from tests.trials import FEW

CASE = ExportFormat.CASE
LINES = [ExportFormat.JSONL, ExportFormat.CLOUDEVENTS]
LOSSLESS = [*LINES, CASE, ExportFormat.ESDB]
WHOLE_STORES = [*LOSSLESS, ExportFormat.CSV]
"""All but the test, which is of one entity."""
ONE = UUID("5f2c0000-0000-4000-8000-000000000001")


@pytest.fixture
def demo(small_demo: Path) -> Iterator[Session]:
    with closing(open_session(str(small_demo), writable=False)) as session:
        yield session


def brought_back(source: Path, folder: Path, format: ExportFormat, *entities: str) -> Path:
    """Export a store, or some of its entities, and return a new store of what comes back."""
    exported = folder / f"exported.{format}"
    with closing(open_session(str(source), writable=False)) as session:
        chosen = tuple(session.find_id(each) for each in entities) or None
        done = export_to_file(session, exported, ExportRequest(format, chosen))
    if format.is_store:
        return exported
    made = folder / "made.esdb"
    with closing(create_session(str(made))) as session:
        imported = import_file(session, exported)
    assert (imported.events, imported.snapshots, imported.skipped) == (done.events, done.snapshots, 0)
    return made


# Without loss ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", LOSSLESS)
@FEW
@given(recorded=records)
@example(recorded=[])
@example(recorded=[event("odd", version, payload) for version, payload in enumerate(ODD_PAYLOADS)])
@example(recorded=[event(ONE, 0), event(str(ONE), 0), snapshot(ONE, 0), snapshot("only snapshots", 5)])
def test_what_goes_out_comes_back_record_for_record(format: ExportFormat, recorded: list[Record]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = store_of(Path(folder) / "source.esdb", recorded)
        assert stored_rows(brought_back(source, Path(folder), format)) == stored_rows(source)


@pytest.mark.parametrize("format", LOSSLESS)
@pytest.mark.parametrize("store", ["small_demo", "sample"])
def test_whole_stores_come_back(
    request: pytest.FixtureRequest, tmp_path: Path, store: str, format: ExportFormat
) -> None:
    source: Path = request.getfixturevalue(store)
    expected, found = stored_rows(source), stored_rows(brought_back(source, tmp_path, format))
    # A store without a column of its own for the order of appending is read in the order of its sequences.
    in_order = (lambda rows: rows) if store == "small_demo" else sorted
    assert {table: in_order(rows) for table, rows in expected.items()} == found
    assert found["snapshots"]


@pytest.mark.parametrize("format", LOSSLESS)
@pytest.mark.parametrize("store", ["small_demo", "sample"])
def test_chosen_entities_show_the_same_states(
    request: pytest.FixtureRequest, tmp_path: Path, store: str, format: ExportFormat
) -> None:
    source: Path = request.getfixturevalue(store)
    with closing(open_session(str(source), writable=False)) as session:
        chosen = [each for each in session.entities() if each.snapshots][:3]
        assert len(chosen) == 3
        made = brought_back(source, tmp_path, format, *[str(each.id) for each in chosen])
        with closing(open_session(str(made), options=OpenOptions(writes_any=True))) as case:
            assert case.is_writable
            assert list(case.entities()) == chosen
            for entity in chosen:
                results = [
                    (
                        list(map(event_json, each.events(entity.id))),
                        [snapshot_json(found, entity.type) for found in each.snapshots(entity.id)],
                    )
                    for each in (session, case)
                ]
                assert results[0] == results[1]
                for base in (NEAREST, ZERO):
                    before, after = (each.explain(entity.id, base=base) for each in (session, case))
                    assert (after.state, after.base, after.writers) == (before.state, before.base, before.writers)


def test_an_entity_that_is_chosen_twice_goes_out_once(demo: Session, tmp_path: Path) -> None:
    entity = next(each for each in demo.entities() if each.snapshots)
    done = export_to_file(demo, tmp_path / "out.jsonl", ExportRequest(ExportFormat.JSONL, (entity.id, entity.id)))
    assert done == ExportCounts(entity.events, entity.snapshots)
    with pytest.raises(UserError, match="there is no entity nobody"):
        export_to_file(demo, tmp_path / "other.jsonl", ExportRequest(ExportFormat.JSONL, (entity.id, "nobody")))
    assert not (tmp_path / "other.jsonl").exists()


# Whole or not at all --------------------------------------------------------------------------------------------------


class Enough(Exception):
    """The person pressed Cancel."""


@pytest.mark.parametrize("format", WHOLE_STORES)
def test_progress_goes_from_nothing_to_all(demo: Session, tmp_path: Path, format: ExportFormat) -> None:
    results: list[tuple[int, int]] = []
    done = export_to_file(demo, tmp_path / "out", ExportRequest(format), progress=lambda *each: results.append(each))
    total = done.events + done.snapshots
    assert (results[0], results[-1]) == ((0, total), (total, total))
    assert results == sorted(results)
    assert all(later - earlier <= 200 for (earlier, _), (later, _) in pairwise(results))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A store of 700 events and 50 snapshots."""
    recorded = [*(event("a", number) for number in range(700)), *(snapshot("a", number) for number in range(50))]
    with closing(open_session(str(store_of(tmp_path_factory.mktemp("small") / "small.esdb", recorded)))) as session:
        yield session


@pytest.mark.parametrize("format", WHOLE_STORES)
@pytest.mark.parametrize("at", [0, 300, 700, 750])
def test_a_cancelled_export_leaves_nothing(small: Session, tmp_path: Path, format: ExportFormat, at: int) -> None:
    def progress(done: int, total: int) -> None:
        if done >= min(at, total):
            raise Enough

    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(Enough):
        export_to_file(small, folder / "out", ExportRequest(format), progress=progress)
    assert list(folder.iterdir()) == []
    (folder / "out").write_text("older")
    with pytest.raises(Enough):
        export_to_file(small, folder / "out", ExportRequest(format), progress=progress)
    assert [(each.name, each.read_text()) for each in folder.iterdir()] == [("out", "older")]


@pytest.mark.parametrize("format", WHOLE_STORES)
def test_a_file_is_replaced_and_nothing_else_is_left(demo: Session, tmp_path: Path, format: ExportFormat) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "out").write_text("older")
    export_to_file(demo, folder / "out", ExportRequest(format))
    assert [each.name for each in folder.iterdir()] == ["out"]
    assert (folder / "out").stat().st_size > 100_000


@pytest.mark.parametrize("format", WHOLE_STORES)
def test_no_database_is_written_over(demo: Session, small_demo: Path, sample: Path, format: ExportFormat) -> None:
    link = sample.with_name("link.db")
    link.symlink_to(small_demo)
    for target in (small_demo, sample, link):
        before = target.read_bytes()
        with pytest.raises(UserError, match="is a database, and none is written over"):
            export_to_file(demo, target, ExportRequest(format))
        assert target.read_bytes() == before
    assert sorted(each.name for each in sample.parent.iterdir()) == sorted([sample.name, link.name])


def test_a_path_that_cannot_be_written_is_reported(demo: Session, tmp_path: Path) -> None:
    for target, reason in ((tmp_path, "is no file"), (tmp_path / "nowhere" / "out", "cannot be written: No such file")):
        with pytest.raises(UserError, match=reason) as caught:
            export_to_file(demo, target, ExportRequest(ExportFormat.JSONL))
        assert caught.value.hint
    with pytest.raises(UserError, match="a store cannot be printed"):
        exported_lines(demo, ExportRequest(CASE))


@pytest.mark.parametrize("format", WHOLE_STORES)
def test_a_record_that_no_format_can_carry_is_named(tmp_path: Path, format: ExportFormat) -> None:
    source = store_of(tmp_path / "source.esdb", [event("a", 0), event("a", 1)])
    sql(source, "UPDATE integer_sequenced_items SET position = 'one' WHERE position = 1")
    results = "the event at 'one' of 'a' cannot be exported: its position is a str"
    with closing(open_session(str(source))) as session, pytest.raises(UserError, match=results):
        export_to_file(session, tmp_path / "out", ExportRequest(format))
    assert not (tmp_path / "out").exists()


def test_what_is_appended_meanwhile_does_no_harm(small_demo: Path, tmp_path: Path) -> None:
    with closing(open_session(str(small_demo))) as session:
        entity = next(each for each in session.entities() if each.snapshots)
        grown: list[int] = []

        def progress(done: int, total: int) -> None:
            assert done <= total
            if done and not grown:
                grown.append(done)
                sql(
                    small_demo,
                    "INSERT INTO snapshots (sequence_id, position, topic, data) "
                    f"VALUES (x'{UUID(str(entity.id)).hex}', 100000, 'a#B', '{{}}')",
                )

        export_to_file(session, tmp_path / "out.esdb", ExportRequest(CASE), progress=progress)
    with closing(open_session(str(tmp_path / "out.esdb"))) as case:
        assert len(case.snapshots(entity.id)) == entity.snapshots
