"""Selects: columns of many rows read at once, each value as the type of its column has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, Select


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
        told = zip(self.columns, description, strict=True)
        processors = [column.type.dialect_impl(dialect).result_processor(dialect, each[1]) for column, each in told]
        self._converts = [(at, convert) for at, convert in enumerate(processors) if convert is not None]
        self._dialect = dialect
