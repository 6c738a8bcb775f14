"""A store that somebody else holds: nothing is written, and a person gets a message."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.app.entity.commands import Commands
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import open_session


def test_a_change_that_finds_the_store_locked_writes_nothing_and_says_so(demo_store: Path) -> None:
    with closing(open_session(str(demo_store))) as session:
        entity = next(each for each in session.entities() if each.type == "Account" and not each.discarded)
        with closing(sqlite3.connect(demo_store, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(UserError, match="nothing was written"):
                Commands(session).change_attribute(entity.id, "owner", "Nobody", entity.version)
            other.execute("ROLLBACK")
        assert session.entity(entity.id) == entity
        changes = Commands(session).change_attribute(entity.id, "owner", "Somebody", entity.version)
        assert changes.events == ((entity.version + 1, "AttributeChanged"),)
