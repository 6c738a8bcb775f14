"""Finds the tables that a column map describes, and makes the select that reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from itertools import takewhile
from typing import Any, Final

import sqlalchemy as sa

from es_desktop.core import StoreRefusedError

from .columnmap import IN_BRACES, ColumnMap, Constant, FirstOf, Join, JsonField, Source, Template
from .engines.json_in_sql import number_in, text_in
from .foreign import ForeignId, ForeignItem
from .layout import Layout, TableInfo, match_name
from .records import WholeNumber

_LARGE_OBJECTS: Final = sa.table("pg_largeobject_metadata", sa.column("oid"), schema="pg_catalog")
_PLAIN_TYPES: Final = frozenset(
    {"bigint", "integer", "smallint", "numeric", "real", "double precision", "boolean"}
    | {"text", "character varying", "character", "name", "uuid", "bytea", "jsonb", "inet", "cidr"}
    | {"timestamp with time zone", "timestamp without time zone", "date", "oid", "xid8", "pg_lsn", "money"}
)
"""Types of PostgreSQL whose values the driver returns in any case, and which are compared with parameters. Values of
others, such as enums, ranges, ``xml`` or ``time``, are read as texts."""
_ID_TYPES: Final = frozenset({"", "text", "character varying", "uuid", "smallint", "integer", "bigint", "bytea"})
"""The types of a server in which an id is compared as it is; others, such as numeric, are compared as texts."""
_MOST_TABLES: Final = 400
"""Tables that are read as one: SQLite allows at most 500 terms in a compound select."""


class MappedTables:
    """The table of a column map with its joined tables. ``tables[name]`` is a column by its name in the map."""

    def __init__(self, layout: Layout, column_map: ColumnMap, *found: TableInfo) -> None:
        """Find the tables to join. Raises ``StoreRefusedError`` if a table or a column does not exist.

        If several tables are given, they have the same columns, and the first ones are read as one table.
        """
        self.layout = layout
        self.info, *self.others = found[:_MOST_TABLES]
        self.map = column_map
        self.notes: tuple[str, ...] = ()
        if len(found) > _MOST_TABLES:
            self.notes = (f"{_MOST_TABLES} of {len(found)} tables are shown",)
        self._tables: dict[str, tuple[TableInfo, sa.FromClause]] = {}
        self._selects: dict[tuple[type, Any], sa.Select[Any]] = {}
        self.main = self._selectable(self.info)
        if self.others or column_map.rows is not None:
            rows = column_map.rows or self._columns_to_combine
            self.main = sa.union_all(*(rows(layout, each) for each in (self.info, *self.others))).subquery("combined")
        self.source = reduce(self._join, column_map.joins.items(), self.main)

    def __contains__(self, name: str) -> bool:
        alias, _, column = name.lower().rpartition(".")
        return name.lower() in self.main.c or (alias in self._tables and column in self._tables[alias][1].c)

    def __getitem__(self, name: str) -> sa.ColumnElement[Any]:
        """Return a column, or ``name.column`` of a joined table. Raises ``StoreRefusedError`` if there is none."""
        key = name.lower()
        if key in self.main.c:
            return _plain(self.info, self.main.c[key])
        alias, _, column = name.rpartition(".")
        info, table = self._tables.get(alias, (self.info, self.main))
        if alias not in self._tables or column.lower() not in table.c:
            raise StoreRefusedError(
                f"the table {info.name} has no column {column if alias in self._tables else name}",
                f"It has {', '.join(info.columns)}.",
            )
        return _plain(info, table.c[column.lower()])

    @property
    def row_ids(self) -> sa.ColumnElement[Any] | None:
        """The order in which rows were written; ``None`` if the database does not know it."""
        # A column of the table may have taken some of SQLite's names for the row id.
        names = [each for each in ("rowid", "_rowid_", "oid") if self.info.has_rowid and each not in self.info.lower]
        name = next(iter(names), None) if self.layout.dialect == "sqlite" else "ctid"
        quoted = self.info.name.replace('"', '""')
        return None if name is None else sa.literal_column(f'"{quoted}".{name}')

    def value(self, source: Source | None) -> sa.ColumnElement[Any] | None:
        """Return the expression for a source; ``None`` if the map has no source."""
        match source:
            case None:
                return None
            case str():
                return self[source]
            case Constant(text):
                # The cast keeps its own type where an id is expected, which cannot be written into a statement.
                return sa.cast(sa.literal(text, literal_execute=True), sa.String)
            case JsonField(column, path, is_number):
                return self._in_json(column, path, is_number)
            case Template(text):
                return self._template_text(text)
            case FirstOf(columns):
                return next((self[each] for each in columns if each in self), None)
        found: sa.ColumnElement[Any] = source(self)
        return found

    def select(self, first_id: Any = None) -> sa.Select[Any]:
        """Return a select whose columns are the fields of ``ForeignItem``.

        ``first_id`` is the first value of the stream column; it is needed for ids ``as found``.
        """
        key = type(first_id), first_id
        if key not in self._selects:  # it is asked for six times while a store is opened
            self._selects[key] = self._select(first_id)
        return self._selects[key]

    def _select(self, first_id: Any) -> sa.Select[Any]:
        found = self.map
        columns = ForeignItem._make((*map(self.value, found.parts), None))
        stream = columns.sequence_id
        shown = stream.collate("BINARY") if self.info.is_collated else stream
        if self._type_of(found.stream) not in _ID_TYPES:
            shown = sa.cast(shown, sa.Text)
        columns = columns._replace(
            sequence_id=sa.type_coerce(shown, self._id(first_id)),
            position=sa.type_coerce(
                self._row_number(stream, columns.time) if columns.position is None else columns.position, WholeNumber()
            ),
            data=self._content(columns.data),
            metadata=self._content(columns.metadata),
        )
        named = zip(columns, ForeignItem._fields, strict=True)
        statement = sa.select(*((sa.null() if each is None else each).label(name) for each, name in named))
        conditions = [self[name] == value for name, value in found.only.items()]
        if found.where is not None:
            conditions.append(found.where(self))
        left_out = (function(self) for function in found.left_out.values())
        conditions += [sa.not_(each) for each in left_out if not isinstance(each, sa.SelectBase)]
        return statement.select_from(self.source).where(*conditions)

    def left_out(self, row: str = "event") -> Iterator[tuple[str, sa.SelectBase]]:
        """Yield what the rows are that are not read, in words, with a select of them."""
        for what, function in self.map.left_out.items():
            found = function(self)
            is_rows = isinstance(found, sa.SelectBase)
            yield what, found if is_rows else sa.select(sa.literal(1)).select_from(self.source).where(found)
        for name, join in self.map.joins.items():
            if not join.is_optional and isinstance(self.main, sa.Table) and not any("." in ours for ours in join.on):
                info, joined = self._tables[name]
                keys = [(self[ours], self[f"{name}.{theirs}"]) for ours, theirs in join.on.items()]
                is_there = sa.select(sa.literal(1)).select_from(joined).where(*(one == other for one, other in keys))
                is_read = [] if self.map.where is None else [self.map.where(self)]
                rows = sa.select(sa.literal(1)).select_from(self.main).where(~is_there.exists(), *is_read)
                yield f"{row} without a row in {info.shown_name}", rows

    def beside(self, name: str) -> sa.FromClause:
        """Return another table of the schema, where ``*`` in its name is the text that it matched in this one's."""
        found = joined_table(self.layout, self.map, self.info, Join(name, {}))
        if found is None:
            raise StoreRefusedError(f"there is no table {name}")
        return self._selectable(found)

    def _content(self, value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Return a column with payloads: arrays and composite values of PostgreSQL as JSON, and for the numbers of its
        large objects (Hibernate's ``@Lob``) their bytes, or NULL."""
        column = value.clause if isinstance(value, sa.Cast) else value
        type_name = self.info.types.get(str(getattr(column, "name", "")).lower(), "")
        if type_name == "record" or type_name.endswith("[]"):
            return sa.func.to_jsonb(column)
        if type_name != "oid":
            return value
        return sa.case((sa.exists().where(_LARGE_OBJECTS.c.oid == value), sa.func.lo_get(value)))

    def _columns_to_combine(self, layout: Layout, info: TableInfo) -> sa.Select[Any]:
        columns = self._selectable(info).c
        return sa.select(*(columns[name] for name in sorted(self.map.columns)))

    def _selectable(self, info: TableInfo) -> sa.FromClause:
        return info.selectable(ignores_underscores=self.map.ignores_underscores)

    def _join(self, source: sa.FromClause, named: tuple[str, Join]) -> sa.FromClause:
        name, join = named
        info = joined_table(self.layout, self.map, self.info, join)
        if join.is_optional and (info is None or self.layout.has_rows(info) is None):
            return source
        if info is None:
            raise StoreRefusedError(f"there is no table {join.table}", f"It is joined as {name}.")
        joined = self._selectable(info).alias(name)
        self._tables[name] = (info, joined)
        is_equal = [self[ours] == self[f"{name}.{theirs}"] for ours, theirs in join.on.items()]
        is_only = [self[f"{name}.{column}"] == value for column, value in join.only.items()]
        return source.join(joined, sa.and_(*is_equal, *is_only), isouter=join.is_optional)

    def _in_json(self, column: str, path: tuple[str, ...], is_number: bool) -> sa.ColumnElement[Any]:
        read = number_in if is_number else text_in
        return read(self[column], self.layout.dialect, *path, type_name=self._type_of(column))

    def _type_of(self, source: Source | None) -> str:
        """Return the type of a column on a server; empty for SQLite, and for what is no column."""
        alias, _, column = source.lower().rpartition(".") if isinstance(source, str) else ("", "", "")
        info, _table = self._tables.get(alias, (self.info, None))
        return info.types.get(column, "")

    def _template_text(self, template: str) -> sa.ColumnElement[Any]:
        """Return the text of a template, NULL if one of its columns is NULL."""
        # ``split`` returns texts and, at the odd indexes, names of columns.
        parts = [part for part in enumerate(IN_BRACES.split(template)) if part[0] % 2 or part[1]]
        texts = [sa.cast(self[text], sa.String) if index % 2 else sa.literal(text) for index, text in parts]
        return reduce(lambda first, second: first + second, texts)

    def _row_number(self, stream: sa.ColumnElement[Any], time: sa.ColumnElement[Any] | None) -> sa.ColumnElement[Any]:
        order = [column for column in (time, self.row_ids) if column is not None]
        return sa.func.row_number().over(partition_by=stream, order_by=order or [stream])

    def _id(self, first_id: Any) -> ForeignId:
        match self.map.ids, first_id:
            case "hex", _:
                return ForeignId("any hex" if self.layout.dialect == "sqlite" else "hex")
            case "bytes", _:
                return ForeignId("raw bytes" if self.info.types.get(str(self.map.stream)) == "bytea" else "bytes")
            case "as found", bytes() | memoryview():
                return ForeignId("bytes" if self.layout.dialect == "sqlite" else "raw bytes")
            case "as found", int() if not isinstance(first_id, bool):
                return ForeignId("number")
        return ForeignId("any text" if self.layout.dialect == "sqlite" else "text")


def _plain(info: TableInfo, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return a column of a table, as text if its type is not a plain one."""
    type_name = info.types.get(str(column.name).lower(), "text")
    return column if type_name in _PLAIN_TYPES else sa.cast(column, sa.Text)


def marked_if(**words: str) -> Callable[[MappedTables], Any]:
    """Return the ``mark`` of a column map: the word for the first of these columns that a row says yes in."""

    def mark(tables: MappedTables) -> Any:
        found: list[tuple[Any, Any]] = [
            (sa.type_coerce(tables[name], sa.Boolean), sa.literal_column(f"'{word}'"))
            for name, word in words.items()
            if name in tables
        ]
        return sa.case(*found) if found else None

    return mark


def has_values(statement: sa.Select[Any], field: str) -> bool:
    """Return whether a field of ``ForeignItem`` is selected from somewhere, and not NULL in every row."""
    element = statement.selected_columns[field]
    return not isinstance(getattr(element, "element", element), sa.Null)


def find_tables(layout: Layout, column_map: ColumnMap) -> list[MappedTables]:
    """Return the tables of a database that match the column map of a format, each with its joined tables."""
    found = [info for info in layout.tables if _fits(layout, column_map, info)]
    if not column_map.combines_tables:
        return [MappedTables(layout, column_map, info) for info in found]
    found = [info for info in found if layout.has_rows(info) is not None]
    schemas = dict.fromkeys(info.schema for info in found)
    return [MappedTables(layout, column_map, *(info for info in found if info.schema == each)) for each in schemas]


def find_snapshot_table(events: MappedTables) -> MappedTables | None:
    """Return the snapshot table for a table of events: in its schema, with the longest common start of their names."""
    column_map = events.map.snapshots
    if column_map is None:
        return None
    star = match_name(events.map.table, events.info.name) or ""
    wanted = column_map.table if events.map.table == "*" else column_map.table.replace("*", star)
    candidates = [
        each
        for each in find_tables(events.layout, column_map)
        if each.info.schema == events.info.schema
        and (each.info != events.info or column_map.where is not None)
        and match_name(wanted, each.info.name) is not None
    ]
    return max(candidates, key=lambda each: _common_letters(each.info.name, events.info.name), default=None)


def _common_letters(first: str, second: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))


def _fits(layout: Layout, column_map: ColumnMap, info: TableInfo) -> bool:
    """Return whether a table has the name and the columns of a format's map, and the tables to join exist."""
    has, wanted = info.lower, column_map.columns
    if column_map.ignores_underscores:
        has = frozenset(name.replace("_", "") for name in has)
    if (
        not (has == wanted if column_map.has_no_other_columns else has >= wanted)
        or match_name(column_map.table, info.name) is None
        or not (column_map.fits is None or column_map.fits(layout, info))
    ):
        return False
    needed = (join for join in column_map.joins.values() if not join.is_optional)
    return all(joined_table(layout, column_map, info, join) is not None for join in needed)


def joined_table(layout: Layout, column_map: ColumnMap, info: TableInfo, join: Join) -> TableInfo | None:
    """Return the table of a join, in the schema of the first table; ``None`` if there is none."""
    star = match_name(column_map.table, info.name) or ""
    return layout.table_in_schema_of(info, join.table.replace("*", star).lower(), *join.needs)
