"""Odd stores on a server, through the command line: what can be read of each is shown."""

from __future__ import annotations

import shlex
from contextlib import closing
from pathlib import Path
from typing import Final

import psycopg
import pytest

from es_desktop.app.store.session import open_session
from es_desktop.app.store.table_maps import map_from_toml
from es_desktop.stores import OpenOptions
from tests.menagerie.keeping import LOG_MAP, TIMED_MAP
from tests.running import ask
from tests.stores.serving import Server

_EMMETT: Final = (
    "CREATE TABLE emt_messages (stream_id text, stream_position {}, message_kind text DEFAULT 'E', message_data {}, "
    "message_metadata text, message_type text, global_position bigserial, created {});"
)
_INSERT: Final = "INSERT INTO emt_messages (stream_id, stream_position, message_type, message_data, created) VALUES "
_NOW: Final = "'2025-03-01 09:00:00+00'"


def _log(stream: str, body: str, time: str) -> str:
    """Return the start of a script that fills a table of no known format, with columns of these types."""
    return f"CREATE TABLE log (stream {stream}, v int, kind text, body {body}, at {time}); INSERT INTO log VALUES "


ODD: Final = {
    "a database without an encoding, and a text in Latin-1": (
        "ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'",
        _EMMETT.format("bigint", "text", "timestamptz")
        + _INSERT
        + f"('order-ü', 1, 'Placed', '{{\"customer\":\"Zoë\"}}', {_NOW}), "
        + f"('order-ü', 2, 'Noted', convert_from('\\x7b2261223a22636166e9227d', 'SQL_ASCII'), {_NOW})",
        None,
        {"info": "1 entity, 2 events", "events order-ü": ('"customer":"Zoë"', "! the text is not UTF-8: byte 0xe9")},
    ),
    "a database without an encoding, and an id in Latin-1": (
        "ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'",
        _EMMETT.format("bigint", "text", "timestamptz")
        + _INSERT
        + ", ".join(
            f"(convert_from('\\x636166e92d31', 'SQL_ASCII'), {n}, 'Set', '{{\"n\": {n}}}', {_NOW})" for n in (1, 2)
        ),
        None,
        {
            "entities": "caf\N{REPLACEMENT CHARACTER}e9-1 2 2",
            "events caf": ('{"n":1}', '{"n":2}'),
            "explain 'caf\N{REPLACEMENT CHARACTER}e9-1'": '"n": 2',
            "find 'n == 2'": "caf\N{REPLACEMENT CHARACTER}e9-1",
            "copy copy.esdb": "1 entity; 2 events",
        },
    ),
    "prooph's metadata with a version that is no number of 64 bits, and texts that the server has not": (
        "",
        "CREATE TABLE event_streams (no bigserial, real_stream_name text, stream_name text, metadata json, "
        "category text); INSERT INTO event_streams (real_stream_name, stream_name) VALUES ('order-1', '_abc');"
        "CREATE TABLE _abc (no bigserial, event_id text, event_name text, payload json, metadata json, "
        "created_at timestamp); INSERT INTO _abc (event_name, payload, metadata, created_at) "
        "SELECT 'Set', '{}', v::json, '2025-03-01 09:00' FROM unnest(ARRAY["
        """'{"_aggregate_version": 1}', '{"_aggregate_version": "2nd"}', '{"_aggregate_version": 3e99999}', """
        """'{"x": "\\u0000", "_aggregate_version": 4}', '{"_aggregate_version": 123456789012345678901}', """
        """'{"x": "\\ud800", "_aggregate_version": {"v": 6}}', '[]', 'null', '7']) v""",
        None,
        {"info": "1 entity, 9 events", "entities": "order-1 9 9", "events order-1": "4 2025-03-01 09:00:00"},
    ),
    "times that Python does not have": (
        "",
        _EMMETT.format("bigint", "jsonb", "timestamptz")
        + _INSERT
        + "('a-1', 1, 'Set', '{\"n\": 1}', 'infinity'), ('a-1', 2, 'Set', '{\"n\": 2}', '12000-01-01'), "
        + f"('a-1', 3, 'Set', '{{\"n\": 3}}', '0044-03-15 BC'), ('a-1', 4, 'Set', '{{\"n\": 4}}', {_NOW}), "
        + "('a-1', 5, 'Set', '{\"n\": 5}', NULL)",
        None,
        {"info": "1 entity, 5 events", "events a-1": ("'infinity' is no time", '{"n":3}', '{"n":4}', '{"n":5}')},
    ),
    "numbers of jsonb": (
        "",
        _EMMETT.format("bigint", "jsonb", "timestamptz")
        + _INSERT
        + f"('a-1', 1, 'Set', '{{\"a\": 0.1000, \"b\": 12345678901234567890.12, \"c\": 1e25}}', {_NOW})",
        None,
        {"events a-1 --json": ('"a":0.1000', '"b":12345678901234567890.12', '"c":10000000000000000000000000')},
    ),
    "versions that are NULL, double, or of a type with fractions": (
        "",
        _EMMETT.format("numeric", "jsonb", "timestamptz")
        + _INSERT
        + ", ".join(
            f"('{stream}', {version}, 'Set', '{{\"n\": {n}}}', {_NOW})"
            for n, (stream, version) in enumerate(
                [("a-1", 1), ("a-1", "2.0"), ("a-1", "2"), ("a-1", "NULL"), ("a-1", "2.5"), ("b-1", 1), ("NULL", 1)], 1
            )
        ).replace("'NULL'", "NULL"),
        None,
        {
            "info": ("2 entities, 6 events", "3 events have no version", "1 event without an id"),
            "events a-1": ('{"n":2}', "several events of the entity have the version 2", "'2.5' is none"),
            "explain a-1": "at version 5",
            "find 'n == 6'": "b-1",
            "copy copy.esdb": "not in it: 1 event without an id",
        },
    ),
    "versions that are texts": (
        "",
        "CREATE TABLE log (seq serial, stream text, v text, kind text, body text, at text);"
        "INSERT INTO log (stream, v, kind, body, at) SELECT 'order-1', n::text, 'Set', '{\"n\": ' || n || '}', "
        "(1740819600 + n)::text FROM generate_series(1, 12) n",
        TIMED_MAP,
        {"info": "1 entity, 12 events", "entities": "order-1 12 12", "explain order-1 --at 10": '"n": 10'},
    ),
    "domains and enums": (
        "",
        "CREATE DOMAIN number AS bigint; CREATE DOMAIN version AS number; CREATE DOMAIN document AS jsonb; "
        "CREATE TYPE message AS ENUM ('E', 'C'); "
        + _EMMETT.format("version", "document", "timestamptz").replace("message_kind text", "message_kind message")
        + _INSERT
        + f"('a-1', 1, 'Set', '{{\"n\": 0.10}}', {_NOW})",
        None,
        {"info": "1 entity, 1 event", "events a-1": '{"n":0.10}', "find 'n > 0'": "a-1"},
    ),
    "composite payloads, and times of a day": (
        "",
        "CREATE TYPE body AS (n int, names text[]); "
        + _log("text", "body", "time")
        + "('a', 1, 'Set', (1, '{x}'), '24:00')",
        TIMED_MAP,
        {
            "events a": ("'24:00:00' is no time", '{"n":1,"names":["x"]}'),
            "export": '"n":1',
            "copy copy.esdb": "1 event and",
        },
    ),
    "settings of the database that change how values are written": (
        "",
        "DO $$ DECLARE here text := current_database(); BEGIN "
        "EXECUTE format('ALTER DATABASE %I SET datestyle = German', here); "
        "EXECUTE format('ALTER DATABASE %I SET client_encoding = LATIN1', here); "
        "EXECUTE format('ALTER DATABASE %I SET extra_float_digits = -9', here); END $$; "
        + _log("text", "double precision", "timestamptz")
        + f"('a-1', 1, 'Set \N{FOX FACE}', 0.123456789012, {_NOW})",
        TIMED_MAP,
        {"events a-1": ("2025-03-01 09:00:00", '{"value":0.123456789012}', "\N{FOX FACE}")},
    ),
    "no place in the order of the store, in more events than a page has": (
        "",
        _EMMETT.format("int", "jsonb", "date").replace("bigserial", "bigint")
        + "INSERT INTO emt_messages SELECT 'a', n, 'E', '{}', '{}', 'Set', NULL, NULL FROM generate_series(1, 5100) n",
        None,
        {"export --format csv": ("a,a,1,Set", "a,a,5000,Set", "a,a,5100,Set")},
    ),
    "JSON in which one record has a NUL": (
        "",
        "CREATE TABLE log (body json); INSERT INTO log VALUES "
        """('{"id": "a-1", "v": 1, "x": "\\u0000"}'), ('[1]'), ('{"id": "a-1", "v": 2}')""",
        '[events]\ntable = "log"\nstream = { column = "body", path = ["id"] }\npayload = "body"\n'
        'version = { column = "body", path = ["v"], number = true }\n',
        {
            "info": ("1 entity, 2 events", "1 event without an id"),
            "events a-1": ('"x":"\\u0000"', '"v":2'),
            "explain a-1": "at version 2",
        },
    ),
    **{
        f"ids of the type {type_name}": (
            "",
            "CREATE TYPE pair AS (n int, text text); "
            + _log(type_name, "jsonb", "date")
            + ", ".join(
                f"({id_}, {n}, 'Set', '{{\"n\": {n}}}', NULL)" for n, id_ in ((1, first), (2, first), (1, second))
            ),
            TIMED_MAP,
            {
                "info": "2 entities, 3 events",
                f"events '{shown}'": ('{"n":1}', '{"n":2}'),
                "find 'n == 2'": shown,
                "copy copy.esdb": "2 entities; 3 events",
            },
        )
        for type_name, first, second, shown in (
            ("bytea", "uuid_send('00000000-0000-4000-8000-000000000001')", "'\\x01'", "00000000-0000-4000"),
            ("boolean", "true", "false", "true"),
            ("int[]", "'{1,2}'", "'{3}'", "{1,2}"),
            ("pair", "(1, 'a')", "(2, 'b')", "(1,a)"),
            ("json", "'[1]'", "'[2]'", "[1]"),
            ("point", "'(1,2)'", "'(3,4)'", "(1,2)"),
        )
    },
}


