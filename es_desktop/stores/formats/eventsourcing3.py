"""Python eventsourcing 3 on SQLAlchemy: sequenced items without an id column, ids as 16 bytes, versions from 0.

Read from files that 3.0.0 and 3.1.0 wrote; in 3.1 the payload leaves out what the columns say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import BigInteger, Column, MetaData, Table, Text, func, select
from sqlalchemy.orm import Session, scoped_session

from es_desktop.core import KnownClasses, SequencedItem, SequencedItemMapper

from ..records import SequenceIdType
from ..strategy import SQLAlchemyActiveRecordStrategy
from .base import SequenceTable, StoreTables

_COLUMNS: Final = frozenset({"sequence_id", "position", "topic", "data"})


class Eventsourcing3Format:
    """Tables of exactly the four columns of a sequenced item, told apart by their names."""

    name = "Python eventsourcing 3 (SQLAlchemy)"
    is_ours = False

    def detect(self, columns: Mapping[str, frozenset[str]], application_id: int) -> bool:
        return self._table_named(columns, "integer") is not None

    def tables(
        self, session: scoped_session[Session], columns: Mapping[str, frozenset[str]], classes: KnownClasses
    ) -> StoreTables:
        mapper = SequencedItemMapper(SequencedItem, "originator_id", "originator_version", classes)
        events = self._table_named(columns, "integer")
        snapshots = self._table_named(columns, "snapshot")
        assert events is not None, "detect() saw it"
        return StoreTables(
            events=_sequence_table(session, events, mapper),
            snapshots=None if snapshots is None else _sequence_table(session, snapshots, mapper),
            notes=self._notes(session, columns),
        )

    def _table_named(self, columns: Mapping[str, frozenset[str]], word: str) -> str | None:
        return next((name for name, found in columns.items() if found == _COLUMNS and word in name), None)

    def _notes(self, session: scoped_session[Session], columns: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
        logs = self._table_named(columns, "timestamp")
        if logs is None:
            return ()
        count = session.scalar(select(func.count()).select_from(_table(logs)))
        session.rollback()
        return (f"{logs} holds {count} log messages in order of time; they belong to no entity",) if count else ()


def _sequence_table(session: scoped_session[Session], name: str, mapper: SequencedItemMapper) -> SequenceTable:
    return SequenceTable(SQLAlchemyActiveRecordStrategy(session, _table(name)), mapper)


def _table(name: str) -> Table:
    return Table(
        name,
        MetaData(),
        Column("sequence_id", SequenceIdType(), primary_key=True),
        Column("position", BigInteger(), primary_key=True),
        Column("topic", Text()),
        Column("data", Text()),
    )
