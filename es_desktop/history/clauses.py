"""The SQL of clauses: for which entities one holds, at which version first, and how long or how often it was so.

Each function returns a SELECT of ``entity``, ``witness`` (a version, or NULL) and ``amount`` (seconds, a number of
times, or NULL). They are about the entities of the table ``base``: each has a state from its first version on, and none
after a version that has none. What clauses mean is defined by the machines of questions, which fold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from .quoting import literal

Expression: TypeAlias = "int | tuple[str, tuple[Expression, ...]]"
"""The number of a test, or ``and``, ``or`` or ``not`` with parts."""
NOTHING: Final = "SELECT 0::UINTEGER AS entity, 0::BIGINT AS version, 0::DOUBLE AS reached WHERE false"
BASE: Final = "base"


@dataclass(frozen=True, slots=True)
class TestedAttribute:
    """A test of the values of one attribute."""

    attribute: str
    table: str
    """Of ``Truths``; empty for a test that reads no value."""
    default: bool
    """Whether it is true where a state does not have the attribute."""


@dataclass(frozen=True, slots=True)
class TestedVersions:
    """A test of more than the values of one attribute."""

    table: str
    """Of ``CombinedTests``."""
    default: bool
    """Whether it is true for a state before the first version of the table."""


@dataclass(frozen=True, slots=True)
class TestedCondition:
    """A condition on a state, whose tests are tables."""

    tests: tuple[TestedAttribute | TestedVersions, ...]
    expression: Expression
    until: float | None = None
    """Seconds since the epoch: later versions do not count."""
    counts_each: bool = False
    """Whether it becomes true at each version at which it is true."""
    is_of_events: bool = False
    """Whether it is asked of versions without a state, too."""

    @property
    def default(self) -> bool:
        """Whether it is true for a state that has none of the attributes."""
        return _value(self.expression, [each.default for each in self.tests])

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes of the tests of one attribute, each once."""
        of_one = [each for each in self.tests if isinstance(each, TestedAttribute) and each.table]
        return tuple(dict.fromkeys(each.attribute for each in of_one))


@dataclass(frozen=True, slots=True)
class TestedEvents:
    """A condition that is true at the events of some types."""

    types: tuple[str, ...]
    until: float | None = None


Tested: TypeAlias = TestedCondition | TestedEvents


def true_versions(tested: Tested) -> str:
    """Return a SELECT of ``entity``, ``version`` and ``reached`` where a condition is true and can have become so.

    That is at events of the types, or where the value of an attribute changed.
    """
    if isinstance(tested, TestedEvents):
        types = ", ".join(map(literal, tested.types)) or "NULL"
        return f"SELECT entity, version, reached FROM step WHERE type IN ({types}){until_time(tested.until)}"
    return f"SELECT entity, version, reached FROM ({truths(tested, needs_first=tested.default)}) WHERE truth"


def ever(tested: Tested) -> str:
    """Return those for which it was true at any version, with the first one."""
    return first_of(true_versions(tested))


def never(tested: Tested) -> str:
    """Return those for which it was true at no version."""
    none = "NULL::BIGINT AS witness, NULL::DOUBLE AS amount"
    return f"SELECT b.entity, {none} FROM {BASE} b ANTI JOIN ({true_versions(tested)}) t ON t.entity = b.entity"


def always(tested: TestedCondition) -> str:
    """Return those for which it was true at every version."""
    rows = truths(tested, needs_first=True)
    return (
        f"SELECT entity, NULL::BIGINT AS witness, NULL::DOUBLE AS amount FROM ({rows}) GROUP BY entity"
        " HAVING bool_and(truth)"
    )


def latest(tested: TestedCondition) -> str:
    """Return those for which it is true at the last version that counts, and which have a state there."""
    values = [
        f"coalesce(arg_max(b{number}, version) FILTER (b{number} IS NOT NULL), {each.default})"
        for number, each in enumerate(tested.tests)
    ]
    rows = _rows(tested, needs_first=tested.default)
    gone = f"SELECT entity FROM step WHERE NOT present{until_time(tested.until)}"
    return (
        f"SELECT r.entity, NULL::BIGINT AS witness, NULL::DOUBLE AS amount FROM (SELECT entity FROM ({rows})"
        f" GROUP BY entity HAVING {_sql(tested.expression, values)}) r ANTI JOIN ({gone}) g ON g.entity = r.entity"
    )


