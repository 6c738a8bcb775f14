"""A text is found in JSON by the database, and what is no JSON is no error there."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Column, Connection, Engine, MetaData, Table, Text, create_engine, insert, select

from es_desktop.stores.jsontext import told_in
from tests.stores.serving import Server

TABLE = Table("kept", MetaData(), Column("payload", Text))


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "sqlite":
        return create_engine("sqlite://")
    server: Server = request.getfixturevalue("server")
    return create_engine(server.fresh_database().replace("postgresql:", "postgresql+psycopg:"))


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
        assert told(connection, payload) == found
    engine.dispose()


def told(connection: Connection, payload: str | None) -> str | None:
    TABLE.create(connection)
    connection.execute(insert(TABLE).values(payload=payload))
    value: str | None = connection.scalar(
        select(told_in(TABLE.c.payload, connection.dialect.name, "headers", "__type"))
    )
    return value
