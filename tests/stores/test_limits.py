"""Hostile content meets a limit, which is stated and can be raised; hostile schemas are stopped."""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.app.notes.notebook import Notebook, NotebookFolder
from es_desktop.stores.engines.any_text import AnyTextConnection
from es_desktop.system.limits import VARIABLE, Limits, limits
from es_desktop.system.sqlite_limits import harden
from tests.running import ask, fine, refused

ENTITY = "00000000-0000-4000-8000-000000000001"
CREATE = (
    "CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB, "
    "PRIMARY KEY (originator_id, originator_version))"
)


def store_of(path: Path, *payloads: bytes, create: str = CREATE) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(create)
        rows = [(ENTITY, number, "shop:Order.Placed", payload) for number, payload in enumerate(payloads, 1)]
        connection.executemany("INSERT INTO stored_events VALUES (?, ?, ?, ?)", rows)
        connection.commit()
    return path


@pytest.mark.parametrize(
    ("payload", "limit"),
    [
        (json.dumps({f"a{number}": 1 for number in range(2_000)}).encode(), "values"),
        (json.dumps([[number] for number in range(2_000)]).encode(), "values"),
        (json.dumps({"text": "x" * 1_100_000}).encode(), "payload_mb"),
        (zlib.compress(json.dumps({"text": "x" * 1_100_000}).encode()), "payload_mb"),
        (zlib.compress(json.dumps([*range(2_000)]).encode()), "values"),
    ],
)
def test_a_payload_over_a_limit_is_one_record_that_says_so(tmp_path: Path, payload: bytes, limit: str) -> None:
    store = store_of(tmp_path / "shop.db", payload, b'{"b": 1}')
    env = {VARIABLE: "values=1000 payload_mb=1"}
    first, second = (json.loads(line) for line in fine(ask(tmp_path, "events", store, ENTITY, "--json", env=env)))
    assert f"--limit {limit}=N raises it" in first["error"] and second["data"] == {"b": 1}
    assert "--limit" in "".join(fine(ask(tmp_path, "explain", store, ENTITY, env=env)))
    raised = ask(
        tmp_path, "events", store, ENTITY, "--json", "--limit", "values=5000", "--limit", "payload_mb=9", env=env
    )
    assert [json.loads(line)["error"] for line in fine(raised)] == [None, None]


def test_long_payloads_hide_no_other_entity(tmp_path: Path) -> None:
    payload = json.dumps({"text": "x" * 3_000_000}).encode()
    store = store_of(tmp_path / "shop.db", payload, payload)
    env = {VARIABLE: "payload_mb=1"}  # no row of SQLite may be larger than 4 MB then
    assert "1 entity, 2 events" in "".join(fine(ask(tmp_path, "info", store, env=env)))


@pytest.mark.parametrize("text", ["values", "values=0", "values=-1", "nothing=1", "values=1e9"])
def test_a_limit_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    assert "such as values=500000" in refused(ask(tmp_path, "info", "x.db", "--limit", text))


def test_what_the_environment_says_badly_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "values=many")
    assert limits() == Limits()


ENDLESS = (
    "CREATE VIEW stored_events AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT "
    f"'{ENTITY}' AS originator_id, i AS originator_version, 'shop:Order.Placed' AS topic, '{{}}' AS state FROM n"
)


def test_a_view_that_never_ends_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(ENDLESS)
    line = refused(ask(tmp_path, "entities", path, "--limit", "table_seconds=1"))
    assert "reading it takes too long (the limit table_seconds is 1; --limit table_seconds=N raises it)" in line


def test_a_statement_that_never_ends_is_stopped(tmp_path: Path) -> None:
    """As that on a table of ours, which another connection replaces by a view."""
    with closing(AnyTextConnection(tmp_path / "shop.db")) as connection:
        connection.clock.most_seconds = 0.2
        connection.execute(ENDLESS)
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            connection.execute("SELECT max(originator_version) FROM stored_events").fetchall()
        assert connection.execute("SELECT 1").fetchone() == (1,), "the next one has its own time"


def test_a_file_of_anybody_calls_nothing_and_attaches_nothing(tmp_path: Path) -> None:
    path = store_of(tmp_path / "shop.db", b"{}")
    with closing(sqlite3.connect(path)) as connection:
        harden(connection)
        assert connection.execute("PRAGMA trusted_schema").fetchone() == (0,)
        assert connection.execute("PRAGMA cell_size_check").fetchone() == (1,)
        with pytest.raises(sqlite3.OperationalError, match="too many attached"):
            connection.execute("ATTACH ':memory:' AS other")
        with pytest.raises(sqlite3.OperationalError, match="maximum depth"):
            connection.execute(f"SELECT {'+'.join('1' * 300)}")
        with pytest.raises(sqlite3.DataError):
            connection.execute("SELECT zeroblob(999000000)")


def test_a_file_whose_name_is_no_text_is_read_found_and_noted(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff\xfe?mode=rw#%20.db")
    store = store_of(tmp_path / name, b'{"a": 2}')
    assert fine(ask(tmp_path, "info", "--", store))
    assert ENTITY in "".join(fine(ask(tmp_path, "find", store, "a > 1")))
    assert NotebookFolder(tmp_path).load(str(store)) == Notebook()
