"""Texts of any bytes, read by SQLite connections that decode UTF-8 at no cost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain
from typing import Any

import pytest

from es_desktop.stores.engines.any_text import AnyTextConnection

READS: dict[str, Callable[[Any], list[Any]]] = {
    "all": lambda cursor: cursor.fetchall(),
    "one by one": lambda cursor: list(iter(cursor.fetchone, None)),
    "two by two": lambda cursor: list(chain(*iter(lambda: cursor.fetchmany(2), []))),
    "one, then all": lambda cursor: [cursor.fetchone(), *cursor.fetchall()],
    "by the size of the cursor": lambda cursor: list(chain(*iter(cursor.fetchmany, []))),
}


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", factory=AnyTextConnection)) as connection:
        yield connection


@pytest.mark.parametrize("odd", [[], [0], [2], [0, 1], [1, 3], [0, 1, 2, 3]])
def test_each_of_many_rows_is_written_once_whatever_its_texts(connection: sqlite3.Connection, odd: list[int]) -> None:
    rows = [(number, "\udcffa" if number in odd else "é\0") for number in range(4)]
    connection.execute("CREATE TABLE t (number, text)")
    connection.cursor().executemany("INSERT INTO t VALUES (?, ?)", rows)
    assert connection.execute("SELECT number, text FROM t ORDER BY rowid").fetchall() == rows
    assert connection.execute("SELECT DISTINCT typeof(text) FROM t").fetchall() == [("text",)]


@pytest.mark.parametrize("read", READS.values(), ids=READS)
@pytest.mark.parametrize("odd", [[], [0], [1], [3], [0, 1], [2, 4]])
def test_each_row_is_read_once_whatever_its_texts(
    connection: sqlite3.Connection, read: Callable[[Any], list[Any]], odd: list[int]
) -> None:
    rows = [(number, b"\xffa" if number in odd else "é\0".encode()) for number in range(5)]
    values = ", ".join(f"({number}, CAST(x'{text.hex()}' AS TEXT))" for number, text in rows)
    expected = [(number, text.decode("utf-8", "surrogateescape")) for number, text in rows]
    assert read(connection.execute(f"VALUES {values}")) == expected


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_an_error_of_a_later_row_is_raised(connection: sqlite3.Connection, read: Callable[[Any], list[Any]]) -> None:
    later = "SELECT column1, abs(column2) FROM (VALUES ('a', 1), ('b', 2), (CAST(x'ff' AS TEXT), 3), ('c', {}))"
    with pytest.raises(sqlite3.DatabaseError, match="integer overflow"):
        read(connection.execute(later.format(-(2**63))))
