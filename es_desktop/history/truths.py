"""Where conditions are true in the history: each is tested once on each value, and SQL does the rest.

A condition is tested by its own code on the values that its attribute ever had, so SQL never decides what it means.
Only a number that differs from the one that it is compared with, as doubles, is compared by SQL: rounding keeps order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from .quoting import literal
from .segment import ValueKind

if TYPE_CHECKING:
    import duckdb

MOST_VALUES: Final = 300_000
"""Different values of an attribute that a condition is tested on."""
_PAGE: Final = 20_000
IsTrue = Callable[[Sequence[tuple[int, str | None]]], Iterable[bool]]
"""Tests values, each by its kind and its text."""


class TooMuch(Exception):
    """A question cannot be answered from the columns in reasonable time."""


class Truths:
    """Tests of conditions as tables of one connection: for each value of an attribute, whether it is true."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self._count = 0

    def add(self, attribute: str, is_true: IsTrue, number: tuple[str, float] | None = None) -> str:
        """Test the values of an attribute; return the name of a table with ``value`` and ``truth``.

        With ``number``, an operator and a double, SQL compares the numbers that differ from it. Raises ``TooMuch``, and
        what ``is_true`` raises.
        """
        name = self._name()
        of_attribute = f"attribute = {literal(attribute)}"
        is_decided = "false"
        if number is not None:
            operator, amount = number
            is_decided = f"kind = {ValueKind.NUMBER:d} AND amount <> {amount!r}"
            truth = f"amount {operator} {amount!r}"
        self._cursor.execute(
            f"CREATE TEMP TABLE {name} AS SELECT number AS value, {truth if number else 'false'} AS truth FROM value"
            f" WHERE {of_attribute} AND {is_decided}"
        )
        left = f"FROM value WHERE {of_attribute} AND NOT coalesce({is_decided}, false)"
        found = self._cursor.execute(f"SELECT DISTINCT kind, text {left} LIMIT {MOST_VALUES + 1}").fetchall()
        if len(found) > MOST_VALUES:
            raise TooMuch
        self._cursor.execute("CREATE OR REPLACE TEMP TABLE tested (kind UTINYINT, text VARCHAR, truth BOOLEAN)")
        for start in range(0, len(found), _PAGE):
            page = found[start : start + _PAGE]
            self._cursor.execute(
                "INSERT INTO tested SELECT unnest($1::UTINYINT[]), unnest($2::VARCHAR[]), unnest($3::BOOLEAN[])",
                [[kind for kind, _ in page], [text for _, text in page], list(is_true(page))],
            )
        # Once for all pages, as it looks at every value of the attribute.
        self._cursor.execute(
            f"INSERT INTO {name} SELECT v.number, t.truth FROM tested t JOIN value v ON v.kind = t.kind"
            f" AND v.text IS NOT DISTINCT FROM t.text AND v.{of_attribute}"
        )
        return name

    def add_presence(self, attribute: str) -> str:
        """Return the name of such a table that says whether a state has the attribute: no value has to be read."""
        name = self._name()
        self._cursor.execute(
            f"CREATE TEMP TABLE {name} AS SELECT number AS value, kind <> {ValueKind.ABSENT:d} AS truth FROM value"
            f" WHERE attribute = {literal(attribute)}"
        )
        return name

    def _name(self) -> str:
        self._count += 1
        return f"truth_{self._count}"