def how_often(tested: Tested, deciding: float, comparison: str) -> str:
    """Return how often it became true; the witness is the last of the first ``deciding`` times.

    ``comparison`` is SQL on ``amount``, or empty. Each event of the types is one time.
    """
    counted = (
        f"SELECT entity, max(version) FILTER (number <= {deciding!r}) AS witness, count(*)::DOUBLE AS amount FROM"
        f" ({numbered_times(tested)}) GROUP BY entity"
    )
    return _with_zeros(counted, comparison)


def numbered_times(tested: Tested) -> str:
    """Return a SELECT of the versions at which a condition became true, with ``reached``, and ``number`` from 1."""
    if isinstance(tested, TestedEvents):
        times = true_versions(tested)
    elif tested.counts_each:
        times = f"SELECT DISTINCT entity, version, reached FROM ({true_versions(tested)})"
    else:
        rows = truths(tested, needs_first=tested.default)
        times = (
            "SELECT entity, version, reached FROM (SELECT entity, version, reached, truth, lag(truth, 1, false) OVER"
            f" (PARTITION BY entity ORDER BY version) AS was FROM ({rows})) WHERE truth AND NOT was"
        )
    numbers = "row_number() OVER (PARTITION BY entity ORDER BY version) AS number"
    return f"SELECT entity, version, reached, {numbers} FROM ({times})"


def how_long(tested: TestedCondition, end: float, comparison: str) -> str:
    """Return how many seconds it was true; a state that has not ended lasts until ``end``."""
    rows = truths(tested, needs_first=tested.default)
    gone = f" UNION ALL SELECT entity, version, reached, false FROM step WHERE NOT present{until_time(tested.until)}"
    gone = "" if tested.is_of_events else gone
    window = "(PARTITION BY entity ORDER BY version)"
    turns = (
        f"SELECT entity, version, reached, truth FROM (SELECT *, lag(truth, 1, false) OVER {window} AS was FROM"
        f" (SELECT entity, version, reached, truth FROM ({rows}){gone})) WHERE truth <> was"
    )
    lengths = (
        f"SELECT entity, version, truth, greatest(0, lead(reached, 1, {end!r}) OVER {window} - reached) AS seconds"
        f" FROM ({turns})"
    )
    summed = (
        f"SELECT entity, min(version) AS witness, sum(seconds) AS amount FROM ({lengths}) WHERE truth GROUP BY entity"
    )
    return _with_zeros(summed, comparison)


def before(first: Tested, second: Tested) -> str:
    """Return those for which both were true, and the first time of one is at an earlier version than of the other."""
    return (
        f"SELECT x.entity, x.witness, NULL::DOUBLE AS amount FROM ({ever(first)}) x JOIN ({ever(second)}) y"
        " ON y.entity = x.entity WHERE x.witness < y.witness"
    )


def changed(attribute: str, was: TestedAttribute | None, then: TestedAttribute | None, until: float | None) -> str:
    """Return those in which the value of an attribute changed after their first version, from and to what is tested."""
    return first_of(changes(attribute, was, then, until))


def first_of(versions: str) -> str:
    """Return those that have any of some versions, with the first one."""
    return f"SELECT entity, min(version) AS witness, NULL::DOUBLE AS amount FROM ({versions}) GROUP BY entity"


def changes(attribute: str, was: TestedAttribute | None, then: TestedAttribute | None, until: float | None) -> str:
    """Return a SELECT of the versions of ``changed``, with ``reached``."""
    joined = "".join(
        f" LEFT JOIN {test.table} t{number} ON t{number}.value = c.value"
        for number, test in enumerate((was, then))
        if test is not None
    )
    before = f"coalesce(lag(t0.truth) OVER w, {was.default})" if was is not None else "true"
    after = "t1.truth" if then is not None else "true"
    rows = (
        f"SELECT c.entity, c.version, c.reached, {before} AS was, {after} AS became FROM change c{joined}"
        f" WHERE c.attribute = {literal(attribute)}{until_time(until, 'c.')} WINDOW w AS"
        " (PARTITION BY c.entity ORDER BY c.version)"
    )
    return (
        f"SELECT r.entity, r.version, r.reached FROM ({rows}) r JOIN {BASE} b"
        " ON b.entity = r.entity WHERE r.was AND r.became AND r.version > b.first"
    )


def all_of(clauses: Sequence[str]) -> str:
    """Return a SELECT of the entities for which all clauses hold, with witness and amount of each."""
    columns = "".join(f", c{number}.witness, c{number}.amount" for number in range(len(clauses)))
    joined = "".join(f" JOIN ({each}) c{number} ON c{number}.entity = b.entity" for number, each in enumerate(clauses))
    return f"SELECT b.entity{columns} FROM {BASE} b{joined}"


