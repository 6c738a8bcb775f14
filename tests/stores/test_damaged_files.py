"""Damaged SQLite files: what can be read is read, and what cannot is said."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.dialects import sqlite

from es_desktop.app.store.session import open_session
from es_desktop.core import DatastoreError, KnownClasses, StoreRefusedError
from es_desktop.stores import StoreLocation, create_store, open_store
from es_desktop.stores.engines.any_text import AnyTextConnection
from es_desktop.stores.engines.damage import rescue
from es_desktop.stores.queries import is_damage
from es_desktop.stores.records import WholeNumber
from tests.conftest import SAMPLES
from tests.stores.inspection import files_in

PAGE = 4096
LEAF, INTERIOR = 13, 5
FILES = ("es-3.1.0-sqlalchemy-sqlite.db", "es-9.5.6-sqlite-plain.db", "emmett-sqlite-0.42.4.db")


def rows_of(path: Path) -> Counter[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if not name.startswith("sqlite_")
        ]
        return Counter((name, *row) for name in names for row in connection.execute(f'SELECT * FROM "{name}"'))


def without_log(name: str, folder: Path) -> Path:
    path = Path(shutil.copyfile(SAMPLES / name, folder / name))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return path


def with_page(path: Path, number: int, content: bytes) -> None:
    whole = bytearray(path.read_bytes())
    whole[(number - 1) * PAGE : number * PAGE] = content
    path.write_bytes(whole)


@pytest.mark.parametrize("name", FILES)
def test_each_row_is_lost_with_just_one_page(name: str, tmp_path: Path) -> None:
    path = without_log(name, tmp_path)
    content = path.read_bytes()
    whole, lost = rows_of(path), Counter[tuple[object, ...]]()
    for number in range(2, len(content) // PAGE + 1):
        path.write_bytes(content)
        with_page(path, number, b"\xff" * PAGE)
        damage = rescue(path, tmp_path / f"{number}.db")
        found = rows_of(tmp_path / f"{number}.db")
        assert found <= whole
        assert found == whole or damage.lost
        lost += whole - found
    assert lost == whole


def many_events(path: Path, count: int = 3_000, *, without_rowid: bool = False) -> Path:
    """Make a table of several levels of pages."""
    with closing(sqlite3.connect(path)) as connection:
        kind = "(id TEXT, version INTEGER, state BLOB, note TEXT, PRIMARY KEY (id, version))"
        connection.execute(f"CREATE TABLE events {kind}{' WITHOUT ROWID' * without_rowid}")
        connection.executemany(
            "INSERT INTO events VALUES (?, ?, ?, ?)",
            ((f"order-{number // 10}", number % 10, b"x" * 300, None) for number in range(count)),
        )
        connection.execute("DELETE FROM events WHERE id LIKE 'order-7%'")
        connection.commit()
    return path


def test_what_only_a_damaged_page_led_to_is_found(tmp_path: Path) -> None:
    path = many_events(tmp_path / "many.db")
    content, whole = path.read_bytes(), rows_of(path)
    inner = [number for number in range(2, len(content) // PAGE + 1) if content[(number - 1) * PAGE] == INTERIOR]
    assert inner
    for number in inner:
        path.write_bytes(content)
        with_page(path, number, bytes(PAGE))
        damage = rescue(path, tmp_path / f"{number}.db")
        assert rows_of(tmp_path / f"{number}.db") == whole  # and no deleted row
        assert str(number) in damage.lost


def test_a_table_without_row_ids_loses_the_rows_of_a_page(tmp_path: Path) -> None:
    path = many_events(tmp_path / "many.db", 800, without_rowid=True)
    content, whole = path.read_bytes(), rows_of(path)
    for number in range(3, len(content) // PAGE + 1, 11):
        path.write_bytes(content)
        with_page(path, number, b"\xff" * PAGE)
        target = tmp_path / f"{number}.db"
        rescue(path, target)
        found = rows_of(target)
        assert found <= whole
        assert sum((whole - found).values()) <= PAGE // 300


def test_a_damaged_cell_costs_its_row(tmp_path: Path) -> None:
    path = many_events(tmp_path / "many.db", 20)
    content, whole = bytearray(path.read_bytes()), rows_of(path)
    leaf = next(number for number in range(2, 9) if content[(number - 1) * PAGE] == LEAF)
    at = (leaf - 1) * PAGE + int.from_bytes(content[(leaf - 1) * PAGE + 8 :][:2], "big")
    content[at + 3] = 0x7F  # the length of the header of its record
    path.write_bytes(content)
    damage = rescue(path, tmp_path / "found.db")
    assert sum((whole - rows_of(tmp_path / "found.db")).values()) == 1
    assert damage.lost == "1 row of events"


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le", "UTF-16be"])
def test_texts_that_are_no_texts_and_columns_that_were_added_are_kept(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA encoding = '{encoding}'")
        connection.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, x TEXT, twice AS (n * 2), kept AS (n + 1) STORED)")
        rows = [(1, "ä\U0001f600"), (2, b"\x00\x01"), (3, -(2**40)), (4, 1.5), (5, None), (6, "long " * 4_000)]
        connection.executemany("INSERT INTO t (n, x) VALUES (?, ?)", rows)
        if encoding == "UTF-8":
            connection.execute("INSERT INTO t (n, x) VALUES (7, CAST(x'ff41' AS TEXT))")
        connection.execute("ALTER TABLE t ADD COLUMN more TEXT DEFAULT 'none'")
        connection.execute("CREATE VIEW v AS SELECT * FROM t")
        connection.commit()
    assert rescue(path, tmp_path / "found.db").lost == ""
    dumps = []
    for each in (path, tmp_path / "found.db"):
        with closing(sqlite3.connect(each)) as connection:
            dumps.append(connection.execute("SELECT n, hex(x), typeof(x), twice, kept, more FROM v").fetchall())
    assert dumps[0] == dumps[1]


def test_nothing_but_definitions_runs(tmp_path: Path) -> None:
    path = tmp_path / "hostile.db"
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE a (x)")
        connection.execute("CREATE TABLE b (x)")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'a'", [f"CREATE TABLE a AS {endless}"])
        attach = f"ATTACH '{tmp_path / 'other.db'}' AS other"
        connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'b'", [attach])
        connection.commit()
    assert rescue(path, tmp_path / "found.db").lost == "the table a; the table b"
    assert not (tmp_path / "other.db").exists()


def test_a_damaged_file_is_opened_with_a_note(tmp_path: Path) -> None:
    path = Path(shutil.copyfile(SAMPLES / FILES[0], tmp_path / FILES[0]))
    with closing(open_store(StoreLocation(path), KnownClasses(), writable=False)) as opened:
        whole = opened.reader.counts()
    content = path.read_bytes()
    leaf = max(number for number in range(2, len(content) // PAGE + 1) if content[(number - 1) * PAGE] == LEAF)
    with_page(path, leaf, b"\xff" * PAGE)
    before = files_in(tmp_path)
    with closing(open_store(StoreLocation(path), KnownClasses(), writable=True)) as opened:
        counts = opened.reader.counts()
        assert 0 < counts.events + counts.snapshots < whole.events + whole.snapshots
        assert f"page {leaf} of " in opened.tables.notes[0]
        assert not opened.is_writable
        assert opened.has_changed() is False
    assert files_in(tmp_path) == before


def test_damage_that_is_met_later_is_a_datastore_error(tmp_path: Path) -> None:
    path = Path(shutil.copyfile(SAMPLES / FILES[0], tmp_path / FILES[0]))
    with closing(open_store(StoreLocation(path), KnownClasses(), writable=False)) as opened:
        content = path.read_bytes()
        with_page(path, 1, content[:24] + b"\x7f" * 4 + content[28:PAGE])  # so that nothing is read from a cache
        for number in range(2, len(content) // PAGE + 1):
            with_page(path, number, b"\xff" * PAGE)
        with pytest.raises(DatastoreError) as caught:
            list(opened.reader.all_records())
        assert caught.value.is_damage
        with pytest.raises(DatastoreError):
            opened.batches.spans(None, 10)


def test_a_record_that_sqlite_has_no_memory_for_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "long.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, note TEXT)")
        connection.executemany("INSERT INTO events VALUES (?, ?)", [(number, "x" * 100) for number in range(10)])
        connection.commit()
    content = bytearray(path.read_bytes())
    cell = PAGE + int.from_bytes(content[PAGE + 18 :][:2], "big")
    # A record of 2**32 - 1 bytes with a header that goes on in other pages.
    content[cell : cell + 11] = bytes.fromhex("8fffffff7f058f7f00ff7f")
    path.write_bytes(content)
    with closing(sqlite3.connect(path, factory=AnyTextConnection)) as connection:
        for statement in ("SELECT * FROM events", "PRAGMA quick_check(20)"):
            with pytest.raises(sqlite3.DatabaseError, match=r"the length of a record is damaged|malformed") as caught:
                connection.execute(statement).fetchall()
            assert is_damage(caught.value)


def test_an_index_with_other_versions_than_its_table_is_damage(tmp_path: Path) -> None:
    path = without_log(FILES[2], tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        (sql,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'emt_messages'").fetchone()
        connection.execute(sql.replace("emt_messages", "others"))
        connection.execute("INSERT INTO others SELECT * FROM emt_messages")
        connection.execute("UPDATE others SET stream_position = 'x' || stream_position")
        names = ("sqlite_autoindex_emt_messages_1", "sqlite_autoindex_others_1")
        (ours,), (others,) = (
            connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", [name]).fetchone() for name in names
        )
        connection.execute("PRAGMA writable_schema = ON")
        for name, root in zip(names, (others, ours), strict=True):
            connection.execute("UPDATE sqlite_schema SET rootpage = ? WHERE name = ?", [root, name])
        connection.commit()
    with closing(open_store(StoreLocation(path), KnownClasses(), writable=False)) as opened:
        assert str(opened.damage) == "the file is damaged, and none of its rows is lost"
        assert len(opened.batches.spans(None, 10)) == 10
    read: Any = WholeNumber().result_processor(sqlite.dialect(), None)  # a large file is not checked
    with pytest.raises(DatastoreError, match="a version is 'x1', and no whole number") as caught:
        read("x1")
    assert caught.value.is_damage


@pytest.mark.parametrize("digits", ["ff" * 32, "ff" * 31 + "30", "30" * 31 + "ff"])
def test_an_id_that_is_no_text_is_found_again(digits: str, tmp_path: Path) -> None:
    path = without_log(FILES[1], tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "UPDATE stored_events SET originator_id = CAST(? AS TEXT) "
            "WHERE originator_id = (SELECT min(originator_id) FROM stored_events)",
            [bytes.fromhex(digits)],
        )
        connection.commit()
    with closing(open_store(StoreLocation(path), KnownClasses(), writable=False)) as opened:
        after, found = None, []
        for _ in range(opened.reader.counts().sequences):
            (span,) = opened.batches.spans(after, 1)
            found.append(after := span.sequence_id)
            assert len(opened.reader.events(after)) == span.events
        assert opened.batches.spans(after, 1) == []
        assert len(set(found)) == len(found)


def test_a_file_of_which_nothing_can_be_read_is_refused(tmp_path: Path) -> None:
    path = Path(shutil.copyfile(SAMPLES / FILES[0], tmp_path / FILES[0]))
    with_page(path, 1, path.read_bytes()[:100] + b"\xff" * (PAGE - 100))
    with pytest.raises(StoreRefusedError) as caught:
        open_store(StoreLocation(path), KnownClasses(), writable=False)
    assert caught.value.is_damage
    assert "\n" not in str(caught.value)


def many_stored_events(path: Path) -> Path:
    """Make a file in which the events are on many pages."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT, state)"
        )
        rows = ((f"order-{number // 10}", number % 10 + 1, "shop:Order.Paid", '{"a": 1}') for number in range(500))
        connection.executemany("INSERT INTO stored_events VALUES (?, ?, ?, ?)", rows)
        connection.commit()
    return path


