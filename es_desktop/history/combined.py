"""Tests of conditions that read several things of a version: values of attributes, before it too, and its event.

Each combination of what they read is tested once, by the condition's own code; SQL decides comparisons of numbers that
differ enough. The result is a table of versions, each with the truth there.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .clauses import BASE, until_time
from .comparing import NumberComparison, decided
from .quoting import literal
from .segment import ValueKind
from .truths import MOST_VALUES, TooMuch

if TYPE_CHECKING:
    import duckdb

_PAGE: Final = 20_000
_NOTHING: Final = f"{ValueKind.NULL:d}, {ValueKind.ABSENT:d}"


class ReadWhat(enum.StrEnum):
    """What a test reads at a version."""

    AFTER = "after"
    """An attribute of the state after the event."""
    BEFORE = "before"
    """An attribute of the state before it."""
    HAS_BEFORE = "has before"
    """Whether there is a state before it."""
    EVENT = "event"
    """The type of the event."""
    VERSION = "version"


class Read(NamedTuple):
    """One thing that a test reads."""

    what: ReadWhat
    attribute: str = ""

    @property
    def name(self) -> str:
        """What a comparison calls it."""
        before = "previous." if self.what is ReadWhat.BEFORE else ""
        return f"{before}{self.attribute}" if self.is_value else self.what

    @property
    def is_value(self) -> bool:
        """Whether it is a value of an attribute: a kind and a text."""
        return bool(self.attribute)


class Versions(enum.StrEnum):
    """The versions that a test is asked of."""

    CHANGES = "changes"
    """Those at which one of its attributes changed."""
    LAST = "last"
    """As ``CHANGES``, but of each entity only the last one, with all that it has then."""
    STATES = "states"
    """All that have a state."""
    ALL = "all"


@dataclass(frozen=True, slots=True)
class CombinedTest:
    """A test that reads several things."""

    reads: tuple[Read, ...]
    at: Versions
    until: float | None = None
    """Seconds since the epoch: later versions do not count."""
    comparison: NumberComparison | None = None
    """The same, if it is a comparison of numbers."""

    @property
    def attributes(self) -> list[str]:
        """The attributes that it reads, each once."""
        return list(dict.fromkeys(each.attribute for each in self.reads if each.is_value))


AreTrue = Callable[[Sequence[tuple[Any, ...]]], Iterable[bool]]
"""Tests combinations: of each read its kind and its text (``None`` without a value), or what it is."""


class CombinedTests:
    """Tables of tests that read several things, on one connection, of the entities of the table ``base``."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self._made: dict[tuple[str, CombinedTest], str] = {}

    def add(self, name: str, test: CombinedTest, are_true: AreTrue) -> str:
        """Return the name of a table of ``entity``, ``version``, ``reached`` and ``truth``, made once for a ``name``.

        Raises ``TooMuch``, and what ``are_true`` raises.
        """
        key = name, test
        if key not in self._made:
            self._made[key] = self._make(f"combined_{len(self._made)}", test, are_true)
        return self._made[key]

    def _make(self, table: str, test: CombinedTest, are_true: AreTrue) -> str:
        columns = [f"r{number}" for number in range(len(test.reads))]
        self._cursor.execute(f"CREATE TEMP TABLE {table}_read AS {_with_what_is_decided(test)}")
        self._test(table, test, are_true)
        same = " AND ".join(f"t.{each} IS NOT DISTINCT FROM r.{each}" for each in columns)
        self._cursor.execute(
            f"CREATE TEMP TABLE {table} AS SELECT r.entity, r.version, r.reached, coalesce(r.truth, t.truth) AS truth"
            f" FROM {table}_read r LEFT JOIN {table}_known t ON r.truth IS NULL AND {same}"
        )
        for other in ("read", "known"):
            self._cursor.execute(f"DROP TABLE {table}_{other}")
        return table

    def _test(self, table: str, test: CombinedTest, are_true: AreTrue) -> None:
        """Make the table of the combinations that SQL did not decide, with their truth."""
        columns = [f"r{number}" for number in range(len(test.reads))]
        shown: list[str] = []
        joined = ""
        for column, read in zip(columns, test.reads, strict=True):
            shown += [f"v_{column}.kind AS kind_{column}, v_{column}.text AS text_{column}"] if read.is_value else []
            joined += _values(read.attribute, column, "kind, text") if read.is_value else ""
        self._cursor.execute(
            f"CREATE TEMP TABLE {table}_open AS SELECT {', '.join(['o.*', *shown])} FROM (SELECT DISTINCT"
            f" {', '.join(columns)} FROM {table}_read WHERE truth IS NULL) o{joined}"
        )
        pairs = [
            (f"kind_{each}", f"text_{each}") if read.is_value else (each,)
            for each, read in zip(columns, test.reads, strict=True)
        ]
        names = [name for pair in pairs for name in pair]
        equal = _is_equal(test)
        self._cursor.execute(
            f"CREATE TEMP TABLE {table}_case AS SELECT row_number() OVER () AS number, * FROM (SELECT DISTINCT"
            f" {', '.join(names)} FROM {table}_open WHERE NOT ({equal}) LIMIT {MOST_VALUES + 1})"
        )
        rows = self._cursor.execute(f"SELECT * FROM {table}_case ORDER BY number").fetchall()
        if len(rows) > MOST_VALUES:
            raise TooMuch
        truths: list[bool] = []
        for start in range(0, len(rows), _PAGE):
            truths += are_true([_reads(row[1:], test.reads) for row in rows[start : start + _PAGE]])
        same = " AND ".join(f"o.{name} IS NOT DISTINCT FROM c.{name}" for name in names)
        listed = ", ".join(f"o.{each}" for each in columns)
        is_true = str(test.comparison is not None and "=" in test.comparison.operator)
        self._cursor.execute(
            f"CREATE TEMP TABLE {table}_known AS SELECT {listed}, c.truth FROM {table}_open o JOIN (SELECT *,"
            f" ($1::BOOLEAN[])[number] AS truth FROM {table}_case) c ON {same} UNION ALL"
            f" SELECT {listed}, {is_true} FROM {table}_open o WHERE {equal}",
            [truths],
        )
        for other in ("open", "case"):
            self._cursor.execute(f"DROP TABLE {table}_{other}")


