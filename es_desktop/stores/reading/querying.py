"""Queries on a database: streams of rows, many rows column by column, and errors in one line."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Dialect, Engine, Select, exc

from es_desktop.core import DatastoreError

STREAM_SIZE: Final = 500
"""How many rows are fetched together."""
_FATAL: Final = "FATAL:"


class Querying:
    """Reads from an engine, each query in its own transaction. Raises ``DatastoreError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def one(self, statement: Any) -> Any:
        with closing(self.stream(statement)) as rows:
            return next(rows)

    def stream(self, statement: Any, parameters: Mapping[str, Any] | None = None) -> Generator[Any, None, None]:
        with (
            self.connected() as connection,
            closing(connection.execution_options(yield_per=STREAM_SIZE).execute(statement, parameters)) as rows,
        ):
            yield from rows

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except exc.DatabaseError as error:
            raise DatastoreError(f"the store cannot be read: {reason_of(error)}") from error


class Selection:
    """Runs statements that select exactly these columns, in this order."""

    def __init__(self, columns: Sequence[ColumnElement[Any]]) -> None:
        self.columns = columns
        self._dialect: Dialect | None = None
        self._converts: list[tuple[int, Callable[[Any], Any]]] = []

    def read(
        self, connection: Connection, statement: Select[Any], parameters: Mapping[str, Any]
    ) -> list[Iterable[Any]]:
        """Return the values of all rows, column by column. Raises SQLAlchemy's ``DatabaseError``."""
        with connection.execute(statement, parameters) as result:
            return self.fetched(connection.dialect, result.cursor)

    def fetched(self, dialect: Dialect, cursor: Any) -> list[Iterable[Any]]:
        """Return the values of all rows of a cursor that selected these columns, column by column."""
        # Without SQLAlchemy's row objects: making one takes half as long as the database takes to read the row.
        if self._dialect is not dialect:
            self._find_conversions(dialect, cursor.description)
        rows = cursor.fetchall()
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(self.columns)
        for index, convert in self._converts:
            columns[index] = map(convert, columns[index])
        return columns

    def _find_conversions(self, dialect: Dialect, description: Sequence[Any]) -> None:
        """Store how the values of the driver are converted, for each column that needs it."""
        described = zip(self.columns, description, strict=True)
        processors = [
            column.type.dialect_impl(dialect).result_processor(dialect, each[1]) for column, each in described
        ]
        self._converts = [(index, convert) for index, convert in enumerate(processors) if convert is not None]
        self._dialect = dialect


def is_damage(error: exc.DBAPIError) -> bool:
    """Return whether SQLite reports that a file is damaged or no database; an encrypted file is reported so too."""
    code = getattr(error.orig, "sqlite_errorcode", 0)
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def reason_of(error: exc.DBAPIError) -> str:
    """Return an error of a database in one line. That of a server names host and user, never a password."""
    text = str(error.orig).strip()
    _, fatal, reason = text.rpartition(_FATAL)
    lines = (reason if fatal else text.removeprefix("connection failed: ")).strip().splitlines()
    return lines[0].strip() if lines else type(error.orig).__name__
