"""Collations that an SQLite file names but only the program that writes it defines.

A statement that needs an undefined collation fails: https://www.sqlite.org/c3ref/create_collation.html. A substitute
makes such tables readable. Its order may differ from that of the file's indexes, so no index is used that depends on
it: ``MappedTables`` compares ids byte by byte.
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
    """Return the names of the collations that a file uses and SQLite does not define. Raises what ``execute`` does."""
    found = (name for (sql,) in execute(_DECLARATIONS) for name in _COLLATED.findall(sql))
    return frozenset(name for name in found if name.lower() not in _KNOWN)


def define_collations(engine: Engine) -> None:
    """Define each unknown collation, as an order by bytes, on every new connection of an engine."""

    def connected(connection: Any, record: object) -> None:
        try:
            for name in unknown_collations(connection.execute):
                connection.create_collation(name, _by_bytes)
        except sqlite3.DatabaseError:
            return  # reading reports the error

    event.listen(engine, "connect", connected)


def _by_bytes(first: str, second: str) -> int:
    return (first > second) - (first < second)
