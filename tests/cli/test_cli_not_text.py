"""A store of ours with texts that are not UTF-8, as a damaged page leaves them: each way out writes all records."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.running import ask, fine


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


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("x'0102'", "0102 (bytes)"),
        ("7", "7 (number)"),
        ("1.5", "1.5 (number)"),
        ("CAST(x'63c0' AS TEXT)", "63c0 (bytes that are not UTF-8)"),
        ("'7 (number)'", "'7 (number)"),
    ],
)
def test_an_id_of_ours_of_any_value_is_shown_and_found(value: str, shown: str, sample: Path, tmp_path: Path) -> None:
    store = tmp_path / "ours.esdb"
    fine(ask(tmp_path, "export", sample, "--format", "esdb", "--out", store))
    count = len(fine(ask(tmp_path, "entities", store)))
    with closing(sqlite3.connect(store)) as connection:
        (first,) = connection.execute("SELECT sequence_id FROM integer_sequenced_items LIMIT 1").fetchone()
        for table in ("integer_sequenced_items", "snapshots"):
            connection.execute(f"UPDATE {table} SET sequence_id = {value} WHERE sequence_id = ?", [first])
        connection.commit()
    lines = fine(ask(tmp_path, "entities", store))
    assert len(lines) == count
    assert sum(shown in line for line in lines) == 1
    assert fine(ask(tmp_path, "events", store, shown))
