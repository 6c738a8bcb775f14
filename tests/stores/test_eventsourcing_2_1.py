"""Files of Python eventsourcing 2.1, which keep snapshots among the records that are in order of time."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.core import KnownClasses
from es_desktop.stores import OpenedStore, open_store, parse_location

NAME = "es-2.1.1-sqlalchemy-sqlite.db"
SAMPLES = Path(__file__).parents[1] / "samples"
LOG = "timestamp_sequenced_items holds records in order of time"

Opening = Callable[..., OpenedStore]


@pytest.fixture
def opening(tmp_path: Path) -> Iterator[Opening]:
    """Open the file after a statement changed it."""
    opened: list[OpenedStore] = []

    def opening(change: str = "") -> OpenedStore:
        path = shutil.copyfile(SAMPLES / NAME, tmp_path / f"{len(opened)}.db")
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(change)
        opened.append(open_store(parse_location(str(path)), KnownClasses(), writable=True))
        return opened[-1]

    yield opening
    for each in opened:
        each.close()


def versions(opened: OpenedStore) -> dict[str, list[int]]:
    """Return the versions of the snapshots of each entity that has some, by its name."""
    kept = {}
    for each in opened.reader.sequences():
        snapshots = opened.reader.snapshots(each.sequence_id)
        if snapshots:
            assert snapshots[-1].state is not None
            kept[snapshots[-1].state["_name"]] = [snapshot.version for snapshot in snapshots]
    return kept


def test_a_snapshot_is_of_the_last_event_that_its_state_knows(opening: Opening) -> None:
    opened = opening()
    expected = {"By the wall": [7], "Bed 3": [10], "Bed 4": [12], "Bed 6": [4, 11, 16], "Mei “the rose”": [1]}
    assert versions(opened) == expected
    for each in opened.reader.sequences():
        for snapshot in opened.reader.snapshots(each.sequence_id):
            event = opened.reader.events(each.sequence_id)[snapshot.version]
            assert snapshot.timestamp is not None and event.timestamp is not None
            assert snapshot.timestamp >= event.timestamp
            assert not {"_id", "_version", "_is_discarded"} & set(snapshot.state or {})
            if "_plants" in (snapshot.state or {}):
                planted = opened.reader.events(each.sequence_id, lte=snapshot.version)
                assert snapshot.state is not None
                assert snapshot.state["_plants"] == [e.data["plant"] for e in planted if e.type == "Planted"]


def test_the_log_is_told_where_there_is_one(opening: Opening) -> None:
    assert any(LOG in note for note in opening().tables.notes)
    opened = opening("DELETE FROM timestamp_sequenced_items WHERE topic NOT LIKE '%Snapshot'")
    assert not any(LOG in note for note in opened.tables.notes)
    assert opened.reader.counts().snapshots == 7
    opened = opening("DELETE FROM timestamp_sequenced_items WHERE topic LIKE '%Snapshot'")
    assert any(LOG in note for note in opened.tables.notes)
    assert opened.reader.counts().snapshots == 0


@pytest.mark.parametrize("data", ["'dGhlIHBheWxvYWQgb2YgYSBzbmFwc2hvdCE='", "substr(data, 1, 60)", "NULL"])
def test_a_snapshot_whose_version_cannot_be_read_is_left_out_and_that_is_told(opening: Opening, data: str) -> None:
    told = "left out whose version cannot be read"
    assert not any(told in note for note in opening().tables.notes)
    opened = opening(f"UPDATE timestamp_sequenced_items SET data = {data} WHERE id = 37")
    assert any(told in note for note in opened.tables.notes)
    assert versions(opened)["Bed 6"] == [11, 16]
    assert len(list(opened.reader.all_snapshot_records())) == 6
