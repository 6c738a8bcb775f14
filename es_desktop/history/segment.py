"""One segment of a state history: the steps and changes of some entities, collected as columns and written as Parquet.

A segment never changes once it is written, so several programs can read it, and what was stopped is continued with the
next one. The values of a segment are written once each, and changes refer to them by number.
"""

from __future__ import annotations

import enum
import shutil
from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
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


class StoredSteps(NamedTuple):
    """Steps of one entity as a segment stores them: each column has one value for each step."""

    versions: Sequence[int]
    types: Sequence[str]
    """Of the events."""
    times: Sequence[float | None]
    """Seconds since the epoch."""
    reached: Sequence[float | None]
    """The latest time of the events up to each."""
    exist: Sequence[bool]
    exactness: Sequence[str]
    failures: Sequence[str]


_NOT_A_TIME: Final = float("nan")
_NO_VERSION: Final = -(2**63)


class _Names(dict[str, int]):
    """A number for each of few texts that are there many times."""

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self)
        return number

    def numbers(self, names: Iterable[str]) -> Iterable[int]:
        """Return the number of each name."""
        return map(self.__getitem__, names)


class SegmentRows:
    """The rows of one segment, until they are written. For one thread at a time."""

    def __init__(self, segment: int) -> None:
        """``segment`` is its number in the history, from 0."""
        self._first_value = segment << _VALUE_BITS
        self._names = _Names()
        """Of attributes, event types, exactness, and failures."""
        self._entities: list[StoredEntity] = []
        self._step_entities, self._step_versions = array("I"), array("q")
        self._step_times, self._step_reached, self._step_exist = array("d"), array("d"), array("B")
        self._step_types, self._step_exactness, self._step_failures = array("I"), array("I"), array("I")
        self._change_entities, self._change_versions = array("I"), array("q")
        self._change_attributes, self._change_values, self._change_reached = array("I"), array("Q"), array("d")
        self._value_attributes, self._value_kinds, self._value_numbers = array("I"), array("B"), array("d")
        self._value_texts: list[str | None] = []
        self._value_jsons: list[str | None] = []

    def add_entity(self, entity: StoredEntity) -> None:
        """Add an entity whose steps come next."""
        self._entities.append(entity)

    def add_value(self, attribute: str, value: StoredValue) -> int:
        """Add a value of an attribute, and return its number in the history."""
        number = self._first_value + len(self._value_texts)
        self._value_attributes.append(self._names[attribute])
        self._value_kinds.append(value.kind)
        self._value_numbers.append(_NOT_A_TIME if value.number is None else value.number)
        self._value_texts.append(value.text)
        self._value_jsons.append(value.json)
        return number

    def add_steps(self, steps: StoredSteps) -> None:
        """Add the next steps of the last entity."""
        self._step_entities.extend(repeat(self._entities[-1].number, len(steps.versions)))
        self._step_versions.extend(steps.versions)
        self._step_times.extend(_seconds(steps.times))
        self._step_reached.extend(_seconds(steps.reached))
        self._step_exist.extend(steps.exist)
        self._step_types.extend(self._names.numbers(steps.types))
        self._step_exactness.extend(self._names.numbers(steps.exactness))
        self._step_failures.extend(self._names.numbers(steps.failures))

    def add_changes(self, version: int, reached: float | None, values: Mapping[str, int]) -> None:
        """Add the changes of a step of the last entity: the numbers of the values after it, by attribute."""
        count = len(values)
        self._change_entities.extend(repeat(self._entities[-1].number, count))
        self._change_versions.extend(repeat(version, count))
        self._change_reached.extend(repeat(_NOT_A_TIME if reached is None else reached, count))
        self._change_attributes.extend(self._names.numbers(values))
        self._change_values.extend(values.values())

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
        return {"entity": self._entity(), "step": self._step(), "change": self._change(), "value": self._value()}

    def _entity(self) -> tuple[dict[str, Any], str]:
        entities = self._entities
        columns = {
            "number": _numbers(array("I", (each.number for each in entities))),
            "id": _texts([each.id for each in entities]),
            "is_uuid": _numbers(array("B", (each.is_uuid for each in entities))),
            "type": _texts([each.type for each in entities]),
            "is_kept": _numbers(array("B", (each.is_kept for each in entities))),
            "first": _numbers(array("q", (_NO_VERSION if each.first is None else each.first for each in entities))),
            "reached": _numbers(array("d", _seconds([each.reached for each in entities]))),
        }
        select = (
            "SELECT number, id, is_uuid = 1 AS is_uuid, type, is_kept = 1 AS is_kept,"
            f" nullif(first, {_NO_VERSION}) AS first, {_time('reached')} FROM rows ORDER BY number"
        )
        return columns, select

    def _step(self) -> tuple[dict[str, Any], str]:
        columns = {
            "entity": _numbers(self._step_entities),
            "version": _numbers(self._step_versions),
            "time": _numbers(self._step_times),
            "reached": _numbers(self._step_reached),
            "present": _numbers(self._step_exist),
            "type": self._named(self._step_types),
            "exactness": self._named(self._step_exactness),
            "failure": self._named(self._step_failures),
        }
        select = (
            f"SELECT entity, version, type, {_time('time')}, {_time('reached')}, present = 1 AS present, exactness,"
            " nullif(failure, '') AS failure FROM rows"
        )
        return columns, select

    def _change(self) -> tuple[dict[str, Any], str]:
        columns = {
            "entity": _numbers(self._change_entities),
            "version": _numbers(self._change_versions),
            "reached": _numbers(self._change_reached),
            "value": _numbers(self._change_values),
        }
        order = self._order(self._change_attributes, columns["entity"])
        columns = {name: each[order] for name, each in columns.items()}
        columns["attribute"] = self._named(self._change_attributes)[order]
        return columns, f"SELECT attribute, entity, version, {_time('reached')}, value FROM rows"

    def _value(self) -> tuple[dict[str, Any], str]:
        first = self._first_value
        columns = {
            "number": _numbers(array("Q", range(first, first + len(self._value_texts)))),
            "attribute": self._named(self._value_attributes),
            "kind": _numbers(self._value_kinds),
            "amount": _numbers(self._value_numbers),
            "text": _texts(self._value_texts),
            "json": _texts(self._value_jsons),
        }
        order = self._order(self._value_attributes)
        columns = {name: each[order] for name, each in columns.items()}
        return columns, f"SELECT number, attribute, kind, {_time('amount')}, text, json FROM rows"

    def _order(self, attributes: array[int], *then: Any) -> Any:
        """Return the order of rows by attribute, then by other columns, and else as they are."""
        import numpy

        ranks = numpy.empty(len(self._names), dtype="I")
        ranks[[self._names[each] for each in sorted(self._names)]] = numpy.arange(len(self._names))
        return numpy.lexsort((*reversed(then), ranks[_numbers(attributes)]))

    def _named(self, numbers: array[int]) -> Any:
        """Return the texts that numbers stand for."""
        return _texts(list(self._names))[_numbers(numbers)]


def _seconds(times: Sequence[float | None]) -> Iterable[float]:
    return (_NOT_A_TIME if each is None else each for each in times)


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