def _reads(row: Sequence[Any], reads: Sequence[Read]) -> tuple[Any, ...]:
    cells = iter(row)
    return tuple((next(cells), next(cells)) if each.is_value else next(cells) for each in reads)


def _is_equal(test: CombinedTest) -> str:
    """Return the SQL of the combinations of two equal values, of which the comparison needs no more to be known."""
    if test.comparison is None or not test.comparison.is_simple or sum(each.is_value for each in test.reads) != 2:
        return "false"
    kinds = f"({ValueKind.NUMBER:d}, {ValueKind.TEXT:d})"
    return f"coalesce(kind_r0 = kind_r1 AND kind_r0 IN {kinds} AND text_r0 = text_r1, false)"


def _values(attribute: str, column: str, names: str) -> str:
    values = f"SELECT number, {names} FROM value WHERE attribute = {literal(attribute)}"
    return f" LEFT JOIN ({values}) v_{column} ON v_{column}.number = o.{column}"


def _with_what_is_decided(test: CombinedTest) -> str:
    """Return a SELECT of the versions with what the test reads there, and its truth, or NULL."""
    if test.comparison is None:
        return f"SELECT *, NULL::BOOLEAN AS truth FROM ({_read_rows(test)})"
    prefixes: dict[str, str] = {}
    shown: list[str] = []
    joined = ""
    for number, read in enumerate(test.reads):
        column = f"r{number}"
        if read.is_value:
            joined += _values(read.attribute, column, "kind, amount")
            amount = f"CASE WHEN v_{column}.kind = {ValueKind.NUMBER:d} THEN v_{column}.amount END"
            nothing = f"coalesce(v_{column}.kind IN ({_NOTHING}), true)"
        else:
            amount, nothing = f"o.{column}::DOUBLE", "false"
        shown.append(f"{amount} AS {column}_amount, {nothing} AS {column}_nothing")
        prefixes[read.name] = f"{column}_"
    columns = ", ".join(f"r{number}" for number in range(len(test.reads)))
    rows = f"SELECT o.*, {', '.join(shown)} FROM ({_read_rows(test)}) o{joined}"
    return f"SELECT entity, version, reached, {columns}, {decided(test.comparison, prefixes)} AS truth FROM ({rows})"


def _read_rows(test: CombinedTest) -> str:
    """Return a SELECT of the versions with what the test reads there: of values their numbers."""
    attributes = test.attributes
    named = ", ".join(map(literal, attributes)) or "NULL"
    if test.at is Versions.LAST:
        last = (
            f"arg_max(value, version) FILTER (attribute = {literal(each.attribute)}) AS r{number}"
            for number, each in enumerate(test.reads)
        )
        rows = f"SELECT entity, version, reached, attribute, value FROM change WHERE attribute IN ({named})"
        return (
            f"SELECT entity, max(version) AS version, max(reached) AS reached, {', '.join(last)} FROM"
            f" ({rows}{until_time(test.until)}) SEMI JOIN {BASE} USING (entity) GROUP BY entity"
        )
    rows = (
        "SELECT entity, version, reached, attribute, value, NULL::VARCHAR AS type FROM change"
        f" WHERE attribute IN ({named}){until_time(test.until)}"
    )
    if test.at is not Versions.CHANGES:
        present = " AND present" if test.at is Versions.STATES else ""
        rows += (
            " UNION ALL SELECT entity, version, reached, NULL, NULL, type FROM step"
            f" WHERE true{present}{until_time(test.until)}"
        )
    values = "".join(
        f", max(value) FILTER (attribute = {literal(each)}) AS c{number}" for number, each in enumerate(attributes)
    )
    grouped = (
        f"SELECT entity, version, max(x.reached) AS reached, max(x.type) AS type, any_value(b.first) AS first{values}"
        f" FROM ({rows}) x JOIN (SELECT entity, first FROM {BASE}) b USING (entity) GROUP BY entity, version"
    )
    window = "PARTITION BY entity ORDER BY version ROWS BETWEEN UNBOUNDED PRECEDING AND"
    found = [_column(read, attributes, window) for read in test.reads]
    shown = ", ".join(f"{each} AS r{number}" for number, each in enumerate(found))
    return f"SELECT entity, version, reached, {shown} FROM ({grouped})"


def _column(read: Read, attributes: Sequence[str], window: str) -> str:
    match read.what:
        case ReadWhat.EVENT:
            return "type"
        case ReadWhat.VERSION:
            return "version"
        case ReadWhat.HAS_BEFORE:
            return "version > first"
    end = "CURRENT ROW" if read.what is ReadWhat.AFTER else "1 PRECEDING"
    return f"last_value(c{attributes.index(read.attribute)} IGNORE NULLS) OVER ({window} {end})"
