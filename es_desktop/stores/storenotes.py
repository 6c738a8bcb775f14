"""The one row by which a store of ours says what it is besides a store: a text that goes with its records.

What the text means is for the program to say. A store without the table is none such; an older program passes it over.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, exc, insert, select
from sqlalchemy.orm import Session, scoped_session

from es_desktop.core import DatastoreError

from .layout import Layout


class StoreNotes:
    """A table of one row, by its name."""

    def __init__(self, name: str) -> None:
        self._table = Table(
            name, MetaData(), Column("id", Integer, primary_key=True), Column("notes", Text, nullable=False)
        )

    def write(self, engine: Engine, notes: str) -> None:
        """Let a new store of ours have these notes. Raises ``DatastoreError`` where it cannot be written."""
        try:
            with engine.begin() as connection:
                self._table.create(connection)
                connection.execute(insert(self._table), {"id": 1, "notes": notes})
        except exc.DatabaseError as error:
            raise DatastoreError(str(error.orig)) from error

    def read(self, session: scoped_session[Session], layout: Layout) -> str | None:
        """Return the notes of a store; an empty text where they cannot be read, ``None`` where it has none."""
        if layout.named(self._table.name) is None:
            return None
        try:
            found = session.scalar(select(self._table.c.notes).limit(1))
        except exc.DatabaseError:
            return ""
        finally:
            session.rollback()
        return found if isinstance(found, str) else ""


CASE_NOTES: Final = StoreNotes("case_notes")
"""What a case says of itself."""
COPY_NOTES: Final = StoreNotes("copy_notes")
"""What a working copy says of where it comes from."""
