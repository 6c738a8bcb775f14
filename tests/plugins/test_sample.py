"""The plugin of the documentation, installed and used on the command line: all that it gives."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from base64 import b85encode
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from es_desktop.app.entity.commands import Commands
from es_desktop.app.entity.view import EntityView, History, history_elsewhere
from es_desktop.app.search.store_index import index_path
from es_desktop.app.store.session import create_session, open_session
from es_desktop.core import create_entity, topic_of
from es_desktop.system.plugins import VARIABLE
from tests.packages import install, install_sample
from tests.running import Answer, ask, fine, refused

Run = Callable[..., Answer]
OFF = {VARIABLE: "parcel-plugin"}
MAP = """[events]
table = "parcels"
stream = "parcel"
version = "step"
payload = "note"
decoder = "base85"
"""


@pytest.fixture
def run(site: Path, tmp_path: Path) -> Run:
    install_sample(site)
    return partial(ask, tmp_path)


def write_log(path: Path, table: str = "parcel_log") -> Path:
    """Make a database of the parcel service."""
    rows = [
        ("p1", 1, "Posted", "2026-01-02T03:04:05Z", b85encode(b'{"to":"Oslo"}')),
        ("p1", 2, "Sent", "2026-01-03T03:04:05Z", b85encode(b'{"stop":"Bergen"}')),
        ("p2", 1, "Posted", "2026-01-04T03:04:05Z", b"no base85 \xff"),
    ]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE {table} (parcel TEXT, step INT, happened TEXT, at TEXT, note BLOB)")
        connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?)", rows)
    return path


def write_parcels(path: Path) -> Path:
    """Make a store of ours with a parcel that commands changed."""
    with closing(create_session(str(path))) as session:
        model = next(each for each in session.models if each.__name__ == "Parcel")
        with session.bus.activated():
            parcel = create_entity(model, address="Oslo")
            parcel.send("Bergen")  # type: ignore[attr-defined] # a model of the plugin
    return path


def test_its_format_and_its_decoder_read_a_database(run: Run, tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.db")
    assert "parcel-log, read-only" in fine(run("info", log))
    events = [json.loads(line) for line in fine(run("events", log, "p1", "--json"))]
    assert [(each["type"], each["data"]) for each in events] == [
        ("Posted", {"to": "Oslo"}),
        ("Sent", {"stop": "Bergen"}),
    ]
    (odd,) = map(json.loads, fine(run("events", log, "p2", "--json")))
    assert "the payload is no base85" in odd["error"]
    found = run("find", log, "stop == 'Bergen'")
    assert "p1" in found.stdout and "the payload is no base85" in found.stderr


def test_its_model_folds_and_has_commands(run: Run, tmp_path: Path) -> None:
    store = write_parcels(tmp_path / "parcels.esdb")
    (parcel,) = (json.loads(line) for line in fine(run("entities", store, "--json")))
    state = fine(run("explain", store, parcel["id"]))
    assert "(exact)" in state[0] and "Bergen" in "\n".join(state)
    with closing(open_session(str(store))) as session:
        (facts,) = session.entities()
        model = session.model_of(facts)
        assert model is not None and topic_of(model) == "parcel_plugin.models#Parcel"
        Commands(session).run(facts.id, "send", {"stop": "Voss"}, facts.version)
        assert session.entity(facts.id).version == facts.version + 1


def test_its_export_writes_a_file(run: Run, tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.db")
    out = tmp_path / "diary.md"
    assert fine(run("export", log, "--format", "diary", "--out", out)) == [f"{out}: 3 events, 0 snapshots"]
    text = out.read_text("utf-8")
    assert text.startswith("# Parcel p1\n\n1. Posted {'to': 'Oslo'}\n2. Sent ")
    assert "\n".join(fine(run("export", log, "--format", "diary"))) == text.rstrip("\n") + "\n"


def test_its_export_writes_the_rows_of_an_answer(run: Run, sample: Path, tmp_path: Path) -> None:
    """By the ending of the file, which none of the program's has."""
    out = tmp_path / "found.md"
    assert fine(run("sql", sample, "SELECT 1 AS a, 'x' AS b, NULL AS c", "--out", out)) == [f"{out}: 1 row"]
    assert out.read_text("utf-8") == "- a: 1, b: x\n"
    assert "End it with one of .csv, .xlsx, .parquet, .md." in refused(run("sql", sample, "SELECT 1", "--out", "a.odd"))


def test_an_export_of_rows_alone_writes_events_as_rows(run: Run, site: Path, sample: Path) -> None:
    rows = """
from es_desktop.plugins import Export
ROWS = Export("Rows", "Rows.", ".rows", None, lambda headings, rows: (f"{len(row)}\\n" for row in [headings, *rows]))
"""
    install(site, "rows", {"es_desktop.exports": {"rows": "only_rows:ROWS"}}, only_rows=rows)
    assert set(run("export", sample, "--format", "rows").stdout.split()) == {"6"}


