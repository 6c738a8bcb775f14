"""A text is found in JSON by the database, and what is no JSON is no error there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Engine, MetaData, Table, Text, create_engine, insert, select

from es_desktop.stores.engines.json_in_sql import number_in, text_in
from tests.stores.serving import Server, driven

TABLE = Table("kept", MetaData(), Column("payload", Text))


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "sqlite":
        return create_engine("sqlite://")
    server: Server = request.getfixturevalue("server")
    return create_engine(driven(server.fresh_database()))


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        (json.dumps({"headers": {"__type": "placed"}, "payload": {"__type": "other"}}), "placed"),
        ('{"headers":{"a":1,"__type" :\n "placed"}}', "placed"),
        (json.dumps({"headers": {"__type": r"App\Events\Placed"}}), r"App\Events\Placed"),
        (r'{"headers": {"__type": "a\/b"}}', "a/b"),
        (json.dumps({"headers": {"note": '"__type": "x"', "__type": "placed"}}), "placed"),
        (json.dumps({"headers": {}}), None),
        ('{"headers', None),
        ("", None),
        (None, None),
    ],
)
def test_what_stands_at_a_path(engine: Engine, payload: str | None, found: str | None) -> None:
    with engine.begin() as connection:
        assert value_of(connection, payload, text_in, "headers", "__type") == found
    engine.dispose()


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        ('{"a":{"note":"\\"_version\\":7","_version":12}}', 12),
        ('{"a": {"_version": 0}}', 0),
        ('{"a": {}}', None),
        ('{"a": {"_ver', None),
        ("X192ZXJzaW9uIjoxMg==", None),
        (None, None),
    ],
)
def test_a_whole_number_at_a_path(engine: Engine, payload: str | None, found: int | None) -> None:
    with engine.begin() as connection:
        assert value_of(connection, payload, number_in, "a", "_version") == found
    engine.dispose()


def value_of(connection: Connection, payload: str | None, look: Callable[..., Any], *path: str) -> Any:
    TABLE.create(connection)
    connection.execute(insert(TABLE).values(payload=payload))
    return connection.scalar(select(look(TABLE.c.payload, connection.dialect.name, *path)))
