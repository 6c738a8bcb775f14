"""The table that marks a server's database as a store of ours, with the version of its layout."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Connection, Integer, MetaData, Table, inspect

NAME: Final = "es_desktop_store"
MARKER: Final = Table(NAME, MetaData(), Column("layout_version", Integer, primary_key=True, autoincrement=False))


def has_marker(connection: Connection) -> bool:
    """Return whether the database holds a store of ours."""
    return inspect(connection).has_table(NAME)
