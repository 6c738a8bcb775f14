"""The tables of our own stores, the column type of sequence ids, and what is kept with tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, Dialect, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint, types
from sqlalchemy.types import TypeEngine

from es_desktop.core import DatastoreError

K = TypeVar("K")
_MOST_IDS_KEPT: Final = 4096
_STATEMENTS_KEPT: Final = 256
"""Of a table: each server has a dialect of its own, which statements are compiled for."""
_SHOWN: Final = re.compile(r"('*)([^ ]*) \((number|bytes|bytes that are not UTF-8)\)")


class _NoAffinity(types.UserDefinedType[Any]):
    """A column that SQLite declares without a type affinity, so that each value keeps its type."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "BLOB"


class SequenceIdType(types.TypeDecorator[UUID | str]):
    """A sequence id, ``UUID`` or ``str``; the type is kept.

    SQLite stores a UUID as 16 bytes and a text as text. Any other value, which only other programs leave there, is read
    as a text that finds it again, such as ``7 (number)``; a text that looks like one gets an apostrophe in front. Other
    databases store text: a UUID with its dashes; a text that looks like one, or starts with an apostrophe, gets an
    apostrophe in front.
    """

    impl = LargeBinary
    cache_ok = True
    exact_id_types: Final = frozenset({UUID, str})
    """Types of ids that are read exactly as they were written, so that a row found by its id need not return it."""

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(_NoAffinity() if dialect.name == "sqlite" else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        if isinstance(value, UUID):
            return value.bytes if dialect.name == "sqlite" else str(value)
        if not isinstance(value, str):
            raise TypeError(f"a sequence id is a UUID or a text, not {value!r}")
        if dialect.name == "sqlite":
            return _stored(value)
        is_quoted = value.startswith("'") or _is_dashed_uuid(value)
        return f"'{value}" if is_quoted else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        # The rows of one sequence repeat its id, and creating a UUID takes longer than reading the row.
        return _Ids(_from_sqlite if dialect.name == "sqlite" else _from_text).__getitem__


class _Ids(dict[Any, Any]):
    """A cache of the ids for values of a column."""

    def __init__(self, read: Callable[[Any], UUID | str | None]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, value: Any) -> UUID | str | None:
        if len(self) >= _MOST_IDS_KEPT:
            self.clear()
        found = self[value] = self._read(value)
        return found


def _from_sqlite(value: bytes | str | float | None) -> UUID | str | None:
    if value is None or (isinstance(value, bytes) and len(value) == 16):
        return None if value is None else UUID(bytes=value)
    return _shown(value) if _is_odd(value) else _quoted(str(value))


def _shown(value: bytes | str | float) -> str:
    """Return the text for a value that this program does not write as an id; ``_stored`` returns the value."""
    if isinstance(value, bytes):
        return f"{value.hex()} (bytes)"
    if isinstance(value, str):
        return f"{value.encode(errors='surrogateescape').hex()} (bytes that are not UTF-8)"
    # For SQLite, 7 and 7.0 are equal.
    is_whole = isinstance(value, float) and value.is_integer() and -(2**63) <= value < 2**63
    return f"{int(value) if is_whole else value!r} (number)"


def shown_version(value: Any) -> int | str:
    """Return a version as stored in SQLite, or the text for a value that this program does not write as one."""
    if isinstance(value, int):
        return value
    return "no version" if value is None else _shown(value) if _is_odd(value) else str(value)


def _stored(text: str) -> bytes | str | float:
    """Return the value in SQLite for the text of an id; one that is not UTF-8 has lone surrogates."""
    found = _SHOWN.fullmatch(text) if text.endswith(")") else None
    if found is None:
        return text
    quotes, content, kind = found.groups()
    if quotes:
        return text[1:]
    value: bytes | str | float
    try:
        if kind == "number":
            value = int(content) if content.lstrip("-").isdecimal() else float(content)
        else:
            value = bytes.fromhex(content)
            value = value if kind == "bytes" else value.decode(errors="surrogateescape")
    except ValueError:
        return text
    return value if _from_sqlite(value) == text else text


def _is_odd(value: bytes | str | float) -> bool:
    """Return whether a value is no text in UTF-8."""
    if not isinstance(value, str):
        return True
    return not value.isascii() and any("\ud800" <= mark <= "\udfff" for mark in value)


def is_shown(text: str) -> bool:
    """Return whether the text of an id of our stores is not what SQLite stores for it."""
    return _SHOWN.fullmatch(text) is not None


def _quoted(text: str) -> str:
    """Return a text with an apostrophe in front if it looks like one of ``_shown``, so that no two ids are alike."""
    return f"'{text}" if text.endswith(")") and _stored(text) != text else text


def _from_text(value: str | None) -> UUID | str | None:
    if value is None:
        return None
    return value[1:] if value.startswith("'") else UUID(value) if _is_dashed_uuid(value) else value


def _is_dashed_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


class WholeNumber(BigInteger):
    """A version. SQLite may find another value: where a file is damaged, an index and its table do not agree."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        return _whole if dialect.name == "sqlite" else None


def _whole(value: Any) -> int | None:
    if not isinstance(value, int) and value is not None:  # the highest version of no event is None
        raise DatastoreError(f"a version is {value!r:.40}, and no whole number", "Try a copy of it.", is_damage=True)
    return value


OUR_TABLES: Final = MetaData()
"""The tables of a store of ours."""


def _table_of_items(name: str) -> Table:
    return Table(
        name,
        OUR_TABLES,
        Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
        Column("sequence_id", SequenceIdType(), nullable=False),
        Column("position", BigInteger(), nullable=False),
        Column("topic", Text(), nullable=False),
        Column("data", Text(), nullable=False),
        UniqueConstraint("sequence_id", "position"),
    )


# Without the declarative classes of ``datastore.py``: to load the ORM takes a third of the time of SQLAlchemy.
EVENTS: Final = _table_of_items("integer_sequenced_items")
"""Each event at the position of its version in its sequence."""
SNAPSHOTS: Final = _table_of_items("snapshots")
"""The position of a snapshot is that of the last event in it."""
MARKER: Final = Table(
    "es_desktop_store", MetaData(), Column("layout_version", Integer, primary_key=True, autoincrement=False)
)
"""The table that marks a server's database as a store of ours, with the version of its layout."""


def kept_with(part: Any, key: Hashable, make: Callable[[], K]) -> K:
    """Return what was made for a table or a column before, or make it; it is kept as long as that is.

    The tables of our own stores are the same for each store that is opened, and those of others end with it.
    """
    info: dict[Any, Any] | None = getattr(part, "info", None)
    if info is None:  # a subquery
        return make()
    kept: dict[Hashable, K] = info.setdefault(kept_with, {})
    if key not in kept:
        if len(kept) >= _STATEMENTS_KEPT:
            kept.clear()
        kept[key] = make()
    return kept[key]
