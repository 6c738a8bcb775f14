"""Opening a store a second time, and closing it, leaves the locks of the first one: POSIX ties them to the process."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from uuid import UUID

from es_desktop.core import KnownClasses, SequencedItem
from es_desktop.stores import OpenedStore, StoreLocation, create_store, open_store
from tests.patience import PATIENCE
from tests.stores.other_process import INSERT

SAMPLE = Path(__file__).parents[1] / "samples" / "es-3.1.0-sqlalchemy-sqlite.db"
SEQUENCE = UUID(int=1)


def run_elsewhere(path: Path, statement: str) -> str:
    """Run a statement in another process, which closes the file at once; return its error."""
    program = (
        "import sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)\n"
        "try: connection.execute(sys.argv[2])\n"
        "except sqlite3.Error as error: print(error)\n"
        "connection.close()\n"
    )
    command = [sys.executable, "-c", program, str(path), statement]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE).stdout.strip()


def append(opened: OpenedStore, position: int) -> None:
    opened.tables.events.strategy.append(SequencedItem(SEQUENCE, position, "nothing#Nothing", "{}"))


def test_another_process_does_not_remove_the_log_of_a_store_that_was_opened_twice(location: StoreLocation) -> None:
    path = location.path
    assert path is not None
    with closing(create_store(location, KnownClasses())) as first:
        append(first, 0)
        for writable in (True, False):
            open_store(location, KnownClasses(), writable=writable).close()
        assert run_elsewhere(path, "CREATE TABLE theirs (x)") == ""
        assert path.with_name(f"{path.name}-wal").exists(), "it is in use"
        append(first, 1)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM integer_sequenced_items").fetchone() == (2,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_nobody_writes_while_a_file_of_another_program_is_read_that_was_opened_twice(tmp_path: Path) -> None:
    path = Path(shutil.copyfile(SAMPLE, tmp_path / "live.db"))
    location = StoreLocation(path)
    with closing(open_store(location, KnownClasses(), writable=False)) as first:
        ids = first.reader.ids()
        next(ids)
        open_store(location, KnownClasses(), writable=False).close()
        assert run_elsewhere(path, INSERT.replace("?", "0")) == "database is locked"
        ids.close()
        assert run_elsewhere(path, INSERT.replace("?", "0")) == ""


def test_a_file_that_is_copied_keeps_its_locks(tmp_path: Path) -> None:
    path = Path(shutil.copyfile(SAMPLE, tmp_path / "live.db"))
    location = StoreLocation(path)
    with closing(open_store(location, KnownClasses(), writable=False)) as first:
        ids = first.reader.ids()
        next(ids)
        journal = path.with_name(f"{path.name}-journal")
        journal.write_bytes(bytes.fromhex("d9d505f920a163d7") + bytes(504))  # as a crash leaves it: it is copied then
        open_store(location, KnownClasses(), writable=False).close()
        journal.unlink()
        assert run_elsewhere(path, INSERT.replace("?", "0")) == "database is locked"
        ids.close()
