"""Odd stores: names of tables and columns, and ids that name their types in many forms or try to command a terminal."""

from __future__ import annotations

import json
import sqlite3

from tests.menagerie.keeping import LOG_MAP, emmett, log, odd_store

QUOTED = """
[events]
table = 'my "event".log'
stream = "stream.id"
version = "group"
type = "loud"
payload = "the %body"
"""


@odd_store(
    "names with quotes, dots, spaces and reserved words; a column called rowid; a computed column",
    shows={
        "entities": ("a a-1 2 2", "b b-1 1 1"),
        "events a-1": ('1 MADE {"n":1}', '2 MADE {"n":3}'),
        "explain a-1": '"n": 3',
        "find 'n == 2'": "b-1",
    },
    map=QUOTED,
    window=("a-1", "MADE"),
)
def odd_names(connection: sqlite3.Connection) -> None:
    connection.execute(
        'CREATE TABLE "my ""event"".log" ("order" INTEGER, "stream.id" TEXT, "group" INTEGER, "select" TEXT, '
        '"the %body" TEXT, rowid TEXT, loud TEXT GENERATED ALWAYS AS (upper("select")) VIRTUAL)'
    )
    columns = '("order", "stream.id", "group", "select", "the %body", rowid)'
    for n, (stream, version) in enumerate([("a-1", 1), ("b-1", 1), ("a-1", 2)], 1):
        row = (n, stream, version, "Made", json.dumps({"n": n}), f"z{9 - n}")
        connection.execute(f'INSERT INTO "my ""event"".log" {columns} VALUES (?, ?, ?, ?, ?, ?)', row)


@odd_store(
    "a column takes each name of the row id, and the map has no version",
    shows={"entities": "a a-1 2 2", "events a-1": '{"n":2}'},
    map='[events]\ntable = "it\'s"\nstream = "oid"\npayload = "b;--"\ntype = "rowid"\n',
)
def no_name_for_the_row_id(connection: sqlite3.Connection) -> None:
    connection.execute('CREATE TABLE "it\'s" (rowid TEXT, _rowid_ TEXT, oid TEXT, "b;--" TEXT)')
    connection.executemany("INSERT INTO \"it's\" VALUES ('Made', '', 'a-1', ?)", [('{"n":1}',), ('{"n":2}',)])


COMMANDS = "\x1b[31mRED\x1b]0;title\x07"
BAD = ("not \x1b", "not \x07", "not \x9b", "not \u202e", "not \r")


@odd_store(
    "ids, types, names and values that would command a terminal",
    shows={
        "info": BAD,
        "entities": (*BAD, "order-␛[31mRED␛]0;title␇ 1", "order order-2 1"),
        "entities --json": BAD,
        "events order-2": (*BAD, "Placed↵SECOND LINE"),
        "events order-2 --json": BAD,
        "explain order-2": (*BAD, "Placed↵SECOND LINE"),
        "explain order-2 --json": BAD,
        "find 'n == 1'": (*BAD, "order-2"),
        f"events {COMMANDS}": BAD,
        "export": BAD[:2],  # what is not on a terminal is data
        "snapshots order-2": BAD,
        "compare order-2 order-2": BAD,
        "watch order-2 n": BAD,
        "info --scope \x1b[5m": BAD,
        "find 'n == \x1b'": BAD,
        "nothing \x1b[5m": BAD,
    },
    window=("order-2",),
)
def commands_to_a_terminal(connection: sqlite3.Connection) -> None:
    values = {"a\x1b[5mb": "\x9b31m\u202e", "n": 1}
    rows = [
        (f"order-{COMMANDS}", 1, "Pla\x1b[2Jced", {"note": "\x1b[31m"}),
        ("order-2", 1, "Placed\r\nSECOND LINE", values),
    ]
    emmett(connection, rows)


TICKET = "5f0c8a52-0000-4000-8000-000000000001"


@odd_store(
    "ids that name their types in many forms",
    shows={
        "entities": (f"ticket ticket:{TICKET}", "Order Order$12", "cart cart_7", "order order/2025/1", "order order-9"),
        "info": ("2 order", "1 ticket", "1 Order", "1 cart"),
    },
    window=("ticket", "cart"),
)
def many_forms_of_ids(connection: sqlite3.Connection) -> None:
    ids = (f"ticket:{TICKET}", "Order$12", "cart_7", "order/2025/1", "order-9")
    emmett(connection, [(each, 1, "Placed", {"n": 1}) for each in ids])


@odd_store(
    "a mapped entity whose id is a UUID has not the type of its first event",
    shows={"info": "1 stream", "entities": "not ORDER_PLACED"},
    map=LOG_MAP,
)
def mapped_without_a_type(connection: sqlite3.Connection) -> None:
    log(connection, [(TICKET, 1, "ORDER_PLACED", {"price": 10}), (TICKET, 2, "ORDER_ACCEPTED", {"driver": 7})])
