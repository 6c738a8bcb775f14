"""The command line, as a person and a script meet it: what a process can be asked, in a process of its own."""

from __future__ import annotations

import json
import os
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from es_desktop import __version__
from es_desktop.app.entity.commands import Commands
from es_desktop.app.store.session import open_session
from es_desktop.examples import Example
from tests.patience import PATIENCE
from tests.running import Answer, ask, environment, fine, refused, start
from tests.strangers import MAP, make_file

Run = Callable[..., Answer]
ENTITY = "1d122c26-7954-48ad-a70a-ed797cc526c5"
"""Of the sample: with a snapshot at 8, and 17 events."""
URL = "postgresql://ana:tiger-secret@db.example/shop"

KEYS = {
    "info": "store format writable entities events snapshots first last types notes",
    "entities": "id type version events snapshots created modified discarded",
    "events": "version type topic timestamp data error",
    "snapshots": "version type timestamp state error",
    "explain": "entity type at exactness reason base skipped steps state writers",
}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The program, asked in a folder of the test."""
    return partial(ask, tmp_path)


@pytest.fixture(params=["sample", "demo_store"])
def store(request: pytest.FixtureRequest) -> Path:
    path: Path = request.getfixturevalue(request.param)
    return path


def some_entity(store: Path) -> Any:
    """One that has snapshots and lives."""
    with closing(open_session(str(store), writable=False)) as session:
        return next(each for each in session.entities() if each.snapshots and not each.discarded)


# Reading --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", KEYS)
def test_json_has_exactly_the_keys_that_are_promised(run: Run, store: Path, command: str) -> None:
    entity = some_entity(store)
    about = [] if command in ("info", "entities") else [str(entity.id)]
    found = [json.loads(line) for line in fine(run(command, store, *about, "--json"))]
    assert {" ".join(each) for each in found} == {KEYS[command]}
    with closing(open_session(str(store), writable=False)) as session:
        facts = session.facts()
        counts = {"info": 1, "entities": facts.entities, "events": entity.events, "snapshots": entity.snapshots}
        assert len(found) == counts.get(command, 1)
        if command == "info":
            assert (found[0]["store"], found[0]["types"]) == (str(store), facts.types)
        if command == "explain":
            (shown,) = found
            step = shown["steps"][-1]
            assert list(shown["base"]) == ["kind", "version"]
            assert list(step) == ["version", "type", "changes", "error"]
            assert list(step["changes"][0]) == ["path", "before", "after"]
            assert shown["state"].keys() == session.explain(entity.id).state.keys()


@pytest.mark.parametrize("command", KEYS)
def test_text_for_people_is_more_than_one_line(run: Run, store: Path, command: str) -> None:
    about = [] if command in ("info", "entities") else [str(some_entity(store).id)[:13]]
    lines = fine(run(command, store, *about))
    assert lines
    assert not lines[0].startswith("{")


def test_an_entity_is_named_by_the_beginning_of_its_id_with_or_without_dashes(run: Run, sample: Path) -> None:
    for name in ("1d122c26-7", "1d122c267954", ENTITY.upper(), ENTITY.replace("-", "")):
        assert json.loads(fine(run("explain", sample, name, "--json"))[0])["entity"] == ENTITY


def test_explaining_takes_a_version_and_a_base(run: Run, sample: Path) -> None:
    def shown(*options: str) -> tuple[Any, ...]:
        (line,) = fine(run("explain", sample, ENTITY, "--json", *options))
        found = json.loads(line)
        steps = [step["version"] for step in found["steps"]]
        return found["at"], found["base"], found["skipped"], steps, found["exactness"]

    assert shown() == (16, {"kind": "snapshot", "version": 8}, 9, list(range(9, 17)), "inferred")
    assert shown("--at", "8") == (8, {"kind": "snapshot", "version": 8}, 9, [], "exact"), "the snapshot is whole"
    assert shown("--at", "8", "--from", "zero") == (
        8,
        {"kind": "zero", "version": None},
        0,
        list(range(9)),
        "inferred",
    )
    assert shown("--at", "12", "--from", "8") == (
        12,
        {"kind": "snapshot", "version": 8},
        9,
        [9, 10, 11, 12],
        "inferred",
    )
    assert shown("--at", "0") == (0, {"kind": "zero", "version": None}, 0, [0], "inferred")


def test_only_entities_of_one_type_are_listed_where_asked(run: Run, sample: Path) -> None:
    types = [json.loads(line)["type"] for line in fine(run("entities", sample, "--type", "User", "--json"))]
    assert types == ["User"] * 3
    assert "there is no entity type Usr. Did you mean User?" in refused(run("entities", sample, "--type", "Usr"))


def test_text_is_utf_8_whatever_the_locale(tmp_path: Path, demo_store: Path) -> None:
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with closing(open_session(str(demo_store), writable=False)) as session:
        till = max(session.entities(), key=lambda each: each.events)
    assert "Krämerei" in "\n".join(fine(start(tmp_path, "explain", demo_store, till.id, "--at", 5, env=plain)))


def test_reading_a_store_that_somebody_writes_works_and_leaves_nothing(tmp_path: Path, demo_store: Path) -> None:
    with closing(open_session(str(demo_store))) as writer:
        made = Commands(writer).create(Example, {"foo": "just now"})
        (line,) = fine(start(tmp_path, "explain", demo_store, made.entity_id, "--json"))
        assert json.loads(line)["state"]["foo"] == "just now"
        assert Commands(writer).change_attribute(made.entity_id, "foo", "and again", 0).events
    assert [each.name for each in demo_store.parent.glob("demo*")] == ["demo.esdb"]


def test_reading_leaves_a_store_of_another_program_as_it_was(run: Run, sample: Path) -> None:
    before = (sample.read_bytes(), sample.stat().st_mtime_ns)
    for command in KEYS:
        fine(run(command, sample, *([] if command in ("info", "entities") else [ENTITY])))
    assert (sample.read_bytes(), sample.stat().st_mtime_ns) == before
    assert list(sample.parent.iterdir()) == [sample]


# Bad input ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["info", "nowhere.db"], "there is no file nowhere.db"),
        (["entities", __file__], "is not an SQLite database"),
        (["events", "SAMPLE", "ffff"], "no entity has an id that begins with 'ffff'"),
        (["snapshots", "SAMPLE", "c"], "2 entities have an id that begins with 'c'"),
        (["explain", "SAMPLE", ENTITY, "--at", "17"], "Its versions go from 0 to 16."),
        (["explain", "SAMPLE", ENTITY, "--at", "last"], "'last' is not a whole number from 0 on"),
        (["explain", "SAMPLE", ENTITY, "--from", "middle"], "'middle' is not snapshot, zero, or the version of a"),
        (["explain", "SAMPLE", ENTITY, "--from", "7"], "there is no snapshot at version 7"),
        (["explain", "SAMPLE", ENTITY, "--at", "7", "--from", "8"], "at version 8 is later than version 7"),
        (["info", "SAMPLE", "--colour"], "unrecognized arguments: --colour"),
        (["explain", "SAMPLE"], "the following arguments are required: ENTITY"),
        (["--screenshot", "out.png", "--size", "big", "SAMPLE"], "'big' is not a size such as 1440x900"),
        (["info", URL], "db.example"),
        (["--json", "info", URL], "put the command first: es-desktop info …"),
        pytest.param(["info", "postgresql://db.example/shop?password=tiger-secret"], "db.example"),
        pytest.param(["info", "postgresql://ana:tiger-secret@db.example:port/shop"], ""),
    ],
)
def test_bad_input_is_one_line_without_any_secret(run: Run, sample: Path, arguments: list[str], shown: str) -> None:
    line = refused(run(*[str(sample) if each == "SAMPLE" else each for each in arguments]))
    assert shown in line
    assert "secret" not in line


def test_a_store_of_a_newer_version_is_refused(run: Run, demo_store: Path) -> None:
    with closing(sqlite3.connect(demo_store)) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert "was made by a newer version of this program" in refused(run("info", demo_store))


def damage(store: Path, start: int, end: int) -> None:
    content = bytearray(store.read_bytes())
    content[start:end] = b"\xff" * (min(end, len(content)) - start)
    store.write_bytes(content)


def test_a_store_without_anything_to_read_is_reported_in_one_line(run: Run, demo_store: Path) -> None:
    damage(demo_store, 100, 4096)
    assert "may be damaged" in refused(run("info", demo_store))


def test_of_a_damaged_store_is_shown_what_can_be_read(run: Run, sample: Path, tmp_path: Path) -> None:
    whole = len(fine(run("entities", sample)))
    damage(sample, 13 * 4096, 15 * 4096)
    for command in (["info"], ["entities", "--json"], ["find", "True"], ["export"], ["verify"]):
        answer = run(command[0], sample, *command[1:])
        assert answer.returncode == 1
        assert len(answer.stdout.splitlines()) > 2
        assert "es-desktop: the file is damaged: pages " in answer.stderr
    assert 2 < len(run("entities", sample).stdout.splitlines()) <= whole
    assert "The file is damaged" in refused(run("import", sample, __file__))


def test_damage_that_only_reading_meets_costs_one_row(run: Run, tmp_path: Path) -> None:
    store = tmp_path / "events.db"
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("CREATE TABLE stored_events (originator_id, originator_version INTEGER, topic, state)")
        rows = [("order-1", number, "shop:Order.Paid", '{"a": 1}') for number in range(1, 9)]
        connection.executemany("INSERT INTO stored_events VALUES (?, ?, ?, ?)", rows)
        connection.commit()
    content = store.read_bytes()
    at = content.index(b"order-1\x05shop")  # version 5, after the header of its record
    store.write_bytes(content[: at - 5] + b"\x7f" + content[at - 4 :])
    for command in (["entities"], ["events", "order-1"], ["export"], ["explain", "order-1"], ["find", "True"]):
        answer = run(command[0], store, *command[1:])
        assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
        assert "1 row of stored_events cannot be read" in answer.stderr
    assert len(run("export", store).stdout.splitlines()) == 1 + 7


def test_what_can_be_read_is_rescued_into_a_new_store(run: Run, sample: Path, tmp_path: Path) -> None:
    whole = run("export", sample).stdout.splitlines()
    target = tmp_path / "rescued.esdb"
    assert fine(run("rescue", sample, target))[1] == "every row could be read"
    assert len(fine(run("export", target))) == len(whole)
    target.unlink()
    damage(sample, 13 * 4096, 15 * 4096)
    answer = run("rescue", sample, target)
    assert (answer.returncode, answer.stderr) == (1, "")
    assert answer.stdout.splitlines()[1].endswith(" cannot be read")
    assert fine(run("export", target)) == run("export", sample).stdout.splitlines()
    assert 1 < len(fine(run("export", target))) < len(whole)
    assert "exists already" in refused(run("rescue", sample, target))


def test_the_version_is_printed(tmp_path: Path) -> None:
    assert fine(start(tmp_path, "--version")) == [f"es-desktop {__version__}"]


@pytest.mark.parametrize("command", [["info"], ["entities"], ["entities", "--json"]])
def test_nobody_reading_the_output_is_no_error(tmp_path: Path, demo_store: Path, command: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    answer = start(tmp_path, command[0], demo_store, *command[1:], stdout=writing)
    os.close(writing)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert [each.name for each in demo_store.parent.glob("demo*")] == ["demo.esdb"]


@pytest.mark.skipif(os.name != "posix", reason="there is no head")
def test_the_first_line_can_be_cut_off(demo_store: Path, tmp_path: Path) -> None:
    line = f"{shlex.quote(sys.executable)} -m es_desktop entities {shlex.quote(str(demo_store))} --json | head -1"
    answer = subprocess.run(
        line, shell=True, env=environment(tmp_path), capture_output=True, text=True, timeout=PATIENCE
    )
    (shown,) = fine(answer)
    assert json.loads(shown)["id"]


def test_nothing_in_a_store_is_an_order_to_the_terminal(run: Run, tmp_path: Path) -> None:
    store, table_map = make_file(tmp_path / "shop.db"), tmp_path / "shop.toml"
    table_map.write_text(MAP)
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("UPDATE shop_log SET what = ?, subject = ?", ("\x1b[31mPaid\u202e", "one\x07"))
        connection.commit()
    for command in (["info"], ["entities"], ["find", "nr >= 0"], ["events", "one"], ["explain", "one"]):
        answer = run(command[0], store, *command[1:], "--map", table_map)
        assert answer.stdout and not {"\x1b", "\x07", "\u202e"}.intersection(answer.stdout), command
    assert "␛[31mPaid�" in answer.stdout