@pytest.mark.parametrize("at", [16, 18, 44, 56])
def test_the_rows_are_found_with_a_damaged_header(at: int, tmp_path: Path) -> None:
    path = many_stored_events(tmp_path / "events.db")
    content = path.read_bytes()
    path.write_bytes(content[:at] + b"\x03" + content[at + 1 :])
    with closing(open_store(StoreLocation(path), KnownClasses(), writable=False)) as opened:
        assert opened.reader.counts().events == 500


def test_of_a_file_that_is_cut_off_the_rest_is_shown(tmp_path: Path) -> None:
    path = many_stored_events(tmp_path / "events.db")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2 + 100])
    with closing(open_store(StoreLocation(path), KnownClasses(), writable=False)) as opened:
        assert 150 < opened.reader.counts().events < 300
        assert "the file is damaged: page" in opened.tables.notes[0]


DEFINITIONS = "UPDATE sqlite_schema SET sql = replace(sql, 'CREATE TABLE', 'CREATE')"


def with_schema(path: Path, change: str, *values: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(change, values)
        connection.commit()
    return path


def ours(path: Path) -> Path:
    create_store(StoreLocation(path), KnownClasses()).close()
    return path


def test_a_table_whose_definition_is_none_is_lost(tmp_path: Path) -> None:
    path = with_schema(many_stored_events(tmp_path / "two.db"), "CREATE TABLE notes (x)")
    with_schema(path, f"{DEFINITIONS} WHERE name = ?", "notes")
    assert rescue(path, tmp_path / "found.db").lost == "the table notes"
    assert len(rows_of(tmp_path / "found.db")) == 500


def test_a_row_that_defines_nothing_is_lost(tmp_path: Path) -> None:
    path = with_schema(many_stored_events(tmp_path / "two.db"), "CREATE TABLE notes (x)")
    with_schema(path, "UPDATE sqlite_schema SET type = ? WHERE name = ?", "tabje", "notes")
    assert rescue(path, tmp_path / "found.db").lost == "1 row of the definitions"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (DEFINITIONS, "malformed database schema"),
        (f"{DEFINITIONS} WHERE name = 'integer_sequenced_items'", "malformed database schema"),
        ("UPDATE sqlite_schema SET sql = replace(sql, 'topic', 'tpic')", "holds no event tables that are known"),
    ],
)
def test_a_store_of_ours_without_its_events_is_refused(change: str, reason: str, tmp_path: Path) -> None:
    path = with_schema(ours(tmp_path / "ours.esdb"), change)
    with pytest.raises(StoreRefusedError, match=reason):
        open_store(StoreLocation(path), KnownClasses(), writable=True)


