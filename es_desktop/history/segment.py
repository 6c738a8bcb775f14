"""One segment of a state history: the steps and changes of some entities, collected as columns and written as Parquet.

A segment never changes once it is written, so several programs can read it, and what was stopped is continued with the
next one. The values of a segment are written once each, and changes refer to them by number.
"""

from __future__ import annotations

import enum
import shutil
from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from .quoting import literal

TABLES: Final = ("entity", "step", "change", "value")
"""The files of a segment, without their ending."""
_VALUE_BITS: Final = 24
"""A value has the number of its segment above these bits, and its own below: so it is known in all segments."""
MOST_VALUES: Final = 1 << _VALUE_BITS
UNFINISHED: Final = ".part"


class ValueKind(enum.IntEnum):
    """What a value of a state is, as far as SQL compares it."""

    ABSENT = 0
    """The state has the attribute no more."""
    NULL = 1
    BOOLEAN = 2
    NUMBER = 3
    """Finite, and no member of an enum."""
    TEXT = 4
    CONTAINER = 5
    """A list or a dict."""
    OTHER = 6
    """Such as a time, an id or a member of an enum."""
    OMITTED = 7
    """Too long, or of a type that cannot be written: who needs it has to fold the entity."""


class StoredValue(NamedTuple):
    """A value as a segment stores it."""

    kind: ValueKind
    text: str | None = None
    """JSON from which the same value is read again."""
    json: str | None = None
    """JSON for people and SQL, where it is another: without the types of Python."""
    number: float | None = None
    """The nearest double of a number, or of a boolean."""


class StoredEntity(NamedTuple):
    """An entity as a segment stores it."""

    number: int
    """Of the entity in the history."""
    id: str
    is_uuid: bool
    """Whether the id is a UUID, or else a text."""
    type: str
    is_kept: bool = True
    """Whether its steps are here; in a damaged store versions may be no whole numbers, or be there twice."""
    first: int | None = None
    """Its first version; ``None`` where these are later steps of an entity that another segment has."""
    reached: float | None = None
    """The time of its first event."""


class StoredStep(NamedTuple):
    """A step as a segment stores it."""

    version: int
    type: str
    """Of the event."""
    time: float | None
    """Seconds since the epoch."""
    reached: float | None
    """The latest time of the events up to this one."""
    exists: bool
    exactness: str
    failure: str


_NOT_A_TIME: Final = float("nan")
_NO_VERSION: Final = -(2**63)


