"""Statements on a database, and their errors: rows one by one, or past SQLAlchemy's row objects and compilation.

SQLAlchemy takes longer to compile a statement, and to make an object of each row, than the database to run it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from itertools import repeat
from threading import Event
from time import monotonic
from typing import Any, Final, cast

import sqlalchemy as sa

from es_desktop.core import DatastoreError, EntityId
from es_desktop.system.limits import over
from es_desktop.system.stop import STOPPED, is_stopped
from es_desktop.system.waiting import passing_reason

from .records import kept_with

_STREAMED: Final = {"yield_per": 500}
_LIMIT: Final = sa.text("SELECT set_config('statement_timeout', '5s', true)")


class Querying:
    """Reads from an engine, each query in its own transaction. Raises ``DatastoreError``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def one(self, statement: Any) -> Any:
        with closing(self.stream(statement)) as rows:
            return next(rows)

    def count(self, rows: sa.SelectBase) -> int | None:
        """Return the number of rows that a statement selects; ``None`` if a server takes longer than some seconds."""
        return self.counted(counting(rows))

    def counted(self, statement: sa.Select[Any]) -> int | None:
        """Return the number that a statement of ``counting`` finds; ``None`` if a server takes longer."""
        try:
            with self.connection() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(_LIMIT)
                return int(connection.execute(statement).scalar_one())
        except DatastoreError:
            return None

    def stream(self, statement: Any, parameters: Mapping[str, Any] | None = None) -> Generator[Any, None, None]:
        with (
            self.connection() as connection,
            closing(connection.execute(statement, parameters, execution_options=_STREAMED)) as rows,
        ):
            yield from rows

    @contextmanager
    def connection(self) -> Iterator[sa.Connection]:
        with as_datastore_errors("the store cannot be read: "), self._engine.connect() as connection:
            yield connection


def counting(rows: sa.SelectBase) -> sa.Select[Any]:
    """Return a statement that counts the rows of another one."""
    return sa.select(sa.func.count()).select_from(rows.subquery("counted"))


@contextmanager
def as_datastore_errors(context: str = "") -> Iterator[None]:
    """Turn the errors of SQLAlchemy and of the driver into ``DatastoreError``, except ``IntegrityError``.

    ``context`` starts their texts.
    """
    try:
        yield
    except sa.exc.IntegrityError:
        raise
    except READ_ERRORS as error:
        raise DatastoreError(f"{context}{reason_of(error)}", hint_for(error), is_damage=is_damage(error)) from error


READ_ERRORS: Final = (sa.exc.DBAPIError, sqlite3.Error, UnicodeError, OverflowError)
"""What reading a database may raise: of a damaged file even the text of SQLite's error may be no text."""


def is_damage(error: BaseException) -> bool:
    """Return whether an error says that a file is damaged, or no database; only SQLite finds that out."""
    code = getattr(getattr(error, "orig", error), "sqlite_errorcode", 0)
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or isinstance(error, UnicodeDecodeError)


def hint_for(error: BaseException) -> str:
    """Return what a person can do about an error of reading."""
    _, hint = passing_reason(error)
    if hint:
        return hint
    return "It may be damaged, or encrypted; try a copy of it." if is_damage(error) else "Try a copy of it."


_ANSWER_SECONDS: Final = 15.0
"""How long it is tried to find out whether a commit was carried out."""
_RUNS: Final = sa.text("SELECT count(*) FROM pg_stat_activity WHERE pid = :session AND xact_start IS NOT NULL")


@contextmanager
def answered(connection: sa.Connection, is_stored: Callable[[], bool]) -> Iterator[None]:
    """Find out whether a commit was carried out, if the connection is lost before the server has said so.

    ``is_stored`` looks for something that was written. Raises the error of the commit if it is not there, and
    ``DatastoreError`` if the server cannot be asked for some seconds, or still works on it.
    """
    engine, server = connection.engine, getattr(connection.connection.driver_connection, "info", None)
    session = None if server is None else server.backend_pid
    try:
        yield
    except sa.exc.DBAPIError as error:
        if session is None or not error.connection_invalidated:
            raise
        end = monotonic() + _ANSWER_SECONDS
        while monotonic() < end and not is_stopped():
            is_there = None
            with suppress(DatastoreError, sa.exc.DBAPIError), engine.connect() as other:
                if not other.scalar(_RUNS, {"session": session}):
                    is_there = is_stored()
            if is_there:
                return
            if is_there is False:
                raise
            _pause.wait(_PAUSE_SECONDS)
        text = f"the server has not said whether this was written: {reason_of(error)}"
        raise DatastoreError(text, "Look at it when the server is there again, before you try again.") from error


