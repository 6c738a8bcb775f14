"""The active record strategy: items as rows, in any table whose columns are the fields of the item."""

from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
    select,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declarative_base, mapped_column

from es_desktop.core import (
    ConcurrencyError,
    EventSourcedRepository,
    EventStore,
    SequencedItem,
    SequencedItemError,
    SequencedItemMapper,
)
from es_desktop.examples import Example
from es_desktop.stores import SQLAlchemyActiveRecordStrategy, SQLAlchemyDatastore, SqlIntegerSequencedItem


class StoredEvent(NamedTuple):
    aggregate: Any
    version: Any
    kind: str
    body: str


class NewBase(DeclarativeBase):
    pass


class EventRow(NewBase):
    """A table with other column names, a composite key, and columns that are not read."""

    __tablename__ = "event_rows"

    aggregate: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(255))
    body: Mapped[str] = mapped_column("payload", Text())
    comment: Mapped[str | None] = mapped_column(Text())


OldBase: Any = declarative_base()


class OldEventRow(OldBase):  # type: ignore[misc]
    """A table in the style of older SQLAlchemy."""

    __tablename__ = "old_event_rows"

    aggregate = Column(Uuid(), primary_key=True)
    version = Column(BigInteger(), primary_key=True)
    kind = Column(String(255))
    body = Column(Text())


def items(sequence_id: Any, *positions: int) -> list[SequencedItem]:
    return [SequencedItem(sequence_id, position, "shop#Cart.Filled", "{}") for position in positions]


@pytest.mark.parametrize(("base", "record"), [(NewBase, EventRow), (OldBase, OldEventRow)])
def test_other_tables_plug_in(engine: Engine, base: Any, record: Any) -> None:
    datastore = SQLAlchemyDatastore(engine=engine, base=base)
    datastore.setup_tables()
    strategy = SQLAlchemyActiveRecordStrategy(datastore.db_session, record, StoredEvent)
    mapper = SequencedItemMapper(StoredEvent, "originator_id", "originator_version")
    store = EventStore(strategy, mapper)
    created = Example.Created(originator_id=uuid4(), foo="bar")
    beats = [
        Example.Heartbeat(originator_id=created.originator_id, originator_version=version) for version in (1, 2, 3)
    ]
    store.append(created)
    store.append(beats)
    with pytest.raises(ConcurrencyError):
        store.append(beats[1])
    assert store.get_domain_events(created.originator_id, gt=1, page_size=1) == beats[1:]
    assert store.get_domain_event(created.originator_id, 0) == created
    assert list(store.all_domain_events()) == [created, *beats]
    example = EventSourcedRepository(store, Example.mutate)[created.originator_id]
    assert (example.foo, example.version) == ("bar", 4)
    item = strategy.get_item(created.originator_id, 0)
    assert (type(item), item.kind) == (StoredEvent, "es_desktop.examples.example#Example.Created")
    datastore.drop_connection()


def test_a_table_without_the_columns_is_refused(strategy: SQLAlchemyActiveRecordStrategy) -> None:
    with pytest.raises(TypeError, match=r"lacks the columns \['aggregate', 'version', 'kind', 'body'\]"):
        SQLAlchemyActiveRecordStrategy(strategy.session, SqlIntegerSequencedItem, StoredEvent)


def test_a_table_without_a_class_works_as_well(strategy: SQLAlchemyActiveRecordStrategy) -> None:
    table = Table("bare", MetaData(), *(Column(name, Text()) for name in ("sequence_id", "topic", "data")))
    table.append_column(Column("position", BigInteger()))
    table.create(strategy.session.connection())
    bare = SQLAlchemyActiveRecordStrategy(strategy.session, table)
    bare.append(items("a", 0, 1))
    assert bare.get_items("a", gt=0) == items("a", 1)


def test_an_item_or_a_list_is_appended(strategy: SQLAlchemyActiveRecordStrategy) -> None:
    one, other = uuid4(), "an id of text"
    strategy.append(items(one, 0)[0])
    strategy.append(items(other, 0, 1))
    strategy.append([])
    assert list(strategy.all_items()) == [*items(one, 0), *items(other, 0, 1)]
    assert strategy.get_item(other, eq=1) == items(other, 1)[0]


