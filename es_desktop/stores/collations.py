"""Orders of texts that an SQLite file names, and that only the program knows which writes it.

What needs such an order fails without it: https://www.sqlite.org/c3ref/create_collation.html. A stand-in lets SQLite
open the indexes that are kept in it. Nothing is looked up in these: ids are compared byte by
byte, see ``MappedTables``.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any, Final

from sqlalchemy import Engine, event

_COLLATED: Final = re.compile(r"\bCOLLATE\s+[\"'`\[]?(\w+)", re.IGNORECASE)
_KNOWN: Final = frozenset({"binary", "nocase", "rtrim"})
_DECLARATIONS: Final = "SELECT sql FROM sqlite_schema WHERE sql LIKE '%collate%'"


def unknown_collations(execute: Callable[[str], Iterable[Any]]) -> frozenset[str]:
    """Return the names of the orders that a file needs and SQLite does not have. Raises what ``execute`` does."""
    found = (name for (sql,) in execute(_DECLARATIONS) for name in _COLLATED.findall(sql))
    return frozenset(name for name in found if name.lower() not in _KNOWN)


def define_collations(engine: Engine) -> None:
    """Let every connection that is made from now on have an order of each such name."""

    def connected(connection: Any, record: object) -> None:
        try:
            for name in unknown_collations(connection.execute):
                connection.create_collation(name, _by_bytes)
        except sqlite3.DatabaseError:
            return  # whoever reads gets the error

    event.listen(engine, "connect", connected)


def _by_bytes(first: str, second: str) -> int:
    return (first > second) - (first < second)
