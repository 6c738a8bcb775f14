"""Queries on a database, each in its own transaction, and errors in one line."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, exc

from es_desktop.core import DatastoreError

_STREAM_SIZE: Final = 500


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
            closing(connection.execution_options(yield_per=_STREAM_SIZE).execute(statement, parameters)) as rows,
        ):
            yield from rows

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        with as_datastore_errors("the store cannot be read: "), self._engine.connect() as connection:
            yield connection


@contextmanager
def as_datastore_errors(context: str = "") -> Iterator[None]:
    """Turn SQLAlchemy's errors into ``DatastoreError``, except ``IntegrityError``. ``context`` starts their texts."""
    try:
        yield
    except exc.IntegrityError:
        raise
    except exc.DatabaseError as error:
        raise DatastoreError(f"{context}{reason_of(error)}") from error


def is_damage(error: exc.DBAPIError) -> bool:
    """Return whether SQLite reports that a file is damaged or no database; an encrypted file is reported so too."""
    code = getattr(error.orig, "sqlite_errorcode", 0)
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def reason_of(error: exc.DBAPIError) -> str:
    """Return an error of a database in one line. That of a server names host and user, never a password."""
    text = str(error.orig).strip()
    _, fatal, reason = text.rpartition("FATAL:")
    lines = (reason if fatal else text.removeprefix("connection failed: ")).strip().splitlines()
    return lines[0].strip() if lines else type(error.orig).__name__
