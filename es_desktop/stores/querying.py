"""Queries on a database: rows as they come, columns of many rows at once, and in one line what went wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Dialect, Engine, Select, exc

from es_desktop.core import DatastoreError

STREAM_SIZE: Final = 500
"""Rows that are fetched at once."""
_FATAL: Final = "FATAL:"


class Querying:
    """Reads from an engine. Each query has a transaction of its own; what it raises is a ``DatastoreError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def one(self, statement: Any) -> Any:
        with closing(self.stream(statement)) as rows:
            return next(rows)

    def stream(self, statement: Any) -> Generator[Any, None, None]:
        with (
            self.connected() as connection,
            closing(connection.execution_options(yield_per=STREAM_SIZE).execute(statement)) as rows,
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
    """Reads statements that select just these columns, in this order."""

    def __init__(self, columns: Sequence[ColumnElement[Any]]) -> None:
        self.columns = columns
        self._dialect: Dialect | None = None
        self._converts: list[tuple[int, Callable[[Any], Any]]] = []

    def read(
        self, connection: Connection, statement: Select[Any], parameters: Mapping[str, Any]
    ) -> list[Iterable[Any]]:
        """Return the values of all rows, column by column. Raises what the database does."""
        with connection.execute(statement, parameters) as result:
            return self.fetched(connection.dialect, result.cursor)

    def fetched(self, dialect: Dialect, cursor: Any) -> list[Iterable[Any]]:
        """Return the values of all rows of a cursor that has read these columns, column by column."""
        # Past SQLAlchemy's row objects: making one takes half as long as the database takes to read the row.
        if self._dialect is not dialect:
            self._learn(dialect, cursor.description)
        rows = cursor.fetchall()
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(self.columns)
        for at, convert in self._converts:
            columns[at] = map(convert, columns[at])
        return columns

    def _learn(self, dialect: Dialect, description: Sequence[Any]) -> None:
        """Find out how the values are converted that the driver gives for the columns."""
        described = zip(self.columns, description, strict=True)
        processors = [
            column.type.dialect_impl(dialect).result_processor(dialect, each[1]) for column, each in described
        ]
        self._converts = [(at, convert) for at, convert in enumerate(processors) if convert is not None]
        self._dialect = dialect


def is_damage(error: exc.DBAPIError) -> bool:
    """Tell whether SQLite found that a file is damaged, or is none of its own, as an encrypted one is not."""
    code = getattr(error.orig, "sqlite_errorcode", 0)
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def reason_of(error: exc.DBAPIError) -> str:
    """Return in one line why a database failed; of a server it names host and user, and never a password."""
    text = str(error.orig).strip()
    _, fatal, reason = text.rpartition(_FATAL)
    lines = (reason if fatal else text.removeprefix("connection failed: ")).strip().splitlines()
    return lines[0].strip() if lines else type(error.orig).__name__
