"""DuckDB over the segments of a state history: it only reads, in little memory, and nothing outside of its folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, Timer
from typing import TYPE_CHECKING, Any, Final

from es_desktop.core import DatastoreError

from .folder import Segment
from .segment import TABLES

if TYPE_CHECKING:
    import duckdb

_COLUMNS: Final = {
    "entity": "number UINTEGER, id VARCHAR, is_uuid BOOLEAN, type VARCHAR, is_kept BOOLEAN",
    "step": "entity UINTEGER, version BIGINT, type VARCHAR, time DOUBLE, reached DOUBLE, present BOOLEAN,"
    " exactness VARCHAR, failure VARCHAR",
    "change": "attribute VARCHAR, entity UINTEGER, version BIGINT, reached DOUBLE, value UBIGINT",
    "value": "number UBIGINT, attribute VARCHAR, kind UTINYINT, amount DOUBLE, text VARCHAR, json VARCHAR",
}
_MEMORY: Final = "1GB"
_THREADS: Final = 2


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
        allowed = str(folder).replace("'", "''")
        for setting in (f"allowed_directories = ['{allowed}']", "enable_external_access = false"):
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

    @contextmanager
    def cursor(self, seconds: float | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a connection for one thread; what it does ends after so many seconds. Raises ``DatastoreError``."""
        import duckdb

        with self._lock:
            cursor = self._connection.cursor()
        timer = None if seconds is None else Timer(seconds, cursor.interrupt)
        if timer is not None:
            timer.daemon = True
            timer.start()
        try:
            yield cursor
        except duckdb.InterruptException as error:
            raise DatastoreError(f"it took longer than {seconds:g} s", "Ask for less.") from error
        except duckdb.Error as error:
            raise DatastoreError(f"the state history cannot answer: {_first_line(error)}") from error
        finally:
            if timer is not None:
                timer.cancel()
            cursor.close()


def _rows(table: str, files: Sequence[str]) -> str:
    columns = _COLUMNS[table]
    if not files:
        nothing = ", ".join(f"NULL::{each.rpartition(' ')[2]} AS {each.split()[0]}" for each in columns.split(", "))
        return f"SELECT {nothing} WHERE false"
    listed = ", ".join("'" + each.replace("'", "''") + "'" for each in files)
    names = ", ".join(each.split()[0] for each in columns.split(", "))
    return f"SELECT {names} FROM read_parquet([{listed}])"


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
