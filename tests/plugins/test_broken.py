"""Plugins that are wrong in any way: each is left out or said once, and all else goes on."""

from __future__ import annotations

import logging
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from es_desktop.app.preferences.kept import Preferences
from es_desktop.app.store.models import all_models
from es_desktop.stores.formats import FORMATS, all_formats
from es_desktop.stores.payloads import all_decoders
from es_desktop.system.plugins import VARIABLE, Group, installed
from tests.packages import install
from tests.running import Answer, ask, fine, refused

Run = Callable[..., Answer]
ODD = """
import sys
from es_desktop.plugins import ColumnMap, DeclaredFormat, Export, ForeignMapper
from es_desktop.core import DomainEntity
from es_desktop.examples import Order
TEXT = "text"
MAP = ColumnMap("shop_log", stream="a", payload="b")
BUILT_IN = DeclaredFormat("Emmett", MAP)
OURS = DeclaredFormat("Mine", MAP, is_ours=True)
def fail(*given):
    raise RuntimeError("it is broken")
def end(*given):
    sys.exit(3)
RAISES = ColumnMap("*", stream="a", payload="b", fits=fail)
WRONG = ColumnMap(7, stream="a", payload="b")
OPENS = ColumnMap("shop_log", stream="a", payload="b", head=fail)
NAMES = DeclaredFormat("Names", MAP, ForeignMapper(payload=lambda item: {1: [fail]}, event_name=fail, entity_name=fail,
                                                   passed_over=fail, is_whole_state=fail, time=fail, topic=fail))
EXPORT = Export("Odd", "It fails.", ".odd", fail)
ENDS = Export("Ends", "It ends the program.", ".odd", end)
NUMBERS = Export("Numbers", "It yields what is no text.", ".odd", lambda events: [1])
NAMELESS = Export("", "It has no title.", ".odd", fail)
EMPTY = Export("Empty", "It writes nothing.", ".odd")
ROWS = Export("Rows", "It fails at rows.", ".odd", write_rows=fail)
PART = Export("Part", "It stops in the middle.", ".odd", lambda events: ((each.type, fail()) for each in events))
"""


