"""The datastore: a database connection, a session on it, and the tables of a declarative base."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, MetaData, create_engine
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker

from es_desktop.core import DatastoreError

from .records import Base


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

    def setup_connection(self) -> None:
        """Create the engine, unless there is one already."""
        if self._engine is None:
            self._engine = create_engine(self.settings.uri)

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
        if self._engine is not None:
            self._engine.dispose()
        self._session = self._engine = None

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
