"""A store of another program may be written while it is open here."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from es_desktop.core import KnownClasses
from es_desktop.stores import Counts, StoreLocation, open_store

SAMPLE = Path(__file__).parents[1] / "samples" / "es-3.1.0-sqlalchemy-sqlite.db"


def test_a_commit_to_a_store_of_another_program_is_noticed(tmp_path: Path, classes: KnownClasses) -> None:
    path = tmp_path / "live.db"
    shutil.copyfile(SAMPLE, path)
    opened = open_store(StoreLocation(path), classes, writable=False)
    assert not opened.has_changed()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("DELETE FROM snapshots")
    assert opened.has_changed()
    assert opened.reader.counts() == Counts(11, 112, 0)
    opened.close()
