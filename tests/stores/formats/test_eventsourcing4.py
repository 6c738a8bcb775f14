"""Files of Python eventsourcing 2 to 8: where release 2 keeps snapshots, and what repeats the columns."""

from __future__ import annotations

import pytest

from es_desktop.stores import OpenedStore
from tests.stores.formats.conftest import Opening

FILE = "es-2.1.1-sqlalchemy-sqlite.db"
LOG = "records of no entity (such as logs)"


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
    opened = opening(FILE)
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


def test_a_log_is_reported_if_there_is_one(opening: Opening) -> None:
    assert f"35 {LOG} are left out" in opening(FILE).tables.notes
    opened = opening(FILE, "DELETE FROM timestamp_sequenced_items WHERE topic NOT LIKE '%Snapshot'")
    assert not any("left out" in note for note in opened.tables.notes)
    assert opened.reader.counts().snapshots == 7
    opened = opening(FILE, "DELETE FROM timestamp_sequenced_items WHERE topic LIKE '%Snapshot'")
    assert f"35 {LOG} are left out" in opened.tables.notes
    assert opened.reader.counts().snapshots == 0


@pytest.mark.parametrize("data", ["'dGhlIHBheWxvYWQgb2YgYSBzbmFwc2hvdCE='", "substr(data, 1, 60)", "NULL"])
def test_a_snapshot_whose_version_cannot_be_read_is_left_out_with_a_note(opening: Opening, data: str) -> None:
    expected = "1 snapshot whose version cannot be read (such as encrypted ones) is left out"
    assert not any(expected in note for note in opening(FILE).tables.notes)
    opened = opening(FILE, f"UPDATE timestamp_sequenced_items SET data = {data} WHERE id = 37")
    assert any(expected in note for note in opened.tables.notes)
    assert versions(opened)["Bed 6"] == [11, 16]
    assert len(list(opened.reader.all_snapshot_records())) == 6


def test_what_the_columns_say_is_no_part_of_what_happened(opening: Opening) -> None:
    opened = opening("es-3.0.0-sqlalchemy-sqlite.db")
    for sequence in opened.reader.sequences():
        for event in opened.reader.events(sequence.sequence_id):
            assert not {"originator_id", "originator_version", "timestamp"} & set(event.data)
