"""A database on a server that is only read: every statement runs in a read-only transaction, and none can write."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import exc, text
from sqlalchemy.orm import Session

from es_desktop.core import KnownClasses
from es_desktop.stores import open_store, parse_location
from tests.stores.serving import Server

DUMP = Path(__file__).parents[1] / "samples" / "message-db-1.3.0.sql"
WRITING = [
    "INSERT INTO message_store.messages (stream_name, type, position) VALUES ('account-1', 'Opened', 99)",
    "UPDATE message_store.messages SET type = 'Forged'",
    "DELETE FROM message_store.messages",
    "TRUNCATE message_store.messages",
    "ALTER TABLE message_store.messages ADD COLUMN more text",
    "DROP TABLE message_store.messages CASCADE",
    "CREATE TABLE ours (id integer)",
    "SELECT * INTO ours FROM message_store.messages",
    "SELECT nextval('message_store.messages_global_position_seq')",
    "SELECT lo_create(0)",
    "SELECT message_store.write_message(gen_random_uuid()::varchar, 'account-1', 'Opened', '{}'::jsonb)",
    "SELECT 1 FROM message_store.messages FOR UPDATE",
    "GRANT SELECT ON message_store.messages TO PUBLIC",
    "COMMENT ON TABLE message_store.messages IS 'seen'",
]


def everything(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT * FROM message_store.messages ORDER BY global_position").fetchall()
        next_ = connection.execute("SELECT last_value FROM message_store.messages_global_position_seq").fetchall()
        tables = connection.execute("SELECT oid, relname FROM pg_class ORDER BY oid").fetchall()
    return [*rows, *next_, *tables]


def test_no_statement_writes(server: Server) -> None:
    url = server.restore(DUMP)
    before = everything(url)
    opened = open_store(parse_location(url), KnownClasses(), writable=True)
    assert (opened.is_writable, opened.may_be_written) == (False, False)
    session = Session(opened.tables.events.strategy.engine)
    session.execute(text("SET search_path TO message_store"))  # where its functions look for each other
    session.commit()
    for statement in WRITING:
        with pytest.raises(exc.DBAPIError, match="read-only transaction"):
            session.execute(text(statement))
        session.rollback()
        assert session.execute(text("SHOW transaction_read_only")).scalar() == "on", "nor in the next transaction"
        session.rollback()
    session.close()
    assert len(list(opened.reader.all_records())) == 45
    opened.has_changed()
    opened.close()
    assert everything(url) == before


def test_what_others_commit_is_seen_by_the_next_reading(server: Server) -> None:
    url = server.restore(DUMP)
    opened = open_store(parse_location(url), KnownClasses(), writable=True)
    counts = []
    with psycopg.connect(url, autocommit=True) as other:
        for number in range(3):
            counts.append(opened.reader.counts().events)
            other.execute(
                "INSERT INTO message_store.messages (stream_name, type, position, data) VALUES (%s, 'Opened', 0, '{}')",
                (f"account-new{number}",),
            )
    assert [*counts, opened.reader.counts().events] == [45, 46, 47, 48]
    opened.close()
