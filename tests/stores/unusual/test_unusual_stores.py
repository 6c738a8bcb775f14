"""Every odd database, and what must be found in it: one that cannot be read whole is read as far as it can be."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from es_desktop.core import KnownClasses, StoreRefusedError
from es_desktop.stores import Counts, OpenedStore, open_store, parse_location
from tests.stores.inspection import outline_of
from tests.stores.serving import Server
from tests.stores.unusual import odd_databases, odd_files

ES9, EMT = "Python eventsourcing 9", "Emmett"
FILES = [
    (odd_files.custom_collation, [(ES9, "stored_events")], Counts(2, 3, 0), []),
    (odd_files.view_of_a_renamed_table, [(ES9, "stored_events")], Counts(2, 3, 0), []),
    (odd_files.missing_module, [(ES9, "stored_events")], Counts(2, 3, 0), ["doc_vec: no such module: vec0"]),
    (
        odd_files.definition_of_a_later_sqlite,
        [(ES9, "stored_events")],
        Counts(2, 3, 0),
        ["notes: its definition cannot be read: unknown table option: LIMITS"],
    ),
    (
        odd_files.view_of_a_table_that_is_gone,
        [(ES9, "stored_events")],
        Counts(2, 3, 0),
        ["old_messages: no such table: main.gone"],
    ),
    (odd_files.two_libraries, [(ES9, "stored_events"), (EMT, "emt_messages")], Counts(2, 3, 0), []),
    (
        odd_files.two_libraries_of_which_one_is_empty,
        [(EMT, "emt_messages"), (ES9, "stored_events")],
        Counts(2, 2, 0),
        [],
    ),
]
"""What makes the file; the stores in it, the one that is opened first; what that one holds; what is passed over."""
DATABASES = [
    (
        "SCHEMA_WITHOUT_USAGE",
        [(EMT, "emt_messages")],
        Counts(2, 2, 0),
        ["audit.emt_messages: permission denied for schema audit"],
    ),
    ("UNRELATED_SCHEMA_WITHOUT_USAGE", [(EMT, "emt_messages")], Counts(1, 1, 0), []),
    (
        "NO_RIGHT_TO_A_TABLE",
        [(EMT, "emt_messages")],
        Counts(1, 1, 0),
        ["shop_events: permission denied for table shop_events"],
    ),
    (
        "NO_RIGHT_TO_THE_SNAPSHOTS",
        [(ES9, "shop_events")],
        Counts(1, 1, 0),
        ["shop_snapshots: permission denied for table shop_snapshots"],
    ),
    (
        "NO_RIGHT_TO_OUR_SNAPSHOTS",
        [("es-desktop store", "integer_sequenced_items")],
        Counts(1, 1, 0),
        ["snapshots: permission denied for table snapshots"],
    ),
    (
        "NO_RIGHT_TO_THE_STREAMS",
        [("Marten or Fisher", "mt_events")],
        Counts(1, 1, 0),
        ["mt_streams: permission denied for table mt_streams"],
    ),
    ("SOME_COLUMNS", [(EMT, "emt_messages")], Counts(1, 1, 0), []),
    (
        "FAILING_ROW_SECURITY",
        [(EMT, "emt_messages")],
        Counts(1, 1, 0),
        ['shop_events: unrecognized configuration parameter "app.tenant"'],
    ),
    (
        "THREE_APPLICATIONS",
        [(ES9, "shop_events"), (ES9, "zoo_events"), (ES9, "billing_events")],
        Counts(3, 6, 0),
        [],
    ),
    (
        "TENANT_PER_SCHEMA",
        [(EMT, "tenant_b.emt_messages"), (EMT, "tenant_a.emt_messages")],
        Counts(2, 2, 0),
        [],
    ),
    ("INHERITED_CHUNKS", [(EMT, "emt_messages")], Counts(2, 2, 0), []),
    ("MATERIALIZED_VIEW", [(EMT, "messages")], Counts(1, 1, 0), []),
    ("COLUMNS_BY_CASE", [(EMT, "emt_messages")], Counts(1, 1, 0), []),
]
"""The same of databases on a server, as a user sees them who is no superuser where rights are given."""


def opened(store_name: str) -> OpenedStore:
    return open_store(parse_location(store_name), KnownClasses(), writable=True)


def filled(path: Path, build: Callable[[sqlite3.Connection], None]) -> Path:
    with closing(sqlite3.connect(path)) as connection, connection:
        build(connection)
    return path


def served(server: Server, statements: str) -> str:
    """Run statements in a database of its own; return the URL of the user who is to see what they made."""
    url = server.fresh_database()
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'reader'").fetchone() is None:
            connection.execute("CREATE ROLE reader LOGIN")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statements.encode())
    return url.replace("postgres@", "reader@") if "TO reader" in statements else url


def check(store: OpenedStore, stores: list[tuple[str, str]], counts: Counts, passed_over: list[str]) -> None:
    assert [(each.format.name, each.table_name) for each in store.detection.stores] == stores
    assert [f"{each.table}: {each.reason}" for each in store.detection.passed_over] == passed_over
    assert store.reader.counts() == counts
    found = list(store.reader.sequences())
    assert sum(len(store.reader.events(each.sequence_id)) for each in found) == counts.events
    assert sum(len(outline_of(store, each.sequence_id)) for each in found) == counts.events
    notes = " ".join(store.tables.notes)
    assert all(store_name in notes for _, store_name in stores[1:])
    assert all(each.partition(":")[0] in notes for each in passed_over)


@pytest.mark.parametrize(("build", "stores", "counts", "passed_over"), FILES, ids=[each[0].__name__ for each in FILES])
def test_of_an_odd_file_all_is_found_that_can_be_read(
    tmp_path: Path,
    build: Callable[[sqlite3.Connection], None],
    stores: list[tuple[str, str]],
    counts: Counts,
    passed_over: list[str],
) -> None:
    with closing(opened(str(filled(tmp_path / "odd.db", build)))) as store:
        check(store, stores, counts, passed_over)


@pytest.mark.parametrize(("name", "stores", "counts", "passed_over"), DATABASES, ids=[each[0] for each in DATABASES])
def test_of_an_odd_database_all_is_found_that_can_be_read(
    server: Server, name: str, stores: list[tuple[str, str]], counts: Counts, passed_over: list[str]
) -> None:
    with closing(opened(served(server, getattr(odd_databases, name)))) as store:
        check(store, stores, counts, passed_over)


def test_a_table_that_is_locked_keeps_nobody_from_the_others(server: Server) -> None:
    statements = odd_databases.emmett("emt_messages", "order-1") + odd_databases.eventsourcing("shop", 1, 1)
    url = served(server, statements + "CREATE TABLE big_report (n int);")
    with psycopg.connect(url) as migration:
        migration.execute("LOCK TABLE shop_events, big_report")
        with closing(opened(url)) as store:
            check(store, [(EMT, "emt_messages")], Counts(1, 1, 0), [LOCKED])


LOCKED = "shop_events: it is locked by another program"


def test_a_schema_that_is_searched_first_comes_first(server: Server) -> None:
    url = served(server, odd_databases.TENANT_PER_SCHEMA)
    with closing(opened(f"{url}&options=-csearch_path%3Dtenant_a")) as store:
        assert [each.table_name for each in store.detection.stores] == [
            "tenant_a.emt_messages",
            "tenant_b.emt_messages",
        ]


def test_what_is_damaged_or_encrypted_is_said_only_where_sqlite_found_that(tmp_path: Path) -> None:
    path = filled(tmp_path / "odd.db", odd_files.orders)
    content = bytearray(path.read_bytes())
    content[100:] = bytes((each * 7 + 3) % 251 for each in range(len(content) - 100))
    path.write_bytes(content)
    with pytest.raises(StoreRefusedError, match="cannot be read") as refused:
        opened(str(path))
    assert "damaged, or encrypted" in refused.value.hint