def test_a_taken_position_names_itself(strategy: SQLAlchemyActiveRecordStrategy) -> None:
    strategy.append(items("a", 0, 1))
    with pytest.raises(SequencedItemError, match="position 1 of a is taken"):
        strategy.append(items("a", 1)[0])
    with pytest.raises(SequencedItemError, match="one of the positions 2 to 0 of a is taken"):
        strategy.append(items("a", 2, 0))
    assert list(strategy.all_items()) == items("a", 0, 1)


def test_an_item_at_no_position_is_an_index_error(strategy: SQLAlchemyActiveRecordStrategy) -> None:
    with pytest.raises(IndexError, match="nothing at position 3"):
        strategy.get_item("a", 3)


def test_the_order_of_the_query_and_of_the_results_are_two_things(
    strategy: SQLAlchemyActiveRecordStrategy,
) -> None:
    strategy.append(items("a", *range(6)))
    for ascending, results, expected in (
        (True, True, [0, 1]),
        (True, False, [1, 0]),
        (False, False, [5, 4]),
        (False, True, [4, 5]),
    ):
        found = strategy.get_items("a", limit=2, query_ascending=ascending, results_ascending=results)
        assert found == items("a", *expected)
    assert strategy.get_items("a", gt=1, lte=3) == strategy.get_items("a", gte=2, lt=4) == items("a", 2, 3)


def test_reading_holds_no_transaction_open(strategy: SQLAlchemyActiveRecordStrategy) -> None:
    strategy.append(items("a", 0))
    strategy.get_items("a")
    strategy.get_item("a", 0)
    with pytest.raises(IndexError):
        strategy.get_item("a", 1)
    list(strategy.all_items())
    assert not strategy.session().in_transaction()  # type: ignore[operator]


class Defaulted(NewBase):
    """A table with a key that SQLAlchemy makes up for each row."""

    __tablename__ = "defaulted"

    key: Mapped[UUID] = mapped_column(Uuid(), primary_key=True, default=uuid4)
    sequence_id: Mapped[str] = mapped_column(Text())
    position: Mapped[int] = mapped_column(BigInteger())
    topic: Mapped[str] = mapped_column(Text())
    data: Mapped[str] = mapped_column(Text())


def test_a_row_gets_the_defaults_of_its_other_columns(engine: Engine) -> None:
    datastore = SQLAlchemyDatastore(engine=engine, base=NewBase)
    datastore.setup_tables()
    strategy = SQLAlchemyActiveRecordStrategy(datastore.db_session, Defaulted)
    strategy.append(items("a", 0, 1))
    assert strategy.get_items("a") == items("a", 0, 1)
    assert len({key for (key,) in datastore.db_session.execute(select(Defaulted.key))}) == 2
    datastore.drop_connection()


def test_an_append_commits_what_else_the_session_has_and_a_failed_one_undoes_it(
    strategy: SQLAlchemyActiveRecordStrategy,
) -> None:
    session = strategy.session
    session.add(SqlIntegerSequencedItem(**items("beside", 0)[0]._asdict()))
    strategy.append(items("a", 0))
    assert strategy.get_items("beside") == items("beside", 0)
    session.add(SqlIntegerSequencedItem(**items("beside", 1)[0]._asdict()))
    with pytest.raises(SequencedItemError):
        strategy.append(items("a", 0))
    assert strategy.get_items("beside") == items("beside", 0)


def test_a_read_within_the_sessions_transaction_sees_what_is_not_committed(
    strategy: SQLAlchemyActiveRecordStrategy,
) -> None:
    session = strategy.session
    session.add(SqlIntegerSequencedItem(**items("a", 0)[0]._asdict()))
    session.flush()
    assert strategy.get_items("a") == items("a", 0)
    session.rollback()
    assert strategy.get_items("a") == []


def test_a_session_on_one_connection_reads_and_writes_there(engine: Engine) -> None:
    SQLAlchemyDatastore(engine=engine).setup_tables()
    with engine.connect() as connection, Session(bind=connection) as session:
        strategy = SQLAlchemyActiveRecordStrategy(session, SqlIntegerSequencedItem)
        strategy.append(items("a", 0))
        assert strategy.get_items("a") == items("a", 0)
        assert list(strategy.all_items()) == items("a", 0)
        assert not session.in_transaction()


class Name(str):
    """A text of a user's own class."""


def test_an_id_comes_back_as_what_the_table_has(strategy: SQLAlchemyActiveRecordStrategy) -> None:
    strategy.append(items(Name("a"), 0))
    for asked in ("a", Name("a")):
        (found,) = strategy.get_items(asked)
        assert (found, type(found.sequence_id)) == (items("a", 0)[0], str)
