"""DuckDB over the segments of a state history: it only reads, in little memory, and nothing outside of its folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from es_desktop.core import DatastoreError
from es_desktop.system.stop import STOPPED, is_stopped, stop_check

from .folder import Segment
from .quoting import literal
from .segment import TABLES

if TYPE_CHECKING:
    import duckdb

_COLUMNS: Final = {
    "entity": "number UINTEGER, id VARCHAR, is_uuid BOOLEAN, type VARCHAR, is_kept BOOLEAN, first BIGINT,"
    " reached DOUBLE",
    "step": "entity UINTEGER, version BIGINT, type VARCHAR, time DOUBLE, reached DOUBLE, present BOOLEAN,"
    " exactness VARCHAR, failure VARCHAR",
    "change": "attribute VARCHAR, entity UINTEGER, version BIGINT, reached DOUBLE, value UBIGINT",
    "value": "number UBIGINT, attribute VARCHAR, kind UTINYINT, amount DOUBLE, text VARCHAR, json VARCHAR",
}
_MEMORY: Final = "1GB"
_HELP: Final = "The views are entities, events, changes, states and snapshots, and one for each type of entity."
_SELECT: Final = "Write one SELECT, such as: SELECT type, count(*) FROM events GROUP BY type."
_THREADS: Final = 2
_LOOK_SECONDS: Final = 0.1
_OF_DUCKDB: Final = re.compile('"(?:pg|duckdb|sqlite)_')
"""Names of its own tables, which nobody means."""


class HistoryDatabase:
    """The tables ``entity``, ``step``, ``change`` and ``value`` of a state history. Any thread may use it."""

    def __init__(self, folder: Path, segments: Sequence[Segment], *, memory: str = _MEMORY) -> None:
        """Open the segments that are in the folder."""
        import duckdb

        self._connection = duckdb.connect(
            config={
                "threads": _THREADS,
                "memory_limit": memory,
                "temp_directory": str(folder / "spill.part"),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "preserve_insertion_order": False,
                "python_enable_replacements": False,
            }
        )
        for table in TABLES:
            files = [str(folder / each.name / f"{table}.parquet") for each in segments]
            self._connection.execute(f'CREATE VIEW "{table}" AS {_rows(table, files)}')
        # Only what lies in the folder can be read from now on, whatever a statement says.
        for setting in (f"allowed_directories = [{literal(str(folder))}]", "enable_external_access = false"):
            self._connection.execute(f"SET {setting}")
        self._connection.execute("SET lock_configuration = true")
        self._lock = Lock()

    def close(self) -> None:
        """Close it."""
        self._connection.close()

    def rows(self, statement: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a statement. Raises ``DatastoreError`` if it cannot be carried out."""
        with self.cursor() as cursor:
            return cursor.execute(statement, values).fetchall()

    def execute(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Carry out a statement that has no rows, such as one that makes a view. Raises ``DatastoreError``."""
        with self.cursor() as cursor:
            cursor.execute(statement, values)

    def one_select(self, statement: str) -> duckdb.Statement:
        """Return a statement as it is carried out. Raises ``DatastoreError`` unless it is one that only reads."""
        import duckdb

        with self.cursor() as cursor:
            found = cursor.extract_statements(statement)
        allowed = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
        if len(found) != 1:
            raise DatastoreError("there is no statement" if not found else "there is more than one statement", _SELECT)
        if found[0].type not in allowed:
            raise DatastoreError("the statement does more than read", _SELECT)
        return found[0]

    def select(
        self, cursor: duckdb.DuckDBPyConnection, statement: duckdb.Statement, page: int
    ) -> tuple[list[tuple[str, str]], Iterator[tuple[Any, ...]]]:
        """Return the names and SQL types of the columns of a statement, and its rows, read in pages of ``page``."""
        cursor.execute(statement)
        columns = [(str(name), str(sql_type)) for name, sql_type, *_ in cursor.description or ()]
        return columns, _in_pages(cursor, page)

    @contextmanager
    def cursor(self, seconds: float | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a connection for one thread. Raises ``DatastoreError``.

        With ``seconds``, what it does ends after that time, or once nobody waits for the work of this thread.
        """
        import duckdb

        with self._lock:
            cursor = self._connection.cursor()
        ended = Event()
        if seconds is not None:
            watch = partial(_interrupt_when_due, cursor, monotonic() + seconds, stop_check(), ended)
            Thread(target=watch, name="es-history-limit", daemon=True).start()
        try:
            yield cursor
        except duckdb.InterruptException as error:
            if is_stopped():
                raise DatastoreError(STOPPED) from error
            raise DatastoreError(f"it took longer than {seconds:g} s", "Ask for less.") from error
        except duckdb.OutOfMemoryException as error:
            raise DatastoreError("it takes too much memory", "Ask for less.") from error
        except duckdb.Error as error:
            raise DatastoreError(f"the statement cannot be carried out: {_reason(error)}", _HELP) from error
        finally:
            ended.set()
            cursor.close()


def _interrupt_when_due(
    cursor: duckdb.DuckDBPyConnection, due: float, is_stopped: Callable[[], bool], ended: Event
) -> None:
    """Interrupt what a cursor does once it is due, or not wanted; and again, as nothing may have run just then."""
    while not ended.wait(min(_LOOK_SECONDS, max(0.001, due - monotonic()))):
        if is_stopped() or monotonic() >= due:
            with suppress(Exception):  # it may just have been closed
                cursor.interrupt()


def _in_pages(cursor: duckdb.DuckDBPyConnection, page: int) -> Iterator[tuple[Any, ...]]:
    while found := cursor.fetchmany(page):
        yield from found


def _rows(table: str, files: Sequence[str]) -> str:
    columns = _COLUMNS[table]
    if not files:
        nothing = ", ".join(f"NULL::{each.rpartition(' ')[2]} AS {each.split()[0]}" for each in columns.split(", "))
        return f"SELECT {nothing} WHERE false"
    listed = ", ".join(map(literal, files))
    names = ", ".join(each.split()[0] for each in columns.split(", "))
    return f"SELECT {names} FROM read_parquet([{listed}])"


def _reason(error: Exception) -> str:
    """Return what DuckDB says in one line, without the name of the error, and with the names that it suggests."""
    lines = [each.strip() for each in str(error).splitlines()]
    suggested = next((each for each in lines[1:] if each.startswith(("Did you mean", "Candidate"))), "")
    suggested = "" if _OF_DUCKDB.search(suggested) else suggested
    reason = lines[0].partition(" Error: ")[2] or lines[0]
    return " ".join(filter(None, [reason, suggested])).rstrip(".!?")
