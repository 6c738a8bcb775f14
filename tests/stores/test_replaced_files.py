"""A store file that is replaced or deleted while it is open: nothing is written, and the new file is intact."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import product
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from es_desktop.core import KnownClasses, SequencedItem, StoreRefusedError
from es_desktop.stores import (
    OpenedStore,
    SQLAlchemyActiveRecordStrategy,
    SqlIntegerSequencedItem,
    StoreLocation,
    create_store,
    open_store,
)
from es_desktop.stores.writing import append_records
from tests.patience import PATIENCE

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody replace a file that is open")

SEQUENCE = UUID(int=1)


def item(position: int, sequence: UUID = SEQUENCE) -> SequencedItem:
    return SequencedItem(sequence, position, "nothing#Nothing", "{}")


def append(opened: OpenedStore, position: int) -> None:
    opened.tables.events.strategy.append(item(position))


def append_in_a_session(opened: OpenedStore, position: int) -> None:
    with Session(opened.tables.events.strategy.engine) as session, session.begin():
        SQLAlchemyActiveRecordStrategy(session, SqlIntegerSequencedItem).append(item(position))


def snapshot(opened: OpenedStore, position: int) -> None:
    assert opened.tables.snapshots is not None
    opened.tables.snapshots.strategy.append(item(position))


def many(opened: OpenedStore, position: int) -> None:
    append_records(opened.tables, [("event", item(position)), ("snapshot", item(position, uuid4()))])


def case_notes(opened: OpenedStore, position: int) -> None:
    opened.write_case_notes(str(position))


def copy_notes(opened: OpenedStore, position: int) -> None:
    opened.write_copy_notes(str(position))


def poll(opened: OpenedStore, position: int) -> None:
    opened.has_changed()


def read(opened: OpenedStore, position: int) -> None:
    opened.reader.event_count()


def attach(opened: OpenedStore, position: int) -> None:
    assert opened.attachable is not None


WRITES = [append, append_in_a_session, snapshot, many, case_notes, copy_notes]


def rename_over(path: Path) -> None:
    other(path).replace(path)


def rename_away(path: Path) -> None:
    path.rename(path.with_name("away"))


def delete(path: Path) -> None:
    path.unlink()


def delete_and_copy(path: Path) -> None:
    path.unlink()
    shutil.copyfile(other(path), path)


REPLACEMENTS = [rename_over, rename_away, delete, delete_and_copy]


def other(path: Path) -> Path:
    """Create another store with one event that the first does not have."""
    found = path.parent / "elsewhere" / "other.esdb"
    found.parent.mkdir()
    with closing(create_store(StoreLocation(found), KnownClasses())) as made:
        append(made, 70)
    return found


def positions(path: Path) -> list[int]:
    """Check that a store is intact, and return the versions of its events."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with closing(open_store(StoreLocation(path), KnownClasses(), writable=True)) as opened:
        return [event.version for event in opened.reader.events(SEQUENCE)]


@pytest.fixture
def opened(location: StoreLocation) -> Iterator[OpenedStore]:
    create_store(location, KnownClasses()).close()
    with closing(open_store(location, KnownClasses(), writable=True)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("replace", "act"),
    [*product(REPLACEMENTS, [append, many, poll]), *product([rename_over], [*WRITES, read, attach])],
)
@pytest.mark.parametrize("written_before", [0, 3])
def test_a_replaced_file_is_refused_and_stays_intact(
    opened: OpenedStore,
    location: StoreLocation,
    replace: Callable[[Path], None],
    written_before: int,
    act: Callable[[OpenedStore, int], None],
) -> None:
    path = location.path
    assert path is not None
    for position in range(written_before):
        append(opened, position)
    replace(path)
    is_there = path.exists()
    for _ in range(2):  # what was refused once stays so
        with pytest.raises(StoreRefusedError, match="since it was opened") as refused:
            act(opened, 3)
        assert "open it again" in refused.value.hint.lower()
    assert [each.name for each in path.parent.glob(f"{path.name}*")] == [path.name] * is_there
    if is_there:
        assert positions(path) == [70]
    opened.close()
    assert [each.name for each in path.parent.glob(f"{path.name}*")] == [path.name] * is_there
    if is_there:
        assert positions(path) == [70]


