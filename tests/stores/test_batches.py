"""Reading many sequences at once gives what reading them one by one does, in files of any format and on a server."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from es_desktop.core import DatastoreError, EntityId, KnownClasses
from es_desktop.stores import OpenedStore, StoreLocation, create_store, open_store, parse_location
from es_desktop.stores.reading.batches import Span
from es_desktop.stores.writing import append_records
from tests.conftest import SAMPLES
from tests.stores.inspection import events_of, heartbeats
from tests.stores.serving import Server


def spans(opened: OpenedStore, limit: int) -> list[Span]:
    """All spans of a store, so many at a time."""
    found: list[Span] = []
    while page := opened.batches.spans(found[-1].sequence_id if found else None, limit):
        assert len(page) <= limit
        found += page
    return found


def expect_the_same(opened: OpenedStore) -> None:
    one_by_one = list(opened.reader.sequences())
    found = spans(opened, 7)
    assert found == [Span(each.sequence_id, each.events, each.first.version, each.last.version) for each in one_by_one]
    after: dict[EntityId, int | None] = {
        each.sequence_id: None if index % 3 else each.first for index, each in enumerate(found)
    }
    expected = {key: opened.reader.events(key, gt=position) for key, position in after.items()}
    assert dict(opened.batches.events(after)) == {key: events for key, events in expected.items() if events}
    snapshots = {each.sequence_id: opened.reader.snapshots(each.sequence_id) for each in found}
    assert opened.batches.snapshot_versions([each.sequence_id for each in found]) == {
        key: [each.version for each in some] for key, some in snapshots.items() if some
    }
    wanted = {(key, each.version): each for key, some in snapshots.items() for each in some}
    assert opened.batches.snapshots_at([*wanted, ("nobody", 0)]) == wanted


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.db")))
def test_files_of_other_programs(tmp_path: Path, classes: KnownClasses, name: str) -> None:
    location = StoreLocation(Path(shutil.copyfile(SAMPLES / name, tmp_path / name)))
    with closing(open_store(location, classes, writable=False)) as opened:
        expect_the_same(opened)


def test_a_store_of_ours_with_uuids_and_texts_as_ids(location: StoreLocation, classes: KnownClasses) -> None:
    with closing(create_store(location, classes)) as opened:
        ids: list[UUID | str] = [uuid4(), "order-7", "", "é", str(uuid4()), uuid4()]
        for each in ids:
            events_of(opened).append(heartbeats(each, 0, 1, 2))
        assert {each.sequence_id for each in spans(opened, 2)} == set(ids)
        expect_the_same(opened)


def test_a_database_on_a_server(server: Server, classes: KnownClasses, demo_template: Path) -> None:
    with (
        closing(open_store(parse_location(str(demo_template)), classes, writable=False)) as file,
        closing(create_store(parse_location(server.fresh_database()), classes)) as database,
    ):
        append_records(database.tables, (("event", each) for each in file.reader.all_records()))
        append_records(database.tables, (("snapshot", each) for each in file.reader.all_snapshot_records()))
        expect_the_same(database)


def test_a_damaged_store_is_reported(location: StoreLocation, classes: KnownClasses) -> None:
    with closing(create_store(location, classes)) as opened:
        assert location.path is not None
        with closing(sqlite3.connect(location.path)) as connection:
            connection.execute("DROP TABLE integer_sequenced_items")
        for read in (lambda: opened.batches.spans(None, 5), lambda: list(opened.batches.events({"a": None}))):
            with pytest.raises(DatastoreError, match="cannot be read"):
                read()