def test_a_store_of_ours_without_its_snapshots_is_read(tmp_path: Path) -> None:
    path = with_schema(ours(tmp_path / "ours.esdb"), f"{DEFINITIONS} WHERE name = ?", "snapshots")
    with closing(open_store(StoreLocation(path), KnownClasses(), writable=True)) as opened:
        assert opened.reader.counts().events == 0
        assert str(opened.damage) == "the file is damaged: the table snapshots cannot be read"


def test_a_refused_file_keeps_no_log_beside_it(demo_store: Path) -> None:
    content = demo_store.read_bytes()
    demo_store.write_bytes(content[:100] + b"\xff" * (PAGE - 100) + content[PAGE:])
    with pytest.raises(StoreRefusedError) as kept:  # while the error lives
        open_store(StoreLocation(demo_store), KnownClasses(), writable=True)
    assert kept.value.is_damage
    assert [*files_in(demo_store.parent)] == [demo_store.name]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("TEXT", "INTEGER"),
        ("INTEGER", "BLOB"),
        ("PRIMARY KEY", ""),
        ("NOT NULL", "UNIQUE"),
        ("CREATE", "CREATE VIRTUAL"),
        ("CREATE TABLE", "CREATE"),
        (")", ") WITHOUT ROWID"),
    ],
)
def test_a_file_with_other_definitions_keeps_no_log_beside_it(demo_store: Path, old: str, new: str) -> None:
    with closing(sqlite3.connect(demo_store)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = replace(sql, ?, ?)", [old, new])
        connection.commit()
    kept: list[DatastoreError] = []
    try:
        open_store(StoreLocation(demo_store), KnownClasses(), writable=True).close()
    except DatastoreError as error:
        kept.append(error)  # it holds what failed, and that its connection
    assert [*files_in(demo_store.parent)] == [demo_store.name]


def test_a_shared_memory_file_without_a_log_makes_none(tmp_path: Path) -> None:
    path = Path(shutil.copyfile(SAMPLES / FILES[2], tmp_path / FILES[2]))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    path.with_name(path.name + "-shm").write_bytes(b"\x07" * 4096)
    before = files_in(tmp_path)
    with closing(open_store(StoreLocation(path), KnownClasses(), writable=False)) as opened:
        assert opened.reader.counts().events
    assert files_in(tmp_path) == before


def test_the_notes_of_a_case_that_are_no_text_are_passed_over(demo_store: Path) -> None:
    with closing(open_store(StoreLocation(demo_store), KnownClasses(), writable=True)) as opened:
        opened.write_case_notes("{}")
    content = demo_store.read_bytes()
    with closing(sqlite3.connect(demo_store)) as connection:
        connection.execute("UPDATE case_notes SET notes = CAST(? AS TEXT)", [b'{"entity": "\xa9"}'])
        connection.commit()
    assert demo_store.read_bytes() != content
    with closing(open_session(str(demo_store), writable=True)) as session:
        assert session.case is None
    assert [*files_in(demo_store.parent)] == [demo_store.name]
