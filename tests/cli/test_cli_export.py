"""Export and import on the command line."""

from __future__ import annotations

import ast
import csv
import io
import json
import os
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from es_desktop.app.notes.notebook import Bookmark, Notebook, NotebookFolder
from es_desktop.app.store.session import create_session, open_session
from tests.app.recording import stored_rows
from tests.running import Answer, ask, fine, refused, start

Run = Callable[..., Answer]
ENTITY = "1d122c26-7954-48ad-a70a-ed797cc526c5"
"""Of the sample: 17 events and a snapshot."""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return partial(ask, tmp_path)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "made.esdb"
    create_session(str(path)).close()
    return path


@pytest.mark.parametrize("format", ["jsonl", "cloudevents"])
def test_a_store_goes_out_and_comes_back(run: Run, demo_store: Path, made: Path, tmp_path: Path, format: str) -> None:
    out = tmp_path / "out"
    (results,) = fine(run("export", demo_store, "--format", format, "--out", out, "--json"))
    assert json.loads(results) == {"file": str(out), "format": format, "events": 5129, "snapshots": 369}
    (results,) = fine(run("import", made, out, "--json"))
    assert json.loads(results) == {"events": 5129, "snapshots": 369, "skipped": 0}
    assert stored_rows(made) == stored_rows(demo_store)
    assert fine(run("import", made, out)) == ["0 events and 0 snapshots imported, 5498 were there already"]


def test_chosen_entities_are_printed(run: Run, sample: Path) -> None:
    other = "27af8519"
    first, *lines = map(json.loads, fine(run("export", sample, "1d122c26-7", other)))
    assert first == {"kind": "format", "format": "es-desktop records", "version": 1}
    with closing(open_session(str(sample))) as session:
        expected = [session.entity(session.find_id(each)) for each in (ENTITY, other)]
    assert {line["sequence"] for line in lines} == {str(each.id) for each in expected}
    assert len(lines) == sum(each.events + each.snapshots for each in expected)


