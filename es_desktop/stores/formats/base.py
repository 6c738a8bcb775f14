"""What a table format is: how it is recognised, and the two seams through which it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session, scoped_session

from es_desktop.core import KnownClasses, SequencedItemMapper

from ..strategy import SQLAlchemyActiveRecordStrategy


@dataclass(frozen=True, slots=True)
class SequenceTable:
    """A table of sequenced items: how its rows are reached, and how they are decoded."""

    strategy: SQLAlchemyActiveRecordStrategy
    mapper: SequencedItemMapper


@dataclass(frozen=True, slots=True)
class StoreTables:
    """The tables of a store."""

    events: SequenceTable
    snapshots: SequenceTable | None
    notes: tuple[str, ...] = ()
    """What a person should know about what is shown, and what is not."""


class TableFormat(Protocol):
    """A layout of tables that some library writes."""

    name: str
    is_ours: bool
    """Whether stores of this format may be written."""

    def detect(self, columns: Mapping[str, frozenset[str]], application_id: int) -> bool:
        """Tell whether a database is of this format, by its tables' columns (names in lower case)."""

    def tables(
        self, session: scoped_session[Session], columns: Mapping[str, frozenset[str]], classes: KnownClasses
    ) -> StoreTables:
        """Return the tables of a database of this format."""
