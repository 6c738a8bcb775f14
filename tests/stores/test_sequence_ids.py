"""Sequence ids: a UUID comes back as a UUID and a text as a text, on every database."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Dialect, MetaData, Table, create_engine, delete, exc, insert, select
from sqlalchemy.dialects import mysql, postgresql, sqlite

from es_desktop.stores.records import SequenceIdType

OTHERS: list[Dialect] = [postgresql.dialect(), mysql.dialect()]  # type: ignore[no-untyped-call]

IDS = Table("ids", MetaData(), Column("id", SequenceIdType()))

plain_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
likely_texts = st.one_of(
    st.uuids().map(str),
    st.uuids().map(lambda value: value.hex),
    st.uuids().map(lambda value: f"'{value}"),
    st.uuids().map(lambda value: str(value).upper()),
    plain_texts.map(lambda text: f"'{text}"),
    st.sampled_from(["", "'", "''", "0", "1.5", "ORDER-7", "x" * 16, "x" * 36]),
)
ids = st.uuids() | plain_texts | likely_texts


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        IDS.create(connection)
        yield connection
    engine.dispose()


@given(st.lists(ids, unique=True, min_size=1, max_size=5))
def test_ids_come_back_as_they_were_and_are_found(connection: Connection, values: list[UUID | str]) -> None:
    connection.execute(delete(IDS))
    connection.execute(insert(IDS), [{"id": value} for value in values])
    assert list(connection.scalars(select(IDS.c.id))) == values
    for value in values:
        assert list(connection.scalars(select(IDS.c.id).where(IDS.c.id == value))) == [value]


@given(ids)
def test_other_databases_keep_a_text_for_each(value: UUID | str) -> None:
    for dialect in OTHERS:
        kept = SequenceIdType().process_bind_param(value, dialect)
        assert isinstance(kept, str)
        found: Any = SequenceIdType().result_processor(dialect, None)(kept)
        assert (type(found), found) == (type(value), value)


@given(st.lists(ids, unique=True, min_size=2, max_size=5))
def test_two_ids_never_share_a_text(values: list[UUID | str]) -> None:
    for dialect in OTHERS:
        assert len({SequenceIdType().process_bind_param(value, dialect) for value in values}) == len(values)


def test_a_uuid_takes_16_bytes_on_sqlite(connection: Connection) -> None:
    value = uuid4()
    connection.execute(delete(IDS))
    connection.execute(insert(IDS), [{"id": value}, {"id": str(value)}])
    kept = connection.exec_driver_sql("SELECT typeof(id), id FROM ids ORDER BY 1").all()
    assert kept == [("blob", value.bytes), ("text", str(value))]


def test_nothing_stays_nothing() -> None:
    for dialect in (sqlite.dialect(), *OTHERS):
        assert SequenceIdType().process_bind_param(None, dialect) is None
        assert SequenceIdType().result_processor(dialect, None)(None) is None


@pytest.mark.parametrize("wrong", [5, b"bytes", ("a", "b"), 1.5])
def test_any_other_id_is_refused(connection: Connection, wrong: Any) -> None:
    with pytest.raises(exc.StatementError, match="a sequence id is a UUID or a text"):
        connection.execute(insert(IDS), [{"id": wrong}])
