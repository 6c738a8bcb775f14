"""Odd stores: times, numbers and payloads in the forms that programs write."""

from __future__ import annotations

import sqlite3

from tests.menagerie.keeping import TIMED_MAP, emmett, eventsourcing, log, odd_store

_NINE = "2025-03-01 09:00:00"
_SAME_MOMENT = (
    *("2025-03-01T09:00:00.1234567Z", "2025-03-01T11:00:00.123456789+02:00", "2025-03-01 09:00:00 UTC"),
    *("2025-03-01 09:00:00+00", 1740819600, 1740819600000, 1740819600000000, 1740819600000000000),
    *(638764164000000000, "1740819600", "Sat, 01 Mar 2025 09:00:00 GMT", "/Date(1740819600000)/", 1740819600.25),
    *("2025-03-01T10:00:00[Europe/Paris]", "2025-03-01T10:00:00+01:00[Europe/Paris]", "20250301090000"),
    *("2025-03-01 10:00:00 +0100", "2025-03-01 09:00:00.5 +0000 UTC m=+0.01", "2025-02-28T24:00:00-09:00"),
    *("Sat Mar 01 2025 10:00:00 GMT+0100 (Central European Standard Time)", "Sat Mar  1 09:00:00 2025", 2460735.875),
)
_NO_TIMES = ("-0044-03-15T00:00:00Z", "yesterday", "1" * 30, b"\xff", "infinity", 2e17, "12000-01-01", float("inf"))


@odd_store(
    "one moment in every form",
    map=TIMED_MAP,
    shows={
        "info": (f"from {_NINE} to {_NINE}", f"{len(_SAME_MOMENT)} events"),
        "events order-1": (f"{len(_SAME_MOMENT)} {_NINE}", "not unknown"),
        "find 'n == 1' --as-of 2025-03-01": "order-1",
    },
    window=("order-1",),
)
def one_moment(connection: sqlite3.Connection) -> None:
    log(connection, [("order-1", n, "Ticked", {"n": 1}, time) for n, time in enumerate(_SAME_MOMENT, 1)])


@odd_store(
    "times that are none",
    map=TIMED_MAP,
    shows={
        "info": f"{len(_NO_TIMES)} events",
        "events order-1": ("'yesterday' is no time that can be read", '{"n":1}', f'{{"n":{len(_NO_TIMES)}}}'),
        "explain order-1": f'"n": {len(_NO_TIMES)}',
    },
    window=("its time is unknown",),
)
def times_that_are_none(connection: sqlite3.Connection) -> None:
    log(connection, [("order-1", n, "Ticked", {"n": n}, time) for n, time in enumerate(_NO_TIMES, 1)])


@odd_store(
    "the first and the last year",
    map=TIMED_MAP,
    shows={
        "info": "from 0001-01-01 00:00:00 to 9999-12-31 23:59:59",
        "events order-1": ("0001-01-01 00:00:00", "9999-12-31 23:59:59"),
        "entities --json": ("0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59"),
    },
)
def first_and_last_year(connection: sqlite3.Connection) -> None:
    times = ("0001-01-01T00:00:00", "9999-12-31T23:59:59.9999999Z")
    log(connection, [("order-1", n, "Ticked", {"n": n}, time) for n, time in enumerate(times, 1)])


@odd_store(
    "the clock of one writer was an hour behind",
    shows={
        "events aaaa": "4 2025-03-03",
        "find 'status == \"new\"' --as-of '2025-03-02T09:30'": "aaaa",
        "find 'status == \"shipped\"' --as-of '2025-03-02T09:30'": "not aaaa",
    },
)
def clock_behind(connection: sqlite3.Connection) -> None:
    states = [("new", "02T09"), ("paid", "02T10"), ("shipped", "01T08"), ("closed", "03T08")]
    rows = [
        ("a" * 32, n, "Set", {"status": each}, f"2025-03-{time}:00:00+00:00")
        for n, (each, time) in enumerate(states, 1)
    ]
    eventsourcing(connection, rows)


@odd_store(
    "numbers that no double holds",
    shows={
        "events order-1": (
            '"snowflake":7300000000000000001,"wei":123456789012345678901234567890,"rate":0.1000',
            '{"rate":{"__float__":"NaN"},"top":{"__float__":"Infinity"}',
        ),
        "events order-1 --json": '"total":12345678901234567890.12,"huge":1e400,"neg":-9223372036854775809',
        "explain order-1 --at 1 --json": ('"rate":0.1000', '"huge":1e400', '"neg":-9223372036854775809'),
        "export --format csv": (
            '""rate"":0.1000',
            "12345678901234567890.12",
            "123456789012345678901234567890",
            "1e400",
        ),
        "export --format jsonl": ("0.1000", "12345678901234567890.12", "123456789012345678901234567890", "1e400"),
        "export --format cloudevents": ("0.1000", "12345678901234567890.12", "123456789012345678901234567890", "1e400"),
        "find 'rate < 0.11 and wei > 10 and rate * 2 == 0.2'": "not order-1",
        "watch order-1 'rate < 0.11'": "1 false → true",
    },
    window=("0.1000",),
)
def long_numbers(connection: sqlite3.Connection) -> None:
    first = (
        '{"snowflake":7300000000000000001,"wei":123456789012345678901234567890,"rate":0.1000,'
        '"total":12345678901234567890.12,"huge":1e400,"neg":-9223372036854775809}'
    )
    odd = '{"text":"lone \\ud800 half","nul":"a\\u0000b"}'
    payloads = [first, '{"rate":NaN,"top":Infinity}', odd]
    emmett(connection, [("order-1", n, "Rated", payload) for n, payload in enumerate(payloads, 1)])


@odd_store(
    "payloads that are gone or overwritten",
    shows={
        "info": "12 events",
        "events person-1": ("2 2025-03-01 09:00:00 Changed (it has no payload) {}", "! the payload is unreadable"),
        "explain person-1": '"customer": null',
    },
)
def payloads_that_are_gone(connection: sqlite3.Connection) -> None:
    payloads = [
        '{"customer":"Ada"}',
        None,
        "",
        "null",
        "[]",
        "[1,2]",
        '"gone"',
        "XXXX",
        "0",
        "   ",
        b"",
        '{"customer":null}',
    ]
    emmett(connection, [("person-1", n, "Changed", payload) for n, payload in enumerate(payloads, 1)])


@odd_store(
    "payloads that are very deep, and very wide",
    shows={"events d-1": "nested too deeply", "explain d-1": "nested too deeply", "explain w-1": '"key19999": 20000'},
)
def deep_and_wide(connection: sqlite3.Connection) -> None:
    deep = ['{"a":' * levels + "1" + "}" * levels for levels in (440, 900)]
    wide = [{f"key{number}": number + version for number in range(20_000)} for version in (0, 1)]
    rows = [("d-1", n, "Made", payload) for n, payload in enumerate(deep, 1)]
    emmett(connection, [*rows, *(("w-1", n, "Made", payload) for n, payload in enumerate(wide, 1))])


@odd_store(
    "a state of many lines",
    shows={"explain doc-1": ('"rows": [', "10,004 more lines: --json prints all of the state", "not 59999")},
)
def state_of_many_lines(connection: sqlite3.Connection) -> None:
    emmett(connection, [("doc-1", 1, "Made", {"rows": [*range(60_000)]})])