class SegmentRows:
    """The rows of one segment, until they are written. For one thread at a time."""

    def __init__(self, segment: int) -> None:
        """``segment`` is its number in the history, from 0."""
        self._first_value = segment << _VALUE_BITS
        self._entities: list[StoredEntity] = []
        self._step_numbers = array("I"), array("q")
        self._step_times = array("d"), array("d")
        self._step_exists = array("B")
        self._step_texts: tuple[list[str], list[str], list[str]] = [], [], []
        self._change_numbers = array("I"), array("q"), array("Q")
        self._change_attributes: list[str] = []
        self._change_times = array("d")
        self._values: list[tuple[str, StoredValue]] = []

    @property
    def values(self) -> int:
        """How many values it has."""
        return len(self._values)

    @property
    def entities(self) -> int:
        """How many entities it has."""
        return len(self._entities)

    def add_entity(self, entity: StoredEntity) -> None:
        """Add an entity whose steps come next."""
        self._entities.append(entity)

    def add_value(self, attribute: str, value: StoredValue) -> int:
        """Add a value of an attribute, and return its number in the history."""
        number = self._first_value + len(self._values)
        self._values.append((attribute, value))
        return number

    def add_step(self, step: StoredStep, values: Mapping[str, int]) -> None:
        """Add the next step of the last entity, with the numbers of the values that it changed, by attribute."""
        entity, reached = self._entities[-1].number, _seconds(step.reached)
        self._step_numbers[0].append(entity)
        self._step_numbers[1].append(step.version)
        self._step_times[0].append(_seconds(step.time))
        self._step_times[1].append(reached)
        self._step_exists.append(step.exists)
        types, exactness, failures = self._step_texts
        types.append(step.type)
        exactness.append(step.exactness)
        failures.append(step.failure)
        entities, versions, numbers = self._change_numbers
        for attribute, number in values.items():
            self._change_attributes.append(attribute)
            entities.append(entity)
            versions.append(step.version)
            numbers.append(number)
            self._change_times.append(reached)

    def write(self, folder: Path) -> None:
        """Write the segment as a new folder, whole or not at all. Raises ``OSError``, or what DuckDB raises."""
        import duckdb

        unfinished = folder.with_name(f"{folder.name}{UNFINISHED}")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        with duckdb.connect(config={"threads": 1}) as connection:
            for table, (columns, select) in self._tables().items():
                connection.register("rows", columns)
                target = literal(str(unfinished / f"{table}.parquet"))
                options = "format parquet, compression zstd, parquet_version v2"
                connection.execute(f"COPY ({select}) TO {target} ({options})")
                connection.unregister("rows")
        unfinished.rename(folder)

    def _tables(self) -> dict[str, tuple[dict[str, Any], str]]:
        """Return the columns of each table, with the SELECT that makes its rows of them."""
        entities, values = self._entities, self._values
        return {
            "entity": (
                {
                    "number": _numbers(array("I", (each.number for each in entities))),
                    "id": _texts([each.id for each in entities]),
                    "is_uuid": _numbers(array("B", (each.is_uuid for each in entities))),
                    "type": _texts([each.type for each in entities]),
                    "is_kept": _numbers(array("B", (each.is_kept for each in entities))),
                    "first": _numbers(
                        array("q", (_NO_VERSION if each.first is None else each.first for each in entities))
                    ),
                    "reached": _numbers(array("d", (_seconds(each.reached) for each in entities))),
                },
                "SELECT number, id, is_uuid = 1 AS is_uuid, type, is_kept = 1 AS is_kept,"
                f" nullif(first, {_NO_VERSION}) AS first, {_time('reached')} FROM rows ORDER BY number",
            ),
            "step": (
                {
                    "entity": _numbers(self._step_numbers[0]),
                    "version": _numbers(self._step_numbers[1]),
                    "time": _numbers(self._step_times[0]),
                    "reached": _numbers(self._step_times[1]),
                    "present": _numbers(self._step_exists),
                    **dict(zip(("type", "exactness", "failure"), map(_texts, self._step_texts), strict=True)),
                },
                f"SELECT entity, version, type, {_time('time')}, {_time('reached')}, present = 1 AS present, exactness,"
                " nullif(failure, '') AS failure FROM rows",
            ),
            "change": (
                {
                    "attribute": _texts(self._change_attributes),
                    "entity": _numbers(self._change_numbers[0]),
                    "version": _numbers(self._change_numbers[1]),
                    "reached": _numbers(self._change_times),
                    "value": _numbers(self._change_numbers[2]),
                },
                f"SELECT attribute, entity, version, {_time('reached')}, value FROM rows"
                " ORDER BY attribute, entity, version",
            ),
            "value": (
                {
                    "number": _numbers(array("Q", range(self._first_value, self._first_value + len(values)))),
                    "attribute": _texts([each for each, _ in values]),
                    "kind": _numbers(array("B", (value.kind for _, value in values))),
                    "amount": _numbers(array("d", (_seconds(value.number) for _, value in values))),
                    "text": _texts([value.text for _, value in values]),
                    "json": _texts([value.json for _, value in values]),
                },
                f"SELECT number, attribute, kind, {_time('amount')}, text, json FROM rows ORDER BY attribute, number",
            ),
        }


def _version(version: int | None) -> int:
    return _NO_VERSION if version is None else version


def _seconds(value: float | None) -> float:
    return _NOT_A_TIME if value is None else value


def _time(column: str) -> str:
    """Return the SQL of a column in which NaN stands for no number."""
    return f"CASE WHEN isnan({column}) THEN NULL ELSE {column} END AS {column}"


def _numbers(column: array[Any]) -> Any:
    import numpy

    return numpy.frombuffer(column, dtype=column.typecode) if column else numpy.empty(0, dtype=column.typecode)


def _texts(column: list[Any]) -> Any:
    import numpy

    found = numpy.empty(len(column), dtype=object)
    found[:] = [each if each is None or each.isascii() else _in_utf_8(each) for each in column]
    return found


def _in_utf_8(text: str) -> str:
    """Return a text with an escape for half of a character, which UTF-8 does not have."""
    return text.encode(errors="backslashreplace").decode()
