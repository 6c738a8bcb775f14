"""Damaged SQLite files: what can be read of them, page by page, where SQLite itself ends with an error.

A damaged page costs the rows on it, and no others: all other pages of its table are read, also those that only the
damaged page led to.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby, islice, product
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, Final

from .pages import OddText, Pages, Row, TableDamage, ranges_text

_CHECKED_BYTES: Final = 64 * 2**20
"""A larger file is not checked when it is opened, which would read it whole."""
_HARMLESS: Final = re.compile(r"(NULL|NUMERIC|TEXT|non-\w+) value in |CHECK constraint|.*never used|.*[Ff]reelist|ok$")
"""What the check of a file also finds, and what hides no row."""
_DEFINITION: Final = re.compile(r"\s*CREATE\s+(TABLE|VIEW|(UNIQUE\s+)?INDEX)\b", re.IGNORECASE)
_NO_ROWS: Final = re.compile(r"\s*CREATE\s+VIRTUAL\b", re.IGNORECASE)
"""What begins the definition of a table whose rows are in other tables, which are read."""
_BATCH: Final = 1_000
_SIZES: Final = (0, 4096, 1024, 512, 2048, 8192, 16_384, 32_768, 65_536)


@dataclass(frozen=True, slots=True)
class Damage:
    """What cannot be read of a file."""

    tables: dict[str, TableDamage]
    """By the names of the tables; only those of which something is lost."""
    others: tuple[str, ...] = ()
    """What else is lost, a text each."""

    @property
    def lost(self) -> str:
        """What cannot be read; empty if every row can be."""
        return "; ".join([*(f"{each} of {name}" for name, each in self.tables.items()), *self.others])

    def __str__(self) -> str:
        what = f": {self.lost} cannot be read" if self.lost else ", and none of its rows is lost"
        return f"the file is damaged{what}"


def is_damaged(connection: sqlite3.Connection, path: Path, *, knows_order: bool) -> bool:
    """Return whether a file is damaged, if it is small enough to be checked. Raises ``sqlite3.DatabaseError``.

    With ``knows_order`` that is so too where an index does not have each row, in the order that it says: by such a one
    rows are not found, or found again and again.
    """
    if path.stat().st_size > _CHECKED_BYTES:
        return False
    try:
        found = connection.execute(f"PRAGMA {'integrity' if knows_order else 'quick'}_check(20)").fetchall()
    except sqlite3.OperationalError:  # an index may be by a function that only its program has
        found = connection.execute("PRAGMA quick_check(20)").fetchall()
    lines = (line for (text,) in found for line in str(text).splitlines() if not line.startswith("***"))
    return any(_HARMLESS.match(line.strip()) is None for line in lines)


def rescue(source: Path, target: Path) -> Damage:
    """Write all tables of a damaged file to a new file, with the rows that can be read; return what is lost.

    ``source`` must not change meanwhile, and have no log. Raises ``sqlite3.DatabaseError`` if even the names of its
    tables cannot be read, or no row of any.
    """
    with source.open("rb") as file:
        try:
            content = mmap(file.fileno(), 0, access=ACCESS_READ)
        except ValueError as error:  # it is empty
            raise sqlite3.DatabaseError("the file is empty") from error
        with content, closing(sqlite3.connect(target, isolation_level=None)) as connection:
            return _Rescue(content, connection).run()


class _Rescue:
    """Reads one file into another."""

    def __init__(self, content: mmap, connection: sqlite3.Connection) -> None:
        self._content = content
        self._target = connection
        self._tables: dict[str, TableDamage] = {}
        self._others: list[str] = []

    def run(self) -> Damage:
        schema = self._schema()
        for setting in (
            "journal_mode = OFF",
            "synchronous = OFF",
            "ignore_check_constraints = ON",
            f"encoding = '{self._pages.encoding}'",
            f"application_id = {self._pages.number(68)}",
            f"user_version = {self._pages.number(60)}",
        ):
            self._target.execute(f"PRAGMA {setting}").close()
        self._target.execute("BEGIN")
        tables = [each for each in schema if each[0] == "table" and self._define(each)]
        columns = {name: _Columns.of(self._target, name) for _, name, *_ in tables}
        for _, name, _, root, _ in tables:
            found = TableDamage()
            self._write(columns[name], columns[name].rows(self._pages, root, found), found)
            if found.pages or found.rows:
                self._tables[name] = found
        self._adopt(schema, columns)
        for each in schema:
            if each[0] in ("index", "view") and each[4] is not None:
                self._define(each)
        if self._tables and self._target.total_changes == 0:
            raise sqlite3.DatabaseError("no row of its tables can be read")
        self._target.execute("COMMIT")
        return Damage(self._tables, tuple(self._others))

    def _schema(self) -> list[list[Any]]:
        """Return the definitions, by other page sizes and encodings if those of the header do not fit."""
        for size, encoding in product(_SIZES, ("", "UTF-8", "UTF-16le", "UTF-16be")):
            self._pages, damage = Pages(self._content, size, encoding), TableDamage()
            rows = [values for _, values in self._pages.rows(1, damage)]
            found = [values for values in rows if _is_definition(values)]
            if found:
                damage.rows += len(rows) - len(found)
                if damage.pages or damage.rows:
                    self._others.append(f"{damage} of the definitions")
                return found
        raise sqlite3.DatabaseError("the names of its tables cannot be read")

    def _define(self, row: Sequence[Any]) -> bool:
        """Run the definition of a table, an index or a view; return whether it could be."""
        kind, name, _, _, sql = row
        if str(name).startswith("sqlite_") or _NO_ROWS.match(str(sql)):
            return False
        # The text is of the file: nothing but a definition may run.
        self._target.set_authorizer(lambda action, *_: _DENIED.get(action, sqlite3.SQLITE_OK))
        try:
            if _DEFINITION.match(str(sql)) is None:
                raise sqlite3.DatabaseError("it is no definition")
            self._target.execute(sql).close()
        except (sqlite3.Error, UnicodeError):
            if kind == "table":
                self._others.append(f"the table {name}")
            return False
        finally:
            self._target.set_authorizer(None)
        return True

    def _write(self, columns: _Columns, rows: Iterable[Row], damage: TableDamage) -> None:
        """Insert rows into a table; one that breaks a constraint, such as a second one with its key, is damaged."""

        def shape(row: Row) -> tuple[bool, ...]:
            return tuple(isinstance(value, OddText) for value in row[1])

        def given(row: Row) -> list[Any]:
            number, values = row
            return [*columns.before(number), *(each.content if isinstance(each, OddText) else each for each in values)]

        rows = iter(rows)
        while batch := [*islice(rows, _BATCH)]:
            for texts, some in groupby(batch, shape):
                counted = [*map(given, some)]
                written = self._target.executemany(columns.insertion(texts), counted).rowcount if texts else 0
                damage.rows += len(counted) - written

    def _adopt(self, schema: Sequence[Sequence[Any]], columns: dict[str, _Columns]) -> None:
        """Read the pages that only a damaged page led to, where just one table can be theirs."""
        damaged = {name: each for name, each in self._tables.items() if each.pages}
        for kind, _, _, root, _ in schema:
            if kind == "index" and isinstance(root, int) and root:
                for _ in self._pages.rows(root, TableDamage(), is_index=True):
                    pass  # so that its pages belong to somebody
        if not damaged or not self._pages.mark_free():
            return
        unknown = set()
        for page in self._pages.lost_leaves():
            fits = []
            for name in damaged:
                found = TableDamage()
                rows = [*columns[name].rows(self._pages, page, found, marks=False)]
                if rows and not (found.pages or found.rows) and columns[name].fit(rows):
                    fits.append((name, rows))
            if len(fits) == 1:
                name, rows = fits[0]
                self._write(columns[name], rows, damaged[name])
            elif fits:
                unknown.add(page)
        if unknown:
            self._others.append(f"pages {ranges_text(unknown)}, of a table that is not known,")


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of a table in the order in which a record has them."""

    table: str
    names: tuple[str | None, ...]
    """``None`` for a generated one, which is stored and not written."""
    row_id: str | None
    """The name of the row id, where no column has it; ``None`` for a table without one."""
    alias: int | None = None
    """The index of the column that is the row id."""
    is_index: bool = False
    """Whether the table is stored as an index: it has no row ids."""

    @classmethod
    def of(cls, connection: sqlite3.Connection, table: str) -> _Columns:
        """Return the columns of a table that was just created."""
        quoted = table.replace("'", "''")
        rows = connection.execute(f"PRAGMA table_xinfo('{quoted}')").fetchall()
        stored = [row for row in rows if row[6] != 2]  # 2: generated when it is read
        (is_index,) = connection.execute("SELECT max(wr) FROM pragma_table_list WHERE name = ?", [table]).fetchone()
        keys = sorted((row for row in stored if row[5]), key=lambda row: row[5])
        if is_index:
            stored = [*keys, *(row for row in stored if not row[5])]
        names = tuple(None if row[6] == 3 else str(row[1]) for row in stored)
        alias = stored.index(keys[0]) if len(keys) == 1 and str(keys[0][2]).upper() == "INTEGER" else None
        taken = {str(row[1]).lower() for row in rows}
        row_id = next((each for each in ("rowid", "_rowid_", "oid") if each not in taken), None)
        if is_index:
            return cls(table, names, None, is_index=True)
        return cls(table, names, row_id if alias is None else None, alias)

    def before(self, number: int) -> tuple[int, ...]:
        return () if self.row_id is None else (number,)

    def fit(self, rows: Sequence[Row]) -> bool:
        """Return whether all rows have just as many values as the table has columns."""
        return all(len(values) == sum(name is not None for name in self.names) for _, values in rows)

    def insertion(self, texts: Sequence[bool]) -> str:
        """Return the statement for rows with the first values; ``texts`` says which of them are ``OddText``."""
        names = [*([] if self.row_id is None else [self.row_id]), *(each for each in self.names if each is not None)]
        marks = [*([] if self.row_id is None else ["?"]), *("CAST(? AS TEXT)" if each else "?" for each in texts)]
        quoted = ", ".join(_quoted(name) for name, _ in zip(names, marks, strict=False))
        return f"INSERT OR IGNORE INTO {_quoted(self.table)} ({quoted}) VALUES ({', '.join(marks)})"

    def rows(self, pages: Pages, root: Any, damage: TableDamage, *, marks: bool = True) -> Iterator[Row]:
        """Yield the rows of the table with the values that are written; see ``Pages.rows``."""
        for number, values in pages.rows(root, damage, is_index=self.is_index, width=len(self.names), marks=marks):
            if self.alias is not None and len(values) > self.alias and values[self.alias] is None:
                values[self.alias] = number
            yield number, [value for name, value in zip(self.names, values, strict=False) if name is not None]


def _is_definition(values: Sequence[Any]) -> bool:
    return len(values) == 5 and values[0] in ("table", "index", "view", "trigger") and isinstance(values[1], str)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


_DENIED: Final = dict.fromkeys(
    (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_PRAGMA, sqlite3.SQLITE_CREATE_VTABLE),
    sqlite3.SQLITE_DENY,
)
