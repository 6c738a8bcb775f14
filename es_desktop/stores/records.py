"""The record classes of our own stores, and the column type of sequence ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Column, Dialect, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint, types
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from es_desktop.core import DatastoreError

_MOST_IDS_KEPT: Final = 4096


class _NoAffinity(types.UserDefinedType[Any]):
    """A column that SQLite declares without a type affinity, so that each value keeps its type."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "BLOB"


class SequenceIdType(types.TypeDecorator[UUID | str]):
    """A sequence id, ``UUID`` or ``str``; the type is kept.

    SQLite stores a UUID as 16 bytes and a text as text. Other databases store text: a UUID with its dashes; a text that
    looks like one, or starts with an apostrophe, gets an apostrophe in front.
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
        is_quoted = dialect.name != "sqlite" and (value.startswith("'") or _is_dashed_uuid(value))
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


def _from_sqlite(value: bytes | str | None) -> UUID | str | None:
    if isinstance(value, bytes) and len(value) != 16:
        raise DatastoreError(f"the store cannot be read: an id of {len(value)} bytes is no UUID", "Try a copy of it.")
    return UUID(bytes=value) if isinstance(value, bytes) else value


def _from_text(value: str | None) -> UUID | str | None:
    if value is None:
        return None
    return value[1:] if value.startswith("'") else UUID(value) if _is_dashed_uuid(value) else value


def _is_dashed_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


class WholeNumber(types.TypeDecorator[int]):
    """A version. SQLite may find another value: where a file is damaged, an index and its table do not agree."""

    impl = BigInteger
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        return _whole if dialect.name == "sqlite" else None


def _whole(value: Any) -> int | None:
    if not isinstance(value, int) and value is not None:  # the highest version of no event is None
        raise DatastoreError(f"a version is {value!r:.40}, and no whole number", "Try a copy of it.", is_damage=True)
    return value


class Base(DeclarativeBase):
    """The declarative base of our own tables."""


class _SequencedItemColumns:
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    sequence_id: Mapped[Any] = mapped_column(SequenceIdType(), nullable=False)
    position: Mapped[int] = mapped_column(WholeNumber(), nullable=False)
    topic: Mapped[str] = mapped_column(Text(), nullable=False)
    data: Mapped[str] = mapped_column(Text(), nullable=False)


class SqlIntegerSequencedItem(_SequencedItemColumns, Base):
    """An event at an integer position of its sequence."""

    __tablename__ = "integer_sequenced_items"
    __table_args__ = (UniqueConstraint("sequence_id", "position"),)


class SqlSnapshot(_SequencedItemColumns, Base):
    """A snapshot; its position is that of the last event in it."""

    __tablename__ = "snapshots"
    __table_args__ = (UniqueConstraint("sequence_id", "position"),)


MARKER: Final = Table(
    "es_desktop_store", MetaData(), Column("layout_version", Integer, primary_key=True, autoincrement=False)
)
"""The table that marks a server's database as a store of ours, with the version of its layout."""
