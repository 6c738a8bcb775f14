"""The datastore: a connection, a session and the tables of a declarative base, for the core as a library.

Stores that are opened need only tables: to load the ORM takes a third of the time of SQLAlchemy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from sqlalchemy import Engine, MetaData, PoolProxiedConnection, create_engine, make_url
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker
from sqlalchemy.pool import SingletonThreadPool

from es_desktop.core import DatastoreError

from .records import EVENTS, OUR_TABLES, SNAPSHOTS

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapped

_MOST_THREADS: Final = 1000
"""The connections to a database in memory. With more, SQLAlchemy closes one that may be in use."""


class Base(DeclarativeBase):
    """The declarative base of our own tables."""

    metadata = OUR_TABLES


class _SequencedItemColumns:
    if TYPE_CHECKING:  # the table has them
        id: Mapped[int]
        sequence_id: Mapped[Any]
        position: Mapped[int]
        topic: Mapped[str]
        data: Mapped[str]


class SqlIntegerSequencedItem(_SequencedItemColumns, Base):
    """An event at an integer position of its sequence."""

    __table__ = EVENTS
    __tablename__ = EVENTS.name


class SqlSnapshot(_SequencedItemColumns, Base):
    """A snapshot; its position is that of the last event in it."""

    __table__ = SNAPSHOTS
    __tablename__ = SNAPSHOTS.name


@dataclass(frozen=True, slots=True)
class SQLAlchemySettings:
    """Where the database is: a SQLAlchemy URL."""

    uri: str = "sqlite:///:memory:"


class SQLAlchemyDatastore:
    """A database, by its settings or by an engine. ``base`` is the declarative base whose tables it makes."""

    def __init__(
        self,
        settings: SQLAlchemySettings | None = None,
        base: type[DeclarativeBase] | DeclarativeBase = Base,  # what declarative_base() returns counts as either
        engine: Engine | None = None,
    ) -> None:
        self.settings = settings or SQLAlchemySettings()
        self._metadata: MetaData = base.metadata
        self._engine = engine
        self._session: scoped_session[Session] | None = None
        self._kept_open: PoolProxiedConnection | None = None

    def setup_connection(self) -> None:
        """Create the engine, unless there is one already. All threads use one database, also if it is in memory."""
        if self._engine is not None:
            return
        url = make_url(self.settings.uri)
        if url.get_backend_name() != "sqlite" or url.query or url.database not in (None, "", ":memory:"):
            self._engine = create_engine(url)
            return
        # SQLAlchemy would give each thread an empty database of its own. This one lives while a connection is open. As
        # there, a thread has one connection: with a second one, it would wait for what it reads itself.
        shared = url.set(database=f"file:/{uuid4().hex}", query={"vfs": "memdb", "uri": "true"})
        self._engine = create_engine(shared, poolclass=SingletonThreadPool, pool_size=_MOST_THREADS)
        self._kept_open = self._engine.raw_connection()

    def setup_tables(self) -> None:
        """Create the tables of the declarative base that do not exist yet."""
        self._metadata.create_all(self.engine)

    def drop_tables(self) -> None:
        """Drop the tables of the declarative base with all their rows."""
        if self._session is not None:
            self._session.remove()
        self._metadata.drop_all(self.engine)

    def drop_connection(self) -> None:
        """Close all connections. The datastore can be set up again."""
        if self._session is not None:
            self._session.remove()
        if self._kept_open is not None:
            self._kept_open.close()
        if self._engine is not None:
            self._engine.dispose()
        self._session = self._engine = self._kept_open = None

    @property
    def engine(self) -> Engine:
        """The engine. Raises ``DatastoreError`` before ``setup_connection``."""
        if self._engine is None:
            raise DatastoreError("the datastore has no connection yet: call setup_connection() first")
        return self._engine

    @property
    def db_session(self) -> scoped_session[Session]:
        """A session for each thread, on this database. Raises ``DatastoreError`` before ``setup_connection``."""
        if self._session is None:
            self._session = scoped_session(sessionmaker(bind=self.engine))
        return self._session
