"""Any other table, by a table map: read like any format, on a file and on a server, and never written."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from es_desktop.core import KnownClasses, StoreRefusedError
from es_desktop.stores import ColumnMap, Counts, OpenedStore, OpenOptions, open_store, parse_location
from es_desktop.stores.columnmap import Constant, Join, JsonField, Template
from tests.stores.inspection import files_in
from tests.stores.serving import Server, driven
from tests.strangers import make_database, make_file

MAP = ColumnMap(
    "shop_log",
    "subject",
    "body",
    version="nr",
    type="what",
    time="happened_at",
    snapshots=ColumnMap("SHOP_SNAPSHOTS", "subject", "body", "nr"),
)


def read(store_name: str, table_map: ColumnMap) -> OpenedStore:
    return open_store(
        parse_location(store_name), KnownClasses(), writable=True, options=OpenOptions(table_map=table_map)
    )


@pytest.fixture(params=["file", "server"])
def store_name(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "file":
        return str(make_file(tmp_path / "shop.db"))
    server: Server = request.getfixturevalue("server")
    return make_database(server.fresh_database())


def test_without_a_map_the_store_is_refused(store_name: str) -> None:
    with pytest.raises(StoreRefusedError, match="holds no event tables that are known") as refused:
        open_store(parse_location(store_name), KnownClasses(), writable=True)
    assert refused.value.wants == "table map"
    assert {each.name for each in refused.value.tables} >= {"shop_log", "shop_snapshots"}


def test_with_a_map_all_is_read(store_name: str) -> None:
    with closing(read(store_name, MAP)) as opened:
        assert (opened.is_writable, opened.may_be_written, opened.format.is_ours) == (False, False, False)
        assert opened.reader.counts() == Counts(3, 12, 1)
        assert {each.first.entity_type for each in opened.reader.sequences()} == {"Order"}
        events = opened.reader.events("Order-2")
        assert [event.version for event in events] == [0, 1, 2, 3]
        assert [event.type for event in events] == ["OrderPlaced", "LineAdded", "LineAdded", "OrderPaid"]
        assert dict(events[3].data) == {"total": 30, "nr": 3}
        assert [event.timestamp for event in events] == sorted(event.timestamp or 0 for event in events)
        (snapshot,) = opened.reader.snapshots("Order-1")
        assert (snapshot.version, snapshot.state) == (1, {"total": 10, "nr": 1})
        assert len(list(opened.reader.all_records())) == 12


def test_without_a_version_events_are_counted_in_the_order_of_their_time(store_name: str) -> None:
    with closing(read(store_name, replace(MAP, version=None, snapshots=None))) as opened:
        events = opened.reader.events("Order-3")
        assert [(event.version, event.data["nr"]) for event in events] == [(1, 0), (2, 1), (3, 2), (4, 3)]
        assert [event.version for event in opened.reader.events("Order-3", gt=2)] == [3, 4]


def test_without_a_version_and_a_time_they_are_counted_in_the_order_of_their_rows(store_name: str) -> None:
    with closing(read(store_name, ColumnMap("shop_log", "subject", "body"))) as opened:
        events = opened.reader.events("Order-3")
        assert [(event.version, event.data["nr"]) for event in events] == [(1, 0), (2, 1), (3, 2), (4, 3)]
        assert {event.type for event in events} == {"Event"}


@pytest.mark.parametrize(
    ("table_map", "message"),
    [
        (replace(MAP, table="nowhere"), "there is no table nowhere"),
        (replace(MAP, payload="nothing"), "the table shop_log has no column nothing"),
        (replace(MAP, snapshots=ColumnMap("shop_snapshots", "subject", "body", "no")), "has no column no"),
    ],
)
def test_a_map_of_missing_tables_or_columns_is_refused(store_name: str, table_map: ColumnMap, message: str) -> None:
    with pytest.raises(StoreRefusedError, match=message) as caught:
        read(store_name, table_map)
    assert caught.value.hint


def test_a_file_stays_as_it_was(tmp_path: Path) -> None:
    path = make_file(tmp_path / "shop.db")
    before = files_in(tmp_path)
    with closing(read(str(path), MAP)) as opened:
        list(opened.reader.sequences())
    assert files_in(tmp_path) == before


def test_a_column_called_rowid_is_not_the_order_of_rows(tmp_path: Path) -> None:
    path = tmp_path / "rows.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE log (owner TEXT, rowid TEXT, body TEXT)")
        rows = [("a", "9", '{"n": 1}'), ("a", "3", '{"n": 2}')]
        connection.executemany("INSERT INTO log VALUES (?, ?, ?)", rows)
        connection.commit()
    with closing(read(str(path), ColumnMap("log", "owner", "body"))) as opened:
        assert [(event.version, event.data["n"]) for event in opened.reader.events("a")] == [(1, 1), (2, 2)]


@pytest.mark.parametrize(
    ("column_type", "values"),
    [("INTEGER", (7, 8)), ("BLOB", (b"0123456789abcdef", b"fedcba9876543210")), ("TEXT", ("a b", "x-1"))],
)
def test_ids_of_any_type_are_found_again(tmp_path: Path, column_type: str, values: tuple[object, object]) -> None:
    path = tmp_path / "ids.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE TABLE log (owner {column_type}, v INTEGER, body TEXT)")
        connection.executemany("INSERT INTO log VALUES (?, ?, '{}')", [(value, v) for value in values for v in (1, 2)])
        connection.commit()
    with closing(read(str(path), ColumnMap("log", "owner", "body", version="v"))) as opened:
        found = [each.sequence_id for each in opened.reader.sequences()]
        assert len(found) == 2
        assert [len(opened.reader.events(each)) for each in found] == [2, 2]


ORDERS = ColumnMap(
    "log",
    stream=Template("{tenant}/{number}"),
    payload="body",
    version=JsonField("body", ("meta", "version"), is_number=True),
    type="kind.name",
    time="at",
    time_unit="us",
    entity=Constant("Order"),
    only={"channel": "event"},
    joins={"kind": Join("kinds", {"kind_id": "id"}, only={"language": "en"})},
    snapshots=ColumnMap("states", stream=Template("{tenant}/{number}"), payload="state", version="seq"),
)
"""Two columns as the stream, a join, a path, a constant, and times of a unit of their own."""


@pytest.fixture(params=["sqlite", "postgresql"])
def orders(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where tables are that need all the words of a map."""
    is_file = request.param == "sqlite"
    store_name = str(tmp_path / "orders.db") if is_file else request.getfixturevalue("server").fresh_database()
    engine = create_engine(f"sqlite:///{store_name}" if is_file else driven(store_name))
    document = "text" if is_file else "jsonb"
    kinds = [(1, "en", "Placed"), (1, "de", "Bestellt"), (2, "en", "Paid"), (2, "de", "Bezahlt")]
    rows = [("acme", 7, 1, 1), ("acme", 7, 2, 2), ("beta", 7, 1, 1), (None, 8, 1, 1)]
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kinds (id int, language text, name text)"))
        connection.execute(text(f"CREATE TABLE states (tenant text, number int, seq int, state {document})"))
        connection.execute(text("INSERT INTO states VALUES ('acme', 7, 1, '{\"total\": 1}')"))
        columns = f"tenant text, number int, kind_id int, at bigint, channel text, body {document}"
        connection.execute(text(f"CREATE TABLE log ({columns})"))
        for each in kinds:
            connection.execute(
                text("INSERT INTO kinds VALUES (:id, :of, :name)"), {"id": each[0], "of": each[1], "name": each[2]}
            )
        for tenant, number, kind, version in rows:
            body = json.dumps({"version": 99, "meta": {"version": version}})
            for channel in ("event", "command"):
                connection.execute(
                    text("INSERT INTO log VALUES (:tenant, :number, :kind, :at, :channel, :body)"),
                    {"tenant": tenant, "number": number, "kind": kind, "at": 1_740_819_600_000_000 + version * 10**6}
                    | {"channel": channel, "body": body},
                )
    engine.dispose()
    return store_name


