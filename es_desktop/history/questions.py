"""The tables of one question to a state history: who is asked, for whom it holds, and what their versions have."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from .clauses import BASE, TestedCondition, all_of, truths_everywhere
from .combined import CombinedTests
from .quoting import literal
from .segment import ValueKind
from .timelines import spans_of_all
from .truths import Truths

if TYPE_CHECKING:
    import duckdb

_ODD: Final = "odd"
_ASKED: Final = "asked"
_ANSWER: Final = "answer"
_SPAN: Final = "span"
_TIMES: Final = "times"
_SEVERITY: Final = "CASE exactness WHEN 'exact' THEN 0 WHEN 'inferred' THEN 1 ELSE 2 END"
Key = tuple[int, int]
"""The number of an entity, and a version of it."""


class FoundRow(NamedTuple):
    """An entity for which all clauses hold."""

    entity: int
    """Its number."""
    found: tuple[tuple[int | None, float | None], ...]
    """Of each clause the witness and the amount."""


class LastStep(NamedTuple):
    """The last step of an entity that counts."""

    version: int
    time: float | None
    type: str
    """Of the event."""
    exactness: str
    """The worst of all its states that count."""


class VersionRow(NamedTuple):
    """A version at which conditions are true."""

    entity: int
    version: int
    type: str
    """Of the event."""
    time: float | None
    exactness: str
    """Of the state at this version."""


class ValueRow(NamedTuple):
    """A value that an attribute got at a version."""

    entity: int
    version: int
    attribute: str
    kind: int
    text: str | None


class QuestionTables:
    """The tables of one question, on a connection of its own."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self.truths: Final = Truths(cursor)
        self.combined: Final = CombinedTests(cursor)
        """To be used once the entities are chosen."""

    def event_types(self) -> list[str]:
        """Return the types of all events."""
        return [name for (name,) in self._cursor.execute("SELECT DISTINCT type FROM step").fetchall()]

    def choose(
        self,
        attributes: Collection[str],
        types: Collection[str] | None,
        as_of: float | None,
        *,
        among: Collection[int] | None = None,
        needs_times: bool,
    ) -> list[int]:
        """Choose the entities that columns answer for, and return the numbers of those that have to be folded.

        Both are of some ``types``, and ``among`` some numbers.

        These have an event that fails, a version that is missing or there twice, a state after one without a state, or
        a value of the ``attributes`` that was left out; or with ``needs_times`` an event without a time.
        """
        named = ", ".join(map(literal, attributes)) or "NULL"
        untimed = " OR reached IS NULL" if needs_times else ""
        self._cursor.execute(
            f"CREATE TEMP TABLE {_ODD} AS SELECT number AS entity FROM entity WHERE NOT is_kept"
            f" UNION SELECT entity FROM step WHERE failure IS NOT NULL OR exactness = 'broken'{untimed}"
            " UNION SELECT s.entity FROM step s JOIN (SELECT entity, min(version) AS gone FROM step WHERE NOT present"
            " GROUP BY entity) g ON g.entity = s.entity WHERE s.version > g.gone"
            " UNION SELECT c.entity FROM change c JOIN value v ON v.number = c.value"
            f" WHERE v.kind = {ValueKind.OMITTED:d} AND c.attribute IN ({named})"
        )
        of_types = "" if types is None else f" WHERE type IN ({', '.join(map(literal, types)) or 'NULL'})"
        some = "" if among is None else " WHERE number IN (SELECT unnest($1::UINTEGER[]))"
        asked, values = f"SELECT * FROM entity{some}", [] if among is None else [list(among)]
        self._cursor.execute(f"CREATE TEMP TABLE {_ASKED} AS SELECT * FROM ({asked}){of_types}", values)
        began = "" if as_of is None else f" AND (reached IS NULL OR reached <= {as_of!r})"
        self._cursor.execute(
            f"CREATE TEMP TABLE {BASE} AS SELECT * FROM (SELECT number AS entity, any_value(type) AS type,"
            f" min(first) AS first, min(reached) AS reached FROM {_ASKED} GROUP BY number) e ANTI JOIN {_ODD} o"
            f" ON o.entity = e.entity WHERE first IS NOT NULL{began}"
        )
        found = f"SELECT DISTINCT number FROM {_ASKED} INTERSECT SELECT entity FROM {_ODD}"
        return [number for (number,) in self._cursor.execute(found).fetchall()]

    def count(self) -> int:
        """Return how many entities columns answer for, those that began too late to count too."""
        query = f"SELECT count(*) FROM (SELECT DISTINCT number FROM {_ASKED} EXCEPT SELECT entity FROM {_ODD})"
        return int(self._cursor.execute(query).fetchall()[0][0])

    def find(self, clauses: Sequence[str]) -> None:
        """Find the entities for which all clauses hold, once: ``pages`` and ``lacking`` are about them."""
        self._cursor.execute(f"CREATE TEMP TABLE {_ANSWER} AS {all_of(clauses)}")

    def find_over_time(self, timelines: Sequence[str], times: Sequence[float]) -> None:
        """Find the entities for which all clauses hold as of any of some times, which ascend, instead of ``find``."""
        self._cursor.execute(
            f"CREATE TEMP TABLE {_TIMES} AS SELECT unnest(range(len($1))) AS number, unnest($1::DOUBLE[]) AS time",
            [list(times)],
        )
        self._cursor.execute(f"CREATE TEMP TABLE {_SPAN} AS {spans_of_all(timelines, _TIMES)}")
        self._cursor.execute(f"CREATE TEMP TABLE {_ANSWER} AS SELECT DISTINCT entity FROM {_SPAN}")

    def spans(self) -> list[tuple[int, int, int]]:
        """Return from which time on, and up to before which other one, so many entities hold: by their numbers."""
        return self._cursor.execute(f"SELECT begin, stop, count(*) FROM {_SPAN} GROUP BY begin, stop").fetchall()

    def found_count(self) -> int:
        """Return how many entities are found."""
        return int(self._cursor.execute(f"SELECT count(*) FROM {_ANSWER}").fetchall()[0][0])

    def versions(self, tested: TestedCondition, first: int, last: int) -> list[VersionRow]:
        """Return the versions at which a condition is true, of what is found between two numbers of entities."""
        entities = f"entity BETWEEN {first} AND {last}"
        true = f"SELECT DISTINCT entity, version FROM ({truths_everywhere(tested, entities)}) WHERE truth"
        rows = self._cursor.execute(
            "SELECT s.entity, s.version, s.type, s.time, s.exactness FROM"
            f" (SELECT * FROM step WHERE {entities}) s JOIN ({true}) t ON t.entity = s.entity AND t.version = s.version"
            f" SEMI JOIN {_ANSWER} a ON a.entity = s.entity ORDER BY s.entity, s.version"
        ).fetchall()
        return [VersionRow(*each) for each in rows]

    def changed_values(self, attributes: Collection[str], first: int, last: int) -> list[ValueRow]:
        """Return in order the values that some attributes got, of what is found between two numbers of entities."""
        named = ", ".join(map(literal, attributes)) or "NULL"
        rows = self._cursor.execute(
            "SELECT c.entity, c.version, c.attribute, v.kind, v.text FROM (SELECT * FROM change WHERE attribute IN"
            f" ({named}) AND entity BETWEEN {first} AND {last}) c JOIN value v ON v.number = c.value"
            f" SEMI JOIN {_ANSWER} a ON a.entity = c.entity ORDER BY c.entity, c.version"
        ).fetchall()
        return [ValueRow(*each) for each in rows]

    def pages(self, size: int) -> Iterator[list[FoundRow]]:
        """Yield what is found, so many at once, in the order of their numbers."""
        last = -1
        while rows := self._cursor.execute(
            f"SELECT * FROM {_ANSWER} WHERE entity > ? ORDER BY entity LIMIT ?", [last, size]
        ).fetchall():
            yield [FoundRow(entity, tuple(zip(rest[::2], rest[1::2], strict=True))) for entity, *rest in rows]
            last = rows[-1][0]

    def lacking(self, tables: Sequence[str], until: float | None) -> list[tuple[str, int, int, int]]:
        """Return for each entity type how many lack something, and how many have all, of those that columns answer for.

        Each of the ``tables`` of ``Truths`` tests what values have, ``until`` a time. A row is the type, how many of
        those that are not found lack something, the least number of a table that one of them lacks, and how many have
        all, or are found.
        """
        counts = "" if until is None else f" AND (c.reached IS NULL OR c.reached <= {until!r})"
        has = " UNION ALL ".join(
            f"SELECT DISTINCT c.entity, {number} AS number FROM change c JOIN {table} t ON t.value = c.value"
            f" WHERE t.truth{counts}"
            for number, table in enumerate(tables)
        )
        lists = f"SELECT entity, list(number) AS numbers FROM ({has}) GROUP BY entity"
        lacks = "missing <> [] AND NOT is_found"
        return self._cursor.execute(
            f"SELECT type, count(*) FILTER ({lacks}), coalesce(min(missing[1]) FILTER ({lacks}), 0),"
            " count(*) FILTER (missing = [] OR is_found) FROM (SELECT b.entity,"
            f" list_filter(range({len(tables)}), lambda x: NOT list_contains(coalesce(h.numbers, []), x)) AS missing,"
            " a.entity IS NOT NULL AS is_found, b.type"
            f" FROM {BASE} b LEFT JOIN ({lists}) h ON h.entity = b.entity LEFT JOIN {_ANSWER} a ON a.entity = b.entity)"
            " GROUP BY type"
        ).fetchall()

    def is_true_anywhere(self, table: str) -> bool:
        """Return whether a table of ``Truths`` is true for any value."""
        return bool(self._cursor.execute(f"SELECT 1 FROM {table} WHERE truth LIMIT 1").fetchall())

    def last_steps(self, numbers: Sequence[int], until: float | None) -> dict[int, LastStep]:
        """Return the last step until a time of each of some entities; those without one are left out."""
        counts = "" if until is None else f" AND (reached IS NULL OR reached <= {until!r})"
        rows = self._cursor.execute(
            "SELECT entity, max(version), arg_max(coalesce(time, 'nan'::DOUBLE), version), arg_max(type, version),"
            f" arg_max(exactness, {_SEVERITY}) FROM step WHERE entity IN (SELECT unnest($1::UINTEGER[])){counts}"
            " GROUP BY entity",
            [list(numbers)],
        ).fetchall()
        return {
            entity: LastStep(version, None if time != time else time, *rest) for entity, version, time, *rest in rows
        }

    def steps(self, keys: Collection[Key]) -> dict[Key, tuple[float | None, bool]]:
        """Return the time of the event at each of some versions, and whether there is a state after it."""
        rows = self._cursor.execute(
            "SELECT s.entity, s.version, s.time, s.present FROM step s JOIN (SELECT unnest($1::UINTEGER[]) AS entity,"
            " unnest($2::BIGINT[]) AS version) k ON k.entity = s.entity AND k.version = s.version",
            [[entity for entity, _ in keys], [version for _, version in keys]],
        ).fetchall()
        return {(entity, version): (time, present) for entity, version, time, present in rows}

    def values(
        self, versions: Mapping[int, int], attributes: Collection[str]
    ) -> dict[int, dict[str, tuple[int, str | None]]]:
        """Return the values of some attributes of each entity at a version of it, each as its kind and its text."""
        named = ", ".join(map(literal, attributes)) or "NULL"
        rows = self._cursor.execute(
            "SELECT l.entity, l.attribute, v.kind, v.text FROM (SELECT c.entity, c.attribute,"
            " arg_max(c.value, c.version) AS value FROM change c JOIN (SELECT unnest($1::UINTEGER[]) AS entity,"
            " unnest($2::BIGINT[]) AS version) k ON k.entity = c.entity AND c.version <= k.version"
            f" WHERE c.attribute IN ({named}) GROUP BY ALL) l JOIN value v ON v.number = l.value",
            [[*versions], [*versions.values()]],
        ).fetchall()
        found: dict[int, dict[str, tuple[int, str | None]]] = {each: {} for each in versions}
        for entity, attribute, kind, text in rows:
            found[entity][attribute] = kind, text
        return found