def _with_zeros(counted: str, comparison: str) -> str:
    where = f" WHERE {comparison}" if comparison else ""
    return (
        "SELECT entity, witness, amount FROM (SELECT b.entity, k.witness, coalesce(k.amount, 0) AS amount"
        f" FROM {BASE} b LEFT JOIN ({counted}) k ON k.entity = b.entity){where}"
    )


def truths_everywhere(tested: TestedCondition, entities: str) -> str:
    """Return a SELECT of every version that is asked of, with the truth of a condition there; some are there twice.

    ``entities`` is SQL that says of which entities.
    """
    rows = _rows(tested, needs_first=False, entities=entities)
    present = "" if tested.is_of_events else " AND present"
    every = f"SELECT entity, version, reached{_nulls(tested)} FROM step WHERE {entities}{present}"
    return _truths_of_rows(tested, f"{rows} UNION ALL {every}{until_time(tested.until)}")


def truths(tested: TestedCondition, *, needs_first: bool) -> str:
    """Return a SELECT of the versions at which a condition can have changed, with its truth."""
    rows = _rows(tested, needs_first=needs_first)
    tables = [each.table for each in tested.tests if isinstance(each, TestedVersions)]
    if len(tested.attributes) + len(tables) == 1 and not needs_first:
        values = [f"b{number}" if each.table else str(each.default) for number, each in enumerate(tested.tests)]
        return f"SELECT entity, version, reached, {_sql(tested.expression, values)} AS truth FROM ({rows})"
    return _truths_of_rows(tested, rows)


def _truths_of_rows(tested: TestedCondition, rows: str) -> str:
    # A version has a row for each attribute. The window ends with the last of them, so all have the same truth.
    values = [
        f"coalesce(last_value(b{number} IGNORE NULLS) OVER w, {each.default})"
        for number, each in enumerate(tested.tests)
    ]
    return (
        f"SELECT entity, version, reached, {_sql(tested.expression, values)} AS truth FROM ({rows})"
        " WINDOW w AS (PARTITION BY entity ORDER BY version RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
    )


def _rows(tested: TestedCondition, *, needs_first: bool, entities: str = "true") -> str:
    """Return a SELECT of the versions at which an attribute changed, with the truth of each test of it, else NULL.

    With ``needs_first`` also the first version of each entity, with NULL; ``entities`` is SQL that says of which.
    """
    of_one = {number: each for number, each in enumerate(tested.tests) if isinstance(each, TestedAttribute)}
    values = "".join(
        f", t{number}.truth AS b{number}" if number in of_one and each.table else f", NULL::BOOLEAN AS b{number}"
        for number, each in enumerate(tested.tests)
    )
    joined = "".join(
        f" LEFT JOIN {each.table} t{number} ON t{number}.value = c.value"
        for number, each in of_one.items()
        if each.table
    )
    attributes = ", ".join(map(literal, tested.attributes)) or "NULL"
    until = until_time(tested.until)
    found = [
        f"SELECT c.entity, c.version, c.reached{values} FROM (SELECT entity, version, reached, value FROM change"
        f" WHERE attribute IN ({attributes}) AND {entities}{until}) c{joined}"
    ]
    for number, each in enumerate(tested.tests):
        if isinstance(each, TestedVersions):
            truth = _nulls(tested, number)
            found.append(f"SELECT entity, version, reached{truth} FROM {each.table} WHERE {entities}{until}")
    if needs_first:
        found.append(f"SELECT entity, first, reached{_nulls(tested)} FROM {BASE} WHERE {entities}{until}")
    return " UNION ALL ".join(found)


def _nulls(tested: TestedCondition, truth: int | None = None) -> str:
    """Return the columns of all tests with NULL, but one with the truth of a row."""
    return "".join(
        f", {'truth' if number == truth else 'NULL::BOOLEAN'} AS b{number}" for number, _ in enumerate(tested.tests)
    )


def until_time(time: float | None, prefix: str = "") -> str:
    """Return the SQL that only versions until a time count; those without a time count as earlier."""
    return "" if time is None else f" AND ({prefix}reached IS NULL OR {prefix}reached <= {time!r})"


def _sql(expression: Expression, values: Sequence[str]) -> str:
    if isinstance(expression, int):
        return values[expression]
    word, parts = expression
    inner = [f"({_sql(each, values)})" for each in parts]
    return f"NOT {inner[0]}" if word == "not" else f" {word} ".join(inner)


def _value(expression: Expression, values: Sequence[bool]) -> bool:
    if isinstance(expression, int):
        return values[expression]
    word, parts = expression
    inner = (_value(each, values) for each in parts)
    return not next(inner) if word == "not" else all(inner) if word == "and" else any(inner)
