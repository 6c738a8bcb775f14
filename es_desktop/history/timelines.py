"""The SQL of clauses over time: as of which times each one holds for an entity.

Each function returns a SELECT of ``entity``, ``reached`` (from when on), ``ordinal`` (a number that grows with each row
of an entity) and ``holds``. Before its first row a clause does not hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .clauses import BASE, Tested, TestedCondition, ever, numbered_times, true_versions, truths, until_time

_EARLIEST: Final = "'-infinity'::DOUBLE"
_FIRST: Final = f"min(coalesce(reached, {_EARLIEST})) AS reached"
"""The time of the first of some versions; one without a time counts as the earliest."""


def holds_from_first(versions: str) -> str:
    """Return when it holds that it was true once; ``versions`` are those where it was true."""
    return f"SELECT entity, {_FIRST}, 1::HUGEINT AS ordinal, true AS holds FROM ({versions}) GROUP BY entity"


def holds_until_first(versions: str) -> str:
    """Return when it holds that it was true at none of some versions."""
    firsts = f"SELECT entity, min(version) AS version, {_FIRST} FROM ({versions}) GROUP BY entity"
    return (
        "SELECT b.entity, b.reached, 0::HUGEINT AS ordinal, f.version IS NULL OR f.version > b.first AS holds"
        f" FROM {BASE} b LEFT JOIN ({firsts}) f ON f.entity = b.entity"
        f" UNION ALL SELECT entity, reached, 1, false FROM ({firsts})"
    )


def ever_over_time(tested: Tested) -> str:
    """Return when it was true at any version."""
    return holds_from_first(true_versions(tested))


def never_over_time(tested: Tested) -> str:
    """Return when it was true at no version."""
    return holds_until_first(true_versions(tested))


def always_over_time(tested: TestedCondition) -> str:
    """Return when it was true at every version."""
    return holds_until_first(
        f"SELECT entity, version, reached FROM ({truths(tested, needs_first=True)}) WHERE NOT truth"
    )


def latest_over_time(tested: TestedCondition) -> str:
    """Return when it is true at the last version that counts, and there is a state."""
    return (
        "SELECT entity, reached, version::HUGEINT * 2 AS ordinal, truth AS holds FROM"
        f" ({truths(tested, needs_first=tested.default)}) UNION ALL SELECT entity, reached,"
        f" version::HUGEINT * 2 + 1, false FROM step WHERE NOT present{until_time(tested.until)}"
    )


def how_often_over_time(tested: Tested, comparison: str) -> str:
    """Return when it became true as often as ``comparison`` asks, which is SQL on ``amount``, or empty."""
    counts = (
        f"SELECT entity, reached, number AS amount FROM ({numbered_times(tested)}) UNION ALL"
        f" SELECT entity, reached, 0 FROM {BASE}"
    )
    return f"SELECT entity, reached, amount::HUGEINT AS ordinal, {comparison or 'true'} AS holds FROM ({counts})"


def before_over_time(first: Tested, second: Tested) -> str:
    """Return when both were true, the first of them at an earlier version."""
    seconds = f"SELECT entity, min(version) AS witness, {_FIRST} FROM ({true_versions(second)}) GROUP BY entity"
    return (
        f"SELECT y.entity, y.reached, 1::HUGEINT AS ordinal, true AS holds FROM ({ever(first)}) x JOIN ({seconds}) y"
        " ON y.entity = x.entity WHERE x.witness < y.witness"
    )


def spans_of_all(timelines: Sequence[str], times: str) -> str:
    """Return a SELECT of ``entity``, ``begin`` and ``stop``: as of which times all clauses hold.

    ``times`` is a table of ``number``, from 0, and ``time``, ascending; ``stop`` is the number after the last time.
    """
    numbers = range(len(timelines))
    parts = []
    for clause, timeline in enumerate(timelines):
        shown = "".join(f", {'holds' if each == clause else 'NULL::BOOLEAN'} AS h{each}" for each in numbers)
        # Of several rows until a time, and after the one before it, the last one counts.
        parts.append(
            f"SELECT entity, number{shown} FROM (SELECT l.entity, t.number, arg_max(l.holds, l.ordinal) AS holds FROM"
            f" (SELECT entity, coalesce(reached, {_EARLIEST}) AS moment, ordinal, holds FROM ({timeline})) l"
            f" ASOF JOIN {times} t ON l.moment <= t.time GROUP BY l.entity, t.number)"
        )
    known = ", ".join(f"any_value(h{each}) AS h{each}" for each in numbers)
    rows = f"SELECT entity, number, {known} FROM ({' UNION ALL '.join(parts)}) GROUP BY entity, number"
    all_hold = " AND ".join(f"coalesce(last_value(h{each} IGNORE NULLS) OVER w, false)" for each in numbers)
    held = f"SELECT entity, number, {all_hold} AS holds FROM ({rows}) WINDOW w AS (PARTITION BY entity ORDER BY number)"
    turns = (
        "SELECT * FROM (SELECT *, lag(holds, 1, false) OVER (PARTITION BY entity ORDER BY number) AS held FROM"
        f" ({held})) WHERE holds <> held"
    )
    stop = f"lead(number, 1, (SELECT count(*) FROM {times})) OVER (PARTITION BY entity ORDER BY number)"
    return (
        f"SELECT entity, number AS begin, stop FROM (SELECT entity, number, holds, {stop} AS stop FROM ({turns}))"
        f" SEMI JOIN {BASE} USING (entity) WHERE holds"
    )