@pytest.fixture
def run(site: Path, tmp_path: Path) -> Run:
    return partial(ask, tmp_path)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A table that only a plugin knows."""
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE shop_log (a TEXT, b TEXT)")
        connection.execute("INSERT INTO shop_log VALUES ('one', '{\"to\": 1}')")
    return path


def states(group: Group) -> list[str]:
    return [each.state for each in installed(group)]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("nowhere:X", "left out: it cannot be imported: ModuleNotFoundError: No module named 'nowhere'"),
        ("odd:NOTHING", "left out: it cannot be imported: AttributeError: module 'odd' has no attribute 'NOTHING'"),
        ("ends:X", "left out: it cannot be imported: SystemExit: 3"),
        ("odd", "left out: it is of the type module, where a ColumnMap or a DeclaredFormat is expected"),
        ("odd:TEXT", "left out: it is of the type str, where a ColumnMap or a DeclaredFormat is expected"),
        ("odd:BUILT_IN", "left out: the format 'Emmett' is known already"),
        ("odd:OURS", "left out: it says that its stores may be written, and only those of this program may"),
        ("odd:RAISES", "left out: the search for tables failed: RuntimeError: it is broken"),
        ("odd:WRONG", "left out: the search for tables failed: AttributeError: 'int' object has no attribute 'split'"),
    ],
)
def test_a_format_that_is_wrong_is_left_out_and_said_once(
    run: Run, site: Path, sample: Path, shop: Path, caplog: pytest.LogCaptureFixture, target: str, reason: str
) -> None:
    install(site, "odd-shop", {Group.FORMATS: {"odd": target}}, odd=ODD, ends="import sys\nsys.exit(3)")
    for _ in range(2):
        said = refused(run("info", shop))
        assert said.startswith(f"{shop} holds no event tables that are known") and f"({reason})" in said
        assert run("info", sample).returncode == 0
    assert states(Group.FORMATS) == [reason]
    assert len(caplog.messages) == 1 and caplog.messages[0].startswith("the format odd of odd-shop 1.0: left out: ")


def test_a_format_that_fails_while_it_opens_is_said(run: Run, site: Path, shop: Path, sample: Path) -> None:
    install(site, "odd-shop", {Group.FORMATS: {"odd": "odd:OPENS"}}, odd=ODD)
    said = refused(run("info", shop))
    assert "the format odd of odd-shop 1.0: " in said and "RuntimeError: it is broken" in said
    assert run("info", sample).returncode == 0


def test_records_are_read_whatever_the_functions_of_a_format_raise(run: Run, site: Path, shop: Path) -> None:
    install(site, "odd-shop", {Group.FORMATS: {"odd": "odd:NAMES"}}, odd=ODD)
    (line,) = fine(run("events", shop, "one", "--json"))
    assert '"type":"Event"' in line


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("odd:TEXT", "left out: it is of the type str, where a subclass of DomainEntity is expected"),
        ("odd:MAP", "left out: it is of the type ColumnMap, where a subclass of DomainEntity is expected"),
        (
            "odd:DeclaredFormat",
            "left out: it is the class DeclaredFormat, where a subclass of DomainEntity is expected",
        ),
        ("odd:Order", "left out: the class of es_desktop.examples.order#Order is known already"),
    ],
)
def test_a_model_that_is_wrong_is_left_out(run: Run, site: Path, demo_store: Path, target: str, reason: str) -> None:
    install(site, "odd-shop", {Group.MODELS: {"odd": target}}, odd=ODD)
    assert len(all_models()) == 4
    assert run("info", demo_store).returncode == 0
    assert states(Group.MODELS) == [reason]


@pytest.mark.parametrize("name", ["fail", "end"])
def test_a_decoder_that_fails_leaves_the_reason_in_the_record(
    run: Run, site: Path, shop: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    install(site, "odd-shop", {Group.PAYLOADS: {"odd": f"odd:{name}", "wrong": "odd:TEXT"}}, odd=ODD)
    (tmp_path / "map.toml").write_text(
        '[events]\ntable = "shop_log"\nstream = "a"\npayload = "b"\ndecoder = "odd"', encoding="utf-8"
    )
    (line,) = fine(run("events", shop, "one", "--json", "--map", tmp_path / "map.toml"))
    assert "the decoder odd of odd-shop 1.0: decoding failed" in line
    assert len(caplog.messages) == 1
    assert list(all_decoders()) == ["odd"]
    assert "is expected" in states(Group.PAYLOADS)[1]
    (tmp_path / "other.toml").write_text(
        '[events]\ntable = "shop_log"\nstream = "a"\npayload = "b"\ndecoder = "none"', encoding="utf-8"
    )
    assert "asks for the decoder 'none'" in refused(run("info", shop, "--map", tmp_path / "other.toml"))


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("EXPORT", "exporting failed: RuntimeError: it is broken"),
        ("ENDS", "exporting failed: SystemExit: 3"),
        ("NUMBERS", "exporting failed: it is of the type int, where a text or bytes is expected"),
        ("PART", "exporting failed: RuntimeError: it is broken"),
        ("ROWS", "exporting failed: RuntimeError: it is broken"),
        ("EMPTY", "left out: it is of the type NoneType, where a function that writes is expected"),
        ("NAMELESS", "left out: its title, its sentence, or its ending such as .txt is missing"),
        ("TEXT", "left out: it is of the type str, where an Export is expected"),
    ],
)
def test_an_export_that_fails_writes_nothing(
    run: Run, site: Path, sample: Path, tmp_path: Path, target: str, reason: str
) -> None:
    install(site, "odd-shop", {Group.EXPORTS: {"odd": f"odd:{target}", "csv": "odd:EXPORT"}}, odd=ODD)
    out = tmp_path / "out.odd"
    said = refused(run("export", sample, "--format", "odd", "--out", out))
    assert said.startswith("the export odd of odd-shop 1.0") and reason in said
    assert not out.exists() and states(Group.EXPORTS)[0] == reason
    assert run("export", sample, "--format", "csv").stdout.startswith("entity,"), "the one of the program"


def test_the_first_of_two_packages_with_one_name_is_used(run: Run, site: Path, shop: Path) -> None:
    for name in ("a-shop", "b-shop"):
        install(site, name, {Group.FORMATS: {"log": "odd:MAP"}}, odd=ODD)
    assert "log, read-only" in fine(run("info", shop))
    assert states(Group.FORMATS) == ["in use", "left out: a-shop gives a format of this name already"]
    assert "log, read-only" in fine(run("info", shop, env={VARIABLE: "a-shop"}))
    assert states(Group.FORMATS)[1] == "in use"


def test_nothing_is_found_beside_a_store_in_the_current_folder(run: Run, tmp_path: Path, shop: Path) -> None:
    """A package that lies where the program is started, which may be the folder of a strange store."""
    here = tmp_path / "here"
    here.mkdir()
    install(here, "strange", {Group.FORMATS: {"log": "strange_module:X"}}, strange_module="raise SystemExit")
    sys.path.insert(0, str(here))
    try:
        assert "no event tables" in refused(run("info", shop))
    finally:
        sys.path.remove(str(here))
    assert "strange_module" not in sys.modules


def test_metadata_that_cannot_be_read_hides_no_other_package(run: Run, site: Path, shop: Path) -> None:
    install(site, "a-shop", {Group.FORMATS: {"log": "odd:MAP"}}, odd=ODD)
    for name, text in (("worse", b"\xff[es_desktop.formats]"), ("odd", b"[es_desktop.formats]\nno equals sign")):
        info = site / f"{name}-1.dist-info"
        info.mkdir()
        (info / "entry_points.txt").write_bytes(text)
    assert "log, read-only" in fine(run("info", shop))


def test_what_is_kept_and_what_the_environment_says_is_switched_off(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a-shop", "b-shop"):
        install(site, name, {Group.FORMATS: {name: "odd:MAP"}}, odd=ODD)
    kept = Preferences(tmp_path / "preferences.json")
    kept.add_plugins()
    kept.set("plugins.a-shop", False)
    kept.save()
    monkeypatch.setenv(VARIABLE, "B_Shop, gone")
    kept = Preferences(tmp_path / "preferences.json")
    kept.apply()
    assert os.environ[VARIABLE] == "a-shop b-shop gone"
    assert len(all_formats()) == len(FORMATS)
    kept.add_plugins()
    kept.set("plugins.b-shop", True)
    kept.apply()
    assert os.environ[VARIABLE] == "a-shop gone"
    assert [each.name for each in all_formats()][len(FORMATS) :] == ["b-shop"]
    monkeypatch.setenv(VARIABLE, "all")
    kept = Preferences(tmp_path / "preferences.json")
    kept.apply()
    assert len(all_formats()) == len(FORMATS) and set(states(Group.FORMATS)) == {"switched off"}
    kept.add_plugins()
    kept.set("plugins.b-shop", True)
    kept.apply()
    assert os.environ[VARIABLE] == "a-shop"


def test_a_log_has_where_a_plugin_failed(run: Run, site: Path, shop: Path, caplog: pytest.LogCaptureFixture) -> None:
    install(site, "odd-shop", {Group.FORMATS: {"odd": "odd:RAISES"}}, odd=ODD)
    with caplog.at_level(logging.DEBUG, "es_desktop.system.plugins"):
        refused(run("info", shop))
    assert any(each.exc_info for each in caplog.records)


def test_the_command_lists_and_tries_all(run: Run, site: Path) -> None:
    install(site, "odd-shop", {Group.FORMATS: {"log": "odd:MAP"}, Group.MODELS: {"order": "odd:Order"}}, odd=ODD)
    lines = run("plugins")
    assert lines.returncode == 1 and lines.stdout.splitlines() == [
        f"odd-shop 1.0, in {site}",
        "  format  log: in use",
        "  model   order: left out: the class of es_desktop.examples.order#Order is known already",
    ]
    assert fine(run("plugins", env={VARIABLE: "all"}))[1:] == [
        "  format  log: switched off",
        "  model   order: switched off",
    ]
