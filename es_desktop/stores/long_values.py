"""Long values that are not read with their rows: SQLite says how long they are, and the rows stay small."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from secrets import token_hex
from typing import Any, Final

import sqlalchemy as sa

from es_desktop.core.json_text import UnreadValue
from es_desktop.system.limits import payload_bytes

from .formats.base import SequenceTable, StoreTables
from .ourmapper import ORIGIN_FIRST, OurMapper
from .records import kept_with

_MOST_WITH_ORIGIN: Final = 2.5
"""How many times the limit a record of ours with its origin may have: it holds a payload more than once."""
_LONG: Final = ("data", "metadata")
"""The columns of records that may be of any length."""
_MARK: Final = f"\0{token_hex(16)} "
"""Nobody outside of this process can store it."""


class _Readable(sa.types.TypeDecorator[Any]):
    """A column whose long values are read as ``UnreadValue``."""

    impl = sa.types.NullType
    cache_ok = True

    def __init__(self, type_: sa.types.TypeEngine[Any]) -> None:
        super().__init__()
        self._of_values = type_

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], Any]:
        convert = self._of_values.dialect_impl(dialect).result_processor(dialect, coltype)

        def read(value: Any) -> Any:
            if type(value) is str and value.startswith(_MARK):
                return UnreadValue(int(value[len(_MARK) :]))
            return value if convert is None else convert(value)

        return read


def without_long_values(tables: StoreTables, dialect: sa.Dialect, most: int | None = None) -> StoreTables:
    """Return tables whose payloads of more than ``most`` bytes are read as ``UnreadValue``; see ``readable``."""

    def read(table: SequenceTable) -> SequenceTable:
        columns = readable(table.strategy.columns, tables, dialect, most)
        return replace(table, strategy=table.strategy.selecting(columns))

    snapshots = None if tables.snapshots is None else read(tables.snapshots)
    return replace(tables, events=read(tables.events), snapshots=snapshots)


def readable(
    columns: Iterable[sa.ColumnElement[Any]], tables: StoreTables, dialect: sa.Dialect, most: int | None = None
) -> list[sa.ColumnElement[Any]]:
    """Return columns to select, in which a payload of more than ``most`` bytes is an ``UnreadValue``.

    By default those that would not be decoded. A server is asked for all as they are.
    """
    if dialect.name != "sqlite":
        return [*columns]
    is_whole = most is None and isinstance(tables.events.mapper, OurMapper)
    most = payload_bytes() if most is None else most
    return [
        kept_with(each, (most, is_whole), partial(_marked, each, most, is_whole)) if each.key in _LONG else each
        for each in columns
    ]


def _marked(column: sa.ColumnElement[Any], most: int, has_whole: bool) -> sa.ColumnElement[Any]:
    length = sa.func.length(sa.cast(column, sa.LargeBinary))  # of bytes, also for a text
    value = sa.type_coerce(column, sa.types.NullType)
    is_unread = length > most
    if has_whole:
        has_origin = sa.func.substr(value, 1, len(ORIGIN_FIRST)) == ORIGIN_FIRST
        is_unread &= (length > int(most * _MOST_WITH_ORIGIN)) | ~has_origin
    marked = sa.case((is_unread, sa.literal(_MARK).concat(length)), else_=value)
    return sa.type_coerce(marked, _Readable(column.type)).label(str(column.key))