@pytest.mark.parametrize("what", ODD)
def test_an_odd_database_is_shown(what: str, server: Server, tmp_path: Path) -> None:
    options, sql, table_map, shows = ODD[what]
    url = server.fresh_database(options)
    with psycopg.connect(url, client_encoding="utf8") as connection:
        connection.execute(sql.encode())
    arguments = [url]
    if table_map is not None:
        (tmp_path / "map.toml").write_text(table_map)
        arguments += ["--map", str(tmp_path / "map.toml")]
    for line, texts in shows.items():
        command, *rest = shlex.split(line)
        answer = ask(tmp_path, command, *arguments, *rest)
        output = " ".join((answer.stdout + answer.stderr).split())
        for text in [texts] if isinstance(texts, str) else texts:
            assert text in output, f"{line}: {text!r} in {output}"


ID_TYPES: Final = {
    "bytea": ("'\\x00112233445566778899aabbccddeeff'", "'\\x01ff'", "'abc'"),
    "char(8)": ("'ab'", "'c d'"),
    "numeric": ("1", "2.50", "12345678901234567890123"),
    "integer": ("5", "-7"),
    "float8": ("1.5", "1e300"),
    "timestamp": ("'2025-03-01 09:00:00.5'", "'infinity'"),
    "date": ("'2025-03-01'",),
    "interval": ("'1 day'",),
    "boolean": ("true", "false"),
    "uuid": ("'00112233-4455-6677-8899-aabbccddeeff'",),
    "text": ("'a''b'", "E'tab\\t'", "''", "'$1'", "'100%'", "'a\\b'"),
    "json": ("'{}'",),
    "jsonb": ("'{\"a\": 1}'",),
    "inet": ("'10.0.0.1'",),
    "text[]": ("'{a,b}'",),
}


