"""Queries on a database: rows as they come, and what goes wrong told as an error of the store."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, exc

from es_desktop.core import DatastoreError

from .reasons import reason_of

STREAM_SIZE: Final = 500
"""Rows that are fetched at once."""


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
