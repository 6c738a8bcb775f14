"""Working copies on the command line."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.running import Answer, ask, fine, refused

Run = Callable[..., Answer]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return partial(ask, tmp_path)


def test_a_copy_is_made_gone_on_with_and_compared(run: Run, sample: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.esdb"
    (line,) = fine(run("copy", sample, target, "1d122c26-7"))
    assert line == f"{target}: 1 entity; 17 events and 1 snapshot written; each as in the store"
    (line,) = fine(run("copy", sample, target, "--json"))
    results: dict[str, object] = {
        "entities": 11,
        "already": 1,
        "events": 95,
        "snapshots": 6,
        "behind": [],
        "differences": [],
    }
    results["left_out"] = "not in it: 6 records of no entity (such as logs)"
    assert json.loads(line) == {"copy": str(target), **results}
    info = json.loads(fine(run("info", target, "--json"))[0])
    assert (info["writable"], info["entities"], info["events"], info["snapshots"]) == (True, 11, 112, 7)
    assert [note.startswith(f"a working copy of {sample}") for note in info["notes"]] == [True]
    with closing(sqlite3.connect(target)) as connection, connection:
        connection.execute("UPDATE integer_sequenced_items SET data = '{}' WHERE position = 0")
    answer = run("copy", sample, target, "--json")
    assert answer.returncode == 1
    assert len(json.loads(answer.stdout)["differences"]) == 11
    answer = run("copy", sample, target)
    assert answer.returncode == 1
    assert "11 entities NOT as in the store" in answer.stdout.splitlines()[0]
    assert len(answer.stdout.splitlines()) == 13


def test_bad_input_is_one_line_on_stderr(run: Run, sample: Path, demo_store: Path, tmp_path: Path) -> None:
    for arguments, results in (
        (["copy", sample], "the following arguments are required: TARGET.esdb"),
        (["copy", sample, demo_store], "exists already, and is no working copy. Choose another name."),
        (["copy", sample, tmp_path / "new.esdb", "zzz"], "no entity has an id that begins with 'zzz'"),
        (["copy", sample, tmp_path / "nowhere" / "new.esdb"], "cannot be made"),
    ):
        assert results in refused(run(*arguments))
    assert not (tmp_path / "new.esdb").exists()
