"""The active record strategy: constraints, pages, and values that a table cannot hold."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Engine,
    Float,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    create_engine,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from es_desktop.core import (
    ConcurrencyError,
    DatastoreError,
    EventStore,
    ItemRefusedError,
    SequencedItem,
    SequencedItemError,
    SequencedItemMapper,
)
from es_desktop.stores import SQLAlchemyActiveRecordStrategy, SQLAlchemyDatastore, SqlIntegerSequencedItem
from es_desktop.stores.records import SequenceIdType
from tests.stores.serving import Server, driven
from tests.stores.test_strategy import EventRow, NewBase, StoredEvent, items


class Strict(NewBase):
    """A table with more constraints than that of its positions."""

    __tablename__ = "strict"
    __table_args__ = (CheckConstraint("topic <> 'forbidden'"), UniqueConstraint("sequence_id", "position"))

    key: Mapped[int] = mapped_column(primary_key=True)
    sequence_id: Mapped[str] = mapped_column(Text())
    position: Mapped[int] = mapped_column(BigInteger())
    topic: Mapped[str] = mapped_column(Text(), nullable=False)
    data: Mapped[str] = mapped_column(Text(), unique=True)


@pytest.fixture
def strict(engine: Engine) -> Iterator[SQLAlchemyActiveRecordStrategy]:
    datastore = SQLAlchemyDatastore(engine=engine, base=NewBase)
    datastore.setup_tables()
    strategy = SQLAlchemyActiveRecordStrategy(datastore.db_session, Strict)
    strategy.append(SequencedItem("a", 0, "t", "0"))
    yield strategy
    datastore.drop_connection()


@pytest.mark.parametrize(
    ("item", "is_conflict"),
    [
        (SequencedItem("a", 0, "t", "1"), True),
        (SequencedItem("a", 0, "forbidden", "0"), True),
        (SequencedItem("a", 1, "t", "0"), False),
        (SequencedItem("a", 1, "forbidden", "1"), False),
        (SequencedItem("a", 1, None, "1"), False),  # type: ignore[arg-type]
        (SequencedItem(None, 1, "t", "1"), False),
        (SequencedItem("a", 1, object(), "1"), False),  # type: ignore[arg-type]
        (SequencedItem("a", 1, "half \ud800", "1"), False),
    ],
)
def test_only_a_taken_position_is_a_conflict(
    strict: SQLAlchemyActiveRecordStrategy, item: SequencedItem, is_conflict: bool
) -> None:
    with pytest.raises(SequencedItemError) as refusal:
        strict.append([SequencedItem("b", 0, "t", "2"), item])
    assert isinstance(refusal.value, ItemRefusedError) != is_conflict
    assert ("is taken" in str(refusal.value)) == is_conflict
    assert list(strict.all_items()) == [SequencedItem("a", 0, "t", "0")]

    class Mapper(SequencedItemMapper):
        def to_sequenced_item(self, event: Any) -> Any:
            return event

    with pytest.raises(ConcurrencyError if is_conflict else ItemRefusedError):
        EventStore(strict, Mapper()).append([item])


@pytest.mark.parametrize("position", [True, 1.0, 2**63, -(2**63) - 1, "1", None])
def test_a_table_of_integers_refuses_any_other_position(
    strategy: SQLAlchemyActiveRecordStrategy, position: Any
) -> None:
    with pytest.raises(ItemRefusedError, match="64 bits"):
        strategy.append(items("a", 0, position))
    assert list(strategy.all_items()) == []


@pytest.mark.parametrize(
    ("id_type", "position_type", "sequence_id", "position"),
    [
        (Text(), Float(), "a", 2**53 + 1),
        (Text(), Float(), "a", 1_700_000_000_123_456_789),
        (Text(), Float(), "a", 10**400),
        (Text(), Float(), "a", True),
        (Text(), Float(), "a", "1.5"),
        (Text(), Float(), "a", Decimal("0.1")),
        (Text(), Float(), "a", Fraction(1, 3)),
        (Text(), BigInteger(), 5, 0),
        (Text(), BigInteger(), b"a", 0),
        (Text(), BigInteger(), UUID(int=5), 0),
        (Uuid(), BigInteger(), "a", 0),
        (Integer(), BigInteger(), "5", 0),
        (SequenceIdType(), BigInteger(), 5, 0),
        (SequenceIdType(), Text(), "a", 7),
    ],
)
def test_a_key_that_would_come_back_as_another_is_refused(
    engine: Engine, id_type: Any, position_type: Any, sequence_id: Any, position: Any
) -> None:
    columns = [Column("sequence_id", id_type), Column("position", position_type)]
    table = Table("records", MetaData(), *columns, Column("topic", Text()), Column("data", Text()))
    table.create(engine)
    strategy = SQLAlchemyActiveRecordStrategy(Session(engine), table)
    with pytest.raises(ItemRefusedError, match=r"is no (sequence id|position) for a table of"):
        strategy.append(SequencedItem(sequence_id, position, "t", "{}"))
    assert list(strategy.all_items()) == []


@pytest.mark.parametrize(
    ("position_type", "positions"),
    [
        (BigInteger(), [0, 2**63, 1]),
        (BigInteger(), [0, -(2**63) - 1, 1]),
        (BigInteger(), [0, True, 2]),
        (BigInteger(), [0, "1", 2]),
        (Float(), [0, 2**53 + 1, 2**60]),
    ],
)
def test_one_key_of_many_that_would_not_come_back_refuses_all(
    engine: Engine, position_type: Any, positions: list[Any]
) -> None:
    columns = [Column("sequence_id", Text()), Column("position", position_type)]
    table = Table("records", MetaData(), *columns, Column("topic", Text()), Column("data", Text()))
    table.create(engine)
    strategy = SQLAlchemyActiveRecordStrategy(Session(engine), table)
    with pytest.raises(ItemRefusedError, match=f"^{positions[1]!r} is no position for a table of"):
        strategy.append([SequencedItem("a", each, "topic", "{}") for each in positions])
    assert strategy.get_items("a") == []


def test_a_table_of_floats_takes_any_number_that_is_one(engine: Engine) -> None:
    columns = [Column("sequence_id", Text()), Column("position", Float())]
    table = Table("records", MetaData(), *columns, Column("topic", Text()), Column("data", Text()))
    table.create(engine)
    strategy = SQLAlchemyActiveRecordStrategy(Session(engine), table)
    positions = [float("-inf"), -0.5, 3, 2**53, float("inf")]
    strategy.append(items("a", *positions))  # type: ignore[arg-type]
    assert [item.position for item in strategy.get_items("a")] == positions


@pytest.mark.parametrize("sequence_id", [5, b"a", None, 1.5, ("a",)])
def test_nothing_is_found_at_an_id_that_no_row_can_have(
    strategy: SQLAlchemyActiveRecordStrategy, sequence_id: Any
) -> None:
    strategy.append(items("a", 0))
    assert strategy.get_items(sequence_id) == []
    with pytest.raises(IndexError):
        strategy.get_item(sequence_id, 0)


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 2500])
@pytest.mark.parametrize("record", ["key", "pair", "none"])
def test_all_items_are_read_in_pages(engine: Engine, count: int, record: str) -> None:
    columns = [Column(name, Text()) for name in ("topic", "data")]
    is_key = record == "pair"
    columns += [Column("sequence_id", Text(), primary_key=is_key), Column("position", BigInteger(), primary_key=is_key)]
    columns += [Column("number", Integer(), primary_key=True)] if record == "key" else []
    table = Table("records", MetaData(), *columns)
    table.create(engine)
    strategy = SQLAlchemyActiveRecordStrategy(Session(engine), table)
    written = [SequencedItem(f"s{number // 100:02}", number % 100, "t", "{}") for number in range(count)]
    strategy.append(written)
    read = []
    for item in strategy.all_items():
        read.append(item)
        if len(read) % 400 == 0:
            strategy.append(SequencedItem("z", len(read), "later", "{}"))
    assert read == written


def test_a_server_refuses_the_same_things(server: Server) -> None:
    engine = create_engine(driven(server.fresh_database()))
    datastore = SQLAlchemyDatastore(engine=engine, base=NewBase)
    datastore.setup_tables()
    strict = SQLAlchemyActiveRecordStrategy(datastore.db_session, Strict)
    written = [SequencedItem("a", number, "t", f"{number:04}") for number in range(1500)]
    strict.append(written)
    with pytest.raises(SequencedItemError, match="is taken") as conflict:
        strict.append([written[0]])
    assert not isinstance(conflict.value, ItemRefusedError)
    for item in (
        SequencedItem("b", 1, "forbidden", "b"),
        SequencedItem("b", 1, "t", "0000"),
        SequencedItem("b", 1, None, "b"),  # type: ignore[arg-type]
        SequencedItem("b", 1, "a\0b", "b"),
        SequencedItem("b", 1, "half \ud800", "b"),
        SequencedItem("b", 2**63, "t", "b"),
        SequencedItem("b", 1.5, "t", "b"),
    ):
        with pytest.raises(ItemRefusedError):
            strict.append([SequencedItem("c", 0, "t", "c"), item])
    assert list(strict.all_items()) == written
    assert strict.get_items("a", gt=-(2**70), lt=2**70, lte=1) == written[:2]
    assert strict.get_items("a", gt=2**70) == strict.get_items("a", lt=-(2**70)) == []
    pairs = SQLAlchemyActiveRecordStrategy(datastore.db_session, EventRow, StoredEvent)
    ids = sorted([uuid4() for _ in range(3)], key=str)
    items = [StoredEvent(each, number, "t", "{}") for each in ids for number in range(500)]
    pairs.append(items)
    assert list(pairs.all_items()) == items
    datastore.drop_tables()
    with pytest.raises(DatastoreError, match="nothing was written"):
        strict.append(written[:1])
    datastore.drop_connection()


def test_reading_all_items_holds_no_lock(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'one.db'}", connect_args={"timeout": 0})
    datastore = SQLAlchemyDatastore(engine=engine)
    datastore.setup_tables()
    strategy = SQLAlchemyActiveRecordStrategy(datastore.db_session, SqlIntegerSequencedItem)
    strategy.append(items("a", *range(1200)))
    reading = strategy.all_items()
    next(reading)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE snapshots")
    assert len(list(reading)) == 1199
    datastore.drop_connection()
