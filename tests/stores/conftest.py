"""Fixtures of the tests of stores: the known classes, a location for a store, and a strategy on tables in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from es_desktop.core import KnownClasses, Snapshot
from es_desktop.examples import DEMO_MODELS
from es_desktop.stores import (
    SQLAlchemyActiveRecordStrategy,
    SQLAlchemyDatastore,
    SqlIntegerSequencedItem,
    StoreLocation,
)


@pytest.fixture
def classes() -> KnownClasses:
    known = KnownClasses([Snapshot])
    known.register_model(*DEMO_MODELS)
    return known


@pytest.fixture
def location(tmp_path: Path) -> StoreLocation:
    return StoreLocation(tmp_path / "made.esdb")


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = create_engine("sqlite://")
    yield engine
    engine.dispose()


@pytest.fixture
def strategy(engine: Engine) -> Iterator[SQLAlchemyActiveRecordStrategy]:
    datastore = SQLAlchemyDatastore(engine=engine)
    datastore.setup_tables()
    yield SQLAlchemyActiveRecordStrategy(datastore.db_session, SqlIntegerSequencedItem)
    datastore.drop_connection()