_PAUSE_SECONDS: Final = 0.2
_pause: Final = Event()
"""Never set: somebody waits on it for a while."""
TAKES_TOO_LONG: Final = "reading it takes too long"
_LATE: Final = ("interrupted", "canceling statement due to statement timeout")
_TOO_LARGE: Final = "string or blob too big"


def reason_of(error: BaseException) -> str:
    """Return an error of a database in one line. That of a server names host and user, never a password."""
    text = str(getattr(error, "orig", error)).strip()
    _, fatal, reason = text.rpartition("FATAL:")
    lines = (reason if fatal else text.removeprefix("connection failed: ")).strip().splitlines()
    reason = lines[0].strip() if lines else type(getattr(error, "orig", error)).__name__
    passing, _ = passing_reason(error)
    if passing:
        return passing
    if reason in _LATE:
        return STOPPED if is_stopped() else over(TAKES_TOO_LONG, "statement_seconds")
    return over("a value is too large", "payload_mb") if reason == _TOO_LARGE else reason


def is_late(error: Exception) -> bool:
    """Return whether a statement failed because it took too long."""
    return str(getattr(error, "orig", error)).strip() in _LATE


_SQLITE_CONSTRAINT: Final = re.compile(r"(NOT NULL|UNIQUE|CHECK|FOREIGN KEY) constraint failed(?:: (.*))?", re.DOTALL)


def constraint_in(error: sa.exc.IntegrityError) -> str:
    """Return which constraint of a table a row breaks: ``NOT NULL of topic``, ``UNIQUE of topic``, or its name."""
    server = getattr(error.orig, "diag", None)
    if server is not None and server.constraint_name:
        return f"the constraint {server.constraint_name}"
    if server is not None and server.column_name:
        return f"NOT NULL of {server.column_name}"
    found = _SQLITE_CONSTRAINT.match(str(error.orig))
    if found is None:
        return reason_of(error)  # such as the text of a trigger
    columns = ", ".join(name.rpartition(".")[2] for name in (found[2] or "").split(", "))
    return f"the constraint {found[2]}" if found[1] == "CHECK" else f"{found[1]} of {columns}" if columns else found[1]


EventKey = tuple[EntityId, int]
"""The id of a sequence and a position in it."""
_AT_ONCE: Final = 64
"""Keys of one statement."""
_NAMES: Final = [(f"sequence_{number}", f"position_{number}") for number in range(_AT_ONCE)]


def may_use_driver(connection: sa.Connection) -> bool:
    """Return whether statements may pass SQLAlchemy by, which takes twice as long as SQLite itself."""
    return connection.dialect.name == "sqlite" and not connection.dispatch.before_cursor_execute


class _DriverCursor:
    """A block with a cursor of the driver, which raises SQLAlchemy's errors."""

    def __init__(self, connection: sa.Connection, text: str, parameters: Any) -> None:
        self._dialect, self._text, self._parameters = connection.dialect, text, parameters
        self._cursor: Any = connection.connection.cursor()

    def __enter__(self) -> Any:
        return self._cursor

    def __exit__(self, error_class: object, error: BaseException | None, traceback: object) -> None:
        self._cursor.close()
        base: Any = self._dialect.loaded_dbapi
        if isinstance(error, base.Error):
            raised = sa.exc.DBAPIError.instance(self._text, self._parameters, error, base.Error, dialect=self._dialect)
            raise raised from error


