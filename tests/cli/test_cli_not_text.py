"""A store of ours with texts that are not UTF-8, as a damaged page leaves them: each way out writes all records."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.running import ask, fine, refused


def test_texts_that_are_not_utf_8_leave_a_store_each_way(sample: Path, tmp_path: Path) -> None:
    store = tmp_path / "ours.esdb"
    fine(ask(tmp_path, "export", sample, "--format", "esdb", "--out", store))
    with closing(sqlite3.connect(store)) as connection:
        for number, column in enumerate(("data", "topic"), 1):
            text = f"CAST(CAST({column} AS BLOB) || x'ff' AS TEXT)"
            connection.execute(f"UPDATE integer_sequenced_items SET {column} = {text} WHERE id = ?", [number])
        connection.commit()
    events = len(fine(ask(tmp_path, "export", store)))
    for format in ("csv", "cloudevents"):
        assert fine(ask(tmp_path, "export", store, "--format", format))
    stored = tmp_path / "stored.esdb"
    fine(ask(tmp_path, "export", store, "--format", "esdb", "--out", stored))
    assert len(fine(ask(tmp_path, "export", stored))) == events
    ask(tmp_path, "rescue", store, tmp_path / "rescued.esdb")
    assert len(fine(ask(tmp_path, "export", tmp_path / "rescued.esdb"))) == events


def test_an_id_of_ours_that_is_no_uuid_is_an_error_in_one_line(sample: Path, tmp_path: Path) -> None:
    store = tmp_path / "ours.esdb"
    fine(ask(tmp_path, "export", sample, "--format", "esdb", "--out", store))
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("UPDATE integer_sequenced_items SET sequence_id = x'0102' WHERE id = 1")
        connection.commit()
    assert "an id of 2 bytes is no UUID" in refused(ask(tmp_path, "entities", store))
