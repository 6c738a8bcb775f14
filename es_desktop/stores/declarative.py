"""The record classes of our own stores, for the core as a library: stores that are opened need only their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import DeclarativeBase

from .records import EVENTS, OUR_TABLES, SNAPSHOTS

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapped


class Base(DeclarativeBase):
    """The declarative base of our own tables."""

    metadata = OUR_TABLES


class _SequencedItemColumns:
    if TYPE_CHECKING:  # the table has them
        id: Mapped[int]
        sequence_id: Mapped[Any]
        position: Mapped[int]
        topic: Mapped[str]
        data: Mapped[str]


class SqlIntegerSequencedItem(_SequencedItemColumns, Base):
    """An event at an integer position of its sequence."""

    __table__ = EVENTS
    __tablename__ = EVENTS.name


class SqlSnapshot(_SequencedItemColumns, Base):
    """A snapshot; its position is that of the last event in it."""

    __table__ = SNAPSHOTS
    __tablename__ = SNAPSHOTS.name