class Selection:
    """Runs statements that select exactly these columns, in this order."""

    def __init__(self, columns: Sequence[sa.ColumnElement[Any]]) -> None:
        self.columns = columns
        self._dialect: sa.Dialect | None = None
        self._converts: list[tuple[int, Callable[[Any], Any]]] = []

    def read(
        self, connection: sa.Connection, statement: sa.Select[Any], parameters: Mapping[str, Any]
    ) -> list[Iterable[Any]]:
        """Return the values of all rows, column by column. Raises SQLAlchemy's ``DatabaseError``."""
        with connection.execute(statement, parameters) as result:
            return self.fetch(connection.dialect, result.cursor)

    def read_by_driver(
        self, connection: sa.Connection, statement: PreparedStatement, parameters: Mapping[str, Any]
    ) -> list[Iterable[Any]]:
        """Return the same as ``read``, in half the time, but without SQLAlchemy's events."""
        given = statement.parameters(parameters)
        with _DriverCursor(connection, statement.text, given) as cursor:
            cursor.execute(statement.text, given)
            return self.fetch(connection.dialect, cursor)

    def fetch(self, dialect: sa.Dialect, cursor: Any) -> list[Iterable[Any]]:
        """Return the values of all rows of a cursor that selected these columns, column by column."""
        if self._dialect is not dialect:
            described = enumerate(zip(self.columns, cursor.description, strict=True))
            processors = (
                (index, each.type.dialect_impl(dialect).result_processor(dialect, description[1]))
                for index, (each, description) in described
            )
            self._converts = [(index, convert) for index, convert in processors if convert is not None]
            self._dialect = dialect
        try:
            rows = cursor.fetchall()
        except dialect.loaded_dbapi.Error as error:  # SQLAlchemy does the same for the rows that it fetches
            raise sa.exc.DBAPIError.instance(None, None, error, dialect.loaded_dbapi.Error, dialect=dialect) from error
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(self.columns)
        for index, convert in self._converts:
            columns[index] = map(convert, columns[index])
        return columns


