"""The debugger on the command line: ``verify`` and ``watch``."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.altering import ORDER, with_stale_snapshot, with_true_snapshots
from tests.running import ask, fine, refused


def test_verify_prints_every_snapshot_and_ends_with_0_if_all_are_true(tmp_path: Path, demo_store: Path) -> None:
    lines = [json.loads(line) for line in fine(ask(tmp_path, "verify", with_true_snapshots(demo_store), "--json"))]
    assert len(lines) == 369
    assert all(
        list(line) == ["entity", "version", "ok", "path", "snapshot", "replayed", "first_event"] for line in lines
    )
    assert all(line["ok"] is True and line["path"] is None for line in lines)


def test_verify_ends_with_1_where_one_is_false(tmp_path: Path, demo_store: Path) -> None:
    with closing(sqlite3.connect(demo_store)) as connection:
        altered = """UPDATE snapshots SET data = replace(data, '"_owner":"', '"_owner":"Not ') WHERE id = 1"""
        connection.execute(altered)
        (key,) = connection.execute("SELECT hex(sequence_id) FROM snapshots WHERE id = 1").fetchone()
        connection.commit()
    answer = ask(tmp_path, "verify", demo_store, key, "--json")
    assert (answer.returncode, answer.stderr) == (1, "")
    false = [line for line in map(json.loads, answer.stdout.splitlines()) if line["ok"] is False]
    assert [(line["path"], line["first_event"]) for line in false] == [("owner", 0)]
    assert false[0]["snapshot"] == f"Not {false[0]['replayed']}"
    at = str(false[0]["version"])
    explained = json.loads(ask(tmp_path, "explain", demo_store, key, "--at", at, "--json").stdout)
    assert (explained["exactness"], explained["base"]["version"]) == ("broken", int(at))
    assert "is false: owner is Not " in explained["reason"]
    assert "(false snapshot)" in ask(tmp_path, "explain", demo_store, key, "--at", at).stdout.splitlines()[0]
    from_zero = json.loads(ask(tmp_path, "explain", demo_store, key, "--at", at, "--from", "zero", "--json").stdout)
    assert from_zero["exactness"] == "exact"
    report = json.loads(ask(tmp_path, "compare", demo_store, f"{key}@{at}", f"{key}@{int(at) - 1}", "--json").stdout)
    assert (report["left"]["exactness"], report["right"]["exactness"]) == ("broken", "exact")


def test_verify_names_entity_version_path_and_the_event_that_a_nested_value_missed(
    tmp_path: Path, demo_store: Path
) -> None:
    answer = ask(tmp_path, "verify", with_stale_snapshot(with_true_snapshots(demo_store)), "--json")
    assert (answer.returncode, answer.stderr) == (1, "")
    assert [line for line in map(json.loads, answer.stdout.splitlines()) if line["ok"] is not True] == [
        {
            "entity": str(ORDER),
            "version": 9,
            "ok": False,
            "path": "lines[0].name",
            "snapshot": "Chef's knife, 18 cm",
            "replayed": "Vase, blue glaze",
            "first_event": 8,
        }
    ]


def test_verify_of_what_can_only_be_inferred_is_null(tmp_path: Path, sample: Path) -> None:
    lines = [json.loads(line) for line in fine(ask(tmp_path, "verify", sample, "--json"))]
    assert len(lines) == 7
    assert None in {line["ok"] for line in lines} and False not in {line["ok"] for line in lines}


def test_watch_prints_each_crossing(tmp_path: Path, demo_store: Path) -> None:
    lines = [json.loads(line) for line in fine(ask(tmp_path, "watch", demo_store, "03588f3e", "status", "--json"))]
    assert lines[0] == {"version": 0, "from": None, "to": "open"}
    assert [line["to"] for line in lines] == ["open", "paid", "shipped"]


def test_a_condition_that_cannot_be_used_is_bad_input(tmp_path: Path, demo_store: Path) -> None:
    assert "status ==" in refused(ask(tmp_path, "watch", demo_store, "03588f3e", "status =="))
    assert "cannot be used" in refused(ask(tmp_path, "watch", demo_store, "03588f3e", "().__class__"))
