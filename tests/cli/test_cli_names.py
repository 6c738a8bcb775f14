"""Files of any name are opened, by name and by address; no name, and nothing in a store, controls a terminal."""

from __future__ import annotations

import json
import os
import pty
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.app.notes.address import Address
from tests.patience import PATIENCE
from tests.running import ask, environment, fine, refused

SAMPLE = Path(__file__).parents[1] / "samples" / "eventflow-sqlite.db"
NAMES = (
    *("a#b.db", "what?.db", "100%25.db", "sp ace & amp.db", 'it\'s "q".db', "ünï.db", "x=1&entity=9.db", "-dash.db"),
    *("two\nlines.db", "\x1b[31mred.db", "a;b,c.db", "-", "--", "back\\slash.db", "%00.db", "~.db", "a:b.db", "file:x"),
    *(".hidden", "trailing ", "*.db", "$HOME.db", "esdb:y.db", "\udcff.db", "x.db-wal"),
)


@pytest.mark.skipif(os.name != "posix", reason="Windows allows few of these names")
@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_any_name_opens(tmp_path: Path, name: str) -> None:
    here = tmp_path / "here"
    here.mkdir()
    shutil.copyfile(SAMPLE, here / name)
    wanted = json.loads(*fine(ask(tmp_path, "info", "--json", here / name)))
    assert wanted["events"] == 40
    by_address = json.loads(*fine(ask(tmp_path, "info", "--json", Address(str(here / name)))))
    by_name = json.loads(*fine(ask(tmp_path, "info", "--json", "--", f"./{name}")))
    assert {**by_address, "store": ""} == {**by_name, "store": ""} == {**wanted, "store": ""}
    if not name.startswith(("esdb:", "file:", "~")):
        assert json.loads(*fine(ask(tmp_path, "info", "--json", "--", name)))["events"] == 40
    printed = ask(tmp_path, "info", here / name).stdout
    assert "\x1b" not in printed
    assert len(printed.splitlines()) == len(ask(tmp_path, "info", SAMPLE).stdout.splitlines())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such name")
def test_a_file_whose_name_is_no_text_is_exported_and_copied(tmp_path: Path) -> None:
    store = Path(shutil.copyfile(SAMPLE, tmp_path / "caf\udce9.db"))
    fine(ask(tmp_path, "export", store, "--format", "cloudevents", "--out", tmp_path / "lines"))
    assert "esdb:caf%E9.db" in (tmp_path / "lines").read_text("utf-8")
    fine(ask(tmp_path, "export", store, "--format", "case", "--out", tmp_path / "case.esdb"))
    fine(ask(tmp_path, "copy", store, tmp_path / "copy.esdb"))
    for made in ("case.esdb", "copy.esdb"):
        assert json.loads(*fine(ask(tmp_path, "info", "--json", tmp_path / made)))["events"] == 40


@pytest.mark.parametrize(
    "arguments", [["info", "no\x1b[31m.db"], ["info", "\x1b[5m://x"], ["\x1b[2J", "x", "y"], ["info"]]
)
def test_an_error_is_one_line_without_commands_to_the_terminal(tmp_path: Path, arguments: list[str]) -> None:
    assert "\x1b" not in refused(ask(tmp_path, *arguments))


@pytest.mark.skipif(sys.platform != "linux", reason="the terminal of the test is one of Linux")
def test_an_export_is_safe_to_show_and_exact_to_keep(tmp_path: Path) -> None:
    store = Path(shutil.copyfile(SAMPLE, tmp_path / "shop.db"))
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("UPDATE EventFlow SET Data = ?", ('{"note":"\x9b31mred \u202e"}',))
    line = [sys.executable, "-m", "es_desktop", "export", str(store), "--format", "csv"]
    settings = {"env": environment(tmp_path), "timeout": PATIENCE, "check": True}
    kept = subprocess.run(line, stdout=subprocess.PIPE, **settings).stdout.decode()  # type: ignore[call-overload]
    assert "\x9b31mred \u202e" in kept
    reading, writing = pty.openpty()
    with os.fdopen(reading, "rb", buffering=0) as terminal:
        process = subprocess.Popen(line, stdout=writing, env=environment(tmp_path))
        os.close(writing)
        shown = b""
        while True:
            try:
                shown += terminal.read(65_536)
            except OSError:  # the other end is closed
                break
        assert process.wait(PATIENCE) == 0
    assert "31mred" in shown.decode()
    assert not {"\x9b", "\u202e", "\x1b"}.intersection(shown.decode())