def test_a_file_that_is_replaced_during_a_write_is_not_written(opened: OpenedStore, location: StoreLocation) -> None:
    path = location.path
    assert path is not None

    def records() -> Iterator[tuple[str, SequencedItem]]:
        yield "event", item(0)
        rename_over(path)
        yield "event", item(1)

    with pytest.raises(StoreRefusedError, match="since it was opened"):
        append_records(opened.tables, records())  # type: ignore[arg-type]
    opened.close()
    assert [each.name for each in path.parent.glob(f"{path.name}*")] == [path.name]
    assert positions(path) == [70]


def test_a_file_that_is_opened_again_at_once_has_nothing_of_the_old_one(
    opened: OpenedStore, location: StoreLocation
) -> None:
    path = location.path
    assert path is not None
    append(opened, 0)
    rename_over(path)
    with closing(open_store(location, KnownClasses(), writable=True)) as again:
        opened.close()
        append(again, 71)
        assert [event.version for event in again.reader.events(SEQUENCE)] == [70, 71]
    assert positions(path) == [70, 71]


def test_a_poll_leaves_nothing_in_the_log(opened: OpenedStore, location: StoreLocation) -> None:
    path = location.path
    assert path is not None
    assert not opened.has_changed()
    append(opened, 0)
    assert not opened.has_changed() and not opened.has_changed(), "to fold the log in is no change"
    append(opened, 1)
    assert not opened.has_changed()
    alone = path.rename(path.parent / "elsewhere.esdb")
    opened.close()
    assert positions(alone) == [0, 1], "a file that is moved without its log is whole"


def test_a_log_that_another_process_writes_is_not_removed(opened: OpenedStore, location: StoreLocation) -> None:
    path = location.path
    assert path is not None
    rename_over(path)
    program = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('CREATE TABLE theirs (x)'); c.execute('INSERT INTO theirs VALUES (1)'); print('ready', flush=True);"
        "input(); c.execute('INSERT INTO theirs VALUES (2)'); c.close()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        with pytest.raises(StoreRefusedError):
            opened.has_changed()
        opened.close()
        process.communicate("\n", timeout=PATIENCE)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT x FROM theirs").fetchall() == [(1,), (2,)]
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("replace", REPLACEMENTS)
@pytest.mark.parametrize("writable", [True, False])
def test_what_was_opened_can_be_saved(
    location: StoreLocation, tmp_path: Path, replace: Callable[[Path], None], writable: bool
) -> None:
    path = location.path
    assert path is not None
    with closing(create_store(location, KnownClasses())) as made:
        append(made, 0)
    saved = tmp_path / "saved.esdb"
    with closing(open_store(location, KnownClasses(), writable=writable)) as opened:
        opened.has_changed()
        if writable:
            append(opened, 1)
        replace(path)
        with pytest.raises(StoreRefusedError, match="since it was opened"):
            opened.has_changed()
        opened.save_as(saved)
        with pytest.raises(StoreRefusedError, match="exists already"):
            opened.save_as(saved)
    assert positions(saved) == [0, 1][: 1 + writable]
    assert [each.name for each in tmp_path.glob("saved.esdb*")] == ["saved.esdb"]
    if path.exists():
        assert positions(path) == [70]


@pytest.mark.parametrize("replace", REPLACEMENTS)
def test_a_store_that_is_only_read_is_refused_too(location: StoreLocation, replace: Callable[[Path], None]) -> None:
    path = location.path
    assert path is not None
    create_store(location, KnownClasses()).close()
    with closing(open_store(location, KnownClasses(), writable=False)) as opened:
        assert not opened.has_changed()
        replace(path)
        for act in (poll, read):
            with pytest.raises(StoreRefusedError, match="since it was opened"):
                act(opened, 0)
    if path.exists():
        assert positions(path) == [70]
