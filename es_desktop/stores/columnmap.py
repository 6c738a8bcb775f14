"""Column maps: where a table keeps what an event, or a snapshot, is made of.

The formats that are known and the maps that people write are both declared in these words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal


@dataclass(frozen=True, slots=True)
class Template:
    """A text made of several columns, each by its name in braces: ``{tenant}/{number}``."""

    text: str


@dataclass(frozen=True, slots=True)
class JsonField:
    """What stands at a path of names in a column of JSON."""

    column: str
    path: tuple[str, ...]
    is_number: bool = False
    """Whether it is read as a whole number, rather than as a text."""


@dataclass(frozen=True, slots=True)
class Constant:
    """The same text for every row."""

    text: str


@dataclass(frozen=True, slots=True)
class FirstOf:
    """The first of some columns that the table has; nothing where it has none of them. Only for formats."""

    columns: tuple[str, ...]


Source = str | Template | JsonField | Constant | FirstOf | Callable[[Any], Any]
"""Where a value comes from. A text is a column, or ``name.column`` of a joined table.

A function, which only formats have, returns an expression of SQL from the ``MappedTables`` that it is given.
"""


@dataclass(frozen=True, slots=True)
class Join:
    """A table beside the first one, of which a row belongs to each of that one's rows."""

    table: str
    on: Mapping[str, str]
    """Columns of the tables before it, each with the column of this one that is equal to it."""
    needs: tuple[str, ...] = ()
    """Columns without which a table of that name is another one. Only for formats."""
    only: Mapping[str, str | int] = field(default_factory=dict)
    """Columns of it, each with the value that it has in the rows that belong."""
    is_optional: bool = False
    """Whether a row that none belongs to is read all the same."""


TimeUnit = Literal["", "s", "ms", "us", "ns"]
TIME_UNITS: Final[Mapping[str, float]] = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
"""How many of each make a second."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where events or snapshots are. ``None`` for what the table does not hold."""

    table: str
    """With its schema before a dot, where it is not in the first one. In a format ``*`` stands for any text."""
    stream: Source
    """The id of the entity."""
    payload: Source
    """What an event holds; of a snapshot the state."""
    version: Source | None = None
    """Of the event in its stream; without one, events are counted in the order of their time, and of their rows."""
    type: Source | None = None
    """What the event is called; of a snapshot what its entity's type is called."""
    time: Source | None = None
    entity: Source | None = None
    """What the entity's type is called."""
    snapshots: ColumnMap | None = None
    """Of a map of events."""
    joins: Mapping[str, Join] = field(default_factory=dict)
    """Other tables, each under the name that columns of it have before the dot."""
    only: Mapping[str, str | int] = field(default_factory=dict)
    """Columns, each with the value that it has in the rows that are read."""
    time_unit: TimeUnit = ""
    """What a time counts since the epoch; without one that is judged by how large it is."""
    metadata: Source | None = None
    scope: Source | None = None
    """The application, tenant or partition that a row belongs to, where the table holds several."""
    order: Source | None = None
    """What orders all events of the store."""
    needs: tuple[str, ...] = ()
    """Columns that are not read, but without which the table is another one. Only for formats, as all that follows."""
    has_no_other_columns: bool = False
    """Whether a table that has more columns is another one."""
    ignores_underscores: bool = False
    """Whether ``global_index`` is the column ``globalindex``."""
    combines_tables: bool = False
    """Whether all such tables of a schema are one."""
    ids: Literal["text", "bytes", "hex", "as found"] = "text"
    """What the ids of streams are kept as; ``as found`` means like that of the first row."""
    stream_may_be_null: bool = False
    """Whether there are rows of no stream, which are left out."""
    where: Callable[[Any], Any] | None = None
    """A condition on the rows that are read: a function like those of ``Source``."""

    @property
    def parts(self) -> tuple[Source, ...]:
        """Everything that is read of a row."""
        given = (self.stream, self.version, self.type, self.payload, self.time, self.entity)
        return tuple(each for each in (*given, self.metadata, self.scope, self.order) if each is not None)
