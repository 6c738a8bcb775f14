"""A store of another program may be written while it is open here."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from es_desktop.app.store.table_maps import map_from_toml
from es_desktop.core import KnownClasses
from es_desktop.stores import Counts, OpenOptions, StoreLocation, open_store, parse_location
from tests.menagerie.keeping import LOG_MAP

SAMPLE = Path(__file__).parents[1] / "samples" / "es-3.1.0-sqlalchemy-sqlite.db"


def test_a_commit_to_a_store_of_another_program_is_noticed(tmp_path: Path, classes: KnownClasses) -> None:
    path = tmp_path / "live.db"
    shutil.copyfile(SAMPLE, path)
    opened = open_store(StoreLocation(path), classes, writable=False)
    assert not opened.has_changed()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("DELETE FROM snapshots")
    assert opened.has_changed()
    assert opened.reader.counts() == Counts(11, 112, 0)
    opened.close()


ODD = {
    "a twin": (True, "INSERT INTO log (stream, v, kind, body) VALUES ('a', 1, 'Set', '{}')"),
    "no id": (True, "INSERT INTO log (stream, v, kind, body) VALUES (NULL, 1, 'Set', '{}')"),
    "no version": (True, "INSERT INTO log (stream, v, kind, body) VALUES ('a', NULL, 'Set', '{}')"),
    "a version that is no number": (True, "INSERT INTO log (stream, v, kind, body) VALUES ('a', 'x', 'Set', '{}')"),
    "an id of another type": (True, "INSERT INTO log (stream, v, kind, body) VALUES (X'ff', 1, 'Set', '{}')"),
    "the next event": (False, "INSERT INTO log (stream, v, kind, body) VALUES ('a', 3, 'Set', '{}')"),
    "another entity": (False, "INSERT INTO log (stream, v, kind, body) VALUES ('c', 0, 'Set', '{}')"),
    "less": (False, "DELETE FROM log WHERE v = 2"),
}


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("system", ["sqlite", "postgresql"])
def test_rows_that_are_odd_in_a_new_way_are_noticed(
    what: str, system: str, request: pytest.FixtureRequest, tmp_path: Path, classes: KnownClasses
) -> None:
    is_outdated, sql = ODD[what]
    types, number = ("stream, v, kind, body", "INTEGER PRIMARY KEY")
    if system == "postgresql":
        if "'x'" in sql or "X'ff'" in sql:
            return  # its columns hold no such values
        types, number = "stream text, v bigint, kind text, body text", "bigserial"
    path = str(tmp_path / "live.db")
    name = path if system == "sqlite" else request.getfixturevalue("server").fresh_database()
    written = [f"CREATE TABLE log (seq {number}, {types})"]
    written += [
        f"INSERT INTO log (stream, v, kind, body) VALUES ('{s}', {v}, 'Set', '{{}}')" for s in "ab" for v in (1, 2)
    ]

    def write(*statements: str) -> None:
        with closing(sqlite3.connect(path) if system == "sqlite" else psycopg.connect(name)) as other, other:
            for each in statements:
                other.execute(each)

    write(*written)
    options = OpenOptions(table_map=map_from_toml(f'{LOG_MAP}order = "seq"\n'))
    with closing(open_store(parse_location(name), classes, writable=False, options=options)) as opened:
        assert not opened.tables.is_outdated()
        write(sql)
        assert opened.tables.is_outdated() == is_outdated
    with closing(open_store(parse_location(name), classes, writable=False, options=options)) as opened:
        assert not opened.tables.is_outdated()
        write("INSERT INTO log (stream, v, kind, body) VALUES ('a', 9, 'Set', '{}')")
        assert not opened.tables.is_outdated()
