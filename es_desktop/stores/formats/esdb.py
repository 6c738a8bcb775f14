"""Our own stores: two tables in an SQLite file that states our application id."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session, scoped_session

from es_desktop.core import KnownClasses, SequencedItem, SequencedItemMapper

from ..records import SqlIntegerSequencedItem, SqlSnapshot
from ..sqlite import APPLICATION_ID
from ..strategy import SQLAlchemyActiveRecordStrategy
from .base import SequenceTable, StoreTables

USER_VERSION = 1
"""The version of the layout; a store of a newer one is not opened."""


class EsdbFormat:
    """The format that this program writes."""

    name = "es-desktop store"
    is_ours = True

    def detect(self, columns: Mapping[str, frozenset[str]], application_id: int) -> bool:
        return application_id == APPLICATION_ID

    def tables(
        self, session: scoped_session[Session], columns: Mapping[str, frozenset[str]], classes: KnownClasses
    ) -> StoreTables:
        mapper = SequencedItemMapper(SequencedItem, "originator_id", "originator_version", classes)
        return StoreTables(
            events=SequenceTable(SQLAlchemyActiveRecordStrategy(session, SqlIntegerSequencedItem), mapper),
            snapshots=SequenceTable(SQLAlchemyActiveRecordStrategy(session, SqlSnapshot), mapper),
        )
