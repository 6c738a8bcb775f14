"""A table with one row that marks a store of ours as a case or a working copy, with a text of its notes.

``app`` defines the text. Older versions of this program ignore the table.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, exc, insert, select
from sqlalchemy.orm import Session, scoped_session

from es_desktop.core import DatastoreError

from .layout import Layout


class StoreNotes:
    """A table with one row of notes."""

    def __init__(self, name: str) -> None:
        self._table = Table(
            name, MetaData(), Column("id", Integer, primary_key=True), Column("notes", Text, nullable=False)
        )

    def write(self, engine: Engine, notes: str) -> None:
        """Write the notes of a new store of ours. Raises ``DatastoreError`` if it cannot be written."""
        try:
            with engine.begin() as connection:
                self._table.create(connection)
                connection.execute(insert(self._table), {"id": 1, "notes": notes})
        except exc.DatabaseError as error:
            raise DatastoreError(str(error.orig)) from error

    def read(self, session: scoped_session[Session], layout: Layout) -> str | None:
        """Return the notes of a store; ``""`` if they cannot be read, ``None`` if there is no such table."""
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
"""The notes of a case."""
COPY_NOTES: Final = StoreNotes("copy_notes")
"""The notes of a working copy: where it comes from."""