def test_a_case_opens_as_a_store(run: Run, sample: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.esdb"
    assert fine(run("export", sample, ENTITY, "--format", "esdb", "--out", case)) == [f"{case}: 17 events, 1 snapshot"]
    explained = [fine(run("explain", store, ENTITY, "--json")) for store in (sample, case)]
    assert explained[0] == explained[1]
    assert json.loads(fine(run("info", case, "--json"))[0])["writable"] is True


def test_a_case_carries_what_was_noted_in_the_window(run: Run, demo_store: Path, tmp_path: Path) -> None:
    with closing(open_session(str(demo_store), writable=False)) as session:
        order = next(each for each in session.entities() if each.type == "Order" and each.version > 5)
    notes = Notebook((Bookmark(str(order.id), 3, "odd"), Bookmark("another", 1)))
    NotebookFolder(tmp_path / "xdg_data_home" / "es-desktop" / "notebooks").save(str(demo_store), notes)
    case = tmp_path / "case.esdb"
    (line,) = fine(run("export", demo_store, str(order.id)[:13], "--format", "case", "--out", case, "--to", 4))
    assert line == f"{case}: 5 events, 0 snapshots"
    results = fine(run("info", case))
    assert results[-1].startswith("note: a case: 1 entity of demo.esdb up to version 4, made 20")
    assert [fine(run("verify", case)), fine(run("explain", case, order.id))[0]] == [
        ["the store has no snapshots to check"],
        f"Order {str(order.id)[:8]} at version 4 (exact)",
    ]
    with closing(open_session(str(case))) as session:
        assert session.case is not None
        assert session.case.notebook.bookmarks == notes.bookmarks[:1]
        assert (session.case.entity, session.case.version) == (str(order.id), 4)


def test_arguments_may_stand_in_any_order(run: Run, sample: Path) -> None:
    expected = fine(run("export", sample, ENTITY, "27af8519", "--format", "csv"))
    assert len(expected) > 18
    assert fine(run("export", sample, "--format", "csv", ENTITY, "27af8519")) == expected
    assert fine(run("export", "--format", "csv", sample, ENTITY, "--bom", "27af8519"))[1:] == expected[1:]
    assert len(fine(run("export", sample, "--to", 3, "--format", "csv", ENTITY))) == 5


def test_a_test_is_printed(run: Run, demo_store: Path) -> None:
    with closing(open_session(str(demo_store), writable=False)) as session:
        order = next(each for each in session.entities() if each.type == "Order" and each.version > 5)
    lines = fine(run("export", demo_store, order.id, "--format", "pytest", "--at", 4))
    assert "STOP_BEFORE = 4" in lines
    ast.parse("\n".join(lines))


def test_a_spreadsheet_is_printed_in_utf_8_whatever_the_locale(tmp_path: Path, demo_store: Path) -> None:
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    answer = start(tmp_path, "export", demo_store, "--format", "csv", "--bom", env=plain)
    fine(answer)
    rows = list(csv.reader(io.StringIO(answer.stdout.removeprefix("\ufeff"))))
    assert rows[0] == ["entity", "type", "version", "event", "time", "payload"]
    assert (len(rows), answer.stdout[0]) == (5130, "\ufeff")
    assert "Krämerei" in answer.stdout


def test_nobody_reading_is_no_error(tmp_path: Path, demo_store: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    answer = start(tmp_path, "export", demo_store, stdout=writing)
    os.close(writing)
    assert (answer.returncode, answer.stderr) == (0, "")


def test_bad_input_is_one_line_on_stderr(run: Run, demo_store: Path, sample: Path, made: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(b'{"kind":"format","format":"es-desktop records","version":1}\nnonsense\n')
    for arguments, results in (
        (["export", demo_store, "--format", "esdb"], "a store cannot be printed. Give it a file: --out FILE."),
        (["export", demo_store, "--format", "xml"], "invalid choice: 'xml'"),
        (["export", demo_store, "--out", demo_store], "is a database, and none is written over"),
        (["export", demo_store, "--out", tmp_path / "nowhere" / "out"], "cannot be written"),
        (["export", demo_store, "--format", "case"], "a store cannot be printed. Give it a file: --out FILE."),
        (["export", demo_store, "--format", "pytest"], "a test rebuilds one entity. Choose just one."),
        (["export", sample, ENTITY, "--format", "pytest"], "the class of TodoList is not known here"),
        (["export", demo_store, "--to", "last"], "'last' is not a whole number from 0 on"),
        (["export", demo_store, "zzz"], "no entity has an id that begins with 'zzz'"),
        (["import", tmp_path / "missing.esdb", bad], "there is no file"),
        (["import", sample, bad], "so it is only read"),
        (["import", made, tmp_path / "nowhere"], "cannot be read"),
        (["import", made, bad], f"line 2 of {bad} cannot be imported: it is not JSON"),
        (["import", made], "the following arguments are required: FILE"),
    ):
        assert results in refused(run(*arguments))
    assert not (tmp_path / "missing.esdb").exists()
    assert stored_rows(made) == {"integer_sequenced_items": [], "snapshots": []}


@pytest.mark.parametrize("format", ["xlsx", "parquet"])
def test_tables_are_written_to_files_and_never_printed(run: Run, sample: Path, tmp_path: Path, format: str) -> None:
    out = tmp_path / f"events.{format}"
    (results,) = fine(run("export", sample, ENTITY, "--format", format, "--out", out, "--json"))
    assert json.loads(results) == {"file": str(out), "format": format, "events": 17, "snapshots": 0}
    assert out.read_bytes()[:2] == {"xlsx": b"PK", "parquet": b"PA"}[format]
    title = "Excel" if format == "xlsx" else "Parquet"
    assert f"a file of {title} cannot be printed" in refused(run("export", sample, "--format", format))