def test_a_stream_of_two_columns_a_join_a_path_and_a_constant(orders: str) -> None:
    with closing(read(orders, ORDERS)) as opened:
        assert opened.reader.counts() == Counts(2, 3, 1)
        assert [each.sequence_id for each in opened.reader.sequences()] == ["acme/7", "beta/7"]
        assert {each.first.entity_type for each in opened.reader.sequences()} == {"Order"}
        events = opened.reader.events("acme/7")
        assert [(event.version, event.type) for event in events] == [(1, "Placed"), (2, "Paid")]
        assert [event.timestamp for event in events] == [1_740_819_601.0, 1_740_819_602.0]
        assert [(event.version, event.type) for event in opened.reader.events("acme/7", gt=1)] == [(2, "Paid")]
        assert [snapshot.version for snapshot in opened.reader.snapshots("acme/7")] == [1]
        assert len(list(opened.reader.all_records())) == 3


@pytest.mark.parametrize(
    ("table_map", "message"),
    [
        (replace(ORDERS, joins={"kind": Join("nowhere", {"kind_id": "id"})}), "there is no table nowhere"),
        (replace(ORDERS, type="kind.nothing"), "the table kinds has no column nothing"),
        (replace(ORDERS, stream=Template("{tenant}/{nobody}")), "the table log has no column nobody"),
    ],
)
def test_joined_tables_and_columns_of_templates_must_exist(orders: str, table_map: ColumnMap, message: str) -> None:
    with pytest.raises(StoreRefusedError, match=message):
        read(orders, table_map)