def test_its_decoder_reads_a_table_of_a_persons_own_map(run: Run, tmp_path: Path) -> None:
    log = write_log(tmp_path / "other.db", "parcels")
    (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
    (first, _) = fine(run("events", log, "p1", "--json", "--map", tmp_path / "map.toml"))
    assert json.loads(first)["data"] == {"to": "Oslo"}


def test_what_is_switched_off_is_not_reached_by_any_file(run: Run, tmp_path: Path) -> None:
    """Neither by its tables, nor by a topic, nor by a map: nothing of the package is imported."""
    log, store = write_log(tmp_path / "log.db"), write_parcels(tmp_path / "parcels.esdb")
    for name in [each for each in sys.modules if each.startswith("parcel_plugin")]:
        del sys.modules[name]
    assert "holds no event tables that are known" in refused(run("info", log, env=OFF))
    (tmp_path / "map.toml").write_text(MAP.replace("parcels", "parcel_log"), encoding="utf-8")
    wanted = refused(run("info", log, "--map", tmp_path / "map.toml", env=OFF))
    assert "the decoder base85 of parcel-plugin 1.0 is needed" in wanted and "switched off" in wanted
    (parcel,) = (json.loads(line) for line in fine(run("entities", store, "--json", env=OFF)))
    assert "inferred" in fine(run("explain", store, parcel["id"], env=OFF))[0]
    assert "invalid choice: 'diary'" in refused(run("export", store, "--format", "diary", env=OFF))
    fine(run("find", store, "address == 'Oslo'", env=OFF))
    assert not [each for each in sys.modules if each.startswith("parcel_plugin")]


def walked(store: Path) -> History:
    """What a process of its own finds in the only entity of a store."""
    with closing(open_session(str(store), writable=False)) as session:
        return history_elsewhere(EntityView(session, next(session.entities()).id), lambda: None)


def test_a_process_that_reads_a_store_has_the_plugins_too(run: Run, tmp_path: Path) -> None:
    """The model has the list of stops; without it, the last value of each field is shown."""
    history = walked(write_parcels(tmp_path / "parcels.esdb"))
    assert history.failures == {} and history.blame.writers("stops") == [0, 1]


def test_a_process_that_reads_a_store_has_them_switched_off_too(
    run: Run, tmp_path: Path, new_process: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = write_parcels(tmp_path / "parcels.esdb")
    monkeypatch.setenv(VARIABLE, "Parcel_Plugin")
    history = walked(store)
    assert (history.blame.writers("stops"), history.blame.writers("stop")) == ([], [1])


def test_another_version_of_a_plugin_has_an_index_of_its_own(run: Run, site: Path, sample: Path) -> None:
    with closing(open_session(str(sample), writable=False)) as session:
        first = index_path(session, site)
        os.environ[VARIABLE] = "parcel-plugin"
        assert index_path(session, site) != first


HOSTILE = """
from pathlib import Path
from es_desktop.core import VersionedEntity
Path(__file__).with_name("reached").touch()
class Order(VersionedEntity):
    class Emptied(VersionedEntity.Event):
        def mutate(self, order):
            Path(__file__).with_name("reached").touch()
"""


@pytest.mark.parametrize("start", ["odd#", "odd:", "odd.inner#"])
def test_no_topic_and_no_tag_reaches_what_a_plugin_has_not_registered(
    run: Run, site: Path, tmp_path: Path, start: str
) -> None:
    """In a store of ours, in one of another format, in a snapshot, and in lines that are imported."""
    install(site, "odd", {"es_desktop.models": {"order": "other:Nothing"}}, odd=HOSTILE, other="class Nothing: ...")
    fine(run("new", tmp_path / "made.esdb"))
    topic = f"{start}Order.Emptied"
    tag = {"__type__": topic, "__class__": topic, "ISO8601_datetime": topic, "py/object": topic, "topic": topic}
    line = {"sequence": "one", "sequence_type": "text", "version": 0, "topic": topic, "data": {"it": tag}}
    lines = [{"kind": "format", "format": "es-desktop records", "version": 1}]
    lines += [{**line, "kind": kind, "topic": topic} for kind in ("event", "snapshot")]
    (tmp_path / "lines.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    for env in (None, {VARIABLE: "odd"}):
        run("import", tmp_path / "made.esdb", tmp_path / "lines.jsonl", env=env)
        for command in ("info", "entities", "verify"):
            assert run(command, tmp_path / "made.esdb", env=env).returncode in (0, 1)
        for command in ("events", "snapshots", "explain"):
            assert run(command, tmp_path / "made.esdb", "one", env=env).returncode in (0, 1)
        run("copy", tmp_path / "made.esdb", tmp_path / f"copy{env is None}.esdb", env=env)
    assert not (site / "reached").exists() and "odd" not in sys.modules