def test_ids_of_every_type_of_a_server_are_found_again(server: Server) -> None:
    url = server.fresh_database()
    with psycopg.connect(url) as connection:
        for number, (type_name, values) in enumerate(ID_TYPES.items()):
            connection.execute(
                f"CREATE TABLE log{number} (seq bigserial, stream {type_name}, v bigint, kind text, body text)".encode()
            )
            for each in values:
                row = f"INSERT INTO log{number} (stream, v, kind, body) VALUES ({each}, 1, 'Set', '{{}}')"
                connection.execute(row.encode())
    for number, (type_name, values) in enumerate(ID_TYPES.items()):
        table_map = map_from_toml(LOG_MAP.replace('"log"', f'"log{number}"'))
        options = OpenOptions(table_map=table_map)
        with closing(open_session(url, writable=False, options=options)) as session:
            ids = [each.id for each in session.entities()]
            assert len(ids) == len(values), type_name
            for each in ids:
                assert session.find_id(str(each)) == each, type_name
                assert [event.version for event in session.events(each)] == [1], type_name
                assert session.events_at([(each, 1)]) == session.events(each), type_name
                assert session.entity(each).events == 1, type_name
            spans = session.store.batches.spans(ids[0], 100)
            assert [span.sequence_id for span in spans] == ids[1:], type_name
