"""What may be said of a store besides its name on the command line: a URL, a scope, a key, a table map."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import psycopg
import pytest

from es_desktop.app.entity.commands import Commands
from es_desktop.app.store.session import create_session
from es_desktop.examples import Example
from tests.conftest import SAMPLES
from tests.running import Answer, ask, fine, refused
from tests.stores.serving import PASSWORD, Server
from tests.strangers import EVENTS, MAP, make_database, make_file

Run = Callable[..., Answer]
NINE = "es-9.5.6-sqlite-aes-zlib.db"
KEY = "75zabIKMS3yFmeW//xAXIQ=="


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The program, asked in a folder of the test."""
    return partial(ask, tmp_path)


def sample(name: str, folder: Path) -> Path:
    return Path(shutil.copyfile(SAMPLES / name, folder / name))


# A database on a server -----------------------------------------------------------------------------------------------


@pytest.fixture
def database(server: Server) -> tuple[str, str]:
    """A store of ours in a database of ana's, without her password, and the id of its entity."""
    url = server.database_with_password()
    with closing(create_session(url, password=PASSWORD)) as session:
        commands = Commands(session)
        commands.set_frequency(2)
        made = commands.create(Example, {"foo": "a"})
        commands.change_attribute(made.entity_id, "foo", "b", 0)
    return url, str(made.entity_id)


def test_every_command_reads_a_store_on_a_server(run: Run, database: tuple[str, str]) -> None:
    url, entity = database
    env = {"PGPASSWORD": PASSWORD}
    results = json.loads(fine(run("info", url, "--json", env=env))[0])
    assert (results["entities"], results["events"], results["snapshots"], results["writable"]) == (1, 2, 1, True)
    assert PASSWORD not in results["store"]
    assert json.loads(fine(run("entities", url, "--json", env=env))[0])["id"] == entity
    assert json.loads(fine(run("explain", url, entity[:8], "--json", env=env))[0])["state"]["foo"] == "b"
    assert fine(run("verify", url, env=env))
    assert len(fine(run("events", url, entity, "--json", env=env))) == 2


def test_the_password_comes_from_a_file_that_the_client_library_knows(
    run: Run, database: tuple[str, str], tmp_path: Path
) -> None:
    url, _ = database
    passwords = tmp_path / "pgpass"
    passwords.write_text(f"*:*:*:ana:{PASSWORD}\n")
    passwords.chmod(0o600)
    assert fine(run("info", url, env={"PGPASSFILE": str(passwords)}))


@pytest.mark.parametrize("given", [None, "wrong-secret"])
def test_without_the_right_password_it_is_refused_in_one_line(
    run: Run, database: tuple[str, str], given: str | None
) -> None:
    url, _ = database
    line = refused(run("info", url, env={} if given is None else {"PGPASSWORD": given}))
    assert "password" in line
    assert "secret" not in line


def test_help_says_where_a_password_is_best_kept(run: Run) -> None:
    for arguments in (["info", "--help"], ["--help"]):
        results = " ".join(" ".join(fine(run(*arguments))).split())
        assert "PGPASSWORD" in results
        assert "~/.pgpass" in results


# Scopes, keys, maps ---------------------------------------------------------------------------------------------------


def test_one_of_several_applications_is_read(run: Run, tmp_path: Path) -> None:
    store = sample("es-8.2.5-sqlalchemy-sqlite-two-apps.db", tmp_path)
    types = {json.loads(line)["type"] for line in fine(run("entities", store, "--scope", "audit", "--json"))}
    assert types == {"Person"}
    assert "There are: accounts, audit." in refused(run("info", store, "--scope", "nobody"))


def test_a_scope_of_a_store_of_one_application_is_refused(run: Run, demo_store: Path) -> None:
    assert "it is not shared" in refused(run("info", demo_store, "--scope", "shop"))


def test_a_key_opens_what_is_encrypted(run: Run, tmp_path: Path) -> None:
    store = sample(NINE, tmp_path)
    key_file = sample(f"{NINE}.key", tmp_path)
    entity = json.loads(fine(run("entities", store, "--json"))[0])["id"]
    for extra, env in ((["--key-file", key_file], {}), ([], {"ES_DESKTOP_KEY": KEY})):
        events = [json.loads(line) for line in fine(run("events", store, entity, "--json", *extra, env=env))]
        assert all(event["error"] is None and event["data"] for event in events)
    encrypted = [json.loads(line) for line in fine(run("events", store, entity, "--json"))]
    assert all("encrypted" in event["error"] for event in encrypted)
    notes = json.loads(fine(run("info", store, "--json"))[0])["notes"]
    assert any("encrypted" in note for note in notes)


def test_what_is_no_key_is_refused_and_not_repeated(run: Run, tmp_path: Path) -> None:
    store = sample(NINE, tmp_path)
    (tmp_path / "key").write_text("tiger-secret")
    for line in (
        refused(run("info", store, "--key-file", tmp_path / "key")),
        refused(run("info", store, env={"ES_DESKTOP_KEY": "tiger-secret"})),
    ):
        assert "holds no key" in line
        assert "secret" not in line


def test_a_map_reads_any_other_table(run: Run, tmp_path: Path) -> None:
    store = make_file(tmp_path / "shop.db")
    table_map = tmp_path / "map.toml"
    table_map.write_text(MAP)
    assert "holds no event tables that are known" in refused(run("info", store))
    results = json.loads(fine(run("info", store, "--map", table_map, "--json"))[0])
    assert (results["entities"], results["events"], results["snapshots"], results["writable"]) == (3, EVENTS, 1, False)
    state = json.loads(fine(run("explain", store, "Order-1", "--map", table_map, "--json"))[0])["state"]
    assert state == {"total": 30, "nr": 3}
    table_map.write_text("[events]\ntable = 'shop_log'")
    assert "does not say which is the stream" in refused(run("info", store, "--map", table_map))


def test_a_map_reads_a_database_on_a_server(run: Run, tmp_path: Path, server: Server) -> None:
    url = make_database(server.fresh_database())
    table_map = tmp_path / "map.toml"
    table_map.write_text(MAP)
    assert len(fine(run("events", url, "Order-2", "--map", table_map, "--json"))) == 4
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM shop_log").fetchone() == (EVENTS,)
