"""The datastore: a connection, tables and a session; and clear errors where one of them is missing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, inspect, text

from es_desktop.core import DatastoreError, SequencedItem
from es_desktop.stores import (
    Base,
    SQLAlchemyActiveRecordStrategy,
    SQLAlchemyDatastore,
    SQLAlchemySettings,
    SqlIntegerSequencedItem,
)

ITEM = SequencedItem(uuid4(), 0, "shop#Cart.Filled", "{}")


@pytest.fixture(params=["memory", "file"])
def datastore(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SQLAlchemyDatastore]:
    uri = "sqlite:///:memory:" if request.param == "memory" else f"sqlite:///{tmp_path / 'events.db'}"
    datastore = SQLAlchemyDatastore(settings=SQLAlchemySettings(uri=uri), base=Base)
    yield datastore
    datastore.drop_connection()


def strategy_of(datastore: SQLAlchemyDatastore) -> SQLAlchemyActiveRecordStrategy:
    return SQLAlchemyActiveRecordStrategy(datastore.db_session, SqlIntegerSequencedItem, SequencedItem)


def test_before_setup_connection_everything_says_so(datastore: SQLAlchemyDatastore) -> None:
    for use in (datastore.setup_tables, datastore.drop_tables, lambda: datastore.db_session):
        with pytest.raises(DatastoreError, match=r"call setup_connection\(\) first"):
            use()
    datastore.drop_connection()


def test_before_setup_tables_reading_says_so(datastore: SQLAlchemyDatastore) -> None:
    datastore.setup_connection()
    strategy = strategy_of(datastore)
    for read in (
        lambda: strategy.get_items(ITEM.sequence_id),
        lambda: strategy.get_item(ITEM.sequence_id, 0),
        lambda: list(strategy.all_items()),
    ):
        with pytest.raises(DatastoreError, match=r"was setup_tables\(\) called\?"):
            read()


def test_all_threads_use_one_database(datastore: SQLAlchemyDatastore) -> None:
    datastore.setup_connection()
    datastore.setup_tables()
    strategy = strategy_of(datastore)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: strategy.append(SequencedItem(ITEM.sequence_id, number, "t", "{}")), range(40)))
        assert list(pool.map(lambda number: len(strategy.get_items(ITEM.sequence_id)), range(4))) == [40] * 4
    assert len(list(strategy.all_items())) == 40


def test_a_thread_may_write_while_it_reads_a_database_in_memory() -> None:
    datastore = SQLAlchemyDatastore()
    datastore.setup_connection()
    datastore.setup_tables()
    strategy = strategy_of(datastore)
    strategy.append([SequencedItem("a", number, "t", "{}") for number in range(3)])
    with datastore.engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM integer_sequenced_items"))
        assert rows.fetchone() is not None
        strategy.append(ITEM)
        rows.close()
    assert strategy.get_item(ITEM.sequence_id, 0) == ITEM
    datastore.drop_connection()


def test_two_databases_in_memory_are_two() -> None:
    found = []
    for _ in range(2):
        datastore = SQLAlchemyDatastore()
        datastore.setup_connection()
        datastore.setup_tables()
        strategy_of(datastore).append(ITEM)
        found.append(datastore)
    for datastore in found:
        datastore.drop_connection()
        datastore.setup_connection()
        assert inspect(datastore.engine).get_table_names() == [], "it ends with its connections"
        datastore.drop_connection()


def test_setting_up_twice_changes_nothing(datastore: SQLAlchemyDatastore) -> None:
    datastore.setup_connection()
    engine = datastore.engine
    datastore.setup_tables()
    strategy_of(datastore).append(ITEM)
    datastore.setup_connection()
    datastore.setup_tables()
    assert datastore.engine is engine
    assert list(strategy_of(datastore).all_items()) == [ITEM]


def test_dropped_tables_are_gone_with_what_was_in_them(datastore: SQLAlchemyDatastore) -> None:
    datastore.setup_connection()
    datastore.setup_tables()
    strategy_of(datastore).append(ITEM)
    datastore.drop_tables()
    assert inspect(datastore.engine).get_table_names() == []
    datastore.setup_tables()
    assert list(strategy_of(datastore).all_items()) == []


def test_after_drop_connection_it_can_be_set_up_again(tmp_path: Path) -> None:
    datastore = SQLAlchemyDatastore(settings=SQLAlchemySettings(uri=f"sqlite:///{tmp_path / 'events.db'}"))
    datastore.setup_connection()
    datastore.setup_tables()
    strategy_of(datastore).append(ITEM)
    datastore.drop_connection()
    with pytest.raises(DatastoreError):
        strategy_of(datastore)
    datastore.setup_connection()
    assert list(strategy_of(datastore).all_items()) == [ITEM]
    datastore.drop_connection()


def test_an_engine_that_is_there_already_is_used() -> None:
    engine = create_engine("sqlite://")
    datastore = SQLAlchemyDatastore(engine=engine)
    datastore.setup_tables()
    assert datastore.db_session.scalar(text("SELECT count(*) FROM snapshots")) == 0
    assert datastore.engine is engine
    datastore.drop_connection()


def test_the_base_is_ours_and_the_database_in_memory_unless_given() -> None:
    datastore = SQLAlchemyDatastore()
    assert datastore.settings.uri == "sqlite:///:memory:"
    datastore.setup_connection()
    datastore.setup_tables()
    assert {"integer_sequenced_items", "snapshots"} <= set(inspect(datastore.engine).get_table_names())
    datastore.drop_connection()
