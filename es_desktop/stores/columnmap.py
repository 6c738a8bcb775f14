"""Column maps: the columns of a table that hold the parts of an event or a snapshot.

Both the known formats and the maps that people write are declared with these classes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

IN_BRACES: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A text made of several columns, each by its name in braces: ``{tenant}/{number}``."""

    text: str


@dataclass(frozen=True, slots=True)
class JsonField:
    """The value at a path of names in a JSON column."""

    column: str
    path: tuple[str, ...]
    is_number: bool = False
    """Whether the value is read as a whole number instead of a text."""


@dataclass(frozen=True, slots=True)
class Constant:
    """The same text for every row."""

    text: str


@dataclass(frozen=True, slots=True)
class FirstOf:
    """The first of these columns that the table has; nothing if it has none of them. Only for formats."""

    columns: tuple[str, ...]


Source = str | Template | JsonField | Constant | FirstOf | Callable[[Any], Any]
"""Where a value comes from. A text is a column, or ``name.column`` of a joined table.

A function (only in formats) returns an SQL expression for the ``MappedTables`` that it is given.
"""


@dataclass(frozen=True, slots=True)
class Join:
    """A second table, of which one row belongs to each row of the first."""

    table: str
    on: Mapping[str, str]
    """Columns of the earlier tables, each with the column of this table that is equal to it."""
    needs: tuple[str, ...] = ()
    """Columns that the table must have. Only for formats."""
    only: Mapping[str, str | int] = field(default_factory=dict)
    """Columns of it, each with the value that it has in the rows to join."""
    is_optional: bool = False
    """Whether rows without a joined row are read too."""


TimeUnit = Literal["", "s", "ms", "us", "ns", "ticks"]
TIME_UNITS: Final[Mapping[str, float]] = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9, "ticks": 1e7}
"""How many of each unit are one second. Ticks are those of .NET, which count from the year 1."""


@dataclass(frozen=True)
class ColumnMap:
    """The columns of events or snapshots. ``None`` for what the table does not hold."""

    table: str
    """``schema.table`` if it is not in the default schema. In a format ``*`` matches any text."""
    stream: Source
    """The id of the entity."""
    payload: Source
    """The attributes of an event; the state of a snapshot."""
    version: Source | None = None
    """The position of the event in its stream. Without it, events are counted in the order of their time, then row."""
    type: Source | None = None
    """The event type; of a snapshot the entity type."""
    time: Source | None = None
    entity: Source | None = None
    """The entity type."""
    snapshots: ColumnMap | None = None
    """The map of the snapshots that belong to these events."""
    joins: Mapping[str, Join] = field(default_factory=dict)
    """Other tables, by the name that stands before the dot in ``name.column``."""
    only: Mapping[str, str | int] = field(default_factory=dict)
    """Columns, each with the value that it has in the rows that are read."""
    time_unit: TimeUnit = ""
    """The unit of a time that is a number; without it, it is told apart by the size of the number."""
    decoder: str = ""
    """The name of the plugin's decoder that reads the payloads; without it, they are read by their first bytes."""
    metadata: Source | None = None
    scope: Source | None = None
    """The application, tenant or partition of a row, if the table holds several."""
    order: Source | None = None
    """The order of all events of the store."""
    mark: Source | None = None
    """A word for what the store says of a row beside its data. Only for formats."""
    first_version: int | None = 1
    """The version of the first event of a stream; ``None`` if it is not known. Only for formats, as all fields below.

    With 1 a stream may begin at 0 too.
    """
    head: Source | None = None
    """The version of the last event of a stream, as a table of streams counts it."""
    needs: tuple[str, ...] = ()
    """More columns that the table must have."""
    has_no_other_columns: bool = False
    """Whether a table with more columns does not match."""
    ignores_underscores: bool = False
    """Whether ``global_index`` matches the column ``globalindex``."""
    combines_tables: bool = False
    """Whether all matching tables of a schema are read as one."""
    ids: Literal["text", "bytes", "hex", "as found"] = "text"
    """How the ids of streams are stored; ``as found`` means as in the first row."""
    is_typed: bool = False
    """Whether an id is that of one entity only together with the entity type."""
    left_out: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """Rows that are not events of an entity, by what each is: ``event without an aggregate``. They are counted.

    A function, as in ``Source``, returns the condition of these rows, never NULL; or a select of rows that are left out
    in any case.
    """
    where: Callable[[Any], Any] | None = None
    """A function, as in ``Source``, that returns a condition on the rows to read."""
    fits: Callable[[Any, Any], bool] | None = None
    """A function that returns for a ``Layout`` and a ``TableInfo`` whether the table matches in other ways too."""
    rows: Callable[[Any, Any], Any] | None = None
    """A function that returns for the same the select to read instead of the table; ``needs`` are all its columns."""

    @property
    def parts(self) -> tuple[Source | None, ...]:
        """What is read from a row, in the order of the fields of ``ForeignItem``."""
        first = (self.stream, self.version, self.type, self.payload, self.time, self.entity)
        return (*first, self.metadata, self.scope, self.order, self.mark)

    @cached_property
    def columns(self) -> frozenset[str]:
        """The columns that a table must have to match the map of a format, in lower case."""
        if self.rows is not None:
            return frozenset(self.needs)
        joined = {ours for join in self.joins.values() for ours in join.on}
        read = {name for part in self.parts for name in _named_in(part)}
        names = {*self.needs, *self.only, *joined, *read}
        return frozenset(name.lower() for name in names if "." not in name)


def _named_in(source: Source | None) -> list[str]:
    match source:
        case str():
            return [source]
        case JsonField(column):
            return [column]
        case Template(text):
            return IN_BRACES.findall(text)
    return []
