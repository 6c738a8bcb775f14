"""The one row by which a store of ours says that it is a case: a text that goes with the records it was exported with.

What the text means is for the program to say. A store without the table is no case; an older program passes it over.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, exc, insert, select
from sqlalchemy.orm import Session, scoped_session

from es_desktop.core import DatastoreError

from .layout import Layout

_NAME: Final = "case_notes"
_TABLE: Final = Table(_NAME, MetaData(), Column("id", Integer, primary_key=True), Column("notes", Text, nullable=False))


def write_case_notes(engine: Engine, notes: str) -> None:
    """Let a new store of ours say that it is a case. Raises ``DatastoreError`` where it cannot be written."""
    try:
        with engine.begin() as connection:
            _TABLE.create(connection)
            connection.execute(insert(_TABLE), {"id": 1, "notes": notes})
    except exc.DatabaseError as error:
        raise DatastoreError(str(error.orig)) from error


def read_case_notes(session: scoped_session[Session], layout: Layout) -> str | None:
    """Return the notes of a case; an empty text where they cannot be read, ``None`` where the store is none."""
    if layout.named(_NAME) is None:
        return None
    try:
        found = session.scalar(select(_TABLE.c.notes).limit(1))
    except exc.DatabaseError:
        return ""
    finally:
        session.rollback()
    return found if isinstance(found, str) else ""