class Insertion:
    """Writes rows: tuples with one value for each column."""

    def __init__(self, table: sa.FromClause, columns: Sequence[sa.ColumnElement[Any]]) -> None:
        self._table = cast(sa.Table, table)
        self._columns = columns
        self._keys = [cast(str, each.key) for each in columns]
        self._dialect: sa.Dialect | None = None
        others = [each for each in table.columns if each.key not in self._keys]
        self._needs_defaults = any(each.default is not None for each in others)

    def write(self, connection: sa.Connection, rows: Sequence[Sequence[Any]]) -> None:
        """Write at least one row. Raises SQLAlchemy's ``DatabaseError``."""
        if self._needs_defaults:  # only SQLAlchemy can compute defaults, row by row
            given = [dict(zip(self._keys, row, strict=True)) for row in rows]
            connection.execute(sa.insert(self._table), given)
            return
        if self._dialect is not connection.dialect:
            self._prepare(connection.dialect)
        parameters = self._parameters(rows)
        if not may_use_driver(connection):
            connection.exec_driver_sql(self._text, parameters if len(parameters) > 1 else parameters[0])
            return
        if not connection.in_transaction():
            connection.begin()
        with _DriverCursor(connection, self._text, parameters) as cursor:
            cursor.executemany(self._text, parameters)

    def _compile(self, dialect: sa.Dialect) -> Any:
        return sa.insert(self._table).inline().compile(dialect=dialect, column_keys=[*self._keys])

    def _prepare(self, dialect: sa.Dialect) -> None:
        compiled = kept_with(self._table, ("insert", *self._keys, dialect), partial(self._compile, dialect))
        named = zip(self._keys, enumerate(self._columns), strict=True)
        fields = {name: (index, _bind_processor(each.type, dialect)) for name, (index, each) in named}
        # For each parameter the index of its value in a row, and its conversion.
        self._fields = [fields[name] for name in (compiled.positiontup if compiled.positional else self._keys)]
        self._is_positional: bool = compiled.positional
        self._text = str(compiled)
        self._dialect = dialect

    def _parameters(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        # Column by column takes a tenth of the time of row by row.
        columns = []
        for index, convert in self._fields:
            found: Any = [row[index] for row in rows]
            columns.append(found if convert is None else map(convert, found))
        converted = list(zip(*columns, strict=True))
        return converted if self._is_positional else [dict(zip(self._keys, row, strict=True)) for row in converted]


class KeyedReads:
    """Reads the records of a table by their keys, many by one statement for a fixed number of keys.

    It joins a list of values, because SQLite uses no index for ``(sequence_id, position) IN (...)``.
    """

    def __init__(
        self, table: sa.FromClause, columns: Sequence[sa.ColumnElement[Any]], make: Callable[[Iterable[Any]], Any]
    ) -> None:
        """``columns`` are those of the table, its key first; ``make`` turns a row of them into a record."""
        self._table, self._columns, self._make = table, columns, make
        self._selection = Selection(columns)
        self._dialect: sa.Dialect | None = None

    def read(self, connection: sa.Connection, keys: Sequence[EventKey]) -> dict[EventKey, Any]:
        """Return the records that exist under the keys. Raises SQLAlchemy's ``DatabaseError``."""
        if self._dialect is not connection.dialect:
            self._prepare(connection.dialect)
        wanted = list(dict.fromkeys(keys))
        found: dict[EventKey, Any] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            parameters = self._parameters(wanted[start : start + _AT_ONCE])
            with connection.exec_driver_sql(self._prepared.text, parameters) as result:
                columns = self._selection.fetch(connection.dialect, result.cursor)
            found |= {(item[0], item[1]): item for item in map(self._make, zip(*columns, strict=True))}
        return found

    def _prepare(self, dialect: sa.Dialect) -> None:
        key = "keyed read", *self._columns, dialect
        self._prepared = kept_with(self._table, key, partial(_keyed_read, self._table, self._columns, dialect))
        self._dialect = dialect

    def _parameters(self, keys: Sequence[EventKey]) -> Any:
        """Return the parameters for the driver; keys without a position take the places of those that are missing."""
        given: dict[str, Any] = {}
        filled = [*keys, *repeat((keys[-1][0], None), _AT_ONCE - len(keys))]  # which are found nowhere
        for (id_name, position_name), (sequence_id, position) in zip(_NAMES, filled, strict=True):
            given[id_name], given[position_name] = sequence_id, position
        return self._prepared.parameters(given)


def _keyed_read(
    table: sa.FromClause, columns: Sequence[sa.ColumnElement[Any]], dialect: sa.Dialect
) -> PreparedStatement:
    sequence_id, position, *_ = columns
    pairs = [
        (sa.bindparam(one, None, sequence_id.type), sa.bindparam(two, None, sa.BigInteger())) for one, two in _NAMES
    ]
    keys = sa.values(sa.column("sequence_id", sequence_id.type), sa.column("position", sa.BigInteger), name="keys")
    wanted = keys.data(pairs).cte("wanted")
    is_there = (wanted.c.sequence_id == sequence_id) & (wanted.c.position == position)
    return PreparedStatement(sa.select(*columns).join_from(wanted, table, is_there), dialect)


class PreparedStatement:
    """The text of a statement for the driver, compiled once, and what makes its parameters."""

    def __init__(self, statement: sa.Select[Any], dialect: sa.Dialect, names: Iterable[str] = ()) -> None:
        """``names`` are those of its parameters without a value."""
        compiled: Any = statement.compile(dialect=dialect)
        # A list in the conditions of the table itself becomes one parameter for each of its values.
        expanded = compiled.construct_expanded_state(dict.fromkeys(names))
        self.text: str = expanded.statement
        self._given: dict[str, Any] = dict(expanded.parameters)
        self._order: Sequence[str] | None = expanded.positiontup if compiled.positional else None
        converts = ((name, _bind_processor(bind.type, dialect)) for name, bind in compiled.binds.items())
        self._converts = {name: each for name, each in converts if each is not None and name in self._given}

    def parameters(self, given: Mapping[str, Any]) -> Any:
        """Return all parameters for the driver."""
        found = {**self._given, **given}
        for name, convert in self._converts.items():
            found[name] = convert(found[name])
        return found if self._order is None else tuple(map(found.__getitem__, self._order))


def _bind_processor(type_: Any, dialect: sa.Dialect) -> Callable[[Any], Any] | None:
    """Return the conversion of a value for the driver; ``None`` if it takes the value unchanged."""
    found: Callable[[Any], Any] | None = type_.dialect_impl(dialect).bind_processor(dialect)
    return found
